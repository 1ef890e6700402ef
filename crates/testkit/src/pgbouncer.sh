# Runs PgBouncer for as long as standard input stays open.
# $1: the program. $2: a folder with its pgbouncer.ini, in which its socket and its log are.
# Prints "ready" once its socket is there, else what went wrong.
program=$1

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
