//! What leads to a code in Countinghouse, for the page of all codes. A code that is not here has no cause.

pub(crate) const BINANCE_PAY: &[(&str, &str)] = &[
    (
        "400000",
        "something broke inside, too many writes wait, or a rate is too old; the log says which, under the request's id",
    ),
    (
        "400001",
        "the nonce has not 32 printable characters or was used before; the body did not arrive; more requests than the key may make (HTTP 429); more reports than a month allows; the caller is no service provider",
    ),
    ("400002", "the signature is not that of the bytes received"),
    ("400003", "the timestamp is missing, not in milliseconds, or outside of the window"),
    (
        "400004",
        "the key is unknown, revoked, expired or not for the caller's address; the token of an authorization is not good; the account is suspended, where the page has no 400203",
    ),
    ("400005", "the key is missing, or not 16 to 128 characters of `A-Z a-z 0-9 - _`"),
    ("400006", "another method than `POST`"),
    ("400007", "another media type than JSON"),
    ("400008", "the body is not one JSON object in UTF-8"),
    ("400100", "a field is missing, null, empty, there twice or of the wrong JSON type"),
    ("400101", "a text or list is too short or too long"),
    (
        "400102",
        "a value is out of range or not among the known ones; an amount with more decimals than its asset",
    ),
    ("400103", "a text has characters that its field does not take"),
    ("400104", "the body has more than 1 MiB"),
    ("400201", "the `merchantTradeNo` was used before"),
    ("400202", "there is no such order of this merchant"),
    ("400203", "the merchant is suspended or closed"),
    ("400204", "the order is not in a state in which it can be closed"),
    ("400209", "the order is unknown, another merchant's or not paid; there is no such split"),
    ("400210", "the order was made without `ifProfitSharing`"),
    ("400211", "the sum is more than the order's reserve or the rate allow; a return of more than was split"),
    ("400212", "an earlier split of the order is not finished"),
    ("400213", "an account appears twice"),
    ("400214", "the receiver is not bound, or is the merchant itself"),
    ("400215", "nothing is left of the order's reserve"),
    ("400216", "the request id was used before"),
    ("400601", "there is no such Binance ID, or its account is closed"),
    ("400606", "the authorization lacks the endpoint's scope"),
    ("345231", "the quote has expired"),
];

pub(crate) const WORLD_FIRST: &[(&str, &str)] = &[
    (
        "PARAM_ILLEGAL",
        "`Request-Time` is unreadable or outside of the window; the body is no JSON object, is too long or did not arrive; a field breaks its rule",
    ),
    (
        "UNKNOWN_EXCEPTION",
        "the database failed, too many writes wait, or it took too long; the log says which",
    ),
    ("REQUEST_TRAFFIC_EXCEED_LIMIT", "more requests than the client may make"),
    ("OAUTH_FAIL", "the access token is malformed or unknown; the code or refresh token is not good"),
    ("INVALID_API", "the path is not served"),
    ("INVALID_CLIENT", "`Client-Id` is missing or not the id of a client"),
    (
        "INVALID_SIGNATURE",
        "the signature is not that of the bytes received, or names a key that the client does not have",
    ),
    ("METHOD_NOT_SUPPORTED", "another method than `POST`"),
    (
        "USER_NOT_EXIST",
        "there is no such customer, or the call names none and the client has none of its own",
    ),
    ("ACCOUNT_NOT_EXIST", "the customer has no account"),
    ("SYSTEM_ERROR", "what must always hold does not; the log says what"),
    ("SERVICE_NOT_ALLOWED", "the client does not have the product"),
    (
        "CURRENCY_NOT_SUPPORT",
        "the currency is not known or not offered; two currencies are not exchanged for each other",
    ),
    ("CONTRACT_CHECK_FAIL", "the customer's contract is not in force"),
    ("ACCESS_TOKEN_EXPIRED", "the access token has expired"),
    (
        "AUTHORIZATION_NOT_EXIST",
        "the authorization was revoked, or the client is not connected to the customer",
    ),
    (
        "PROCESS_FAIL",
        "there is no such statement line; the client does not have the product, on the pages of statements; a transfer to the payer; the quote is unknown or taken; no rate is fresh",
    ),
    (
        "ORDER_NOT_FOUND",
        "there is no such transfer or exchange of this client; stands in `transferResult` or `exchangeResult`",
    ),
    (
        "USER_NO_PERMISSION",
        "`transferFromMethod` names another customer than the one that the call is about; with createTransfer also where other pages have USER_NOT_EXIST or SERVICE_NOT_ALLOWED",
    ),
    (
        "USER_ACCOUNT_ABNORMAL",
        "the payee of a transfer is no customer, its contract is not in force, or it is suspended or closed",
    ),
    (
        "USER_STATUS_ABNORMAL",
        "the customer who pays or exchanges is suspended or closed; with createTransfer also where other pages have CONTRACT_CHECK_FAIL",
    ),
    (
        "UN_SUPPORT_BUSINESS",
        "a transfer by another method than `BALANCE`, with a quote, or with two currencies; an exchange that is not `SPOT`",
    ),
    ("BALANCE_NOT_ENOUGH", "the customer has less available than the transfer or exchange takes"),
    (
        "AMOUNT_EXCEED_LIMIT",
        "a transfer of more than 16 digits; an amount outside of the pair's limits; more than the account that is paid can hold",
    ),
    ("REPEAT_REQ_INCONSISTENT", "the request's id was used before, for something else"),
    ("QUOTE_EXPIRED", "the quote has expired"),
];
