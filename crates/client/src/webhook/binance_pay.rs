//! Binance Pay's webhooks: RSA with SHA-256 over time, nonce and body, with a certificate that is fetched and cached.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::header::HeaderMap;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use std::time::Duration;
use wire::{
    binance_pay::{headers, webhook::certificates::QueryCertificates},
    text::Text,
    world_first::VerifyingKey,
};

use super::{misread, only, unverified};
use crate::{BinancePay, Error, certificates::Pause, error::Kind};

/// The body that acknowledges a webhook, to be sent with HTTP 200. After any other reply the provider sends it again.
pub const PAY_RECEIVED: &str = r#"{"returnCode":"SUCCESS","returnMessage":null}"#;
/// The body that makes the provider send a webhook again later, up to 6 times.
pub const PAY_FAILED: &str = r#"{"returnCode":"FAIL","returnMessage":null}"#;

const UNKNOWN_CERTIFICATE: &str = "the webhook's certificate is not known";

/// A verified webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PayNotification {
    /// `bizType`: the kind of its subject, as `PAY` or `BALANCE`.
    pub kind: String,
    /// `bizIdStr`, or `bizId`: the id of its subject, such as a `prepayId`.
    pub id: String,
    /// `bizStatus`: the subject's status, as `PAY_SUCCESS`.
    pub status: String,
    /// `data`: JSON whose fields depend on the kind.
    pub data: String,
    /// When it was sent, in Unix milliseconds.
    pub sent_ms: i64,
}

impl PayNotification {
    /// Reads the data.
    ///
    /// # Errors
    /// It does not have the fields of `T`.
    pub fn data<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_str(&self.data).map_err(|error| misread(&error))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    biz_type: Text,
    #[serde(default)]
    biz_id_str: Option<Text>,
    #[serde(default)]
    biz_id: Option<Text>,
    biz_status: Text,
    #[serde(borrow)]
    data: &'a RawValue,
}

impl BinancePay {
    /// Verifies that a webhook is the provider's, over the raw bytes of its body, and reads it. Its certificate is
    /// fetched with this client's key and cached for a day.
    ///
    /// Answer [`PAY_RECEIVED`] once its effects are stored.
    ///
    /// # Errors
    /// It is not verified ([`Error::is_unverified`]), is verified but not understood, or its certificate could not be
    /// fetched; in the next second no other fetch is tried, and the error is [`Error::is_retryable`]. Answer
    /// [`PAY_FAILED`] then, and the webhook is sent again.
    pub async fn verify_webhook(&self, headers: &HeaderMap, body: &[u8]) -> Result<PayNotification, Error> {
        let serial = only(headers, headers::CERTIFICATE_SN)?;
        let (sent, nonce) = (only(headers, headers::TIMESTAMP)?, only(headers, headers::NONCE)?);
        let signature = STANDARD.decode(only(headers, headers::SIGNATURE)?);
        let signature = signature.map_err(|_| unverified("the webhook's signature is no Base64"))?;
        let serial = std::str::from_utf8(serial).map_err(|_| unverified(UNKNOWN_CERTIFICATE))?;
        let key = self.certificate(serial).await?;
        let text = [sent, b"\n", nonce, b"\n", body, b"\n"].concat();
        if !key.verify(&text, &signature) {
            return Err(unverified("the webhook's signature is not the provider's over what came"));
        }
        let sent_ms = std::str::from_utf8(sent).ok().and_then(|sent| sent.parse().ok()).unwrap_or_default();
        read(body, sent_ms)
    }

    /// The key of a certificate, fetched if unknown.
    async fn certificate(&self, serial: &str) -> Result<VerifyingKey, Error> {
        if let Some(key) = self.certificates.find(serial, self.local_ms()) {
            return Ok(key);
        }
        let mut pause = self.certificates.pause.lock().await;
        let now_ms = self.local_ms();
        // Another caller may have fetched it during the wait.
        if let Some(key) = self.certificates.find(serial, now_ms) {
            return Ok(key);
        }
        match pause.left_ms(now_ms) {
            // Callers that waited during a failed fetch do not fetch again at once, or a queue of webhooks would wait
            // for one time-out after the other.
            Some(left_ms) if pause.failed => {
                return Err(Error::new(Kind::NoCertificates).asking_for(Duration::from_millis(left_ms)));
            }
            Some(_) => return Err(unverified(UNKNOWN_CERTIFICATE)),
            None => {}
        }
        // Applies if this future is dropped before the end.
        *pause = Pause::failed(now_ms);
        let fetched = self.send(&QueryCertificates {}).await;
        // The fetch may have taken long.
        let now_ms = self.local_ms();
        match fetched {
            Ok(fetched) => {
                *pause = Pause::fetched(now_ms);
                self.certificates.keep(fetched, now_ms);
            }
            Err(error) => {
                *pause = Pause::failed(now_ms);
                return Err(error);
            }
        }
        self.certificates.find(serial, now_ms).ok_or_else(|| unverified(UNKNOWN_CERTIFICATE))
    }
}

/// Reads a verified body. `data` is a string of JSON, for one kind an object.
fn read(body: &[u8], sent_ms: i64) -> Result<PayNotification, Error> {
    let envelope: Envelope<'_> = serde_json::from_slice(body).map_err(|error| misread(&error))?;
    let data = envelope.data.get();
    let data = match data.starts_with('"') {
        true => serde_json::from_str(data).map_err(|error| misread(&error))?,
        false => data.to_owned(),
    };
    let id = envelope.biz_id_str.or(envelope.biz_id).unwrap_or_default();
    Ok(PayNotification {
        kind: envelope.biz_type.into_string(),
        id: id.into_string(),
        status: envelope.biz_status.into_string(),
        data,
        sent_ms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn ids_of_any_size_and_both_forms_of_data_are_read() {
        let body = br#"{"bizType":"PAY","data":"{\"totalFee\":0.88000000}","bizId":29383937493038367292,"bizStatus":"PAY_SUCCESS"}"#;
        let seen = read(body, 7).unwrap();
        assert_eq!((seen.id.as_str(), seen.sent_ms), ("29383937493038367292", 7));
        assert_eq!(seen.data, r#"{"totalFee":0.88000000}"#);
        let body = br#"{"bizType":"MERCHANT_QR_CODE","data":{"referId":"1"},"bizIdStr":"2","bizId":3,"bizStatus":"MERCHANT_QR_CODE_SCANED"}"#;
        let seen = read(body, 0).unwrap();
        assert_eq!((seen.id.as_str(), seen.kind.as_str()), ("2", "MERCHANT_QR_CODE"));
        assert_eq!(seen.data::<BTreeMap<String, String>>().unwrap()["referId"], "1");
        assert!(read(b"{}", 0).is_err() && read(b"[]", 0).is_err());
    }
}
