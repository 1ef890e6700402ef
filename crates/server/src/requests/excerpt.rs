//! What of a body is remembered: its beginning, with secrets and tokens masked.

use wire::mask::masked;
use wire::{doctor::escaped, native::Excerpt};

/// How many bytes of a body are remembered.
const BYTES_MAX: usize = 64 * 1_024;

/// The beginning of bytes as text.
pub(super) fn excerpt(bytes: &[u8]) -> Excerpt {
    let kept = &bytes[..bytes.len().min(BYTES_MAX)];
    let mut text = escaped(&masked(kept));
    // What is remembered is counted by what it takes.
    text.shrink_to_fit();
    Excerpt { text, bytes: bytes.len() as u64, cut: kept.len() < bytes.len() }
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
        // A token that the cut goes through is not half shown.
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
