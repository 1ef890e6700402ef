//! The result codes of the WorldFirst API, one row each, and the tables that pages make of them.
//!
//! The messages of page `inquiryBalance` and of `PROCESS_FAIL` are the pages' own. For the others no page was found that
//! words them.

/// What a result says of the call, in `resultStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// `S`: done, or taken on.
    Succeeded,
    /// `F`: definitely not done.
    Failed,
    /// `U`: whether it was done is not known; ask again.
    Unknown,
}

impl Status {
    /// The letter on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Succeeded => "S",
            Status::Failed => "F",
            Status::Unknown => "U",
        }
    }

    /// What the letter stands for, if it is one of the three.
    pub fn parse(letter: &str) -> Option<Status> {
        [Status::Succeeded, Status::Failed, Status::Unknown]
            .into_iter()
            .find(|status| status.as_str() == letter)
    }
}

/// A row of a page's result code table.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `resultCode`, as `PARAM_ILLEGAL`.
    pub code: &'static str,
    /// `resultStatus`.
    pub status: Status,
    /// `resultMessage`: the table's own words.
    pub message: &'static str,
}

impl Code {
    const fn failed(code: &'static str, message: &'static str) -> Code {
        Code { code, status: Status::Failed, message }
    }

    const fn succeeded(code: &'static str, message: &'static str) -> Code {
        Code { code, status: Status::Succeeded, message }
    }

    const fn unknown(code: &'static str, message: &'static str) -> Code {
        Code { code, status: Status::Unknown, message }
    }
}

/// An answered call.
pub const SUCCESS: Code = Code::succeeded("SUCCESS", "Success");
/// A call that was taken on, and is not over.
pub const PROCESSING: Code = Code::succeeded("PROCESSING", "The business is being processed.");

/// Illegal parameters exist. For example, a non-numeric input, or an invalid date.
pub const PARAM_ILLEGAL: Code = Code::failed(
    "PARAM_ILLEGAL",
    "Illegal parameters exist. For example, a non-numeric input, or an invalid date.",
);
/// API failed due to unknown reason.
pub const UNKNOWN_EXCEPTION: Code = Code::unknown("UNKNOWN_EXCEPTION", "API failed due to unknown reason.");
/// The request traffic exceeds the limit.
pub const REQUEST_TRAFFIC_EXCEED_LIMIT: Code =
    Code::unknown("REQUEST_TRAFFIC_EXCEED_LIMIT", "The request traffic exceeds the limit.");
/// OAuth process failed.
pub const OAUTH_FAIL: Code = Code::failed("OAUTH_FAIL", "OAuth process failed.");
/// The called API is invalid or not active.
pub const INVALID_API: Code = Code::failed("INVALID_API", "The called API is invalid or not active.");
/// The client is invalid.
pub const INVALID_CLIENT: Code = Code::failed("INVALID_CLIENT", "The client is invalid.");
/// The signature is invalid.
pub const INVALID_SIGNATURE: Code = Code::failed("INVALID_SIGNATURE", "The signature is invalid.");
/// The server does not implement the requested HTTP method.
pub const METHOD_NOT_SUPPORTED: Code =
    Code::failed("METHOD_NOT_SUPPORTED", "The server does not implement the requested HTTP method.");
/// The user does not exist.
pub const USER_NOT_EXIST: Code = Code::failed("USER_NOT_EXIST", "The user does not exist.");
/// Account does not exist.
pub const ACCOUNT_NOT_EXIST: Code = Code::failed("ACCOUNT_NOT_EXIST", "Account does not exist.");
/// System error.
pub const SYSTEM_ERROR: Code = Code::failed("SYSTEM_ERROR", "System error.");
/// Service not allowed.
pub const SERVICE_NOT_ALLOWED: Code = Code::failed("SERVICE_NOT_ALLOWED", "Service not allowed.");
/// The currency is not supported.
pub const CURRENCY_NOT_SUPPORT: Code = Code::failed("CURRENCY_NOT_SUPPORT", "The currency is not supported.");
/// The contract check has failed.
pub const CONTRACT_CHECK_FAIL: Code = Code::failed("CONTRACT_CHECK_FAIL", "The contract check has failed.");
/// The access token expired.
pub const ACCESS_TOKEN_EXPIRED: Code = Code::failed("ACCESS_TOKEN_EXPIRED", "The access token expired.");
/// The authorization does not exist.
pub const AUTHORIZATION_NOT_EXIST: Code =
    Code::failed("AUTHORIZATION_NOT_EXIST", "The authorization does not exist.");
