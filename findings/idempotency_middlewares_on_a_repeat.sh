#!/usr/bin/env bash
# fastapi-idempotency 0.1.1 and fastapi-idempotency-key 0.1.1 (PyPI) with fastapi 0.165.0, express-idempotency 1.0.6
# (npm) with express 5.3.0; Python 3, Node 20; seen on 2026-12-01.
#
# Three middlewares for the header Idempotency-Key, each with its defaults, and what a client gets that sends the same
# request with the same key again:
#
# - While the first is still running: fastapi-idempotency waits and gives both the same answer (409 only after 15 s),
#   fastapi-idempotency-key answers 409, and express-idempotency hands on an Error without a status, which express makes
#   a 500. A client that takes 5xx for "try again with a new key" pays twice.
# - After a refusal, 402 for a wallet that is short: fastapi-idempotency says 402 for a day, also when there is money. The
#   two others run the payment again, so a repeat of a request whose refusal was read can still pay. For
#   fastapi-idempotency-key that is not what its page says ("2xx / 3xx / 4xx (Cacheable)").
# - After a 503 all three run it again.
#
# Ask the one in use what it does, in a test as this is. With express-idempotency, answer its error with 409 in an error
# handler of your own.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check fastapi-idempotency==0.1.1 fastapi-idempotency-key==0.1.1 \
  fastapi==0.165.0 starlette==1.10.0 httpx==0.28.1
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund express-idempotency@1.0.6 express@5.3.0

cat > python.py <<'PY'
import asyncio

import fastapi_idempotency
import fastapi_idempotency_key
import httpx
from fastapi import FastAPI
from fastapi.responses import JSONResponse


def application(middleware):
    app, runs = FastAPI(), []
    app.add_middleware(middleware)

    @app.post("/{status}/{milliseconds}")
    async def pay(status: int, milliseconds: int):
        runs.append(status)
        await asyncio.sleep(milliseconds / 1000)
        return JSONResponse({}, status_code=status)

    return app, runs


async def main():
    for library in (fastapi_idempotency, fastapi_idempotency_key):
        app, runs = application(library.IdempotencyMiddleware)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as client:

            async def post(path):
                return (await client.post(path, headers={"Idempotency-Key": path}, json={})).status_code

            both = await asyncio.gather(post("/200/300"), post("/200/300"))
            print(f"{library.__name__} 200, at once: answers {both[0]} {both[1]}, runs {len(runs)}")
            for status in (402, 503):
                runs.clear()
                answers = [await post(f"/{status}/0") for _ in range(2)]
                print(f"{library.__name__} {status}: answers {answers[0]} {answers[1]}, runs {len(runs)}")


asyncio.run(main())
PY
cat > node.js <<'JS'
import express from 'express';
import { getSharedIdempotencyService, idempotency } from 'express-idempotency';

let runs = 0;
const app = express();
app.use(express.json(), idempotency());
app.post('/:status/:milliseconds', async (request, response) => {
  if (getSharedIdempotencyService().isHit(request)) return;
  runs += 1;
  await new Promise((done) => setTimeout(done, Number(request.params.milliseconds)));
  response.status(Number(request.params.status)).json({});
});
app.use((error, request, response, next) => response.status(error.status ?? 500).json({ error: error.message }));
const server = app.listen(0, '127.0.0.1', async () => {
  const headers = (path) => ({ 'idempotency-key': path, 'content-type': 'application/json' });
  const post = async (path) => {
    const url = `http://127.0.0.1:${server.address().port}${path}`;
    return (await fetch(url, { method: 'POST', body: '{}', headers: headers(path) })).status;
  };
  const both = await Promise.all([post('/200/300'), post('/200/300')]);
  console.log(`express-idempotency 200, at once: answers ${both.sort().join(' ')}, runs ${runs}`);
  for (const status of [402, 503]) {
    runs = 0;
    const answers = [await post(`/${status}/0`), await post(`/${status}/0`)];
    console.log(`express-idempotency ${status}: answers ${answers.join(' ')}, runs ${runs}`);
  }
  process.exit(0);
});
JS
(venv/bin/python python.py; node node.js) | tee seen
diff - seen <<'SEEN' || { echo "the behaviour has changed" >&2; exit 1; }
fastapi_idempotency 200, at once: answers 200 200, runs 1
fastapi_idempotency 402: answers 402 402, runs 1
fastapi_idempotency 503: answers 503 503, runs 2
fastapi_idempotency_key 200, at once: answers 200 409, runs 1
fastapi_idempotency_key 402: answers 402 402, runs 2
fastapi_idempotency_key 503: answers 503 503, runs 2
express-idempotency 200, at once: answers 200 500, runs 1
express-idempotency 402: answers 402 402, runs 2
express-idempotency 503: answers 503 503, runs 2
SEEN
