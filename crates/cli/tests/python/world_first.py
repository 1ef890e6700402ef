"""WorldFirst through the client of a sister product of the provider, unmodified: it signs alike, always speaks TLS on
port 443, sends its target in absolute form, and checks the signature of every reply. Its requests are its own; only
their paths are set to those of this API.

Usage: world_first.py URL ADMIN_TOKEN GATEWAY; SSL_CERT_FILE names what the gateway's certificate is checked with
"""

import json
import re
import sys
import time
import urllib.request

from com.alipay.ams.api.default_alipay_client import DefaultAlipayClient
from com.alipay.ams.api.exception.exception import AlipayApiException
from com.alipay.ams.api.model.amount import Amount
from com.alipay.ams.api.model.grant_type import GrantType
from com.alipay.ams.api.model.payment_method import PaymentMethod
from com.alipay.ams.api.model.transfer_from_detail import TransferFromDetail
from com.alipay.ams.api.model.transfer_to_detail import TransferToDetail
from com.alipay.ams.api.request.aba.alipay_inquiry_balance_request import AlipayInquiryBalanceRequest
from com.alipay.ams.api.request.auth.alipay_auth_apply_token_request import AlipayAuthApplyTokenRequest
from com.alipay.ams.api.request.marketplace.alipay_create_transfer_request import AlipayCreateTransferRequest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from common import URL, check, operator

GATEWAY = sys.argv[3]
CLIENT = "5J5Y307NSG0001"
OWN, CONNECTED, GRANTING = "2188120000000001", "2188120000000002", "2188120000000003"
WORLD_FIRST = "/v1/world-first"
TRANSFER = "/amsin/api/v1/business/fund/"
SUCCESS = {"resultStatus": "S", "resultCode": "SUCCESS", "resultMessage": "Success"}


def new_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_pem(key):
    traditional = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(serialization.Encoding.PEM, traditional, serialization.NoEncryption()).decode()


def public_pem(key):
    info = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, info).decode()


