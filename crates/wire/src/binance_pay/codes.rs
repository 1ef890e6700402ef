//! The result codes of the Binance Pay API, one row each, and the tables that pages make of them.

/// A row of a page's result code table.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Name, as `ORDER_STATUS_INVALID`.
    pub name: &'static str,
    /// The envelope's `code`, as `400209`.
    pub code: &'static str,
    /// The table's message.
    pub message: &'static str,
}

/// The code of a successful call. It is not a refusal, so no table has it.
pub const SUCCESS: &str = "000000";

/// Makes a constant of each row, and the lists of all rows.
macro_rules! codes {
    ($($code:literal $name:ident $message:literal)*) => {
        $(
            #[doc = concat!($code, ": ", $message)]
            pub const $name: Code = Code { name: stringify!($name), code: $code, message: $message };
        )*

        /// Every row of the dialect.
        pub const ALL: [&Code; [$($code),*].len()] = [$(&$name),*];

        /// The codes that an endpoint may answer where the end of its page's table is not known.
        pub static UNION: &[&str] = &[$($code),*];
    };
}

codes! {
    "400000" UNKNOWN_ERROR "An unknown error occurred while processing the request."
    "400001" INVALID_REQUEST "Parameter format is wrong or parameter transferring doesn't follow the rules."
    "400002" INVALID_SIGNATURE "Incorrect signature result"
    "400003" INVALID_TIMESTAMP "Timestamp for this request is outside of the time window."
    "400004" INVALID_API_KEY_OR_IP "API identity key not found or invalid."
    "400005" BAD_API_KEY_FMT "API identity key format invalid."
    "400006" BAD_HTTP_METHOD "Request method not supported."
    "400007" MEDIA_TYPE_NOT_SUPPORTED "Media type not supported."
    "400008" INVALID_REQUEST_BODY "Request body is not a valid json object."
    "400100" MANDATORY_PARAM_EMPTY_OR_MALFORMED "A parameter was missing/empty/null, or malformed."
    "400101" INVALID_PARAM_WRONG_LENGTH "A parameter was not valid, was empty/null, or too long/short, or wrong format."
    "400102" INVALID_PARAM_WRONG_VALUE "A parameter was not valid, the value is out of range."
    "400103" INVALID_PARAM_ILLEGAL_CHAR "A parameter was not valid, contains illegal characters"
    "400104" INVALID_REQUEST_TOO_LARGE "Invalid request, content length too large"
    "400201" INVALID_MERCHANT_TRADE_NO "merchantTradeNo is invalid or duplicated"
    "400202" ORDER_NOT_FOUND "Order not found."
    "400203" INVALID_ACCOUNT_STATUS "Not support for this account, please check account status."
    "400204" INVALID_ORDER_STATUS "Order cannot be closed"
    "400205" SUB_MERCHANT_EXISTS "Sub-merchant already exists"
    "400206" SUB_MERCHANT_INVALID "Sub-merchant not found or unavailable"
    "400209" ORDER_STATUS_INVALID "Order not found or order status is not success"
    "400210" NO_PROFIT_SHARE_MARK "Order can not split revenue"
    "400211" PROFIT_SPLIT_AMOUNT_INVALID "Split amount larger than the max rate"
    "400212" ORDER_STATUS_NOT_END "Exists frozen amount, can not split"
    "400213" SAME_ACCOUNT "Same account repeated"
    "400214" RECEIVER_INVALID "Receiver not bind"
    "400215" NO_AVAILABLE_SPLIT_AMOUNT "No available split amount"
    "400216" REQ_ID_ALREADY_EXISTS "RequestId has been submitted"
    "400301" INVALID_PREPAY_ID "Invalid prepayId"
    "400302" TOO_MANY_REFUND_ATTEMPTS "More than 10 refund attempts"
    "400303" INVALID_REFUND_AMOUNT "Refund amount greater than what remains"
    "400304" ACCOUNT_REMAINING_AMOUNT_NOT_ENOUGH "Merchant balance not enough"
    "400601" PAYMENT_ACCOUNT_NOT_FOUND "Account not found"
    "400606" MERCHANT_ACCESS_FORBIDDEN "Merchant access forbidden"
    "345231" TIME_OUT "System failed to execute the quote, which has expired. Please request for quote again."
    "406108" RECEIVER_CHECK_FAILED "Fail rate is high, please try again later"
    "406207" CONTRACT_NOT_FOUND "Contract not found"
    "406212" CONTRACT_NOT_SIGNED "Contract not signed"
    "50001" SERVER_ERROR "Server error"
    "100001001" SYSTEM_ABNORMALITY "System abnormality"
}

/// Codes of every call, mostly about its caller and its time.
const CALL: &[&Code] = &[
    &UNKNOWN_ERROR,
    &INVALID_REQUEST,
    &INVALID_SIGNATURE,
    &INVALID_TIMESTAMP,
    &INVALID_API_KEY_OR_IP,
    &BAD_API_KEY_FMT,
];

/// Codes for a call's method, media type and body.
const FORM: &[&Code] = &[&BAD_HTTP_METHOD, &MEDIA_TYPE_NOT_SUPPORTED, &INVALID_REQUEST_BODY];

/// Codes for a field, and for the size of all fields.
const FIELDS: &[&Code] = &[
    &MANDATORY_PARAM_EMPTY_OR_MALFORMED,
    &INVALID_PARAM_WRONG_LENGTH,
    &INVALID_PARAM_WRONG_VALUE,
    &INVALID_PARAM_ILLEGAL_CHAR,
    &INVALID_REQUEST_TOO_LARGE,
];

/// The closed table of the pages `api-convert-query-trade-order` and `api-technical-service-provider-query-record`:
/// the codes of every call, and none of their own.
pub static COMMON: &[&str] = &numbers::<14>(&[CALL, FORM, FIELDS]);

/// The closed table of page `api-download-balance-report-query`, in its order: without the codes for a wrong method,
/// media type or body.
pub static REPORT: &[&str] =
    &numbers::<14>(&[CALL, FIELDS, &[&INVALID_MERCHANT_TRADE_NO, &ORDER_NOT_FOUND, &INVALID_ACCOUNT_STATUS]]);

/// The closed table of page `api-profitshare-query-split`, in its order.
pub static SPLIT: &[&str] = &numbers::<23>(&[
    CALL,
    FORM,
    FIELDS,
    &[
        &PAYMENT_ACCOUNT_NOT_FOUND,
        &ORDER_STATUS_INVALID,
        &NO_PROFIT_SHARE_MARK,
        &PROFIT_SPLIT_AMOUNT_INVALID,
        &ORDER_STATUS_NOT_END,
        &SAME_ACCOUNT,
        &RECEIVER_INVALID,
        &NO_AVAILABLE_SPLIT_AMOUNT,
        &REQ_ID_ALREADY_EXISTS,
    ],
]);

/// The codes of a table's parts, `N` in total; another number does not compile.
const fn numbers<const N: usize>(parts: &[&[&Code]]) -> [&'static str; N] {
    let mut numbers = [""; N];
    let (mut at, mut part) = (0, 0);
    while part < parts.len() {
        let mut row = 0;
        while row < parts[part].len() {
            numbers[at] = parts[part][row].code;
            (at, row) = (at + 1, row + 1);
        }
        part += 1;
    }
    assert!(at == N, "the table has another number of codes");
    numbers
}
