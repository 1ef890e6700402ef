//! A recorded request: request and reply as they were on the wire, with secrets masked, in one allocation.
//!
//! Every request is recorded, and few are ever read. So escaping and splitting into fields is left to the reader.

use super::{excerpt, headers};
use crate::request_id::RequestId;
use http::{StatusCode, request::Parts};
use ledger::Millis;
use std::ops::Range;
use wire::{
    escape::escaped,
    mask,
    native::{Excerpt, RefusedSignature, RequestHeader, SignatureCause},
};

/// Approximate size of an entry besides its texts, and of the diagnosis of its signature.
const ENTRY: usize = 512;
/// Size of a cause besides its texts.
const CAUSE: usize = 64;
/// Maximum number of recorded bytes of a target.
const TARGET_MAX: usize = 1_024;

/// An answered request.
pub(crate) struct Entry {
    pub(crate) id: RequestId,
    /// Time of the answer.
    pub(crate) at: Millis,
    pub(crate) api: &'static str,
    /// `None` if its path is not an endpoint's.
    pub(crate) endpoint: Option<&'static str>,
    pub(crate) http_status: StatusCode,
    pub(crate) took_us: u64,
    /// The end of its signature, which may be repeated with another request.
    pub(super) end_of_signature: Option<[u8; headers::END]>,
    /// The diagnosis of its refused signature.
    pub(crate) examined: Option<Box<RefusedSignature>>,
    /// All of its texts, concatenated.
    text: Box<[u8]>,
    /// The end of each text.
    ends: [u32; FIELDS],
    /// The lengths of the whole body and the whole reply.
    lengths: Option<(Option<u64>, u64)>,
}

/// The texts of an entry, in their order.
#[derive(Clone, Copy)]
enum Field {
    Method,
    Target,
    Caller,
    Holder,
    Code,
    Reason,
    Headers,
    Body,
    Reply,
}

const FIELDS: usize = Field::Reply as usize + 1;

/// The parts of an entry besides the recorded bytes.
pub(super) struct Head<'a> {
    pub(super) id: RequestId,
    pub(super) at: Millis,
    pub(super) api: &'static str,
    pub(super) endpoint: Option<&'static str>,
    pub(super) method: &'a str,
    /// The target, whose query is without hidden values.
    pub(super) target: &'a str,
    pub(super) caller: Option<&'a str>,
    pub(super) holder: Option<&'a str>,
    pub(super) code: &'a str,
    pub(super) reason: Option<&'a str>,
    pub(super) http_status: StatusCode,
    pub(super) took_us: u64,
}

/// The recorded parts of request and reply.
pub(super) struct Transcript<'a> {
    pub(super) parts: &'a Parts,
    /// Whether the signature may be shown.
    pub(super) shows_signature: bool,
    pub(super) body: Option<&'a [u8]>,
    pub(super) reply: &'a [u8],
}

impl Entry {
    /// Masks secrets, and copies the rest unchanged.
    pub(super) fn new(
        head: Head<'_>,
        transcript: Option<Transcript<'_>>,
        examined: Option<RefusedSignature>,
    ) -> Self {
        // Masked before it is cut, otherwise part of a secret at the cut would be kept.
        let target = mask::masked(head.target.as_bytes());
        let body = transcript.as_ref().and_then(|transcript| transcript.body).map(excerpt::kept);
        let reply = transcript.as_ref().map(|transcript| excerpt::kept(transcript.reply));
        let mut texts = Texts::with_capacity(
            target.len()
                + [&body, &reply].into_iter().flatten().map(|bytes| bytes.len()).sum::<usize>()
                + SMALL_TEXTS,
        );
        texts.put(cut(head.method.as_bytes()));
        texts.put(cut(&target));
        for text in [head.caller, head.holder, Some(head.code), head.reason] {
            texts.put(text.unwrap_or_default().as_bytes());
        }
        if let Some(transcript) = &transcript {
            headers::write(transcript.parts, transcript.shows_signature, &mut texts.bytes);
        }
        texts.end();
        texts.put(&body.unwrap_or_default());
        texts.put(&reply.unwrap_or_default());
        Self {
            id: head.id,
            at: head.at,
            api: head.api,
            endpoint: head.endpoint,
            http_status: head.http_status,
            took_us: head.took_us,
            end_of_signature: transcript
                .as_ref()
                .and_then(|transcript| headers::end_of_signature(&transcript.parts.headers)),
            examined: examined.map(Box::new),
            text: texts.bytes.into_boxed_slice(),
            ends: texts.ends,
            lengths: transcript.map(|transcript| {
                (transcript.body.map(|body| body.len() as u64), transcript.reply.len() as u64)
            }),
        }
    }

