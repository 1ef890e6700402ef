# What comes before every script: the rest gets the folder that it keeps everything in as $dir, and runs its programs
# by `as`, since they refuse to run as root.
trap '' HUP INT TERM
dir=$2
cd / || exit 1

as() { "$@"; }
if [ "$(id -u)" = 0 ]; then
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    chown -R "$user" "$dir"
    if command -v setpriv >/dev/null; then
        as() { setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups "$@"; }
    elif command -v runuser >/dev/null; then
        as() { runuser -u "$user" -- "$@"; }
    else
        as() { su -s /bin/sh -c 'exec "$@"' "$user" -- sh "$@"; }
    fi
fi

