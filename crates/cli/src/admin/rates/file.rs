//! Rates in a CSV file from a spreadsheet.

use csv::{ReaderBuilder, StringRecord, Trim};
use std::{
    fs,
    path::{Path, PathBuf},
};
use wire::native::{Decimal, NewRate, RateLimits, RateSource, SetRates};

use crate::exit::Failure;

/// Every column.
const COLUMNS: [&str; 7] = ["pair", "bid", "ask", "base_min", "base_max", "quote_min", "quote_max"];
/// Number of the required columns.
const NEEDED: usize = 3;

/// The rates of a file.
#[derive(Debug)]
pub(super) struct Import {
    pub(super) rates: SetRates,
    pub(super) lines: Lines,
    pub(super) path: PathBuf,
}

/// The line of each rate.
#[derive(Debug)]
pub(super) struct Lines(Vec<u64>);

impl Lines {
    /// The line of the server's field `rates[3]`.
    pub(super) fn of_field(&self, field: &str) -> Option<u64> {
        let place: usize = field.strip_prefix("rates[")?.strip_suffix(']')?.parse().ok()?;
        self.0.get(place).copied()
    }
}

/// Reads a file.
pub(super) fn read(path: &Path) -> Result<Import, Failure> {
    let named = |what: String| Failure::failed(format!("in the rates {}, {what}", path.display()));
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::failed(format!("cannot read the rates {}: {error}", path.display())))?;
    let (rates, lines) = parse(&text).map_err(named)?;
    let rates = SetRates { rates, source: RateSource::File };
    Ok(Import { rates, lines: Lines(lines), path: path.to_owned() })
}

/// The rates with their lines; or the error of the first bad line.
fn parse(text: &str) -> Result<(Vec<NewRate>, Vec<u64>), String> {
    // Spreadsheets often begin a file with a byte order mark, which is not part of the first column's name.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(text.as_bytes());
    let columns = columns(reader.headers().map_err(|error| format!("line 1: {error}"))?)?;
    let (mut rates, mut lines) = (Vec::new(), Vec::new());
    let mut count = Count { bytes: text.as_bytes(), at: 0, line: 1 };
    for record in reader.records() {
        let record = record.map_err(|error| misfit(&error, &mut count))?;
        let line = count.line_of(record.position());
        rates.push(rate(&columns, &record).map_err(|what| format!("line {line}: {what}"))?);
        lines.push(line);
    }
    if rates.is_empty() {
        return Err("line 1: there is no rate after the names of the columns".to_owned());
    }
    Ok((rates, lines))
}

/// The position of each of [`COLUMNS`].
fn columns(header: &StringRecord) -> Result<[Option<usize>; 7], String> {
    let expected = || {
        format!("expected {}, and if wanted {}", COLUMNS[..NEEDED].join(", "), COLUMNS[NEEDED..].join(", "))
    };
    let mut places = [None; 7];
    for (place, name) in header.iter().enumerate() {
        let column = COLUMNS.iter().position(|column| *column == name);
        let column = column.ok_or_else(|| format!("line 1: unknown column {name:?}, {}", expected()))?;
        if places[column].replace(place).is_some() {
            return Err(format!("line 1: column {name} is there twice"));
        }
    }
    match (0..NEEDED).find(|column| places[*column].is_none()) {
        Some(column) => Err(format!("line 1: column {} is missing, {}", COLUMNS[column], expected())),
        None => Ok(places),
    }
}

fn rate(columns: &[Option<usize>; 7], record: &StringRecord) -> Result<NewRate, String> {
    let cell = |column: usize| columns[column].and_then(|place| record.get(place)).unwrap_or_default();
    let number = |column: usize| {
        let text = cell(column);
        text.parse::<Decimal>().map_err(|expected| format!("{} is {text:?}, {expected}", COLUMNS[column]))
    };
    let limit = |column: usize| if cell(column).is_empty() { Ok(None) } else { number(column).map(Some) };
    let pair = cell(0);
    let pair =
        pair.parse::<server::settings::Pair>().map_err(|expected| format!("pair is {pair:?}, {expected}"))?;
    Ok(NewRate {
        pair: pair.to_string(),
        bid: number(1)?,
        ask: number(2)?,
        limits: RateLimits {
            base_min: limit(3)?,
            base_max: limit(4)?,
            quote_min: limit(5)?,
            quote_max: limit(6)?,
        },
        at: None,
    })
}

/// The error of a line with another number of columns than the first.
fn misfit(error: &csv::Error, count: &mut Count<'_>) -> String {
    let line = count.line_of(error.position());
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("line {line}: {len} columns where the first line has {expected_len}")
        }
        _ => format!("line {line}: {error}"),
    }
}

/// Counts lines. The reader's own count stops before empty lines in front of a record.
struct Count<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl Count<'_> {
    fn line_of(&mut self, record: Option<&csv::Position>) -> u64 {
        let begins = record.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or_default();
        while let Some(byte) = self.bytes.get(self.at) {
            if self.at >= begins && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(*byte == b'\n');
            self.at += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_any_order_and_limits_may_be_absent() {
        let text =
            "\u{feff}ask, pair,bid,base_max\r\n601.5,BNB/USDT,600,\r\n\r\n\"4\",USDT/EUR , 3.90,7E+5\r\n";
        let (rates, lines) = parse(text).unwrap();
        assert_eq!(lines, [2, 4]);
        assert_eq!((rates[0].pair.as_str(), rates[0].ask.to_string().as_str()), ("BNB/USDT", "601.5"));
        assert!(rates[0].limits.is_empty());
        assert_eq!((rates[1].bid.to_string(), rates[1].pair.as_str()), ("3.9".to_owned(), "USDT/EUR"));
        assert_eq!(rates[1].limits.base_max.unwrap().to_string(), "700000");
    }

    #[test]
    fn a_bad_line_is_named() {
        for (text, part) in [
            ("", "line 1: column pair is missing"),
            ("pair,bid\n", "line 1: column ask is missing, expected pair, bid, ask, and if wanted base_min"),
            ("pair,bid,ask,mid\n", "line 1: unknown column \"mid\", expected"),
            ("pair,bid,ask,bid\n", "line 1: column bid is there twice"),
            ("pair,bid,ask\n", "line 1: there is no rate"),
            (
                "pair,bid,ask\nBNB/USDT,1,2\nBNB-USDT,1,2\n",
                "line 3: pair is \"BNB-USDT\", expected two assets",
            ),
            (
                "pair,bid,ask\nBNB/USDT,1,2\n\nBTC/USDT,\"1,5\",2\n",
                "line 4: bid is \"1,5\", expected a decimal",
            ),
            ("pair,bid,ask\nBNB/USDT,1\n", "line 2: 2 columns where the first line has 3"),
            ("pair,bid,ask,base_min\nBNB/USDT,1,2,x\n", "line 2: base_min is \"x\""),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with(part), "{text:?}: {error}");
        }
    }

    #[test]
    fn a_servers_place_is_a_line() {
        let lines = Lines(vec![2, 4, 5]);
        assert_eq!(lines.of_field("rates[1]"), Some(4));
        for other in ["rates[3]", "rates[]", "rates", "x[1]", "rates[-1]"] {
            assert_eq!(lines.of_field(other), None, "{other}");
        }
    }
}
