"""Convert through the official Python client, unmodified: what can be exchanged, offers, taking them, and the
conversions that they become.

Usage: convert.py URL ADMIN_TOKEN API_KEY SECRET
"""

import re
import sys
import time

from common import check, client, data, near, now_ms, operator, refused

MERCHANT = "1000135331248"
PORTAL = "/binancepay/openapi/otc-portal/"
# The sample of the provider's page, byte for byte: a number that no float holds.
SAMPLE_ORDER = {"orderId": 1309477640981204290}
# The sample of the provider's page; its price here is 224.2 USDT for one BNB, made worse by 0.1 percent.
SAMPLE_QUOTE = {
    "wallet": "FUNDING_WALLET",
    "fromAsset": "USDT",
    "toAsset": "BNB",
    "fromAmount": None,
    "toAmount": 0.8,
}
OFFERED = {
    "ratio": 0.00445584,
    "inverseRatio": 224.42442442,
    "expireTime": 10,
    "toAmount": 0.8,
    "toCoin": "BNB",
    "fromAmount": 179.53953954,
    "fromCoin": "USDT",
}


def call(shop, name, body):
    return shop.send_signed_request("POST", PORTAL + name, body)


def deposit(amount):
    operator("/v1/deposits", {
        "holder": MERCHANT,
        "wallet": "FUNDING_WALLET",
        "asset": "USDT",
        "amount": amount,
        "reference": "for convert",
    })


def balances():
    """What the merchant has: (available, frozen) by asset, in its funding wallet."""
    found = operator(f"/v1/holders/{MERCHANT}/balances")
    return {
        line["asset"]: (line["available"], line["frozen"])
        for line in found["balances"]
        if line["wallet"] == "FUNDING_WALLET"
    }


def pairs_are_listed(shop):
    pairs = data("get-to-selector", call(shop, "get-to-selector", {"fromAsset": "USDT"}))
    bnb = {
        "coin": "BNB",
        "fromMin": 1,
        "fromMax": 100000,
        "toMin": 0.01,
        "toMax": 400.5,
        "reverse": True,
        "base": True,
    }
    check("get-to-selector", pairs, {"coin": "USDT", "toList": [bnb]})
    check("get-to-selector", list(pairs["toList"][0]), list(bnb))
    back = data("get-to-selector", call(shop, "get-to-selector", {"fromAsset": "BNB"}))
    check("get-to-selector", back, {"coin": "BNB", "toList": [{
        "coin": "USDT",
        "fromMin": 0.01,
        "fromMax": 400.5,
        "toMin": 1,
        "toMax": 100000,
        "reverse": False,
        "base": False,
    }]})
    refused("unknown asset", call(shop, "get-to-selector", {"fromAsset": "NOSUCH"}), "400102", "fromAsset")
    refused("lower case", call(shop, "get-to-selector", {"fromAsset": "usdt"}), "400103", "fromAsset")


def an_offer_is_made(shop):
    # Without the money for it, an offer tells everything but its id.
    short = data("get-quote", call(shop, "get-quote", SAMPLE_QUOTE))
    near("validTimestamp", short.pop("validTimestamp"))
    check("get-quote of what one does not have", short, OFFERED)
    deposit("1000")
    quote = data("get-quote", call(shop, "get-quote", SAMPLE_QUOTE))
    check("get-quote", list(quote), [
        "quoteId", "ratio", "inverseRatio", "validTimestamp", "expireTime", "toAmount", "toCoin", "fromAmount",
        "fromCoin",
    ])
    quote_id = quote.pop("quoteId")
    if not re.fullmatch(r"[0-9a-f]{32}", quote_id):
        sys.exit(f"quoteId: {quote_id!r}")
    ahead = quote.pop("validTimestamp") - now_ms()
    if not 0 < ahead <= 10_000:
        sys.exit(f"validTimestamp is {ahead} ms ahead")
    check("get-quote", quote, OFFERED)
    check("balances after an offer", balances()["USDT"], ("1000", "0"))

    wrong = [
        ({"wallet": "EARN"}, "400102", "wallet"),
        ({"fromAsset": "NOSUCH"}, "400102", "fromAsset"),
        ({"toAsset": "EUR"}, "400102", ""),
        ({"toAsset": "USDT"}, "400102", "toAsset"),
        ({"toAsset": "bnb"}, "400103", "toAsset"),
        ({"toAmount": None}, "400100", "fromAmount"),
        ({"fromAmount": 10}, "400100", "toAmount"),
        ({"toAmount": 0.009}, "400102", "toAmount"),
        ({"toAmount": 400.6}, "400102", "toAmount"),
        ({"toAmount": 1e-9}, "400102", "toAmount"),
    ]
    for change, code, words in wrong:
        refused(f"get-quote with {change}", call(shop, "get-quote", {**SAMPLE_QUOTE, **change}), code, words)
    return quote_id


