//! Bodies whose bytes were converted to another character set than UTF-8, or compressed, before signing or sending.

use flate2::read::{GzDecoder, ZlibDecoder};
use std::{borrow::Cow, io::Read as _};

use super::super::{Cause, Finding};

/// Longer texts are not decompressed: a few bytes may expand to very many.
const UNPACKED_MAX: u64 = 1_024 * 1_024;

/// Windows-1252 from 0x80 to 0x9f; an undefined position is the control character of that number.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// A body decoded to the form that may have been signed.
pub(crate) struct Content<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    /// The finding if this form was signed instead of the sent one.
    pub(super) finding: Option<Finding>,
    /// Whether it is complete; a text that is too long is not decompressed.
    pub(super) is_whole: bool,
}

/// The content of a body: decompressed, or converted to UTF-8, if necessary.
pub(crate) fn content(sent: &[u8]) -> Content<'_> {
    let (unpacked, which) = match sent {
        [0x1f, 0x8b, ..] => (unpacked(GzDecoder::new(sent)), "with gzip"),
        // Text, such as JSON, does not begin with these bytes.
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => (unpacked(ZlibDecoder::new(sent)), "with deflate"),
        _ => (Ok(None), ""),
    };
    if let Ok(Some(bytes)) = unpacked {
        return Content {
            bytes: bytes.into(),
            finding: Some(Finding::of(Cause::BodyCompressed, which)),
            is_whole: true,
        };
    }
    let is_whole = unpacked.is_ok();
    if str::from_utf8(sent).is_ok() || !is_whole {
        return Content { bytes: sent.into(), finding: None, is_whole };
    }
    let is_windows = sent.iter().any(|byte| matches!(byte, 0x80..=0x9f));
    let which = if is_windows {
        "sent in Windows-1252, signed in UTF-8"
    } else {
        "sent in ISO-8859-1, signed in UTF-8"
    };
    let text: String = sent.iter().map(|byte| windows(*byte)).collect();
    Content {
        bytes: text.into_bytes().into(),
        finding: Some(Finding::of(Cause::BodyCharset, which)),
        is_whole,
    }
}

/// The decompressed bytes, `None` if they are not compressed in this format.
///
/// # Errors
/// The result is too long.
fn unpacked(mut reader: impl std::io::Read) -> Result<Option<Vec<u8>>, ()> {
    let mut bytes = Vec::new();
    match reader.by_ref().take(UNPACKED_MAX + 1).read_to_end(&mut bytes) {
        Ok(length) if length as u64 > UNPACKED_MAX => Err(()),
        Ok(_) => Ok(Some(bytes)),
        Err(_) => Ok(None),
    }
}

fn windows(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS[usize::from(byte - 0x80)],
        byte => char::from(byte),
    }
}

/// A text's bytes in other character sets, with the description if they were signed.
pub(super) fn others(text: &str) -> Vec<(Vec<u8>, &'static str)> {
    if text.is_ascii() {
        return Vec::new();
    }
    // A character outside the set is written as a question mark.
    let latin = |c: char| u8::try_from(u32::from(c)).unwrap_or(b'?');
    let in_windows = |c: char| {
        let place = WINDOWS.iter().position(|known| *known == c).and_then(|place| u8::try_from(place).ok());
        place.map_or_else(|| latin(c), |place| 0x80 + place)
    };
    let bytes: Vec<u8> = text.chars().map(latin).collect();
    let which = if str::from_utf8(&bytes).is_ok_and(|inner| !inner.is_ascii()) {
        "put into UTF-8 twice before it was sent"
    } else {
        "signed in ISO-8859-1, sent in UTF-8"
    };
    vec![
        (bytes, which),
        (text.chars().map(in_windows).collect(), "signed in Windows-1252, sent in UTF-8"),
        (
            text.chars().map(|c| if c.is_ascii() { latin(c) } else { b'?' }).collect(),
            "signed in ASCII, sent in UTF-8",
        ),
        (
            text.bytes().map(char::from).collect::<String>().into_bytes(),
            "put into UTF-8 twice before it was signed",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{
        Compression,
        write::{GzEncoder, ZlibEncoder},
    };
    use std::io::Write as _;

    fn told(sent: &[u8]) -> (String, String) {
        let content = content(sent);
        let finding = content.finding.map(|finding| finding.to_string()).unwrap_or_default();
        (String::from_utf8_lossy(&content.bytes).into_owned(), finding)
    }

    #[test]
    fn what_was_sent_is_read_as_what_it_was() {
        let text = "{\"a\":\"caf\u{e9}\"}";
        let told = |sent: &[u8]| told(sent);
        assert_eq!(told(text.as_bytes()), (text.to_owned(), String::new()));
        let which = "body-charset (sent in ISO-8859-1, signed in UTF-8)";
        assert_eq!(told(b"{\"a\":\"caf\xe9\"}"), (text.to_owned(), which.to_owned()));
        assert_eq!(told(b"\x80\xe9").0, "€é");
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(text.as_bytes()).unwrap();
        let gzip = gzip.finish().unwrap();
        assert_eq!(told(&gzip), (text.to_owned(), "body-compressed (with gzip)".to_owned()));
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(text.as_bytes()).unwrap();
        assert_eq!(
            told(&zlib.finish().unwrap()),
            (text.to_owned(), "body-compressed (with deflate)".to_owned())
        );
        // Truncated compressed data is ignored.
        assert!(
            !content(&gzip[..gzip.len() - 6])
                .finding
                .is_some_and(|finding| finding.cause == Cause::BodyCompressed)
        );
    }

    #[test]
    fn no_more_is_unpacked_than_is_looked_at() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(&vec![b' '; 1_024 * 1_024 + 1]).unwrap();
        let gzip = gzip.finish().unwrap();
        let content = content(&gzip);
        assert!(!content.is_whole && content.finding.is_none() && *content.bytes == gzip[..]);
    }

    #[test]
    fn texts_are_written_in_other_character_sets() {
        let others = others("é€中");
        assert_eq!(others[0], (b"\xe9??".to_vec(), "signed in ISO-8859-1, sent in UTF-8"));
        assert_eq!(others[1].0, b"\xe9\x80?");
        assert_eq!(others[2].0, b"???");
        assert_eq!(others[3].0, "é€中".bytes().map(char::from).collect::<String>().into_bytes());
        assert_eq!(
            super::others("Ã©")[0],
            ("é".as_bytes().to_vec(), "put into UTF-8 twice before it was sent")
        );
        assert!(super::others("e").is_empty());
    }
}
