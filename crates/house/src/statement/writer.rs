//! The lines of a statement. Optimised for speed: there may be millions.

use super::{
    Format,
    buffer_pool::{self, BufferPool},
};
use bytes::Bytes;
use jiff::{Timestamp, tz::TimeZone};
use ledger::Millis;
use money::Amount;
use store::statement::{PostingView, Span, Visit};

const HEADER: &str = "time,wallet,bucket,asset,type,reference,change,balance\r\n";
const DAY_MILLIS: i64 = 86_400_000;

/// Assumed bytes of a line before the first measurement: rather too many than too few.
const LINE: usize = 256;

/// Writer of postings' lines, account by account.
pub(super) struct Writer {
    format: Format,
    text: Vec<u8>,
    pool: BufferPool,
    day: Day,
    /// The text between a line's time and its type: the same in all lines of an account.
    account: Vec<u8>,
    scale: usize,
    /// The changes of the account so far.
    sum: i128,
    /// Average bytes of a line in the latest slice.
    line: usize,
}

impl Writer {
    pub(super) fn new(format: Format) -> Self {
        let pool = BufferPool::default();
        let mut text = pool.take();
        if format == Format::Csv {
            text.extend_from_slice(HEADER.as_bytes());
        }
        Self { format, text, pool, day: Day::default(), account: Vec::new(), scale: 0, sum: 0, line: LINE }
    }