/// A general business failure occurred. Do not retry.
pub const PROCESS_FAIL: Code =
    Code::failed("PROCESS_FAIL", "A general business failure occurred. Do not retry.");
/// The key is not found.
pub const KEY_NOT_FOUND: Code = Code::failed("KEY_NOT_FOUND", "The key is not found.");
/// The server does not implement the media type that is acceptable to the client.
pub const MEDIA_TYPE_NOT_ACCEPTABLE: Code = Code::failed(
    "MEDIA_TYPE_NOT_ACCEPTABLE",
    "The server does not implement the media type that is acceptable to the client.",
);
/// Access is denied.
pub const ACCESS_DENIED: Code = Code::failed("ACCESS_DENIED", "Access is denied.");
/// The fee could not be determined.
pub const FEE_EXCEPTION: Code = Code::unknown("FEE_EXCEPTION", "The fee could not be determined.");
/// The order is not found.
pub const ORDER_NOT_FOUND: Code = Code::unknown("ORDER_NOT_FOUND", "The order is not found.");
/// The contract does not exist.
pub const CONTRACT_NOT_EXIST: Code = Code::failed("CONTRACT_NOT_EXIST", "The contract does not exist.");
/// The user has no permission.
pub const USER_NO_PERMISSION: Code = Code::failed("USER_NO_PERMISSION", "The user has no permission.");
/// The user's account is abnormal.
pub const USER_ACCOUNT_ABNORMAL: Code =
    Code::failed("USER_ACCOUNT_ABNORMAL", "The user's account is abnormal.");
/// The user's status is abnormal.
pub const USER_STATUS_ABNORMAL: Code = Code::failed("USER_STATUS_ABNORMAL", "The user's status is abnormal.");
/// The business is not supported.
pub const UN_SUPPORT_BUSINESS: Code = Code::failed("UN_SUPPORT_BUSINESS", "The business is not supported.");
/// The balance is not enough.
pub const BALANCE_NOT_ENOUGH: Code = Code::failed("BALANCE_NOT_ENOUGH", "The balance is not enough.");
/// The amount exceeds the limit.
pub const AMOUNT_EXCEED_LIMIT: Code = Code::failed("AMOUNT_EXCEED_LIMIT", "The amount exceeds the limit.");
/// The repeated request is inconsistent with the first.
pub const REPEAT_REQ_INCONSISTENT: Code =
    Code::failed("REPEAT_REQ_INCONSISTENT", "The repeated request is inconsistent with the first.");
/// The quote has expired.
pub const QUOTE_EXPIRED: Code = Code::failed("QUOTE_EXPIRED", "The quote has expired.");
/// The available quota is not enough.
pub const AVAILABLE_QUOTA_NOT_ENOUGH: Code =
    Code::failed("AVAILABLE_QUOTA_NOT_ENOUGH", "The available quota is not enough.");
/// The card's information does not match.
pub const CARD_INFO_NOT_MATCH: Code =
    Code::failed("CARD_INFO_NOT_MATCH", "The card's information does not match.");
/// The request was rejected by risk control.
pub const RISK_REJECT: Code = Code::failed("RISK_REJECT", "The request was rejected by risk control.");
/// The order is closed.
pub const ORDER_IS_CLOSED: Code = Code::failed("ORDER_IS_CLOSED", "The order is closed.");
/// The order is reversed.
pub const ORDER_IS_REVERSED: Code = Code::failed("ORDER_IS_REVERSED", "The order is reversed.");
/// The order does not exist.
pub const ORDER_NOT_EXIST: Code = Code::failed("ORDER_NOT_EXIST", "The order does not exist.");
/// The trade order has been submitted.
pub const TRADE_ORDER_SUBMITTED: Code =
    Code::failed("TRADE_ORDER_SUBMITTED", "The trade order has been submitted.");

