//! The result codes of the Binance Pay API, one row each, and the tables that pages make of them.

/// A row of a page's result code table.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Name, as `ORDER_STATUS_INVALID`.
    pub name: &'static str,
    /// What stands in the envelope's `code`, as `400209`.
    pub code: &'static str,
    /// The table's own words.
    pub message: &'static str,
}

impl Code {
    const fn new(name: &'static str, code: &'static str, message: &'static str) -> Code {
        Code { name, code, message }
    }
}

/// The code of an answered call. It is no refusal, so no table has it.
pub const SUCCESS: &str = "000000";

/// 400000: an unknown error occurred while processing the request.
pub const UNKNOWN_ERROR: Code =
    Code::new("UNKNOWN_ERROR", "400000", "An unknown error occurred while processing the request.");
/// 400001: parameter format is wrong or parameter transferring doesn't follow the rules.
pub const INVALID_REQUEST: Code = Code::new(
    "INVALID_REQUEST",
    "400001",
    "Parameter format is wrong or parameter transferring doesn't follow the rules.",
);
/// 400002: incorrect signature result.
pub const INVALID_SIGNATURE: Code = Code::new("INVALID_SIGNATURE", "400002", "Incorrect signature result");
/// 400003: timestamp for this request is outside of the time window.
pub const INVALID_TIMESTAMP: Code =
    Code::new("INVALID_TIMESTAMP", "400003", "Timestamp for this request is outside of the time window.");
/// 400004: API identity key not found or invalid.
pub const INVALID_API_KEY_OR_IP: Code =
    Code::new("INVALID_API_KEY_OR_IP", "400004", "API identity key not found or invalid.");
/// 400005: API identity key format invalid.
pub const BAD_API_KEY_FMT: Code = Code::new("BAD_API_KEY_FMT", "400005", "API identity key format invalid.");
/// 400006: request method not supported.
pub const BAD_HTTP_METHOD: Code = Code::new("BAD_HTTP_METHOD", "400006", "Request method not supported.");
/// 400007: media type not supported.
pub const MEDIA_TYPE_NOT_SUPPORTED: Code =
    Code::new("MEDIA_TYPE_NOT_SUPPORTED", "400007", "Media type not supported.");
/// 400008: request body is not a valid json object.
pub const INVALID_REQUEST_BODY: Code =
    Code::new("INVALID_REQUEST_BODY", "400008", "Request body is not a valid json object.");
/// 400100: a parameter was missing/empty/null, or malformed.
pub const MANDATORY_PARAM_EMPTY_OR_MALFORMED: Code = Code::new(
    "MANDATORY_PARAM_EMPTY_OR_MALFORMED",
    "400100",
    "A parameter was missing/empty/null, or malformed.",
);
/// 400101: a parameter was not valid, was empty/null, or too long/short, or wrong format.
pub const INVALID_PARAM_WRONG_LENGTH: Code = Code::new(
    "INVALID_PARAM_WRONG_LENGTH",
    "400101",
    "A parameter was not valid, was empty/null, or too long/short, or wrong format.",
);
/// 400102: a parameter was not valid, the value is out of range.
pub const INVALID_PARAM_WRONG_VALUE: Code =
    Code::new("INVALID_PARAM_WRONG_VALUE", "400102", "A parameter was not valid, the value is out of range.");
/// 400103: a parameter was not valid, contains illegal characters.
pub const INVALID_PARAM_ILLEGAL_CHAR: Code = Code::new(
    "INVALID_PARAM_ILLEGAL_CHAR",
    "400103",
    "A parameter was not valid, contains illegal characters",
);
/// 400104: invalid request, content length too large.
pub const INVALID_REQUEST_TOO_LARGE: Code =
    Code::new("INVALID_REQUEST_TOO_LARGE", "400104", "Invalid request, content length too large");
/// 400201: merchantTradeNo is invalid or duplicated.
pub const INVALID_MERCHANT_TRADE_NO: Code =
    Code::new("INVALID_MERCHANT_TRADE_NO", "400201", "merchantTradeNo is invalid or duplicated");
/// 400202: order not found.
pub const ORDER_NOT_FOUND: Code = Code::new("ORDER_NOT_FOUND", "400202", "Order not found.");
/// 400203: not support for this account, please check account status.
pub const INVALID_ACCOUNT_STATUS: Code = Code::new(
    "INVALID_ACCOUNT_STATUS",
    "400203",
    "Not support for this account, please check account status.",
);
/// 400204: order cannot be closed.
pub const INVALID_ORDER_STATUS: Code = Code::new("INVALID_ORDER_STATUS", "400204", "Order cannot be closed");
/// 400205: sub-merchant already exists.
pub const SUB_MERCHANT_EXISTS: Code =
    Code::new("SUB_MERCHANT_EXISTS", "400205", "Sub-merchant already exists");
