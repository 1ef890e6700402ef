"""The whole flow through the official Python client, unmodified: orders, profit sharing, and every way in
which a request can be wrong.

Usage: flow.py URL ADMIN_TOKEN API_KEY SECRET
"""

import re
import sys
import time

import binance.pay.api
from common import KEY, SECRET, URL, check, client, data, near, operator, pay_id, refused

MERCHANT, CUSTOMER, COURIER, MAKER = 1000135331248, "350000201", "350000101", "350000102"
SHARING = "/binancepay/openapi/profitsharing/v1/"


def new_order(trade_no, **more):
    return {
        "env": {"terminalType": "WEB"},
        "merchantTradeNo": trade_no,
        "orderAmount": 25.17,
        "currency": "USDT",
        "goods": {
            "goodsType": "01",
            "goodsCategory": "D000",
            "referenceGoodsId": "7876763A3B",
            "goodsName": "Ice Cream",
            "goodsDetail": "Greentea ice cream cone",
        },
        **more,
    }


def order_is_made(shop):
    made = data("new_order", shop.new_order(new_order("9825382937292", orderTags={"ifProfitSharing": True})))
    check("new_order", list(made), [
        "prepayId", "terminalType", "expireTime", "qrcodeLink", "qrContent", "checkoutUrl", "deeplink",
        "universalUrl", "currency", "totalFee",
    ])
    prepay_id = pay_id("prepayId", made["prepayId"])
    near("expireTime", made["expireTime"] - 3_600_000)
    token = made["checkoutUrl"].removeprefix(URL + "/en/checkout/")
    if not re.fullmatch(r"[0-9a-f]{32}", token):
        sys.exit(f"checkoutUrl: {made['checkoutUrl']!r}")
    check("new_order", {k: v for k, v in made.items() if k not in ("prepayId", "expireTime")}, {
        "terminalType": "WEB",
        "qrcodeLink": f"{URL}/qr/dplk{token}.png",
        "qrContent": f"{URL}/qr/dplk{token}",
        "checkoutUrl": f"{URL}/en/checkout/{token}",
        "deeplink": f"bnc://{URL.removeprefix('http://')}/payment/secpay?tempToken={token}",
        "universalUrl": f"{URL}/payment/secpay?linkToken={token}",
        "currency": "USDT",
        "totalFee": "25.17",
    })
    again = shop.new_order(new_order("9825382937292"))
    refused("new_order again", again, "400201", "merchantTradeNo")
    wrong = shop.new_order(new_order("982538293729-2"))
    refused("new_order with a dash in its number", wrong, "400103", "merchantTradeNo")
    return prepay_id


def order_is_paid(shop, prepay_id):
    unpaid = data("get_order", shop.get_order(merchantTradeNo="9825382937292"))
    near("createTime", unpaid["createTime"])
    create_time = unpaid.pop("createTime")
    wanted = {
        "merchantId": MERCHANT,
        "prepayId": prepay_id,
        "merchantTradeNo": "9825382937292",
        "status": "INITIAL",
        "currency": "USDT",
        "orderAmount": "25.17",
    }
    check("get_order", unpaid, wanted)
    operator(f"/v1/orders/{prepay_id}/pay", {"payer": CUSTOMER})
    paid = data("get_order of a paid one", shop.get_order(prepayId=prepay_id))
    near("transactTime", paid.pop("transactTime"))
    if not re.fullmatch(r"[0-9a-f]{32}", paid.pop("openUserId")):
        sys.exit("openUserId")
    if not paid.pop("transactionId").startswith("M_R_"):
        sys.exit("transactionId")
    check("get_order of a paid one", paid, {
        **wanted,
        "status": "PAID",
        "createTime": create_time,
        "paymentInfo": {
            "payerId": CUSTOMER,
            "payMethod": "funding",
            "paymentInstructions": [{"currency": "USDT", "amount": "25.17", "price": "1"}],
        },
    })
    refused("get_order of nobody's", shop.get_order(prepayId="1"), "400202", "not found")


def order_is_closed(shop, paid_id):
    other = data("new_order", shop.new_order(new_order("9825382937293")))["prepayId"]
    check("cancel_order", data("cancel_order", shop.cancel_order(prepayId=other)), True)
    status = data("get_order of a closed one", shop.get_order(prepayId=other))["status"]
    check("get_order of a closed one", status, "CANCELED")
    refused("cancel_order of a paid one", shop.cancel_order(prepayId=paid_id), "400204", "")
    refused("cancel_order of nobody's", shop.cancel_order(merchantTradeNo="404"), "400202", "not found")


def receivers_are_bound(shop):
    def call(name, body):
        return shop.send_signed_request("POST", SHARING + name, body)

    # The fixtures have bound both; one is taken away and bound again.
    gone = call("del-receiver", {"account": COURIER})
    check("del-receiver", data("del-receiver", gone), {"account": COURIER})
    refused("del-receiver again", call("del-receiver", {"account": COURIER}), "400214", "bound")
    page = data("query-receiver", call("query-receiver", {"pageNum": 1, "pageSize": 10}))
    check("query-receiver", page, {
        "accountList": [MAKER],
        "totalPageNum": 1,
        "totalRecordNum": 1,
        "currentPageNum": 1,
        "currentPageSize": 10,
    })
    # An integer in a string's place is what some callers send.
    bound = call("add-receiver", {"account": int(COURIER)})
    check("add-receiver", data("add-receiver", bound), {"account": COURIER})
    refused("add-receiver of nobody", call("add-receiver", {"account": "350009999"}), "400601", "not found")
    refused("query-receiver", call("query-receiver", {"pageNum": 1, "pageSize": 101}), "400102", "pageSize")


