//! The recorded part of a body: its beginning, with secrets and tokens masked.

use std::borrow::Cow;
use wire::{escape::escaped, mask::masked, native::Excerpt};

/// Maximum number of recorded bytes of a body.
pub(super) const BYTES_MAX: usize = 64 * 1_024;

/// The part of a body to record.
pub(super) fn kept(body: &[u8]) -> Cow<'_, [u8]> {
    masked(&body[..body.len().min(BYTES_MAX)])
}

/// The recorded part of a body of so many bytes, for display.
pub(super) fn shown(kept: &[u8], bytes: u64) -> Excerpt {
    Excerpt { text: escaped(kept), bytes, cut: bytes > BYTES_MAX as u64 }
}

/// The beginning of bytes as text.
pub(super) fn excerpt(bytes: &[u8]) -> Excerpt {
    let mut excerpt = shown(&kept(bytes), bytes.len() as u64);
    // The journal counts the capacity of its texts.
    excerpt.text.shrink_to_fit();
    excerpt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_beginning_is_kept() {
        let long = excerpt(&vec![b'x'; BYTES_MAX + 1]);
        assert_eq!((long.text.len(), long.bytes, long.cut), (BYTES_MAX, 65_537, true));
        let short = excerpt(b"{}\n");
        assert_eq!((short.text.as_str(), short.bytes, short.cut), ("{}\\n", 3, false));
        // A token at the cut is not shown in part.
        let cut = excerpt(
            format!("{{\"a\":\"{}\",\"token\":\"{}\"}}", "x".repeat(BYTES_MAX - 30), "s".repeat(99))
                .as_bytes(),
        );
        assert!(cut.cut && !cut.text.contains("ss"), "{}", &cut.text[BYTES_MAX - 40..]);
    }

    #[test]
    fn no_more_is_held_than_is_shown() {
        for bytes in [&b"a short text"[..], &[0xff; 1_000], "\u{feff}\n".repeat(500).as_bytes()] {
            let text = excerpt(bytes).text;
            assert_eq!(text.capacity(), text.len());
        }
    }
}
