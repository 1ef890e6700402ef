#!/usr/bin/env bash
# schemathesis 4.32.5 (PyPI), Python 3; seen on 2026-11-30.
#
# A run that --max-time ends early exits 0, also when most operations of the document were never called. The report says
# "Skipped … Time limit reached", but neither the exit code nor a failing check does, so a continuous integration that
# looks at the exit code is green on a slow machine whatever the API answers. --max-examples without a time budget, or a
# look at the report for skipped operations, tells the difference.
#
# Here one operation is slow and correct, and the other nineteen answer 500: a run without a budget finds them, a run with
# one second does not and says 0.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check schemathesis==4.32.5 hypothesis==6.170.17

cat > api.py <<'PY'
import http.server, json, sys, time
ok = {"200": {"description": "ok"}}
paths = {"/a-slow": {"get": {"responses": ok}}}
paths.update({f"/b-broken-{n}": {"get": {"responses": ok}} for n in range(19)})
document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths}
class Api(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        broken = self.path.startswith("/b-broken")
        body = json.dumps(document).encode() if self.path == "/openapi.json" else b"{}"
        if self.path.startswith("/a-slow"):
            time.sleep(3)
        self.send_response(500 if broken else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api)
print(server.server_port, flush=True)
server.serve_forever()
PY
python3 api.py > port & server=$!
until [ -s port ]; do sleep 0.1; done
url="http://127.0.0.1:$(cat port)/openapi.json"

run() {
  local code=0
  venv/bin/schemathesis run "$url" --phases fuzzing --checks not_a_server_error --max-examples 1 --seed 1 \
    --generation-database none --no-color "$@" > report || code=$?
  grep -E 'Selected:|Tested:|Skipped:|Time limit' report
  echo "exit code $code"
  return "$code"
}
echo "without a time budget:"; whole=0; run || whole=$?
echo "with --max-time 1:"; cut=0; run --max-time 1 || cut=$?
[ "$whole" = 1 ] && [ "$cut" = 0 ] && grep -q 'Time limit' report
