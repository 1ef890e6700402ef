//! Bytes as unambiguous printable text.

use std::fmt::Write as _;

/// Bytes as a line of text: printable characters unchanged, line ends and tabs as `
/// `, `\r` and `\t`, a backslash as `\\`, every other byte as `\x1f`. The result is unambiguous.
pub fn escaped(bytes: &[u8]) -> String {
    // The fast path for nearly all input.
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

/// Characters that change how others look, or that are invisible: above all the byte order mark.
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
