//! The result codes of the WorldFirst API, one row each, and the tables that pages make of them.
//!
//! The messages of page `inquiryBalance` and of `PROCESS_FAIL` are the pages' own. For the others no page with their
//! words was found.

/// The state of a call, in `resultStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// `S`: done, or accepted.
    Succeeded,
    /// `F`: definitely not done.
    Failed,
    /// `U`: the result is unknown; ask again.
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

    /// The status of a letter, if it is one of the three.
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
    /// `resultMessage`: the table's message.
    pub message: &'static str,
}

/// Makes a constant of each row, and the lists of all rows.
macro_rules! codes {
    ($($status:ident $name:ident $message:literal)*) => {
        $(
            #[doc = $message]
            pub const $name: Code =
                Code { code: stringify!($name), status: Status::$status, message: $message };
        )*

        /// Every refusal of the dialect.
        pub const ALL: [&Code; [$($message),*].len()] = [$(&$name),*];

        /// The codes that an endpoint may refuse with where its page's table was not found.
        pub static UNION: &[&str] = table![$($name),*];
    };
}

/// The codes of some rows.
macro_rules! table {
    ($($name:ident),* $(,)?) => { &[$($name.code),*] };
}

/// A successful call.
pub const SUCCESS: Code = Code { code: "SUCCESS", status: Status::Succeeded, message: "Success" };
/// A call that was accepted and has not ended.
pub const PROCESSING: Code =
    Code { code: "PROCESSING", status: Status::Succeeded, message: "The business is being processed." };

codes! {
    Failed  PARAM_ILLEGAL "Illegal parameters exist. For example, a non-numeric input, or an invalid date."
    Unknown UNKNOWN_EXCEPTION "API failed due to unknown reason."
    Unknown REQUEST_TRAFFIC_EXCEED_LIMIT "The request traffic exceeds the limit."
    Failed  OAUTH_FAIL "OAuth process failed."
    Failed  INVALID_API "The called API is invalid or not active."
    Failed  INVALID_CLIENT "The client is invalid."
    Failed  INVALID_SIGNATURE "The signature is invalid."
    Failed  METHOD_NOT_SUPPORTED "The server does not implement the requested HTTP method."
    Failed  USER_NOT_EXIST "The user does not exist."
    Failed  ACCOUNT_NOT_EXIST "Account does not exist."
    Failed  SYSTEM_ERROR "System error."
    Failed  SERVICE_NOT_ALLOWED "Service not allowed."
    Failed  CURRENCY_NOT_SUPPORT "The currency is not supported."
    Failed  CONTRACT_CHECK_FAIL "The contract check has failed."
    Failed  ACCESS_TOKEN_EXPIRED "The access token expired."
    Failed  AUTHORIZATION_NOT_EXIST "The authorization does not exist."
    Failed  PROCESS_FAIL "A general business failure occurred. Do not retry."
    Failed  KEY_NOT_FOUND "The key is not found."
    Failed  MEDIA_TYPE_NOT_ACCEPTABLE "The server does not implement the media type that is acceptable to the client."
    Failed  ACCESS_DENIED "Access is denied."
    Unknown FEE_EXCEPTION "The fee could not be determined."
    Unknown ORDER_NOT_FOUND "The order is not found."
    Failed  CONTRACT_NOT_EXIST "The contract does not exist."
    Failed  USER_NO_PERMISSION "The user has no permission."
    Failed  USER_ACCOUNT_ABNORMAL "The user's account is abnormal."
    Failed  USER_STATUS_ABNORMAL "The user's status is abnormal."
    Failed  UN_SUPPORT_BUSINESS "The business is not supported."
    Failed  BALANCE_NOT_ENOUGH "The balance is not enough."
    Failed  AMOUNT_EXCEED_LIMIT "The amount exceeds the limit."
    Failed  REPEAT_REQ_INCONSISTENT "The repeated request is inconsistent with the first."
    Failed  QUOTE_EXPIRED "The quote has expired."
    Failed  AVAILABLE_QUOTA_NOT_ENOUGH "The available quota is not enough."
    Failed  CARD_INFO_NOT_MATCH "The card's information does not match."
    Failed  RISK_REJECT "The request was rejected by risk control."
    Failed  ORDER_IS_CLOSED "The order is closed."
    Failed  ORDER_IS_REVERSED "The order is reversed."
    Failed  ORDER_NOT_EXIST "The order does not exist."
    Failed  TRADE_ORDER_SUBMITTED "The trade order has been submitted."
}

/// The closed table of page `inquiryBalance`, in its order, without `SUCCESS`.
pub static INQUIRY_BALANCE: &[&str] = table![
    PARAM_ILLEGAL,
    UNKNOWN_EXCEPTION,
    REQUEST_TRAFFIC_EXCEED_LIMIT,
    OAUTH_FAIL,
    INVALID_API,
    INVALID_CLIENT,
    INVALID_SIGNATURE,
    METHOD_NOT_SUPPORTED,
    USER_NOT_EXIST,
    ACCOUNT_NOT_EXIST,
    SYSTEM_ERROR,
    SERVICE_NOT_ALLOWED,
    CURRENCY_NOT_SUPPORT,
    CONTRACT_CHECK_FAIL,
    ACCESS_TOKEN_EXPIRED,
    AUTHORIZATION_NOT_EXIST,
];

/// The table of the statement pages, without `SUCCESS`.
pub static INQUIRY_STATEMENT: &[&str] = table![
    PARAM_ILLEGAL,
    PROCESS_FAIL,
    INVALID_API,
    INVALID_CLIENT,
    INVALID_SIGNATURE,
    OAUTH_FAIL,
    ACCESS_TOKEN_EXPIRED,
    AUTHORIZATION_NOT_EXIST,
    METHOD_NOT_SUPPORTED,
    USER_NOT_EXIST,
    CURRENCY_NOT_SUPPORT,
    CONTRACT_CHECK_FAIL,
    SYSTEM_ERROR,
    UNKNOWN_EXCEPTION,
    REQUEST_TRAFFIC_EXCEED_LIMIT,
];

/// The table of page `createTransfer`, without `PROCESSING`, and the general codes of every call, which that page
/// omits. For customer, contract and product it has codes of its own.
pub static CREATE_TRANSFER: &[&str] = table![
    PARAM_ILLEGAL,
    PROCESS_FAIL,
    INVALID_SIGNATURE,
    UN_SUPPORT_BUSINESS,
    USER_NO_PERMISSION,
    USER_ACCOUNT_ABNORMAL,
    USER_STATUS_ABNORMAL,
    BALANCE_NOT_ENOUGH,
    AMOUNT_EXCEED_LIMIT,
    REPEAT_REQ_INCONSISTENT,
    QUOTE_EXPIRED,
    UNKNOWN_EXCEPTION,
    REQUEST_TRAFFIC_EXCEED_LIMIT,
    INVALID_API,
    INVALID_CLIENT,
    METHOD_NOT_SUPPORTED,
    OAUTH_FAIL,
    ACCESS_TOKEN_EXPIRED,
    AUTHORIZATION_NOT_EXIST,
    SYSTEM_ERROR,
];
