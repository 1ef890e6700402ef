//! Text, character by character, with its escapes undone: those of JSON, also nested, and those of URLs.

/// One character after its escapes are undone.
#[derive(Clone, Copy)]
pub(super) struct Token {
    pub(super) byte: u8,
    /// Number of backslashes before it.
    level: usize,
    /// Whether it is URL-encoded.
    pub(super) is_percent: bool,
    /// Its length in bytes.
    pub(super) length: usize,
}

impl Token {
    /// The token at `at`, which must be within the bytes.
    pub(super) fn at(bytes: &[u8], at: usize) -> Token {
        let rest = &bytes[at..];
        let level = rest.iter().take_while(|byte| **byte == b'\\').count();
        let token = |byte, length| Token { byte, level, is_percent: false, length };
        if level == 0 {
            return match percent(rest) {
                Some(byte @ (b':' | b'=')) => Token { byte, level, is_percent: true, length: 3 },
                _ => token(rest[0], 1),
            };
        }
        let after = &rest[level..];
        match after.first() {
            Some(quote @ (b'"' | b'\'' | b'/')) => token(*quote, level + 1),
            Some(b'n' | b'r' | b't') => token(b'\n', level + 1),
            Some(b'u') => match after.get(1..5).and_then(character) {
                Some(byte) => token(byte, level + 5),
                None => token(b'\\', level),
            },
            _ => token(b'\\', level),
        }
    }

    pub(super) fn is_quote(self) -> bool {
        matches!(self.byte, b'"' | b'\'')
    }

    pub(super) fn is_space(self) -> bool {
        self.byte.is_ascii_whitespace()
    }

    /// Whether it may be part of a name without quotes.
    pub(super) fn is_word(self) -> bool {
        matches!(self.byte, b'_' | b'-' | b'.' | b'%' | b'[' | b']' | 0x80..)
            || self.byte.is_ascii_alphanumeric()
    }

    /// Whether it ends the string that this quote began: at the same level and not escaped there, or at an outer
    /// level, where an enclosing string ends.
    pub(super) fn closes(self, begun: Token) -> bool {
        let (escapes, level) = (self.level / (begun.level + 1), self.level % (begun.level + 1));
        let is_end = level == begun.level && escapes.is_multiple_of(2);
        self.byte == begun.byte && (self.level < begun.level || is_end)
    }
}

/// The byte that an escape such as `%3a` encodes.
pub(super) fn percent(bytes: &[u8]) -> Option<u8> {
    let digits = bytes.strip_prefix(b"%")?.get(..2)?;
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok().filter(|_| digits[0] != b'+')
}

/// The ASCII character of four hex digits.
fn character(digits: &[u8]) -> Option<u8> {
    let number = u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    u8::try_from(number).ok().filter(u8::is_ascii)
}