def an_offer_is_taken(shop, quote_id):
    taken = data("execute-quote", call(shop, "execute-quote", {"quoteId": quote_id}))
    check("execute-quote", list(taken), [
        "orderId", "createTime", "orderStatus", "quotePrice", "inversePrice", "fromCoin", "fromCoinAmount",
        "toCoin", "toCoinAmount",
    ])
    near("createTime", taken.pop("createTime"))
    order_id = taken.pop("orderId")
    if not re.fullmatch(r"13\d{17}", order_id):
        sys.exit(f"orderId: {order_id!r}")
    check("execute-quote", taken, {
        "orderStatus": "PROCESS",
        "quotePrice": 0.00445584,
        "inversePrice": 224.42442442,
        "fromCoin": "USDT",
        "fromCoinAmount": 179.53953954,
        "toCoin": "BNB",
        "toCoinAmount": 0.8,
    })
    again = data("execute-quote again", call(shop, "execute-quote", {"quoteId": quote_id}))
    check("execute-quote again", again["orderId"], order_id)
    sample = call(shop, "execute-quote", {"quoteId": "e53bb5ea9a384277b4ed971235816a9f"})
    refused("execute-quote of nobody's", sample, "400102", "quoteId")
    return order_id


def the_conversion_ends(shop, order_id):
    deadline = time.monotonic() + 30
    # The sample of the page has a number, its table a string: both are sent by somebody.
    while True:
        order = data("query-trade-order", call(shop, "query-trade-order", {"orderId": order_id}))
        if order["orderStatus"] != "PROCESS":
            break
        if time.monotonic() > deadline:
            sys.exit(f"the conversion does not end: {order}")
        time.sleep(0.02)
    check("query-trade-order", list(order), [
        "orderId", "orderStatus", "fromAsset", "fromAmount", "toAsset", "toAmount", "ratio", "inverseRatio",
    ])
    check("query-trade-order", order, {
        "orderId": order_id,
        "orderStatus": "SUCCESS",
        "fromAsset": "USDT",
        "fromAmount": 179.53953954,
        "toAsset": "BNB",
        "toAmount": 0.8,
        "ratio": 0.00445584,
        "inverseRatio": 224.42442442,
    })
    number = data("query-trade-order", call(shop, "query-trade-order", {"orderId": int(order_id)}))
    check("query-trade-order by number", number, order)
    check("balances", balances(), {"USDT": ("820.46046046", "0"), "BNB": ("0.8", "0")})
    refused("query-trade-order of nobody's", call(shop, "query-trade-order", SAMPLE_ORDER), "400102", "orderId")
    refused("query-trade-order of none", call(shop, "query-trade-order", {}), "400100", "orderId")


def it_goes_back_at_a_loss(shop):
    """What was bought is sold again, which never brings back more than it cost."""
    quote = data("get-quote back", call(shop, "get-quote", {
        "wallet": "FUNDING_WALLET",
        "fromAsset": "BNB",
        "toAsset": "USDT",
        "fromAmount": "0.8",
    }))
    check("get-quote back", (quote["ratio"], quote["toAmount"]), (223.6761, 178.94088))
    order_id = data("execute-quote", call(shop, "execute-quote", {"quoteId": quote["quoteId"]}))["orderId"]
    deadline = time.monotonic() + 30
    while data("back", call(shop, "query-trade-order", {"orderId": order_id}))["orderStatus"] != "SUCCESS":
        if time.monotonic() > deadline:
            sys.exit("the way back does not end")
        time.sleep(0.02)
    check("balances", balances(), {"USDT": ("999.40134046", "0"), "BNB": ("0", "0")})


def main():
    shop = client()
    pairs_are_listed(shop)
    quote_id = an_offer_is_made(shop)
    order_id = an_offer_is_taken(shop, quote_id)
    the_conversion_ends(shop, order_id)
    it_goes_back_at_a_loss(shop)
    print("all steps passed")


main()