    /// Starts the lines of an account.
    pub(super) fn begin_account(&mut self, span: &Span, scale: u8) {
        let (wallet, bucket, asset) = (span.wallet.as_str(), span.bucket.as_str(), span.asset.as_str());
        self.account = match self.format {
            Format::Csv => format!(",{wallet},{bucket},{asset},"),
            Format::JsonLines => {
                format!(r#"","wallet":"{wallet}","bucket":"{bucket}","asset":"{asset}","type":""#)
            }
        }
        .into_bytes();
        self.scale = scale.into();
        self.sum = 0;
    }

    /// The account's balance at the start or end of the period. The word is also the reference: readers that
    /// guess a column's type read ids as floats if one is missing, and two different ids become equal.
    pub(super) fn balance_row(&mut self, word: &str, at: Millis, balance: Amount) {
        self.line(at, word.as_bytes(), word.as_bytes(), None, balance);
    }

    /// Number of postings that fill most of a buffer.
    pub(super) fn fitting(&self) -> i64 {
        i64::try_from(buffer_pool::BYTES / 4 * 3 / self.line).unwrap_or(1).max(1)
    }

    /// The text so far, with the given number of postings.
    pub(super) fn take(&mut self, postings: i64) -> Bytes {
        let postings = usize::try_from(postings).unwrap_or_default();
        self.line = self.text.len().checked_div(postings).unwrap_or(self.line).max(1);
        let text = std::mem::replace(&mut self.text, self.pool.take());
        self.pool.give(text)
    }

    /// The changes of the account so far, in smallest units.
    pub(super) fn sum(&self) -> i128 {
        self.sum
    }

    fn line(&mut self, at: Millis, kind: &[u8], reference: &[u8], change: Option<Amount>, balance: Amount) {
        let (text, scale) = (&mut self.text, self.scale);
        match self.format {
            Format::Csv => {
                self.day.push_time(text, at);
                text.extend_from_slice(&self.account);
                push_cell(text, kind);
                text.push(b',');
                push_cell(text, reference);
                text.push(b',');
                if let Some(change) = change {
                    push_amount(text, change, scale);
                }
                text.push(b',');
                push_amount(text, balance, scale);
                text.extend_from_slice(b"\r\n");
            }
            Format::JsonLines => {
                text.extend_from_slice(br#"{"time":""#);
                self.day.push_time(text, at);
                text.extend_from_slice(&self.account);
                push_escaped(text, kind);
                text.extend_from_slice(br#"","reference":""#);
                push_escaped(text, reference);
                text.extend_from_slice(br#"","change":""#);
                if let Some(change) = change {
                    push_amount(text, change, scale);
                }
                text.extend_from_slice(br#"","balance":""#);
                push_amount(text, balance, scale);
                text.extend_from_slice(b"\"}\n");
            }
        }
    }
}

impl Visit for Writer {
    fn visit(&mut self, posting: &PostingView<'_>) {
        self.sum += i128::from(posting.amount.as_units());
        self.line(posting.at, posting.kind, posting.reference, Some(posting.amount), posting.balance);
    }
}

/// The day of the last line: most lines are of the same day as the one before.
#[derive(Default)]
struct Day {
    number: i64,
    /// `2026-01-05T`; empty before the first.
    text: String,
}

impl Day {
    /// Appends an RFC 3339 time in UTC with milliseconds.
    fn push_time(&mut self, text: &mut Vec<u8>, at: Millis) {
        let (number, millis) = (at.get().div_euclid(DAY_MILLIS), at.get().rem_euclid(DAY_MILLIS));
        if self.text.is_empty() || self.number != number {
            let end = if number < 0 { Timestamp::MIN } else { Timestamp::MAX };
            let day = number.checked_mul(DAY_MILLIS).and_then(|at| Timestamp::from_millisecond(at).ok());
            let day = TimeZone::UTC.to_datetime(day.unwrap_or(end)).date();
            self.number = number;
            self.text = format!("{day}T");
        }
        text.extend_from_slice(self.text.as_bytes());
        let (seconds, millis) = (millis / 1_000, millis % 1_000);
        let mut time = *b"00:00:00.000Z";
        for (place, digits, mut value) in
            [(0, 2, seconds / 3_600), (3, 2, seconds / 60 % 60), (6, 2, seconds % 60), (9, 3, millis)]
        {
            for at in (place..place + digits).rev() {
                time[at] = digit(value.unsigned_abs());
                value /= 10;
            }
        }
        text.extend_from_slice(&time);
    }
}

/// The last decimal digit of a number.
fn digit(value: u64) -> u8 {
    b'0' + u8::try_from(value % 10).unwrap_or_default()
}

/// Appends an amount in plain notation without trailing zeros.
fn push_amount(text: &mut Vec<u8>, amount: Amount, scale: usize) {
    // Nineteen digits and at most eighteen zeros in front of them.
    let mut digits = [b'0'; 40];
    let mut from = digits.len();
    let mut rest = amount.as_units().unsigned_abs();
    while rest > 0 {
        from -= 1;
        digits[from] = digit(rest);
        rest /= 10;
    }
    let point = digits.len() - scale;
    let mut to = digits.len();
    while to > point && digits[to - 1] == b'0' {
        to -= 1;
    }
    if amount.is_negative() {
        text.push(b'-');
    }
    text.extend_from_slice(&digits[from.min(point - 1)..point]);
    if to > point {
        text.push(b'.');
        text.extend_from_slice(&digits[point..to]);
    }
}

/// Appends a text cell: quoted where RFC 4180 wants it, and never read as a formula by a spreadsheet.
fn push_cell(text: &mut Vec<u8>, cell: &[u8]) {
    let neutral: &[u8] = match cell.first() {
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r') => b"'",
        _ => b"",
    };
    if !cell.iter().any(|byte| matches!(byte, b'"' | b',' | b'\r' | b'\n')) {
        text.extend_from_slice(neutral);
        text.extend_from_slice(cell);
        return;
    }
    text.push(b'"');
    text.extend_from_slice(neutral);
    for byte in cell {
        if *byte == b'"' {
            text.push(b'"');
        }
        text.push(*byte);
    }
    text.push(b'"');
}

/// Appends the escaped contents of a JSON string.
fn push_escaped(text: &mut Vec<u8>, value: &[u8]) {
    if !value.iter().any(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
        text.extend_from_slice(value);
        return;
    }
    for byte in value {
        match byte {
            b'"' | b'\\' => text.extend_from_slice(&[b'\\', *byte]),
            0..=0x1f => text.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => text.push(*byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(push: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut text = Vec::new();
        push(&mut text);
        String::from_utf8(text).expect("text")
    }

    proptest::proptest! {
        #[test]
        fn amounts_are_written_as_decimals_are(units: i64, shift in 0_u32..64, scale in 0_u8..=18) {
            // Small ones too, and with zeros at their ends.
            for units in [units, units >> shift, (units >> shift) / 1_000 * 1_000] {
                let amount = Amount::units(units);
                let written = pushed(|text| push_amount(text, amount, scale.into()));
                proptest::prop_assert_eq!(written, amount.to_decimal(scale).to_string());
            }
        }

        #[test]
        fn times_are_written_as_jiff_writes_them(at in 0_i64..253_402_207_200_000, step in -100_000_000_i64..100_000_000) {
            let mut day = Day::default();
            for at in [at, at.saturating_add(step).clamp(0, 253_402_207_199_999)] {
                let time = Timestamp::from_millisecond(at).expect("in the calendar");
                let written = pushed(|text| day.push_time(text, Millis::new(at)));
                proptest::prop_assert_eq!(written, format!("{time:.3}"));
            }
        }
    }

    #[test]
    fn the_ends_of_amounts_are_written() {
        for (units, scale, text) in
            [(i64::MIN, 18, "-9.223372036854775808"), (i64::MAX, 0, "9223372036854775807"), (0, 18, "0")]
        {
            assert_eq!(pushed(|to| push_amount(to, Amount::units(units), scale)), text);
        }
    }

    #[test]
    fn cells_are_quoted_and_no_formulas() {
        for (cell, written) in [
            ("T1", "T1"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@A1", "'@A1"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\""),
            ("a=b", "a=b"),
            ("a\nb", "\"a\nb\""),
        ] {
            assert_eq!(pushed(|text| push_cell(text, cell.as_bytes())), written, "{cell:?}");
        }
    }

    #[test]
    fn strings_are_escaped() {
        for (value, written) in
            [("a\"b\\c", r#"a\"b\\c"#), ("=1", "=1"), ("\n\u{1}", r"\u000a\u0001"), ("é", "é")]
        {
            assert_eq!(pushed(|text| push_escaped(text, value.as_bytes())), written);
        }
    }
}
