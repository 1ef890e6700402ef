//! Masks secrets and tokens for logs and the memory of requests, in JSON, JSON inside a JSON string, Python's printed
//! values, forms and URLs.
//!
//! It looks for a name, a colon or an equals token, and a value, and knows no format: so broken, truncated and
//! embedded text is masked too, and in doubt it masks more. The bytes come from unauthenticated senders, so every
//! byte is looked at a fixed number of times, whatever the input is.

mod token;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::Finder;
use std::{borrow::Cow, ops::Range, sync::LazyLock};
use token::{Token, percent};

/// Parts of the names of secret fields. The last five hold an order's link token, which opens its payment page.
const SECRETS: [&[u8]; 12] = [
    b"token",
    b"secret",
    b"authcode",
    b"password",
    b"privatekey",
    b"signature",
    b"downloadurl",
    b"qrcontent",
    b"qrcodelink",
    b"checkouturl",
    b"deeplink",
    b"universalurl",
];
/// The full name of OAuth's codes in a query or a form. In JSON it is the name of a reply's result code.
const CODE: &[u8] = b"code";
/// The replacement for a masked value.
pub const MASK: &str = "***";

/// The bytes with the value of every secret field masked.
pub fn masked(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !may_name_a_secret(bytes) {
        return Cow::Borrowed(bytes);
    }
    gone_through(bytes)
}

fn gone_through(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut masker = Masker { bytes, shown: None, copied: 0, bare: [0; 2], letters: Vec::new() };
    masker.run();
    match masker.shown {
        None => Cow::Borrowed(bytes),
        Some(mut shown) => {
            shown.extend_from_slice(&bytes[masker.copied..]);
            Cow::Owned(shown)
        }
    }
}

/// Whether the bytes may contain the name of a secret: its letters in a row, with any other bytes between them, or an
/// escape. Most bytes contain neither, and every request and reply is checked.
fn may_name_a_secret(bytes: &[u8]) -> bool {
    static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
        // The crate searches for all words at once with vector instructions only with this kind of match.
        let builder = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(SECRETS);
        builder.expect("a few short words make a small automaton")
    });
    static CODES: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(CODE));
    if memchr::memchr2(b'\\', b'%', bytes).is_some() {
        return true;
    }
    let may_hold_codes = memchr::memchr(b'=', bytes).is_some();
    let mut letters = [0; ROOM];
    let mut carried = 0;
    for block in bytes.chunks(BLOCK) {
        let end = append_letters(block, &mut letters, carried);
        let found = &letters[..end];
        if WORDS.is_match(found) || may_hold_codes && CODES.find(found).is_some() {
            return true;
        }
        // A word may continue in the next block.
        let from = end.saturating_sub(CARRIED);
        letters.copy_within(from..end, 0);
        carried = end - from;
    }
    false
}

/// Number of bytes that are searched together.
const BLOCK: usize = 1_008;
/// Number of letters of the previous block that are searched again; no word is longer.
const CARRIED: usize = 16;
/// The size of the buffer for both: a power of two, so that indices into it need no check.
const ROOM: usize = 1_024;
const _: () = assert!(ROOM.is_power_of_two() && BLOCK + CARRIED <= ROOM);

/// Appends the letters and digits among bytes, in lower case, after the first `end` of `letters`; returns the new
/// end. Each byte is written and only a letter advances the end, since a branch per byte costs four times as much.
fn append_letters(bytes: &[u8], letters: &mut [u8; ROOM], mut end: usize) -> usize {
    static LOWER: [u8; 256] = {
        let (mut lower, mut byte) = ([0; 256], u8::MAX);
        while byte > 0 {
            if byte.is_ascii_alphanumeric() {
                lower[byte as usize] = byte.to_ascii_lowercase();
            }
            byte -= 1;
        }
        lower
    };
    for byte in bytes {
        let letter = LOWER[usize::from(*byte)];
        letters[end % ROOM] = letter;
        end += usize::from(letter != 0);
    }
    end
}

/// A target with all values of its query masked.
pub fn without_values(target: &str) -> Cow<'_, str> {
    let Some((path, query)) = target.split_once('?') else { return Cow::Borrowed(target) };
    let masked = |part: &str| match part.split_once('=') {
        Some((name, _)) => format!("{name}={MASK}"),
        None if part.is_empty() => String::new(),
        None => MASK.to_owned(),
    };
    let parts: Vec<String> = query.split('&').map(masked).collect();
    Cow::Owned(format!("{path}?{}", parts.join("&")))
}

/// The separator before a value without quotes; it decides where the value ends.
#[derive(Clone, Copy)]
enum Before {
    Colon,
    Equals,
}