def order_is_split(shop, prepay_id):
    def call(name, body):
        return shop.send_signed_request("POST", SHARING + name, body)

    ask = {"merchantRequestId": "split-1", "prepayOrderId": prepay_id}
    refused("query-split too early", call("query-split", ask), "400209", "")
    receivers = [
        {"account": COURIER, "amount": 2.5, "description": "Delivery"},
        {"account": MAKER, "amount": "12.34567891", "description": "Ice cream, one cone"},
    ]
    taken = data("submit-split", call("submit-split", {**ask, "receiverList": receivers}))
    number = pay_id("splitOrderNo", taken["splitOrderNo"])
    details = [pay_id("detailId", part.pop("detailId")) for part in taken["receiverOrderDetails"]]
    head = {"splitOrderNo": number, **ask}
    check("submit-split", taken, {**head, "status": 0, "receiverOrderDetails": [
        {"account": COURIER, "amount": 2.5, "status": 1},
        {"account": MAKER, "amount": 12.34567891, "status": 1},
    ]})
    again = call("submit-split", {**ask, "receiverList": receivers})
    refused("submit-split again", again, "400216", "")

    deadline = time.monotonic() + 30
    while (split := data("query-split", call("query-split", ask)))["status"] != 2:
        if time.monotonic() > deadline:
            sys.exit(f"the split does not finish: {split}")
        time.sleep(0.02)
    for part in split["receiverOrderDetails"]:
        near("finishTime", part.pop("finishTime") * 1000)
    check("query-split", split, {**head, "status": 2, "receiverOrderDetails": [
        {"account": COURIER, "amount": 2.5, "detailId": details[0], "status": 2},
        {"account": MAKER, "amount": 12.34567891, "detailId": details[1], "status": 2},
    ]})

    refund = {
        "prepayOrderId": prepay_id,
        "originMerchantRequestId": "split-1",
        "merchantReturnNo": "return-1",
        "transferOutAccount": COURIER,
        "returnAmount": 0.5,
        "description": "Came late",
    }
    back = data("return", call("return", refund))
    near("finishTime", back.pop("finishTime") * 1000)
    pay_id("returnOrderNo", back.pop("returnOrderNo"))
    check("return", back, {
        "prepayOrderId": prepay_id,
        "splitOrderNo": number,
        "originMerchantRequestId": "split-1",
        "merchantReturnNo": "return-1",
        "transferOutAccount": COURIER,
        "returnAmount": 0.5,
        "status": 2,
    })
    too_much = call("return", {**refund, "merchantReturnNo": "return-2", "returnAmount": 2.01})
    refused("return of too much", too_much, "400211", "")
    rest = call("submit-split", {**ask, "merchantRequestId": "split-2", "receiverList": [
        {"account": MAKER, "amount": 10.82432110, "description": "Too much by the smallest unit"},
    ]})
    refused("submit-split of too much", rest, "400211", "")


def wrong_requests_are_refused(prepay_id):
    def ask(shop):
        return shop.get_order(prepayId=prepay_id)

    refused("wrong secret", ask(client(secret=SECRET + "x")), "400002", "signature")
    refused("unknown key", ask(client(key=KEY + "x")), "400004", "key")
    refused("malformed key", ask(client(key="short")), "400005", "BinancePay-Certificate-SN")

    clock = binance.pay.api.get_timestamp
    for minutes in (-1, 1):
        binance.pay.api.get_timestamp = lambda: clock() + minutes * 60_000
        refused("wrong clock", ask(client()), "400003", "time")
    binance.pay.api.get_timestamp = clock

    nonce = binance.pay.api.random_string
    binance.pay.api.random_string = lambda: "n" * 32
    data("first use of a nonce", ask(client()))
    refused("second use of a nonce", ask(client()), "400001", "nonce")
    binance.pay.api.random_string = lambda: "n" * 31
    refused("short nonce", ask(client()), "400001", "nonce")
    binance.pay.api.random_string = nonce

    page = client().send_signed_request("POST", "/binancepay/openapi/v2/no-such-thing", {})
    if not (isinstance(page, str) and "403" in page):
        sys.exit(f"wrong path: {page!r}")
    reply = client().session.post(URL + "/binancepay/openapi/v2/no-such-thing", data="{}")
    check("wrong path", reply.status_code, 403)

    for size in (1 << 20, 3 << 20):
        large = client().get_order(prepayId=prepay_id, padding="x" * size)
        refused("oversized body", large, "400104", "")
    refused("GET", client().send_signed_request("GET", "/binancepay/openapi/v2/order/query", {}), "400006", "")
    data("after all that", ask(client()))


def main():
    shop = client()
    prepay_id = order_is_made(shop)
    order_is_paid(shop, prepay_id)
    order_is_closed(shop, prepay_id)
    receivers_are_bound(shop)
    order_is_split(shop, prepay_id)
    wrong_requests_are_refused(prepay_id)
    print("all steps passed")


main()
