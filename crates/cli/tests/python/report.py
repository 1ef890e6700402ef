"""Balance reports through the official Python client, unmodified: applying for one, asking where it stands, and
fetching its file, whose lines must add up.

Usage: report.py URL ADMIN_TOKEN API_KEY SECRET
"""

import csv
import datetime
import gzip
import io
import re
import sys
import time
import urllib.error
import urllib.request
from decimal import Decimal

import requests

from common import URL, check, client, data, operator, pay_id, refused

MERCHANT = "1000135331248"
APPLY = "/binancepay/openapi/balance-report"
COLUMNS = ["time", "wallet", "bucket", "asset", "type", "reference", "change", "balance"]
SENTENCE = r"Your request has been submitted successfully\. Your task ID: (\d{18})"


TODAY = datetime.datetime.now(datetime.timezone.utc).date()


def day(ago):
    return f"{TODAY - datetime.timedelta(days=ago)}"


def apply(shop, **change):
    """Asks for the last week. What happened was three days ago."""
    body = {"reportType": "Balance", "startDate": day(7), "endDate": day(1), **change}
    return shop.send_signed_request("POST", APPLY, body)


def query(shop, download_id):
    return shop.send_signed_request("POST", APPLY + "/query", {"downloadId": download_id})


def applied(shop, **change):
    sentence = data("balance-report", apply(shop, **change))
    found = re.fullmatch(SENTENCE, sentence)
    if not found:
        sys.exit(f"balance-report: {sentence!r}")
    return pay_id("task ID", found[1])


def finished(shop, download_id):
    """The URL of a report, once it is done."""
    deadline = time.monotonic() + 60
    while True:
        report = query(shop, download_id)
        # The page's object alone, without an envelope, in the order of the page's sample.
        check("balance-report/query", list(report), ["exist", "downloadUrl", "status"])
        check("balance-report/query", report["exist"], True)
        if report["status"] != "PROCESSING":
            break
        check("downloadUrl while it is made", report["downloadUrl"], "")
        if time.monotonic() > deadline:
            sys.exit(f"the report does not finish: {report}")
        time.sleep(0.05)
    check("status", report["status"], "SUCCESS")
    return report["downloadUrl"]


def reader():
    """Somebody without a key, past every proxy."""
    session = requests.Session()
    session.trust_env = False
    return session


def fetched(url, **headers):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(url, headers=headers)) as reply:
        return reply.status, reply.headers, reply.read()


def adds_up(text):
    """Opening and changes make closing, per wallet, bucket and asset; each line's balance is the one before it and its
    change. Yields the closing balances."""
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    first = text.split("\r\n", 1)[0]
    check("columns", first, ",".join(COLUMNS))
    if text.count("\n") != text.count("\r\n"):
        sys.exit("a line does not end as RFC 4180 has it")
    moved, opening, closing = {}, {}, {}
    for row in rows:
        account, balance = (row["wallet"], row["bucket"], row["asset"]), Decimal(row["balance"])
        if row["type"] in ("opening", "closing"):
            check("edges have no change", (row["change"], row["reference"]), ("", row["type"]))
            edge = opening if row["type"] == "opening" else closing
            check("one edge an account", account in edge, False)
            edge[account] = balance
            continue
        change = Decimal(row["change"])
        if account in moved:
            check("balance", balance, moved[account][1] + change)
        before = moved.get(account, (balance - change, None))[0]
        moved[account] = (before, balance)
    check("accounts", set(opening), set(closing))
    for account, balance in opening.items():
        before, after = moved.pop(account, (balance, balance))
        check(f"opening of {account}", before, balance)
        check(f"closing of {account}", after, closing[account])
    check("accounts without edges", moved, {})
    return closing