    /// Its size in bytes.
    pub(super) fn bytes(&self) -> usize {
        let excerpt = |excerpt: &Excerpt| excerpt.text.capacity();
        let examined = self.examined.as_ref().map_or(0, |examined| {
            let cause = |cause: &SignatureCause| {
                let texts = [&cause.name, &cause.meaning, &cause.remedy].map(String::capacity);
                texts.iter().sum::<usize>() + cause.which.as_ref().map_or(0, String::capacity) + CAUSE
            };
            let causes = examined.causes.iter().map(cause).sum::<usize>();
            causes + excerpt(&examined.expected) + examined.signed.as_ref().map_or(0, excerpt) + ENTRY
        });
        ENTRY + self.text.len() + examined
    }

    pub(crate) fn method(&self) -> String {
        escaped(self.field(Field::Method))
    }

    pub(crate) fn target(&self) -> String {
        escaped(self.field(Field::Target))
    }

    /// Method and target as recorded, not escaped.
    pub(super) fn line(&self) -> [&str; 2] {
        [Field::Method, Field::Target].map(|field| str::from_utf8(self.field(field)).unwrap_or_default())
    }

    /// The API key or the client of the request.
    pub(crate) fn caller(&self) -> Option<&str> {
        self.optional(Field::Caller)
    }

    pub(crate) fn holder(&self) -> Option<&str> {
        self.optional(Field::Holder)
    }

    pub(crate) fn code(&self) -> &str {
        self.text(Field::Code)
    }

    /// The message of a refusal.
    pub(crate) fn reason(&self) -> Option<&str> {
        self.optional(Field::Reason)
    }

    /// The recorded headers, each as often as it was sent.
    pub(crate) fn headers(&self) -> Vec<RequestHeader> {
        let shown =
            |(name, value): (&str, &[u8])| RequestHeader { name: name.to_owned(), value: escaped(value) };
        headers::read(self.field(Field::Headers)).into_iter().map(shown).collect()
    }

    /// A header's only value.
    pub(super) fn header(&self, name: &str) -> Option<&[u8]> {
        let mut values = headers::read(self.field(Field::Headers))
            .into_iter()
            .filter(|(found, _)| *found == name)
            .map(|(_, value)| value);
        values.next().filter(|_| values.next().is_none())
    }

    pub(crate) fn body(&self) -> Option<Excerpt> {
        let length = self.lengths?.0?;
        Some(excerpt::shown(self.field(Field::Body), length))
    }

    /// The recorded part of the body, with secrets masked.
    pub(crate) fn body_bytes(&self) -> Option<&[u8]> {
        self.lengths?.0?;
        Some(self.field(Field::Body))
    }

    pub(crate) fn reply(&self) -> Option<Excerpt> {
        let (_, length) = self.lengths?;
        Some(excerpt::shown(self.field(Field::Reply), length))
    }

    fn range(&self, field: Field) -> Range<usize> {
        let field = field as usize;
        let begin = field.checked_sub(1).map_or(0, |before| self.ends[before]);
        begin as usize..self.ends[field] as usize
    }

    fn field(&self, field: Field) -> &[u8] {
        &self.text[self.range(field)]
    }

    fn text(&self, field: Field) -> &str {
        std::str::from_utf8(self.field(field)).expect("it was put there as text, whole")
    }

    /// A text, or `None` if it is empty: none of these is ever sent empty.
    fn optional(&self, field: Field) -> Option<&str> {
        Some(self.text(field)).filter(|text| !text.is_empty())
    }
}

/// Capacity for the texts except target, body and reply, so that most entries are written without growing.
const SMALL_TEXTS: usize = 640;

fn cut(bytes: &[u8]) -> &[u8] {
    bytes.get(..TARGET_MAX).unwrap_or(bytes)
}

/// The texts of an entry while they are written.
struct Texts {
    bytes: Vec<u8>,
    ends: [u32; FIELDS],
    next: usize,
}

impl Texts {
    fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), ends: [0; FIELDS], next: 0 }
    }

    fn put(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.end();
    }

    /// Ends the current text.
    fn end(&mut self) {
        self.ends[self.next] = u32::try_from(self.bytes.len()).expect("each text is cut or bounded");
        self.next += 1;
    }
}

#[cfg(test)]
impl Entry {
    /// An answered query with a diagnosis of so many bytes; without one for 0.
    pub(super) fn of_test(id: RequestId, at: i64, caller: &str, examined: usize) -> Self {
        let head = Head { at: Millis::new(at), caller: Some(caller), ..tests::head(id) };
        let examined = (examined > 0).then(|| tests::refused(String::with_capacity(examined)));
        Self::new(head, None, examined)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request_id::RequestIds;
    use http::Request;

    pub(super) fn head(id: RequestId) -> Head<'static> {
        Head {
            id,
            at: Millis::new(1),
            api: "binance_pay",
            endpoint: Some("binance_pay/order/query"),
            method: "POST",
            target: "/",
            caller: None,
            holder: None,
            code: "000000",
            reason: None,
            http_status: StatusCode::OK,
            took_us: 1,
        }
    }