def server_key():
    """The server's public key, which anybody may read."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(URL + WORLD_FIRST + "/public-key") as reply:
        return reply.read().decode().strip()


def deposit(customer, asset, amount):
    operator("/v1/deposits", {
        "holder": customer,
        "wallet": "NORMAL_BALANCE",
        "asset": asset,
        "amount": amount,
        "reference": "wire-" + asset,
        "payer_name": "Sunrise Imports",
        "payer_account": "DE89370400440532013000",
        "payer_bank": "Commerzbank",
        "remark": "invoice 17",
    })


def prepared(key):
    """Three customers with money, and a client that acts for each of them in another way."""
    for customer in (OWN, CONNECTED, GRANTING):
        operator(WORLD_FIRST + "/customers", {"id": customer, "name": "Harbour Trading " + customer[-1]})
    deposit(OWN, "USD", "1200.05")
    deposit(OWN, "JPY", "5000")
    deposit(OWN, "KWD", "1.234")
    deposit(CONNECTED, "EUR", "7")
    deposit(GRANTING, "CNH", "88.80")
    asked = {"id": CLIENT, "customer": OWN, "connected": [CONNECTED], "products": ["BALANCE", "TRANSFER"]}
    operator(WORLD_FIRST + "/clients", asked)
    added = operator(f"{WORLD_FIRST}/clients/{CLIENT}/keys", {"pem": public_pem(key)})
    check("key version", added["version"], 1)


def inquiry(currencies=None):
    request = AlipayInquiryBalanceRequest()
    request.path = "/amsin/api/v1/business/account/inquiryBalance"
    request.currency_list = currencies
    return request


def balances(what, text):
    """What a success shows: (currency, type, available, frozen, total) of each account."""
    reply = json.loads(text)
    check(what, list(reply), ["result", "responseId", "accountBalances"])
    check(what, reply["result"], SUCCESS)
    if not re.fullmatch(r"\S{32}", reply["responseId"]):
        sys.exit(f"{what}: no id of 32 characters: {reply['responseId']!r}")
    rows = []
    for account in reply["accountBalances"]:
        if not re.fullmatch(r"\d{16}", account["accountNo"]):
            sys.exit(f"{what}: no number of 16 digits: {account!r}")
        amounts = [account[name] for name in ("availableBalance", "frozenBalance", "totalBalance")]
        check(what, [amount["currency"] for amount in amounts], [account["currency"]] * 3)
        rows.append((account["currency"], account["balanceType"], *(amount["value"] for amount in amounts)))
    return rows


def refused(what, text, code):
    reply = json.loads(text)
    check(what, list(reply), ["result"])
    check(what, (reply["result"]["resultStatus"], reply["result"]["resultCode"]), ("F", code))


def fails(what, client, words):
    """The client itself is not content with the reply."""
    try:
        reply = client.execute(inquiry())
    except AlipayApiException as error:
        if words not in str(error):
            sys.exit(f"{what}: {words!r} is not in {error}")
        return
    sys.exit(f"{what}: it took {reply!r}")


def who_is_asked_for(client):
    ordinary = "NORMAL_BALANCE"
    own = [("JPY", ordinary, 5000, 0, 5000), ("KWD", ordinary, 1234, 0, 1234), ("USD", ordinary, 120005, 0, 120005)]
    check("its own customer's", balances("all", client.execute(inquiry())), own)
    some = balances("some", client.execute(inquiry(["USD", "JPY", "EUR"])))
    check("only what was asked for, as far as it is there", some, [own[0], own[2]])
    for name in ("Connected-CustomerId", "Connected-AccountId"):
        reply = client.execute_with_headers(inquiry(), {name: CONNECTED})
        check(name, balances(name, reply), [("EUR", ordinary, 700, 0, 700)])
    refused("not connected", client.execute_with_headers(inquiry(), {"Connected-CustomerId": GRANTING}),
            "AUTHORIZATION_NOT_EXIST")
    refused("a currency that is not offered", client.execute(inquiry(["XXX"])), "CURRENCY_NOT_SUPPORT")

    granted = operator(WORLD_FIRST + "/grants", {"client": CLIENT, "customer": GRANTING})
    apply = AlipayAuthApplyTokenRequest()
    apply.path = "/amsin/api/v1/oauth/applyToken"
    apply.grant_type = GrantType.AUTHORIZATION_CODE
    apply.auth_code = granted["code"]
    tokens = json.loads(client.execute(apply))
    check("tokens", tokens["result"], SUCCESS)
    reply = client.execute_with_headers(inquiry(), {"Access-Token": tokens["accessToken"]})
    check("Access-Token", balances("Access-Token", reply), [("CNH", ordinary, 8880, 0, 8880)])
    refused("no token", client.execute_with_headers(inquiry(), {"Access-Token": "0" * 32}), "OAUTH_FAIL")


def balance(customer=None):
    """A customer's balance as a means of payment; by default that of the customer whom the call is about."""
    method = PaymentMethod()
    method.payment_method_type = "BALANCE"
    method.customer_id = customer
    return method


def transfer(request_id, value):
    """Some USD from the client's own customer to the one that it is connected to."""
    request = AlipayCreateTransferRequest()
    request.path = TRANSFER + "createTransfer"
    request.transfer_request_id = request_id
    request.transfer_from_detail = TransferFromDetail()
    request.transfer_from_detail.transfer_from_method = balance()
    request.transfer_from_detail.transfer_from_amount = Amount("USD", value)
    request.transfer_to_detail = TransferToDetail()
    request.transfer_to_detail.transfer_to_method = balance(CONNECTED)
    request.transfer_to_detail.transfer_to_currency = "USD"
    request.transfer_to_detail.purpose_code = "GDS"
    return request


def transfer_inquiry(request_id):
    # The client has no request for it. Of one to create a transfer, only the id is written when nothing else is set.
    request = AlipayCreateTransferRequest()
    request.path = TRANSFER + "inquiryTransfer"
    request.transfer_request_id = request_id
    return request


def stands(client, request_id):
    """A transfer as it is answered, and its result."""
    reply = json.loads(client.execute(transfer_inquiry(request_id)))
    check("inquiry", reply["result"], SUCCESS)
    check("inquiry", reply["transferRequestId"], request_id)
    result = reply["transferResult"]
    return reply, (result["resultStatus"], result["resultCode"])


