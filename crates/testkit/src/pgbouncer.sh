# Runs PgBouncer for as long as standard input stays open.
# $1: the program. $2: a folder with its pgbouncer.ini, in which its socket and its log are.
# Prints "ready" once its socket is there, else what went wrong.
trap '' HUP INT TERM
program=$1
dir=$2
cd / || exit 1

# PgBouncer refuses to run as root.
as() { "$@"; }
if [ "$(id -u)" = 0 ]; then
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    chown -R "$user" "$dir"
    as() { setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups "$@"; }
fi

as "$program" -q "$dir/pgbouncer.ini" </dev/null >"$dir/said" 2>&1 &
pid=$!
turns=0
while [ ! -S "$dir/.s.PGSQL.6432" ]; do
    turns=$((turns + 1))
    if [ "$turns" -gt 200 ] || ! kill -0 "$pid" 2>/dev/null; then
        tail -n 5 "$dir/said" "$dir/log" 2>/dev/null
        exit 1
    fi
    sleep 0.05
done
echo ready
# Nothing is ever written here: this returns when the test process is gone.
cat >/dev/null
kill -KILL "$pid"