/// 400206: sub-merchant not found or unavailable.
pub const SUB_MERCHANT_INVALID: Code =
    Code::new("SUB_MERCHANT_INVALID", "400206", "Sub-merchant not found or unavailable");
/// 400209: order not found or order status is not success.
pub const ORDER_STATUS_INVALID: Code =
    Code::new("ORDER_STATUS_INVALID", "400209", "Order not found or order status is not success");
/// 400210: order can not split revenue.
pub const NO_PROFIT_SHARE_MARK: Code =
    Code::new("NO_PROFIT_SHARE_MARK", "400210", "Order can not split revenue");
/// 400211: split amount larger than the max rate.
pub const PROFIT_SPLIT_AMOUNT_INVALID: Code =
    Code::new("PROFIT_SPLIT_AMOUNT_INVALID", "400211", "Split amount larger than the max rate");
/// 400212: exists frozen amount, can not split.
pub const ORDER_STATUS_NOT_END: Code =
    Code::new("ORDER_STATUS_NOT_END", "400212", "Exists frozen amount, can not split");
/// 400213: same account repeated.
pub const SAME_ACCOUNT: Code = Code::new("SAME_ACCOUNT", "400213", "Same account repeated");
/// 400214: receiver not bind.
pub const RECEIVER_INVALID: Code = Code::new("RECEIVER_INVALID", "400214", "Receiver not bind");
/// 400215: no available split amount.
pub const NO_AVAILABLE_SPLIT_AMOUNT: Code =
    Code::new("NO_AVAILABLE_SPLIT_AMOUNT", "400215", "No available split amount");
/// 400216: RequestId has been submitted.
pub const REQ_ID_ALREADY_EXISTS: Code =
    Code::new("REQ_ID_ALREADY_EXISTS", "400216", "RequestId has been submitted");
/// 400301: invalid prepayId.
pub const INVALID_PREPAY_ID: Code = Code::new("INVALID_PREPAY_ID", "400301", "Invalid prepayId");
/// 400302: more than 10 refund attempts.
pub const TOO_MANY_REFUND_ATTEMPTS: Code =
    Code::new("TOO_MANY_REFUND_ATTEMPTS", "400302", "More than 10 refund attempts");
/// 400303: refund amount greater than what remains.
pub const INVALID_REFUND_AMOUNT: Code =
    Code::new("INVALID_REFUND_AMOUNT", "400303", "Refund amount greater than what remains");
/// 400304: merchant balance not enough.
pub const ACCOUNT_REMAINING_AMOUNT_NOT_ENOUGH: Code =
    Code::new("ACCOUNT_REMAINING_AMOUNT_NOT_ENOUGH", "400304", "Merchant balance not enough");
/// 400601: account not found.
pub const PAYMENT_ACCOUNT_NOT_FOUND: Code =
    Code::new("PAYMENT_ACCOUNT_NOT_FOUND", "400601", "Account not found");
/// 400606: merchant access forbidden.
pub const MERCHANT_ACCESS_FORBIDDEN: Code =
    Code::new("MERCHANT_ACCESS_FORBIDDEN", "400606", "Merchant access forbidden");
/// 345231: system failed to execute the quote, which has expired.
pub const TIME_OUT: Code = Code::new(
    "TIME_OUT",
    "345231",
    "System failed to execute the quote, which has expired. Please request for quote again.",
);
/// 406108: fail rate is high, please try again later.
pub const RECEIVER_CHECK_FAILED: Code =
    Code::new("RECEIVER_CHECK_FAILED", "406108", "Fail rate is high, please try again later");
/// 406207: contract not found.
pub const CONTRACT_NOT_FOUND: Code = Code::new("CONTRACT_NOT_FOUND", "406207", "Contract not found");
/// 406212: contract not signed.
pub const CONTRACT_NOT_SIGNED: Code = Code::new("CONTRACT_NOT_SIGNED", "406212", "Contract not signed");
/// 50001: server error.
pub const SERVER_ERROR: Code = Code::new("SERVER_ERROR", "50001", "Server error");
/// 100001001: system abnormality.
pub const SYSTEM_ABNORMALITY: Code = Code::new("SYSTEM_ABNORMALITY", "100001001", "System abnormality");

