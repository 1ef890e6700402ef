//! The reply envelope: `status`, `code`, `data`, `errorMessage`, in that order, absent ones omitted.

use serde::{
    Deserialize, Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::value::RawValue;

use super::{codes, fault::Fault};
use crate::{
    decode,
    endpoint::DecodeError,
    text::{self, Text},
};

const SUCCESS: &[u8] = br#"{"status":"SUCCESS","code":"000000","data":"#;
const FAIL: &[u8] = br#"{"status":"FAIL","code":""#;

/// Capacity for most replies, so that writing one seldom allocates twice.
const USUAL_LENGTH: usize = 512;

pub(super) fn encode<T: Serialize>(answer: Result<&T, &Fault>) -> Vec<u8> {
    let mut body = Vec::with_capacity(USUAL_LENGTH);
    match answer {
        Ok(data) => {
            body.extend_from_slice(SUCCESS);
            if serde_json::to_writer(&mut body, data).is_err() {
                // No wire type fails to serialize; if one did, a partial answer must not be sent.
                return encode::<T>(Err(&Fault::new(&codes::UNKNOWN_ERROR)));
            }
        }
        Err(fault) => {
            body.extend_from_slice(FAIL);
            // Codes of the table are digits; a received code may be anything, so it is filtered.
            body.extend(fault.code.as_str().bytes().filter(u8::is_ascii_alphanumeric));
            body.extend_from_slice(br#"","errorMessage":"#);
            if serde_json::to_writer(&mut body, fault.message()).is_err() {
                body.extend_from_slice(br#""""#);
            }
        }
    }
    body.push(b'}');
    body
}

/// A success without its envelope; a refusal keeps it.
pub(super) fn encode_bare<T: Serialize>(answer: Result<&T, &Fault>) -> Vec<u8> {
    match answer.map(serde_json::to_vec) {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => encode::<T>(Err(&Fault::new(&codes::UNKNOWN_ERROR))),
        Err(fault) => encode::<T>(Err(fault)),
    }
}

/// Every observed shape of reply: `msg` or `errorData` instead of `errorMessage`, no `status`, a numeric code.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply<'a> {
    #[serde(default, deserialize_with = "text::optional")]
    status: Option<Text>,
    code: Text,
    #[serde(default, borrow)]
    data: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "text::optional")]
    error_message: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    msg: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    error_data: Option<Text>,
}

pub(super) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<Result<T, Fault>, DecodeError> {
    let text = std::str::from_utf8(body).map_err(|_| DecodeError::Envelope)?.trim_ascii_start();
    if !text.starts_with('{') {
        return Err(DecodeError::Envelope);
    }
    let reply: Reply<'_> = serde_json::from_str(text).map_err(|_| DecodeError::Envelope)?;
    let succeeded = reply.code == codes::SUCCESS && reply.status.is_none_or(|status| status == "SUCCESS");
    if !succeeded {
        let message = reply.error_message.or(reply.msg).or(reply.error_data).unwrap_or_default();
        return Ok(Err(Fault::received(&reply.code, &message)));
    }
    let data = reply.data.map_or("null", RawValue::get);
    decode::field(data).map(Ok).map_err(|(field, rule)| DecodeError::Data { field, rule: rule.into_owned() })
}

/// Reads a reply whose success may have no envelope. Every envelope has a code, and no bare object has one.
pub(super) fn decode_bare<T: DeserializeOwned>(body: &[u8]) -> Result<Result<T, Fault>, DecodeError> {
    #[derive(Deserialize)]
    struct Code {
        code: Option<IgnoredAny>,
    }
    let text = std::str::from_utf8(body).map_err(|_| DecodeError::Envelope)?.trim_ascii_start();
    if !text.starts_with('{') {
        return Err(DecodeError::Envelope);
    }
    let head: Code = serde_json::from_str(text).map_err(|_| DecodeError::Envelope)?;
    if head.code.is_some() {
        return decode(body);
    }
    decode::field(text).map(Ok).map_err(|(field, rule)| DecodeError::Data { field, rule: rule.into_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(body: &str) -> Fault {
        decode::<bool>(body.as_bytes()).unwrap().unwrap_err()
    }

    #[test]
    fn a_refusal_is_written_in_the_pages_order() {
        let fault = Fault::new(&codes::ORDER_STATUS_INVALID).because("a \"quoted\" reason");
        assert_eq!(
            String::from_utf8(encode::<bool>(Err(&fault))).unwrap(),
            r#"{"status":"FAIL","code":"400209","errorMessage":"a \"quoted\" reason"}"#
        );
    }

    #[test]
    fn success_with_any_of_the_three_error_messages() {
        for end in ["", r#","errorMessage":null"#, r#","errorMessage":"""#] {
            let body = format!(r#"{{"status":"SUCCESS","code":"000000","data":true{end}}}"#);
            assert_eq!(decode::<bool>(body.as_bytes()), Ok(Ok(true)), "{body}");
        }
    }

    #[test]
    fn every_odd_refusal_is_read() {
        let fault = received(r#"{"code":"400002","msg":"Signature for this request is not valid."}"#);
        assert!(fault.is(&codes::INVALID_SIGNATURE));
        assert_eq!(fault.message(), "Signature for this request is not valid.");

        let fault = received(
            r#"{"status":"ERROR","type":"SYS","code":"100001001","errorData":"System abnormality"}"#,
        );
        assert_eq!((fault.code.as_str(), fault.message()), ("100001001", "System abnormality"));

        let fault = received(r#"{"code":0,"msg":"Service unavailable from a restricted location"}"#);
        assert_eq!((fault.code.as_str(), fault.code.name()), ("0", "UNLISTED"));

        let fault = received(r#"{"status":"FAIL","code":"000000"}"#);
        assert_eq!(fault.message(), "");
    }

    #[test]
    fn what_is_no_envelope_is_an_error() {
        for body in ["", "<html>", "[]", "{}", "null", r#"{"status":"SUCCESS"}"#, r#"{"code":"000000"} x"#] {
            assert_eq!(decode::<bool>(body.as_bytes()), Err(DecodeError::Envelope), "{body}");
        }
        assert_eq!(decode::<bool>(b"{\"code\":\"\xff\"}"), Err(DecodeError::Envelope));
    }

    #[test]
    fn data_of_another_shape_is_named() {
        let body = br#"{"status":"SUCCESS","code":"000000","data":"yes"}"#;
        let Err(DecodeError::Data { rule, .. }) = decode::<bool>(body) else { panic!("not a data error") };
        assert_eq!(rule, "must be a boolean");
    }
}
