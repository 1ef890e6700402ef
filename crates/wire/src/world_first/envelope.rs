//! The reply: one flat object, `result` first, then the endpoint's own fields, which a refusal does not have.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    codes::{self, Code, Status},
    fault::Fault,
};
use crate::{
    decode,
    endpoint::DecodeError,
    text::{self, Text},
};

/// Capacity for most replies, so that writing one seldom allocates twice.
const USUAL_LENGTH: usize = 512;

/// A reply; `success` is the code of a success.
pub(super) fn encode<T: Serialize>(success: &Code, answer: Result<&T, &Fault>) -> Vec<u8> {
    let mut body = Vec::with_capacity(USUAL_LENGTH);
    match answer {
        Ok(fields) => {
            result(&mut body, success.status, success.code, success.message);
            if !append(&mut body, fields) {
                // No wire type fails to serialize; if one did, a partial answer must not be sent.
                return encode::<T>(success, Err(&Fault::new(&codes::SYSTEM_ERROR)));
            }
        }
        Err(fault) => {
            result(&mut body, fault.status(), fault.code.as_str(), fault.message());
            body.push(b'}');
        }
    }
    body
}

/// Opens the object and writes `result`.
fn result(body: &mut Vec<u8>, status: Status, code: &str, message: &str) {
    body.extend_from_slice(br#"{"result":{"resultStatus":""#);
    body.extend_from_slice(status.as_str().as_bytes());
    body.extend_from_slice(br#"","resultCode":""#);
    // Codes of the table have only such characters; a received code may be anything, so it is filtered.
    body.extend(code.bytes().filter(|byte| byte.is_ascii_alphanumeric() || *byte == b'_'));
    body.extend_from_slice(br#"","resultMessage":"#);
    if serde_json::to_writer(&mut *body, message).is_err() {
        body.extend_from_slice(br#""""#);
    }
    body.push(b'}');
}

/// Appends the fields of an object to those already written, and closes the object.
fn append<T: Serialize>(body: &mut Vec<u8>, fields: &T) -> bool {
    let brace = body.len();
    if serde_json::to_writer(&mut *body, fields).is_err() || body[brace..].first() != Some(&b'{') {
        return false;
    }
    if &body[brace..] == b"{}" {
        body.remove(brace);
    } else {
        // The inner object's opening brace becomes a comma; its closing brace ends the outer object.
        body[brace] = b',';
    }
    true
}

#[derive(Deserialize)]
struct Reply {
    #[serde(deserialize_with = "decode::object")]
    result: Outcome,
}

/// A result in either spelling: that of the pages, or that of the gateway before it has identified the caller.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    result_status: Text,
    result_code: Text,
    #[serde(default, deserialize_with = "text::optional")]
    result_message: Option<Text>,
    #[serde(default, deserialize_with = "text::optional")]
    result_msg: Option<Text>,
}

pub(super) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<Result<T, Fault>, DecodeError> {
    let text = std::str::from_utf8(body).map_err(|_| DecodeError::Envelope)?.trim_ascii_start();
    if !text.starts_with('{') {
        return Err(DecodeError::Envelope);
    }
    let Reply { result } = serde_json::from_str(text).map_err(|_| DecodeError::Envelope)?;
    let status = Status::parse(&result.result_status).ok_or(DecodeError::Envelope)?;
    if status != Status::Succeeded {
        let message = result.result_message.or(result.result_msg).unwrap_or_default();
        return Ok(Err(Fault::received(&result.result_code, status, &message)));
    }
    decode::field(text).map(Ok).map_err(|(field, rule)| DecodeError::Data { field, rule: rule.into_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Fields {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flag: Option<bool>,
    }

    fn emitted<T: Serialize>(answer: Result<&T, &Fault>) -> String {
        String::from_utf8(encode(&codes::SUCCESS, answer)).unwrap()
    }

    #[test]
    fn what_was_taken_on_says_so() {
        let result = r#"{"result":{"resultStatus":"S","resultCode":"PROCESSING","resultMessage":"The business is being processed."}"#;
        let written = encode(&codes::PROCESSING, Ok(&Fields { flag: Some(true) }));
        assert_eq!(String::from_utf8(written).unwrap(), format!("{result},\"flag\":true}}"));
    }

    #[test]
    fn fields_follow_the_result() {
        let result = r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"Success"}"#;
        assert_eq!(emitted(Ok(&Fields { flag: Some(true) })), format!("{result},\"flag\":true}}"));
        assert_eq!(emitted(Ok(&Fields { flag: None })), format!("{result}}}"));
    }

    #[test]
    fn what_is_no_object_is_no_answer() {
        let error =
            r#"{"result":{"resultStatus":"F","resultCode":"SYSTEM_ERROR","resultMessage":"System error."}}"#;
        assert_eq!(emitted(Ok(&true)), error);
        assert_eq!(emitted(Ok(&[Fields { flag: None }])), error);
    }

    #[test]
    fn a_refusal_is_the_result_alone() {
        let fault = Fault::new(&codes::REQUEST_TRAFFIC_EXCEED_LIMIT).because("a \"quoted\" reason");
        assert_eq!(
            emitted::<Fields>(Err(&fault)),
            r#"{"result":{"resultStatus":"U","resultCode":"REQUEST_TRAFFIC_EXCEED_LIMIT","resultMessage":"a \"quoted\" reason"}}"#
        );
        let odd = Fault::received("NEW\"_CODE\n1", Status::Failed, "");
        assert!(emitted::<Fields>(Err(&odd)).contains(r#""resultCode":"NEW_CODE1","resultMessage":"""#));
    }

    #[test]
    fn both_spellings_of_a_refusal_are_read() {
        let received = |body: &str| decode::<Fields>(body.as_bytes()).unwrap().unwrap_err();
        let fault = received(
            r#"{"result":{"resultCode":"PARAM_ILLEGAL","resultCodeId":"00000004","resultMsg":"illegal parameter","resultStatus":"F"}}"#,
        );
        assert!(fault.is(&codes::PARAM_ILLEGAL));
        assert_eq!((fault.status(), fault.message()), (Status::Failed, "illegal parameter"));
        let fault = received(
            r#"{"result":{"resultStatus":"U","resultCode":"SYSTEM_ERROR","resultMessage":"later"},"responseId":"1"}"#,
        );
        assert!(fault.is(&codes::SYSTEM_ERROR));
        assert_eq!((fault.status(), fault.message()), (Status::Unknown, "later"));
        let fault = received(r#"{"result":{"resultStatus":"F","resultCode":"NO_SUCH"}}"#);
        assert_eq!((fault.code.as_str(), fault.message()), ("NO_SUCH", ""));
    }

    #[test]
    fn a_success_may_have_any_code_and_message() {
        for code in ["SUCCESS", "PROCESSING"] {
            let body = format!(r#"{{"flag":true,"result":{{"resultStatus":"S","resultCode":"{code}"}}}}"#);
            assert_eq!(decode::<Fields>(body.as_bytes()), Ok(Ok(Fields { flag: Some(true) })), "{code}");
        }
    }

    #[test]
    fn what_is_no_reply_is_an_error() {
        let bodies = [
            "",
            "<html>",
            "[]",
            "{}",
            "null",
            r#"{"result":null}"#,
            r#"{"result":["S","SUCCESS"]}"#,
            r#"{"result":{"resultStatus":"S"}}"#,
            r#"{"result":{"resultCode":"SUCCESS"}}"#,
            r#"{"result":{"resultStatus":"X","resultCode":"SUCCESS"}}"#,
            r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS"}} x"#,
        ];
        for body in bodies {
            assert_eq!(decode::<Fields>(body.as_bytes()), Err(DecodeError::Envelope), "{body}");
        }
    }

    #[test]
    fn a_field_of_another_shape_is_named() {
        let body = br#"{"result":{"resultStatus":"S","resultCode":"SUCCESS"},"flag":"yes"}"#;
        let Err(DecodeError::Data { field, rule }) = decode::<Fields>(body) else {
            panic!("not a data error")
        };
        assert_eq!((field.as_str(), rule.as_str()), ("flag", "must be a boolean"));
    }
}