/// Every row of the dialect.
pub const ALL: [&Code; 40] = [
    &UNKNOWN_ERROR,
    &INVALID_REQUEST,
    &INVALID_SIGNATURE,
    &INVALID_TIMESTAMP,
    &INVALID_API_KEY_OR_IP,
    &BAD_API_KEY_FMT,
    &BAD_HTTP_METHOD,
    &MEDIA_TYPE_NOT_SUPPORTED,
    &INVALID_REQUEST_BODY,
    &MANDATORY_PARAM_EMPTY_OR_MALFORMED,
    &INVALID_PARAM_WRONG_LENGTH,
    &INVALID_PARAM_WRONG_VALUE,
    &INVALID_PARAM_ILLEGAL_CHAR,
    &INVALID_REQUEST_TOO_LARGE,
    &INVALID_MERCHANT_TRADE_NO,
    &ORDER_NOT_FOUND,
    &INVALID_ACCOUNT_STATUS,
    &INVALID_ORDER_STATUS,
    &SUB_MERCHANT_EXISTS,
    &SUB_MERCHANT_INVALID,
    &ORDER_STATUS_INVALID,
    &NO_PROFIT_SHARE_MARK,
    &PROFIT_SPLIT_AMOUNT_INVALID,
    &ORDER_STATUS_NOT_END,
    &SAME_ACCOUNT,
    &RECEIVER_INVALID,
    &NO_AVAILABLE_SPLIT_AMOUNT,
    &REQ_ID_ALREADY_EXISTS,
    &INVALID_PREPAY_ID,
    &TOO_MANY_REFUND_ATTEMPTS,
    &INVALID_REFUND_AMOUNT,
    &ACCOUNT_REMAINING_AMOUNT_NOT_ENOUGH,
    &PAYMENT_ACCOUNT_NOT_FOUND,
    &MERCHANT_ACCESS_FORBIDDEN,
    &TIME_OUT,
    &RECEIVER_CHECK_FAILED,
    &CONTRACT_NOT_FOUND,
    &CONTRACT_NOT_SIGNED,
    &SERVER_ERROR,
    &SYSTEM_ABNORMALITY,
];

/// What an endpoint may answer where the end of its page's table is not known.
pub static UNION: &[&str] = &numbers(ALL);

/// The closed table of the pages `api-convert-query-trade-order` and
/// `api-technical-service-provider-query-record`: what every call may end in, and nothing of its own.
pub static COMMON: &[&str] = &numbers([
    &UNKNOWN_ERROR,
    &INVALID_REQUEST,
    &INVALID_SIGNATURE,
    &INVALID_TIMESTAMP,
    &INVALID_API_KEY_OR_IP,
    &BAD_API_KEY_FMT,
    &BAD_HTTP_METHOD,
    &MEDIA_TYPE_NOT_SUPPORTED,
    &INVALID_REQUEST_BODY,
    &MANDATORY_PARAM_EMPTY_OR_MALFORMED,
    &INVALID_PARAM_WRONG_LENGTH,
    &INVALID_PARAM_WRONG_VALUE,
    &INVALID_PARAM_ILLEGAL_CHAR,
    &INVALID_REQUEST_TOO_LARGE,
]);

/// The closed table of page `api-download-balance-report-query`, in its order: without the codes for a wrong method,
/// media type or body.
pub static REPORT: &[&str] = &numbers([
    &UNKNOWN_ERROR,
    &INVALID_REQUEST,
    &INVALID_SIGNATURE,
    &INVALID_TIMESTAMP,
    &INVALID_API_KEY_OR_IP,
    &BAD_API_KEY_FMT,
    &MANDATORY_PARAM_EMPTY_OR_MALFORMED,
    &INVALID_PARAM_WRONG_LENGTH,
    &INVALID_PARAM_WRONG_VALUE,
    &INVALID_PARAM_ILLEGAL_CHAR,
    &INVALID_REQUEST_TOO_LARGE,
    &INVALID_MERCHANT_TRADE_NO,
    &ORDER_NOT_FOUND,
    &INVALID_ACCOUNT_STATUS,
]);

/// The closed table of page `api-profitshare-query-split`, in its order.
pub static SPLIT: &[&str] = &numbers([
    &UNKNOWN_ERROR,
    &INVALID_REQUEST,
    &INVALID_SIGNATURE,
    &INVALID_TIMESTAMP,
    &INVALID_API_KEY_OR_IP,
    &BAD_API_KEY_FMT,
    &BAD_HTTP_METHOD,
    &MEDIA_TYPE_NOT_SUPPORTED,
    &INVALID_REQUEST_BODY,
    &MANDATORY_PARAM_EMPTY_OR_MALFORMED,
    &INVALID_PARAM_WRONG_LENGTH,
    &INVALID_PARAM_WRONG_VALUE,
    &INVALID_PARAM_ILLEGAL_CHAR,
    &INVALID_REQUEST_TOO_LARGE,
    &PAYMENT_ACCOUNT_NOT_FOUND,
    &ORDER_STATUS_INVALID,
    &NO_PROFIT_SHARE_MARK,
    &PROFIT_SPLIT_AMOUNT_INVALID,
    &ORDER_STATUS_NOT_END,
    &SAME_ACCOUNT,
    &RECEIVER_INVALID,
    &NO_AVAILABLE_SPLIT_AMOUNT,
    &REQ_ID_ALREADY_EXISTS,
]);

/// What the rows' codes are on the wire.
const fn numbers<const N: usize>(rows: [&Code; N]) -> [&'static str; N] {
    let mut numbers = [""; N];
    let mut at = 0;
    while at < N {
        numbers[at] = rows[at].code;
        at += 1;
    }
    numbers
}
