//! Why a signature was refused: what people get wrong is tried until one of it gives the signature that arrived.
//!
//! A finding is proof, not a guess: the signature that arrived is that of the text, the key and the algorithm that the
//! finding names, and of nothing else. A right signature is never explained. All of this is work on bytes that are
//! at hand; how much of it is done for one request is bounded.

pub mod binance_pay;
mod body;
mod cause;
mod encoding;
mod number;
mod rsa;
mod search;
mod times;
pub mod world_first;

pub use cause::{Cause, Finding};
pub use times::other_unit;

use std::fmt::Write as _;

/// What was found out about a signature that is not right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// What was done otherwise than documented, as far as it is known.
    pub findings: Vec<Finding>,
    /// Whether the findings are the whole story. If not, something else differs besides.
    pub explained: bool,
    /// The bytes that should have been signed.
    pub expected: Vec<u8>,
    /// The bytes that the caller signed, if they were found out.
    pub signed: Option<Vec<u8>>,
    /// How many texts were tried.
    pub tried: u32,
    /// Whether everything was tried that is known to go wrong; long bodies cut it short.
    pub complete: bool,
}

/// A request of the same caller shortly before: what it may have signed in place of what it sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Earlier<'a> {
    /// What people find it by.
    pub name: &'a str,
    /// Its method.
    pub method: &'a str,
    /// Its path and query.
    pub target: &'a str,
    /// Its time as it was sent.
    pub time: &'a [u8],
    /// Its nonce as it was sent, where there is one.
    pub nonce: &'a [u8],
    /// Its body, if it is known.
    pub body: Option<&'a [u8]>,
    /// Whether the signature came with it, too.
    pub has_same_signature: bool,
}

impl Earlier<'_> {
    /// What it means that its signature was sent again.
    fn resent(&self) -> Finding {
        Finding::of(Cause::EarlierSignature, format!("that of {}", self.name))
    }
}

/// The request that came with the signature before, under another time.
fn same_signature(earlier: &[Earlier<'_>], time: &[u8]) -> Option<Finding> {
    let resent = earlier.iter().find(|earlier| earlier.has_same_signature && earlier.time != time);
    resent.map(Earlier::resent)
}

/// Bytes as a line of text: printable characters as they are, line ends and tabs as `\n`, `\r` and `\t`, a backslash
/// as `\\`, every other byte as `\x1f`. Nothing that stands in it can be taken for something else.
pub fn escaped(bytes: &[u8]) -> String {
    // Nearly all that is sent.
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && *byte != b'\\';
    if let Ok(text) = str::from_utf8(bytes)
        && bytes.iter().all(is_plain)
    {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(bytes.len() + bytes.len() / 8);
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\n' => shown.push_str("\\n"),
                '\r' => shown.push_str("\\r"),
                '\t' => shown.push_str("\\t"),
                '\\' => shown.push_str("\\\\"),
                c if c.is_control() || is_invisible(c) => {
                    hex(&mut shown, c.encode_utf8(&mut [0; 4]).as_bytes())
                }
                c => shown.push(c),
            }
        }
        hex(&mut shown, chunk.invalid());
    }
    shown
}

/// Characters that change how others look, or that nobody sees: a byte order mark above all.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn hex(shown: &mut String, bytes: &[u8]) {
    for byte in bytes {
        let written = write!(shown, "\\x{byte:02x}");
        written.expect("a string takes what is written to it");
    }
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_is_shown_is_not_ambiguous() {
        assert_eq!(
            escaped("1\nn\n{\"a\": \"é / \\n\"}\r\n\t".as_bytes()),
            "1\\nn\\n{\"a\": \"é / \\\\n\"}\\r\\n\\t"
        );
        assert_eq!(escaped(b"\xff\x00a\x7f"), "\\xff\\x00a\\x7f");
        assert_eq!(escaped("\u{feff}{}\u{85}".as_bytes()), "\\xef\\xbb\\xbf{}\\xc2\\x85");
    }
}
