# Runs a private PostgreSQL cluster for as long as standard input stays open, then removes it.
# $1: the folder with initdb, pg_ctl and postgres. $2: a new folder that everything is kept in.
# Prints "ready" once it takes connections on the socket in that folder, else what went wrong.
bin=$1

as "$bin/initdb" -D "$dir/data" -U countinghouse --auth=trust --encoding=UTF8 --locale=C --no-sync \
    >"$dir/log" 2>&1 &&
    cat >>"$dir/data/postgresql.conf" <<EOF &&
listen_addresses = ''
unix_socket_directories = '$dir'
max_connections = 400
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
deadlock_timeout = 100ms
EOF
    as "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -w -t 60 start >>"$dir/log" 2>&1 </dev/null
if [ $? = 0 ]; then
    echo ready
    # Nothing is ever written here: this returns when the test process is gone.
    cat >/dev/null
    as "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1
else
    tail -n 5 "$dir/log" "$dir/server.log" 2>/dev/null
fi
rm -rf "$dir"
