"""A technical service provider through the official Python client, unmodified: what it may ask for, asking a
merchant, and acting for it.

Usage: service_provider.py URL ADMIN_TOKEN API_KEY SECRET
The key is the merchant's; the provider's stands below, and in the fixtures that this script is run with.
"""

import re
import sys

from common import URL, check, client, data, operator, pay_id, refused

MERCHANT = "1000135331248"
PROVIDER_KEY, PROVIDER_SECRET = "plugin-works-key-0001", "a-secret-of-the-plugin-works"
PROVIDER = "/binancepay/openapi/service/provider/"
TOKEN_HEADER = "BinancePay-Authorization-Token"
NO_PROVIDER = "not a technical service provider"
# The sample of the provider's page, to the letter.
SAMPLE_PAGE = {"page": 1, "rows": 10}
FIELDS = ["authorizationId", "merchantName", "authorizationToken", "merchantId", "status", "scopes", "ipWhitelist"]


def provider(token=None):
    """The provider's client; with a token, every call of it is made for the token's merchant."""
    made = client(PROVIDER_KEY, PROVIDER_SECRET)
    if token is not None:
        made.session.headers[TOKEN_HEADER] = token
    return made


def call(who, name, body):
    return who.send_signed_request("POST", PROVIDER + name, body)


def scopes_are_told():
    config = data("config/query", call(provider(), "config/query", {}))
    check("config/query", config, {"allowFeeShare": True, "allowScopes": ["CHECKOUT", "CONVERT"]})
    check("config/query", list(config), ["allowFeeShare", "allowScopes"])
    refused("config/query of a shop", call(client(), "config/query", {}), "400001", NO_PROVIDER)
    check("record at first", data("record", call(provider(), "record", SAMPLE_PAGE)), {"total": 0, "rows": []})


def merchant_is_asked(scopes):
    body = {"merchantId": MERCHANT, "scopes": scopes, "ipWhitelist": ["127.0.0.1", "2001:db8::/32"]}
    asked = data("create", call(provider(), "create", body))
    check("create", list(asked), FIELDS[:5] + ["redirectUrl"] + FIELDS[5:])
    number = pay_id("authorizationId", asked["authorizationId"])
    token = asked["authorizationToken"]
    if not re.fullmatch(r"[0-9a-f]{32}", token):
        sys.exit(f"authorizationToken: {token!r}")
    check("redirectUrl", asked.pop("redirectUrl"), f"{URL}/en/dashboard/review-authorization?authId={number}")
    check("create", asked, {
        "authorizationId": number,
        "merchantName": "Corner Shop",
        "authorizationToken": token,
        "status": "PENDING",
        **body,
    })
    check("record/get", data("record/get", call(provider(), "record/get", {"merchantId": int(MERCHANT)})), asked)
    refused("create of nobody", call(provider(), "create", {**body, "merchantId": "404"}), "400102", "merchantId")
    refused("create of more", call(provider(), "create", {**body, "scopes": ["REFUND"]}), "400102", "REFUND")
    wide = {**body, "ipWhitelist": ["10.0.0.0/33"]}
    refused("create from nowhere", call(provider(), "create", wide), "400102", "ipWhitelist[0]")
    refused("create by a shop", call(client(), "create", body), "400001", NO_PROVIDER)
    return asked


def records_are_listed(newest_first):
    page = data("record", call(provider(), "record", SAMPLE_PAGE))
    check("record", page, {"total": len(newest_first), "rows": newest_first})
    for row in page["rows"]:
        check("record", list(row), FIELDS)
    one = data("record", call(provider(), "record", {"page": 2, "rows": 1, "merchantId": MERCHANT}))
    check("the second page of record", one, {"total": len(newest_first), "rows": newest_first[1:2]})
    other = data("record", call(provider(), "record", {**SAMPLE_PAGE, "merchantId": "404"}))
    check("record of nobody", other, {"total": 0, "rows": []})
    for page, code in ((0, "400102"), (10**32, "400101"), ("one", "400100")):
        refused("record", call(provider(), "record", {"page": page, "rows": 10}), code, "page")
    refused("record", call(provider(), "record", {"page": 1, "rows": 11}), "400102", "rows")


def provider_acts(asked, other):
    new_order = {
        "env": {"terminalType": "WEB"},
        "merchantTradeNo": "Provided1",
        "orderAmount": 25.17,
        "currency": "USDT",
        "goods": {
            "goodsType": "01",
            "goodsCategory": "D000",
            "referenceGoodsId": "7876763A3B",
            "goodsName": "Ice Cream",
        },
    }
    acting = provider(asked["authorizationToken"])
    refused("acting too early", acting.new_order(new_order), "400004", TOKEN_HEADER)
    shown = operator(f"/v1/authorizations/{asked['authorizationId']}/agree", {})
    check("agreed", shown["status"], "AUTHORIZED")
    made = data("new_order", acting.new_order(new_order))
    # The order is the merchant's: it finds it, and the provider does in the merchant's name alone.
    own = data("get_order", client().get_order(prepayId=made["prepayId"]))
    check("get_order", str(own["merchantId"]), MERCHANT)
    check("get_order acting", data("get_order", acting.get_order(prepayId=made["prepayId"])), own)
    refused("get_order", provider().get_order(prepayId=made["prepayId"]), "400202", "not found")

    operator(f"/v1/authorizations/{other['authorizationId']}/agree", {"scopes": ["CONVERT"]})
    converting = provider(other["authorizationToken"])
    refused("without the scope", converting.get_order(prepayId=made["prepayId"]), "400606", "CHECKOUT")
    refused("the token of others", call(acting, "record", SAMPLE_PAGE), "400004", TOKEN_HEADER)
    thief = client()
    thief.session.headers[TOKEN_HEADER] = asked["authorizationToken"]
    refused("under another's key", thief.get_order(prepayId=made["prepayId"]), "400004", TOKEN_HEADER)
    check("cancel_order", data("cancel_order", acting.cancel_order(prepayId=made["prepayId"])), True)
    check("get_order", data("get_order", client().get_order(prepayId=made["prepayId"]))["status"], "CANCELED")

    operator(f"/v1/authorizations/{asked['authorizationId']}/disable", {})
    refused("acting too late", acting.get_order(prepayId=made["prepayId"]), "400004", TOKEN_HEADER)


def main():
    scopes_are_told()
    first = merchant_is_asked(["CHECKOUT"])
    second = merchant_is_asked(["CONVERT", "CHECKOUT"])
    records_are_listed([second, first])
    provider_acts(first, second)
    records_are_listed([
        {**second, "status": "AUTHORIZED", "scopes": ["CONVERT"]},
        {**first, "status": "DISABLED"},
    ])
    print("all steps passed")


main()
