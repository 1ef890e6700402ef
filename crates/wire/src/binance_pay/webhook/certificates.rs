//! `POST /binancepay/openapi/certificates`: the public keys that webhooks are verified with.
//!
//! Page `webhook-query-certificate`. It prints the two fields flat; every client reads an array of objects.

use md5::{Digest as _, Md5};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

use crate::{
    binance_pay::{BinancePay, codes},
    endpoint::{Endpoint, Spec},
    text::Text,
    validate::{Check, Validate},
};

/// Asks for the certificates. It takes no parameter, so that no body is needed either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QueryCertificates {}

/// A public key that webhooks are verified with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    /// What a webhook names it by, in the header `BinancePay-Certificate-SN`.
    pub cert_serial: Text,
    /// PEM, `PUBLIC KEY`, without a line end behind it.
    pub cert_public: Text,
}

impl Certificate {
    /// The certificate of a public key in PEM.
    pub fn of(pem: &str) -> Self {
        let pem = pem.trim_ascii_end();
        Self { cert_serial: serial(pem).into(), cert_public: pem.into() }
    }
}

/// The serial of a certificate: MD5 of its PEM without a line end behind it, in lower-case hex. The page says that it is
/// a hash of the public key and a fixture of a public client that it is MD5 of this text; clients compare it only.
fn serial(pem: &str) -> String {
    Md5::digest(pem).iter().fold(String::with_capacity(32), |mut hex, byte| {
        let written = write!(hex, "{byte:02x}");
        written.expect("a string takes what is written to it");
        hex
    })
}

impl Endpoint for QueryCertificates {
    type Dialect = BinancePay;
    type Response = Vec<Certificate>;
    const SPEC: &'static Spec = &Spec {
        name: "binance_pay/webhook/certificates",
        path: "/binancepay/openapi/certificates",
        summary: "List the public keys that sign webhooks",
        codes: codes::UNION,
        body_optional: true,
        scope: None,
    };
    const REPEATABLE: bool = true;
    // What it received before can still be verified.
    const WHILE_SUSPENDED: bool = true;
}

impl Validate for QueryCertificates {
    fn validate(&self, _: &mut Check) {}
}

#[cfg(test)]
mod tests {
    use super::{Certificate, QueryCertificates};
    use crate::decode;

    #[test]
    fn no_body_is_as_good_as_an_empty_one() {
        for body in ["", "null", "{}", "[]"] {
            assert_eq!(
                decode::request::<QueryCertificates>(body.as_bytes()),
                Ok(QueryCertificates {}),
                "{body:?}"
            );
        }
    }

    /// The serials are those of `printf '%s' PEM | md5sum`.
    #[test]
    fn the_serial_is_of_the_pem_without_its_last_line_end() {
        let pem = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----";
        for text in [pem.to_owned(), format!("{pem}\n"), format!("{pem}\r\n")] {
            let certificate = Certificate::of(&text);
            assert_eq!(certificate.cert_serial, "93b872ff62a9e3236e5226fbbf5bf4df");
            assert_eq!(certificate.cert_public, pem);
        }
    }
}
