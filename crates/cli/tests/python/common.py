"""What the scripts here share: the server's address and keys, calls, and checks that end the script.

Every script is called with URL ADMIN_TOKEN and, where it calls Binance Pay, API_KEY SECRET.
"""

import json
import re
import sys
import time
import urllib.request

from binance.pay.merchant import Merchant

URL, TOKEN = sys.argv[1:3]
KEY, SECRET = sys.argv[3:5] if len(sys.argv) > 4 else (None, None)


def check(what, got, want):
    if got != want:
        sys.exit(f"{what}:\n  got  {got!r}\n  want {want!r}")


def data(what, reply):
    """The data of a success, whose envelope has nothing else."""
    if not isinstance(reply, dict):
        sys.exit(f"{what}: {reply!r}")
    check(what, {k: v for k, v in reply.items() if k != "data"}, {"status": "SUCCESS", "code": "000000"})
    return reply["data"]


def refused(what, reply, code, words):
    """A refusal with this code, whose message names what was wrong."""
    if not isinstance(reply, dict):
        sys.exit(f"{what}: {reply!r}")
    check(what, list(reply), ["status", "code", "errorMessage"])
    check(what, (reply["status"], reply["code"]), ("FAIL", code))
    if words.lower() not in reply["errorMessage"].lower():
        sys.exit(f"{what}: {words!r} is not in {reply['errorMessage']!r}")


def pay_id(what, text):
    if not (isinstance(text, str) and re.fullmatch(r"\d{18}", text)):
        sys.exit(f"{what}: no id of 18 digits: {text!r}")
    return text


def now_ms():
    return int(time.time() * 1000)


def near(what, millis):
    if not (isinstance(millis, int) and abs(millis - now_ms()) < 60_000):
        sys.exit(f"{what}: not about now in milliseconds: {millis!r}")


def operator(path, body=None):
    """A call of the native API: with a body it is a POST, without one a GET."""
    request = urllib.request.Request(URL + path, None if body is None else json.dumps(body).encode())
    request.add_header("Authorization", "Bearer " + TOKEN)
    request.add_header("Content-Type", "application/json")
    # The test's own server: a proxy that the environment names knows nothing of it.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request) as reply:
        return json.load(reply)


def client(key=KEY, secret=SECRET):
    made = Merchant(key, secret, base_url=URL)
    made.session.trust_env = False
    return made