def ended(client, request_id):
    """Asks until the transfer is over, which takes a moment."""
    for _ in range(200):
        reply, result = stands(client, request_id)
        if result != ("S", "PROCESSING"):
            return reply, result
        time.sleep(0.05)
    sys.exit(f"transfer {request_id} is not over after 10 seconds")


def money_is_transferred(client):
    usd = ("USD", "NORMAL_BALANCE")
    made = json.loads(client.execute(transfer("T1", 20005)))
    result = made["result"]
    check("taken on", (result["resultStatus"], result["resultCode"]), ("S", "PROCESSING"))
    amount = {"currency": "USD", "value": 20005}
    check("what leaves", made["transferFromDetail"]["actualTransferFromAmount"], amount)
    check("what arrives", made["transferToDetail"]["actualTransferToAmount"], amount)
    if not re.fullmatch(r"\d{18}", made["transferId"]):
        sys.exit(f"no id of 18 digits: {made['transferId']!r}")
    reply, result = ended(client, "T1")
    check("the transfer's result", result, ("S", "SUCCESS"))
    check("the same transfer", reply["transferId"], made["transferId"])
    finished = reply["transferFinishTime"]
    check("of the payer", balances("payer", client.execute(inquiry(["USD"]))), [(*usd, 100000, 0, 100000)])
    payee = client.execute_with_headers(inquiry(["USD"]), {"Connected-CustomerId": CONNECTED})
    check("of the payee", balances("payee", payee), [(*usd, 20005, 0, 20005)])

    # The amount as text, which this client's own types ask for, is the same amount.
    again = json.loads(client.execute(transfer("T1", "20005")))
    check("a repeat", (again["transferId"], again["transferFinishTime"]), (made["transferId"], finished))
    refused("the same id for another", client.execute(transfer("T1", 20006)), "REPEAT_REQ_INCONSISTENT")
    refused("more than there is", client.execute(transfer("T2", 100001)), "BALANCE_NOT_ENOUGH")
    reply, result = stands(client, "T2")
    check("nothing came of it", (list(reply), result),
          (["result", "transferRequestId", "transferResult"], ("U", "ORDER_NOT_FOUND")))
    check("moved once", balances("payer", client.execute(inquiry(["USD"]))), [(*usd, 100000, 0, 100000)])
    return made["transferId"]


def keys_are_checked_on_both_sides(key, public):
    wrong = new_key()
    text = DefaultAlipayClient(GATEWAY, CLIENT, private_pem(wrong), public).execute(inquiry())
    # Signed by the server all the same, or the client would not have taken it.
    refused("signed with another key", text, "INVALID_SIGNATURE")
    fails("another key of the server's", DefaultAlipayClient(GATEWAY, CLIENT, private_pem(key), public_pem(wrong)),
          "response verify failed")
    # Signed too, or the client would say "signature not exist" in place of the code.
    text = DefaultAlipayClient(GATEWAY, "NOBODY", private_pem(key), public).execute(inquiry())
    refused("a client that nobody knows", text, "INVALID_CLIENT")

    rotated = operator(WORLD_FIRST + "/server-keys", {"overlap_s": 0})
    check("the next key signs", server_key(), rotated["pem"].strip())
    check("version", rotated["version"], 2)
    fails("the key before", DefaultAlipayClient(GATEWAY, CLIENT, private_pem(key), public), "response verify failed")
    client = DefaultAlipayClient(GATEWAY, CLIENT, private_pem(key), rotated["pem"].strip())
    check("after the rotation", len(balances("after the rotation", client.execute(inquiry()))), 3)


def main():
    key = new_key()
    prepared(key)
    public = server_key()
    client = DefaultAlipayClient(GATEWAY, CLIENT, private_pem(key), public)
    who_is_asked_for(client)
    transferred = money_is_transferred(client)
    keys_are_checked_on_both_sides(key, public)
    print("transferred", transferred)
    print("all steps passed")


main()