/// Every refusal of the dialect.
pub const ALL: [&Code; 38] = [
    &PARAM_ILLEGAL,
    &UNKNOWN_EXCEPTION,
    &REQUEST_TRAFFIC_EXCEED_LIMIT,
    &OAUTH_FAIL,
    &INVALID_API,
    &INVALID_CLIENT,
    &INVALID_SIGNATURE,
    &METHOD_NOT_SUPPORTED,
    &USER_NOT_EXIST,
    &ACCOUNT_NOT_EXIST,
    &SYSTEM_ERROR,
    &SERVICE_NOT_ALLOWED,
    &CURRENCY_NOT_SUPPORT,
    &CONTRACT_CHECK_FAIL,
    &ACCESS_TOKEN_EXPIRED,
    &AUTHORIZATION_NOT_EXIST,
    &PROCESS_FAIL,
    &KEY_NOT_FOUND,
    &MEDIA_TYPE_NOT_ACCEPTABLE,
    &ACCESS_DENIED,
    &FEE_EXCEPTION,
    &ORDER_NOT_FOUND,
    &CONTRACT_NOT_EXIST,
    &USER_NO_PERMISSION,
    &USER_ACCOUNT_ABNORMAL,
    &USER_STATUS_ABNORMAL,
    &UN_SUPPORT_BUSINESS,
    &BALANCE_NOT_ENOUGH,
    &AMOUNT_EXCEED_LIMIT,
    &REPEAT_REQ_INCONSISTENT,
    &QUOTE_EXPIRED,
    &AVAILABLE_QUOTA_NOT_ENOUGH,
    &CARD_INFO_NOT_MATCH,
    &RISK_REJECT,
    &ORDER_IS_CLOSED,
    &ORDER_IS_REVERSED,
    &ORDER_NOT_EXIST,
    &TRADE_ORDER_SUBMITTED,
];

/// What an endpoint may refuse with where its page's table was not found.
pub static UNION: &[&str] = &words(ALL);

/// The closed table of page `inquiryBalance`, in its order, without `SUCCESS`.
pub static INQUIRY_BALANCE: &[&str] = &words([
    &PARAM_ILLEGAL,
    &UNKNOWN_EXCEPTION,
    &REQUEST_TRAFFIC_EXCEED_LIMIT,
    &OAUTH_FAIL,
    &INVALID_API,
    &INVALID_CLIENT,
    &INVALID_SIGNATURE,
    &METHOD_NOT_SUPPORTED,
    &USER_NOT_EXIST,
    &ACCOUNT_NOT_EXIST,
    &SYSTEM_ERROR,
    &SERVICE_NOT_ALLOWED,
    &CURRENCY_NOT_SUPPORT,
    &CONTRACT_CHECK_FAIL,
    &ACCESS_TOKEN_EXPIRED,
    &AUTHORIZATION_NOT_EXIST,
]);

/// The table of the statement pages, without `SUCCESS`.
pub static INQUIRY_STATEMENT: &[&str] = &words([
    &PARAM_ILLEGAL,
    &PROCESS_FAIL,
    &INVALID_API,
    &INVALID_CLIENT,
    &INVALID_SIGNATURE,
    &OAUTH_FAIL,
    &ACCESS_TOKEN_EXPIRED,
    &AUTHORIZATION_NOT_EXIST,
    &METHOD_NOT_SUPPORTED,
    &USER_NOT_EXIST,
    &CURRENCY_NOT_SUPPORT,
    &CONTRACT_CHECK_FAIL,
    &SYSTEM_ERROR,
    &UNKNOWN_EXCEPTION,
    &REQUEST_TRAFFIC_EXCEED_LIMIT,
]);

/// The table of page `createTransfer`, without `PROCESSING`, and what any call may meet, which that page leaves out. Of
/// customer, contract and product it has words of its own.
pub static CREATE_TRANSFER: &[&str] = &words([
    &PARAM_ILLEGAL,
    &PROCESS_FAIL,
    &INVALID_SIGNATURE,
    &UN_SUPPORT_BUSINESS,
    &USER_NO_PERMISSION,
    &USER_ACCOUNT_ABNORMAL,
    &USER_STATUS_ABNORMAL,
    &BALANCE_NOT_ENOUGH,
    &AMOUNT_EXCEED_LIMIT,
    &REPEAT_REQ_INCONSISTENT,
    &QUOTE_EXPIRED,
    &UNKNOWN_EXCEPTION,
    &REQUEST_TRAFFIC_EXCEED_LIMIT,
    &INVALID_API,
    &INVALID_CLIENT,
    &METHOD_NOT_SUPPORTED,
    &OAUTH_FAIL,
    &ACCESS_TOKEN_EXPIRED,
    &AUTHORIZATION_NOT_EXIST,
    &SYSTEM_ERROR,
]);

/// The rows' codes.
const fn words<const N: usize>(rows: [&Code; N]) -> [&'static str; N] {
    let mut words = [""; N];
    let mut at = 0;
    while at < N {
        words[at] = rows[at].code;
        at += 1;
    }
    words
}