    pub(super) fn refused(text: String) -> RefusedSignature {
        RefusedSignature {
            explained: false,
            causes: Vec::new(),
            expected: Excerpt { text, bytes: 0, cut: false },
            signed: None,
            tried: 1,
            complete: true,
        }
    }

    fn entry(head: Head<'_>) -> Entry {
        Entry::new(head, None, None)
    }

    #[test]
    fn every_text_is_read_as_it_was_put() {
        let id = RequestIds::new(1).next();
        let request = Request::builder()
            .header("binancepay-timestamp", "1795321061000")
            .header("content-type", "a")
            .header("content-type", "b\u{e9}")
            .header("access-token", "sesame")
            .header("cookie", "crumbs");
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let transcript = |shows_signature| Transcript {
            parts: &parts,
            shows_signature,
            body: Some(b"{\"token\":\"hush\"}\n"),
            reply: b"{}",
        };
        let full = Head {
            target: "/p?a=1",
            caller: Some("key"),
            holder: Some("shop"),
            reason: Some("no"),
            ..head(id)
        };
        let entry = Entry::new(full, Some(transcript(false)), None);
        assert_eq!((entry.method().as_str(), entry.target().as_str()), ("POST", "/p?a=1"));
        assert_eq!((entry.caller(), entry.holder(), entry.reason()), (Some("key"), Some("shop"), Some("no")));
        assert_eq!(entry.code(), "000000");
        let header =
            |name: &str, value: &str| RequestHeader { name: name.to_owned(), value: value.to_owned() };
        assert_eq!(
            entry.headers(),
            [
                header("Content-Type", "a"),
                header("Content-Type", "b\u{e9}"),
                header("BinancePay-Timestamp", "1795321061000"),
                header("Access-Token", "***"),
            ]
        );
        assert_eq!(entry.header("BinancePay-Timestamp"), Some(&b"1795321061000"[..]));
        assert_eq!(
            (entry.header("Content-Type"), entry.header("Host")),
            (None, None),
            "twice, and not at all"
        );
        let body = entry.body().unwrap();
        assert_eq!((body.text.as_str(), body.bytes, body.cut), ("{\"token\":\"***\"}\\n", 17, false));
        assert_eq!(entry.reply().unwrap().text, "{}");
        let unread = Entry::new(head(id), Some(Transcript { body: None, ..transcript(false) }), None);
        assert!(unread.body().is_none() && unread.reply().is_some());
    }

    #[test]
    fn what_is_absent_stays_absent() {
        let entry = entry(head(RequestIds::new(1).next()));
        assert_eq!((entry.caller(), entry.holder(), entry.reason()), (None, None, None));
        assert!(entry.headers().is_empty() && entry.body().is_none() && entry.reply().is_none());
    }

    #[test]
    fn a_signature_is_kept_only_where_it_may_be_seen() {
        let id = RequestIds::new(1).next();
        let (parts, ()) = Request::builder().header("signature", "s1").body(()).unwrap().into_parts();
        for (shows_signature, value) in [(true, "s1"), (false, "***")] {
            let transcript = Transcript { parts: &parts, shows_signature, body: None, reply: b"" };
            assert_eq!(Entry::new(head(id), Some(transcript), None).headers()[0].value, value);
        }
    }

    #[test]
    fn nothing_of_a_secret_is_in_its_memory() {
        let id = RequestIds::new(1).next();
        let request = Request::builder()
            .header("binancepay-authorization-token", "hunter2")
            .header("binancepay-signature", "hunter2")
            .header("authorization", "hunter2");
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let transcript = Transcript {
            parts: &parts,
            shows_signature: false,
            body: Some(b"{\"authCode\":\"hunter2\"}"),
            reply: b"{\"data\":{\"accessToken\":\"hunter2\"}}",
        };
        let long = format!("/p?n={}&token=hunter2", "x".repeat(TARGET_MAX - 12));
        let entry = Entry::new(Head { target: &long, ..head(id) }, Some(transcript), None);
        assert!(!entry.text.windows(7).any(|part| part == b"hunter2"));
        assert!(!entry.target().contains('h') && entry.target().len() <= TARGET_MAX);
    }

    #[test]
    fn all_that_it_holds_counts() {
        let id = RequestIds::new(1).next();
        let small = entry(head(id)).bytes();
        let long = "x".repeat(1_000);
        assert_eq!(entry(Head { reason: Some(&long), ..head(id) }).bytes(), small + 1_000);
        assert!(Entry::of_test(id, 1, "", 10_000).bytes() >= small + 10_000);
    }
}
