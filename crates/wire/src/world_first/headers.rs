//! Names of the headers. Lower case, since header names are compared without case, and since one of the provider's
//! clients finds a reply's headers by no other spelling; [`display`] holds the names as the documentation spells them.

/// The caller's id; it selects the keys.
pub const CLIENT_ID: &str = "client-id";
/// Algorithm, version of the key, and signature; see [`super::SignatureHeader`].
pub const SIGNATURE: &str = "signature";
/// When the request was made; see [`super::time`].
pub const REQUEST_TIME: &str = "request-time";
/// When the reply was made, ISO 8601.
pub const RESPONSE_TIME: &str = "response-time";
/// The customer that a connected client calls for.
pub const CONNECTED_CUSTOMER_ID: &str = "connected-customerid";
/// The newer name of [`CONNECTED_CUSTOMER_ID`].
pub const CONNECTED_ACCOUNT_ID: &str = "connected-accountid";
/// The access token of a customer's grant.
pub const ACCESS_TOKEN: &str = "access-token";

/// The `content-type` of every reply.
pub const JSON: &str = "application/json; charset=UTF-8";

/// The same names as the documentation spells them, for messages.
pub mod display {
    /// See [`super::CLIENT_ID`].
    pub const CLIENT_ID: &str = "Client-Id";
    /// See [`super::SIGNATURE`].
    pub const SIGNATURE: &str = "Signature";
    /// See [`super::REQUEST_TIME`].
    pub const REQUEST_TIME: &str = "Request-Time";
    /// See [`super::RESPONSE_TIME`].
    pub const RESPONSE_TIME: &str = "Response-Time";
    /// See [`super::CONNECTED_CUSTOMER_ID`].
    pub const CONNECTED_CUSTOMER_ID: &str = "Connected-CustomerId";
    /// See [`super::CONNECTED_ACCOUNT_ID`].
    pub const CONNECTED_ACCOUNT_ID: &str = "Connected-AccountId";
    /// See [`super::ACCESS_TOKEN`].
    pub const ACCESS_TOKEN: &str = "Access-Token";
}
