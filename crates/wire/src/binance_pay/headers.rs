//! Names of the request headers. Lower case, since header names are compared without case; [`display`] holds
//! the names as the documentation spells them.

/// Unix time in milliseconds.
pub const TIMESTAMP: &str = "binancepay-timestamp";
/// Exactly 32 printable ASCII characters, never used before inside the time window.
pub const NONCE: &str = "binancepay-nonce";
/// The API key.
pub const CERTIFICATE_SN: &str = "binancepay-certificate-sn";
/// Upper-case hex of the HMAC-SHA512 of the request.
pub const SIGNATURE: &str = "binancepay-signature";
/// The token of a service provider that acts for a merchant. No public page names this header.
pub const AUTHORIZATION_TOKEN: &str = "binancepay-authorization-token";

/// The same names as the documentation spells them, for messages.
pub mod display {
    /// See [`super::TIMESTAMP`].
    pub const TIMESTAMP: &str = "BinancePay-Timestamp";
    /// See [`super::NONCE`].
    pub const NONCE: &str = "BinancePay-Nonce";
    /// See [`super::CERTIFICATE_SN`].
    pub const CERTIFICATE_SN: &str = "BinancePay-Certificate-SN";
    /// See [`super::SIGNATURE`].
    pub const SIGNATURE: &str = "BinancePay-Signature";
    /// See [`super::AUTHORIZATION_TOKEN`].
    pub const AUTHORIZATION_TOKEN: &str = "BinancePay-Authorization-Token";
}
