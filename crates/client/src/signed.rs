//! A Binance Pay request, signed and ready to send. Pure: the signed bytes are the sent bytes.

use serde::Serialize;
use std::fmt;
use wire::{
    Endpoint,
    binance_pay::{self, Secret, headers::display},
};

use crate::{Error, redact};

/// An API key and its secret.
#[derive(Clone)]
pub struct Credentials {
    key: String,
    secret: Secret,
}

/// A request with its authentication headers.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedRequest {
    /// Absolute path; the method is `POST`.
    pub path: String,
    /// Every header that the dialect requires, under the documentation's own names.
    pub headers: Vec<(&'static str, String)>,
    /// The signed body.
    pub body: Vec<u8>,
}

impl Credentials {
    /// Takes the key and the UTF-8 bytes of its secret.
    pub fn new(key: impl Into<String>, secret: impl AsRef<[u8]>) -> Self {
        Self { key: key.into(), secret: Secret::new(secret.as_ref()) }
    }

    /// The API key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Signs a request of an endpoint, made at `timestamp_ms` (Unix milliseconds) under a nonce of 32
    /// characters.
    ///
    /// # Errors
    /// The request cannot be written as JSON, which does not happen with the types of [`wire`].
    pub fn sign<E>(&self, request: &E, timestamp_ms: i64, nonce: &str) -> Result<SignedRequest, Error>
    where
        E: Endpoint<Dialect = binance_pay::BinancePay>,
    {
        Ok(self.sign_bytes(E::SPEC.path, to_json(request)?, timestamp_ms, nonce))
    }

    /// Signs any body for any path, for callers that make their own bytes.
    pub fn sign_bytes(&self, path: &str, body: Vec<u8>, timestamp_ms: i64, nonce: &str) -> SignedRequest {
        let timestamp = timestamp_ms.to_string();
        let signature = self.secret.sign(&timestamp, nonce, &body);
        let signature = signature.iter().copied().map(char::from).collect();
        SignedRequest {
            path: path.to_owned(),
            headers: vec![
                ("Content-Type", "application/json".to_owned()),
                (display::TIMESTAMP, timestamp),
                (display::NONCE, nonce.to_owned()),
                (display::CERTIFICATE_SN, self.key.clone()),
                (display::SIGNATURE, signature),
            ],
            body,
        }
    }
}

pub(crate) fn to_json<T: Serialize>(body: &T) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(body).map_err(Error::encode)
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("key", &self.key).finish_non_exhaustive()
    }
}

impl fmt::Debug for SignedRequest {
    /// Omits the signature, with which anybody can send the request inside its time window, and tokens too.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest")
            .field("path", &self.path)
            .field("body", &redact::body(&self.body))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::binance_pay::profit_sharing::query_split::QuerySplit;

    fn signed() -> SignedRequest {
        let query = QuerySplit { merchant_request_id: "split1".into(), prepay_order_id: "123".into() };
        let credentials = Credentials::new("a-key-of-sixteen", "abcd1234");
        credentials.sign(&query, 1_611_232_922_428, "5RhaTrZPhknNv0kDSA2UQ67cPMVNS4sA").unwrap()
    }

    #[test]
    fn headers_are_named_and_signed_as_documented() {
        let signed = signed();
        assert_eq!(signed.path, "/binancepay/openapi/profitsharing/v1/query-split");
        assert_eq!(signed.body, br#"{"merchantRequestId":"split1","prepayOrderId":"123"}"#);
        let names: Vec<&str> = signed.headers.iter().map(|(name, _)| *name).collect();
        let documented =
            ["Timestamp", "Nonce", "Certificate-SN", "Signature"].map(|n| format!("BinancePay-{n}"));
        assert_eq!(names[0], "Content-Type");
        assert_eq!(&names[1..], documented);
        assert_eq!(signed.headers[1].1, "1611232922428");
        // From another implementation: printf of the payload into `openssl dgst -sha512 -hmac abcd1234`.
        let expected = "253734EDC13AE0C78A2BD9FB50949814829ADAE8593878FC6B959AF0503E9E8D\
                        518FA6FE57A7240500069264D880B40490653ADBB742F09F03F9132AFCF78DEA";
        assert_eq!(signed.headers[4].1, expected);
    }

    #[test]
    fn debug_shows_no_secret_and_no_signature() {
        let signed = signed();
        assert!(!format!("{signed:?}").contains(&signed.headers[4].1));
        let granted = Credentials::new("k", "s").sign_bytes("/", br#"{"authCode":"s3"}"#.to_vec(), 0, "n");
        assert!(!format!("{granted:?}").contains("s3"));
        let credentials = format!("{:?}", Credentials::new("a-key-of-sixteen", "abcd1234"));
        assert!(credentials.contains("a-key-of-sixteen") && !credentials.contains("abcd1234"));
    }
}