/// How a value is written.
enum Form {
    Quoted,
    Brackets,
    /// It may contain further names, which are searched too.
    Bare,
}

struct Masker<'b> {
    bytes: &'b [u8],
    /// The masked copy, once something is masked.
    shown: Option<Vec<u8>>,
    /// Number of bytes that `shown` covers.
    copied: usize,
    /// The end of the latest value without quotes, after a colon and after an equals token. A value that begins
    /// before that has the same end, so the search is not repeated.
    bare: [usize; 2],
    /// The letters of the latest name.
    letters: Vec<u8>,
}

impl Masker<'_> {
    fn run(&mut self) {
        // The name of the next value, if one begins; the start of the latest word, if it continues; the end of the
        // latest quote: between two quotes is a name or something else.
        let (mut name, mut word, mut quoted): (Option<Range<usize>>, Option<usize>, usize) = (None, None, 0);
        let mut at = 0;
        while at < self.bytes.len() {
            let token = Token::at(self.bytes, at);
            let after = at + token.length;
            let begun = word.take();
            let mut next = after;
            if token.is_quote() {
                name = Some(quoted..at);
                quoted = after;
            } else if matches!(token.byte, b':' | b'=') {
                let is_equals = token.byte == b'=';
                if name.take().is_some_and(|name| self.is_secret(name, is_equals)) {
                    let (value, form) = self.value(after, token);
                    match form {
                        // The closing quote may also begin a name.
                        Form::Quoted => (quoted, next) = (value.start, value.end),
                        Form::Brackets => (quoted, next) = (value.end, value.end),
                        Form::Bare => {}
                    }
                    self.mask(value);
                }
            } else if token.is_word() {
                let from = begun.unwrap_or(at);
                word = Some(from);
                name = Some(from..after);
            } else if !token.is_space() && token.byte != b'\\' {
                name = None;
            }
            at = next;
        }
    }

    /// Ignores other bytes between the letters and any escapes: `access_token` and `AuthCode` are secrets.
    fn is_secret(&mut self, name: Range<usize>, is_equals: bool) -> bool {
        let (name, letters) = (&self.bytes[name], &mut self.letters);
        letters.clear();
        let mut at = 0;
        while at < name.len() {
            let (byte, length) = match percent(&name[at..]) {
                Some(byte) => (byte, 3),
                None => {
                    let token = Token::at(name, at);
                    (token.byte, token.length)
                }
            };
            letters.extend(Some(byte.to_ascii_lowercase()).filter(u8::is_ascii_alphanumeric));
            at += length;
        }
        let has = |secret: &&[u8]| letters.windows(secret.len()).any(|part| part == *secret);
        SECRETS.iter().any(has) || is_equals && letters.as_slice() == CODE
    }

    /// The value that begins here.
    fn value(&mut self, from: usize, separator: Token) -> (Range<usize>, Form) {
        let is_colon = separator.byte == b':' && !separator.is_percent;
        let before = if is_colon { Before::Colon } else { Before::Equals };
        let mut begin = from;
        while begin < self.bytes.len() {
            let token = Token::at(self.bytes, begin);
            let is_between = match before {
                Before::Colon => token.is_space(),
                Before::Equals => token.byte == b' ',
            };
            if is_between {
                begin += token.length;
                continue;
            }
            // In URL-encoded text, quotes and brackets are encoded too.
            if separator.is_percent {
                break;
            }
            if token.is_quote() {
                let begin = begin + token.length;
                let end = self.string_end(begin, token);
                return (begin..end, Form::Quoted);
            }
            if matches!(token.byte, b'[' | b'{') {
                let end = self.bracket_end(begin);
                return (begin..end, Form::Brackets);
            }
            break;
        }
        (begin..self.bare_end(begin, before), Form::Bare)
    }

    /// The end of the string that begins here: its quote, or the end of the bytes.
    fn string_end(&self, from: usize, begun: Token) -> usize {
        let mut at = from;
        while at < self.bytes.len() {
            let token = Token::at(self.bytes, at);
            if token.closes(begun) {
                return at;
            }
            at += token.length;
        }
        at
    }

    /// The end of the list or object that begins here: after its bracket, or the end of the bytes.
    fn bracket_end(&self, from: usize) -> usize {
        let (mut at, mut depth) = (from, 0_usize);
        while at < self.bytes.len() {
            let token = Token::at(self.bytes, at);
            at += token.length;
            match token.byte {
                b'"' | b'\'' => {
                    at = self.string_end(at, token);
                    at += if at < self.bytes.len() { Token::at(self.bytes, at).length } else { 0 };
                }
                b'[' | b'{' => depth += 1,
                b']' | b'}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return at;
                    }
                }
                _ => {}
            }
        }
        at
    }

    /// The end of a value without quotes.
    fn bare_end(&mut self, from: usize, before: Before) -> usize {
        if from < self.bare[before as usize] {
            return self.bare[before as usize];
        }
        let mut at = from;
        while at < self.bytes.len() {
            let token = Token::at(self.bytes, at);
            let is_end = match before {
                Before::Colon => matches!(token.byte, b',' | b'}' | b'\n'),
                Before::Equals => token.byte == b'&' || token.is_space() || token.is_quote(),
            };
            if is_end {
                break;
            }
            at += token.length;
        }
        self.bare[before as usize] = at;
        at
    }

    /// Masks a part. Parts come in the order of their starts.
    fn mask(&mut self, part: Range<usize>) {
        let shown = self.shown.get_or_insert_default();
        if part.start >= self.copied {
            shown.extend_from_slice(&self.bytes[self.copied..part.start]);
            shown.extend_from_slice(MASK.as_bytes());
        }
        self.copied = self.copied.max(part.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::{Duration, Instant};

    fn told(text: &str) -> String {
        String::from_utf8_lossy(&masked(text.as_bytes())).into_owned()
    }

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        for (text, expected) in [
            (r#"{"prepayId":"1","note":"token"}"#, r#"{"prepayId":"1","note":"token"}"#),
            (r#"{"accessToken":"abc","a":1}"#, r#"{"accessToken":"***","a":1}"#),
            (r#"{"authCode" : "a\"bc"}"#, r#"{"authCode" : "***"}"#),
            (
                r#"{"a":{"refresh_token":"x","b":[{"secret":12}]}}"#,
                r#"{"a":{"refresh_token":"***","b":[{"secret":***}]}}"#,
            ),
            (r#"{"to-k.e n":"abc","A":"B"}"#, r#"{"to-k.e n":"***","A":"B"}"#),
            (r#"{"AUTH_CODE":"abc","code":"1"}"#, r#"{"AUTH_CODE":"***","code":"1"}"#),
            (r#"{"secret":"cut of"#, r#"{"secret":"***"#),
            (r#"{"secret":"#, r#"{"secret":***"#),
            (r#"{"secret""#, r#"{"secret""#),
            (r#""""secret":"x""#, r#""""secret":"***""#),
            (r#"{"secret":"a\\","b":"c"}"#, r#"{"secret":"***\\","b":"c"}"#),
            ("\"", "\""),
            ("", ""),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn a_name_is_found_where_two_blocks_meet() {
        for spaces in BLOCK - 20..BLOCK + 5 {
            for spaces in [spaces, spaces + BLOCK] {
                let text = format!("{}{{\"a_u_t_h_c_o_d_e\":\"hunter2\"}}", " ".repeat(spaces));
                assert!(!told(&text).contains("hunter2"), "{spaces}");
            }
        }
        assert!(SECRETS.iter().all(|word| word.len() <= CARRIED + 1));
    }

    #[test]
    fn lists_and_objects_are_masked_whole() {
        for (text, expected) in [
            (r#"1\nn\n{"token":["a","b"]}"#, r#"1\nn\n{"token":***}"#),
            (r#"{"tokens":[["a"],{"b":"]"}],"c":1}"#, r#"{"tokens":***,"c":1}"#),
            (r#"{"secret":{"a":"b}","c":{}},"d":1}"#, r#"{"secret":***,"d":1}"#),
            (r#"{"token":["a","b"#, r#"{"token":***"#),
            (r#"{"d":"{\"tokens\":[\"a\",\"b]\"],\"c\":1}"}"#, r#"{"d":"{\"tokens\":***,\"c\":1}"}"#),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn what_a_language_writes_in_place_of_json_is_masked() {
        for (text, expected) in [
            // JSON in a string of JSON, once and twice.
            (
                r#"{"data":"{\"token\":\"a\\\"bc\",\"x\":1}","y":2}"#,
                r#"{"data":"{\"token\":\"***\",\"x\":1}","y":2}"#,
            ),
            (
                r#"{"d":"{\"e\":\"{\\\"token\\\": \\\"abc\\\",\\\"x\\\":1}\"}"}"#,
                r#"{"d":"{\"e\":\"{\\\"token\\\": \\\"***\\\",\\\"x\\\":1}\"}"}"#,
            ),
            (r#"{"d":"{\n  \"token\" : \n \"abc\"}"}"#, r#"{"d":"{\n  \"token\" : \n \"***\"}"}"#),
            (r#"{"d":"{\"secret\":12}"}"#, r#"{"d":"{\"secret\":***}"}"#),
            // Python's print of a dictionary.
            ("{'token': 'abc', 'n': 1}", "{'token': '***', 'n': 1}"),
            ("{'n': \"it's\", 'token': \"a'bc\"}", "{'n': \"it's\", 'token': \"***\"}"),
            ("{'token': u'abc', 'n': 1}", "{'token': ***, 'n': 1}"),
            // Escapes.
            (r#"{"\u0074oken":"abc"}"#, r#"{"\u0074oken":"***"}"#),
            (r#"{\u0022token\u0022:\u0022abc\u0022,"n":1}"#, r#"{\u0022token\u0022:\u0022***\u0022,"n":1}"#),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn forms_and_urls_are_masked() {
        for (text, expected) in [
            (
                "grantType=AUTHORIZATION_CODE&authCode=abc&x=1",
                "grantType=AUTHORIZATION_CODE&authCode=***&x=1",
            ),
            ("code=abc&x=1\n", "code=***&x=1\n"),
            ("auth%43ode=abc", "auth%43ode=***"),
            ("data[token][]=abc&x=1", "data[token][]=***&x=1"),
            ("POST /p?accessToken=abc\nC.T.{}", "POST /p?accessToken=***\nC.T.{}"),
            (r#"{"u":"https://h/?linkToken=abc","n":1}"#, r#"{"u":"https://h/?linkToken=***","n":1}"#),
            (r#"{"u":"https:\/\/h\/?token=abc","n":1}"#, r#"{"u":"https:\/\/h\/?token=***","n":1}"#),
            (
                r#"{"u":"https://h/?a=1\u0026token\u003dabc"}"#,
                r#"{"u":"https://h/?a=1\u0026token\u003d***"}"#,
            ),
            ("u=https%3A%2F%2Fh%3Ftoken%3Dabc&x=1", "u=https%3A%2F%2Fh%3Ftoken%3D***&x=1"),
            ("d=%7B%22token%22%3A%22abc%22%7D&x=1", "d=%7B%22token%22%3A***&x=1"),
            (r#"{"code":"000000","errorCode":"1"}"#, r#"{"code":"000000","errorCode":"1"}"#),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn no_value_of_a_query_is_left() {
        for (target, expected) in [
            ("/p", "/p"),
            ("/p?", "/p?"),
            ("/p?a=1&b=x=y&hunter2&&c=", "/p?a=***&b=***&***&&c=***"),
            ("/p?a=1?b=2", "/p?a=***"),
        ] {
            assert_eq!(without_values(target), expected, "{target}");
        }
    }

    proptest! {
        #[test]
        fn no_surroundings_bring_a_secret_to_light(
            before in prop_oneof![any::<Vec<u8>>(), "([\\\\\"':={\\[\\]} &,x]|token)*".prop_map(String::into_bytes)],
            after in any::<Vec<u8>>(),
        ) {
            let bytes = [&before, &b"\"access_Token\": \"hunter2-hunter2\""[..], &after].concat();
            prop_assert!(!masked(&bytes).windows(7).any(|part| part == b"hunter2"));
        }
    }

    proptest! {
        #[test]
        fn what_names_no_secret_need_not_be_gone_through(
            text in "([\"':={\\[\\]} &,_.-]|to|ken|Token|code|auth|a|1|%74|\\\\u0074|sec|ret|url|deep|link)*",
        ) {
            let masked = gone_through(text.as_bytes());
            prop_assert!(may_name_a_secret(text.as_bytes()) || *masked == *text.as_bytes(), "{}", text);
        }
    }

    /// Anybody may send these without a key.
    #[test]
    fn it_takes_no_longer_for_hostile_bytes() {
        let begun = Instant::now();
        for part in [
            "-",
            "\"",
            "'",
            "\\",
            "\\u0022",
            ":",
            "=",
            "%3D",
            "%",
            "a=",
            "token:",
            "token=",
            "token%3D",
            "token: ",
            "\"token\":",
            "\"token\":[",
            "\"token\":{\"",
            "token=\\\"",
            "{\"token\":'",
            "token:token=",
            "[",
            " ",
        ] {
            for (head, tail) in [("", ""), ("\"", "\":1"), ("token:", ""), ("{\"token\":[", "]")] {
                let text = format!("{head}{}{tail}", part.repeat(64 * 1_024 / part.len()));
                assert!(masked(text.as_bytes()).len() <= 2 * text.len() + 3);
            }
        }
        // Each takes milliseconds; one alone would take longer if its time grew with the square.
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    }
}