def wrong_reports_are_refused(shop):
    for change, code, words in [
        ({"reportType": "balance"}, "400102", "reportType"),
        ({"walletType": "EARN"}, "400102", "walletType"),
        ({"startDate": None}, "400100", "startDate"),
        ({"startDate": "2026-1-1"}, "400102", "startDate"),
        ({"endDate": day(-1)}, "400102", "endDate must be before today"),
        ({"endDate": day(7)}, "400102", "endDate must be after startDate"),
        ({"startDate": day(100)}, "400102", "3 months"),
    ]:
        refused(f"balance-report with {change}", apply(shop, **change), code, words)
    refused("query of nothing", query(shop, None), "400100", "downloadId")
    # The sample of the page is nobody's report.
    for unknown in ["1232213", 1232213, "no id at all"]:
        report = query(shop, unknown)
        check("unknown report", report, {"exist": False, "downloadUrl": "", "status": "FAILED"})


def a_file_is_fetched(shop):
    download_id = applied(shop)
    url = finished(shop, download_id)
    if not url.startswith(f"{URL}/download/balance-report/{download_id}?"):
        sys.exit(f"downloadUrl: {url!r}")
    # The whole sentence of the application is an id too, and so is the number.
    sentence = f"Your request has been submitted successfully. Your task ID: {download_id}"
    for other in [sentence, int(download_id)]:
        check("downloadUrl", query(shop, other)["downloadUrl"], url)

    status, headers, plain = fetched(url)
    check("status", status, 200)
    check("type", headers["Content-Type"], "text/csv; charset=utf-8")
    check("name", headers["Content-Disposition"], f'attachment; filename="balance-report-{download_id}.csv"')
    check("length", int(headers["Content-Length"]), len(plain))
    closing = adds_up(plain.decode())
    check("the books at the end of the period", closing, books_at(f"{day(1)}T23:59:59.999Z"))
    status, headers, packed = fetched(url, **{"Accept-Encoding": "gzip"})
    check("gzip", (headers["Content-Encoding"], gzip.decompress(packed)), ("gzip", plain))
    session = reader()
    check("the same through requests", session.get(url).content, plain)
    part = session.get(url, headers={"Range": "bytes=-10", "Accept-Encoding": "identity"})
    check("the last ten bytes", (part.status_code, part.content), (206, plain[-10:]))
    known = session.get(url, headers={"If-None-Match": part.headers["ETag"]})
    check("known already", (known.status_code, known.content), (304, b""))
    for altered in [url[:-1], url + "0", url.replace(download_id, str(int(download_id) + 1))]:
        check("an altered link", session.get(altered).status_code, 403)
    check("a file is only read", session.post(url).status_code, 405)


def books_at(time):
    """What the ledger says that the merchant had: amounts by wallet, bucket and asset. It tells both buckets of a wallet;
    a file tells the accounts that there are."""
    found = operator(f"/v1/holders/{MERCHANT}/balances?at={time}")
    return {
        (line["wallet"], bucket, line["asset"]): Decimal(line[bucket])
        for line in found["balances"]
        for bucket in ("available", "frozen")
        if Decimal(line[bucket])
    }


def lines(text, **wanted):
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def what_happened_is_told(shop):
    text = fetched(finished(shop, applied(shop, walletType="SPOT_WALLET")))[2].decode()
    check("one wallet", {row["wallet"] for row in lines(text)}, {"SPOT_WALLET"})
    deposits = [row for row in lines(text, bucket="available", asset="EUR") if row["change"]]
    check("changes", [(row["change"], row["balance"]) for row in deposits], [("50.25", "50.25"), ("0.01", "50.26")])
    # What would be a formula in a spreadsheet is not one.
    check("references", [row["reference"] for row in deposits], ["'=1+1,\"quoted\"", "'@more"])
    check("day", {row["time"][:10] for row in deposits}, {day(3)})
    # A period in which nothing happened begins and ends with what there was.
    text = fetched(finished(shop, applied(shop, startDate=day(2).replace("-", "/"))))[2].decode()
    check("changes of a quiet period", [row for row in lines(text) if row["change"]], [])
    opening = lines(text, type="opening", wallet="SPOT_WALLET", asset="EUR", bucket="available")
    check("opening of a quiet period", [row["balance"] for row in opening], ["50.26"])
    check("the books before it", adds_up(text), books_at(f"{day(2)}T00:00:00Z"))


def main():
    shop = client()
    wrong_reports_are_refused(shop)
    a_file_is_fetched(shop)
    what_happened_is_told(shop)
    print("all steps passed")


main()
