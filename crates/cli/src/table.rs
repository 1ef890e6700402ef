//! Tables for people: they fit the terminal without breaking a word, and have coloured states where supported.

use anstyle::AnsiColor;
use comfy_table::{Cell, CellAlignment, ColumnConstraint, Row, Width, presets::NOTHING};
use unicode_width::UnicodeWidthStr as _;

use crate::output::{self, escaped, escaped_lines};

/// Blanks between two columns.
const GAP: usize = 2;

/// A column's title, and its type.
#[derive(Clone, Copy)]
pub(crate) enum Column<'a> {
    Text(&'a str),
    /// Numbers, aligned to the right.
    Number(&'a str),
    /// Texts of several lines.
    Lines(&'a str),
    /// A state or a code.
    State(&'a str),
}

impl Column<'_> {
    fn title(&self) -> &str {
        match self {
            Column::Text(title) | Column::Number(title) | Column::Lines(title) | Column::State(title) => {
                title
            }
        }
    }

    fn shown(&self, cell: &str) -> String {
        match self {
            Column::Lines(_) => escaped_lines(cell),
            Column::State(_) => coloured(&escaped(cell)),
            Column::Text(_) | Column::Number(_) => escaped(cell),
        }
    }
}

/// A row for each entry below the titles. Texts wrap if the terminal is narrow; if it is too narrow for the words,
/// each entry gets lines of its own.
pub(crate) fn list<C: AsRef<str>, R: AsRef<[C]>>(
    columns: &[Column<'_>],
    rows: &[R],
    width: Option<usize>,
) -> String {
    match rows_of(columns, rows, width) {
        Ok(table) => table,
        Err(blocks) => blocks.join("\n\n"),
    }
}

/// The same below a list's name, which is repeated for each entry with lines of its own.
pub(crate) fn named_list<C: AsRef<str>, R: AsRef<[C]>>(
    name: &str,
    columns: &[Column<'_>],
    rows: &[R],
    width: Option<usize>,
) -> String {
    match rows_of(columns, rows, width) {
        Ok(table) if name.is_empty() => table,
        Ok(table) => format!("{name}\n{table}"),
        Err(blocks) => {
            let block = |(at, lines): (usize, &String)| format!("{name}[{at}]\n{lines}");
            blocks.iter().enumerate().map(block).collect::<Vec<_>>().join("\n\n")
        }
    }
}

/// One table; if it does not fit, the lines of each entry.
fn rows_of<C: AsRef<str>, R: AsRef<[C]>>(
    columns: &[Column<'_>],
    rows: &[R],
    width: Option<usize>,
) -> Result<String, Vec<String>> {
    let cells = |row: &R| {
        columns.iter().zip(row.as_ref()).map(|(column, cell)| column.shown(cell.as_ref())).collect::<Vec<_>>()
    };
    let mut all = vec![columns.iter().map(|column| column.title().to_owned()).collect::<Vec<_>>()];
    all.extend(rows.iter().map(cells));
    if let Some(widths) = fitting(&all, width) {
        return Ok(drawn(&all, &widths, |at| matches!(columns[at], Column::Number(_))));
    }
    let block = |cells: Vec<String>| {
        let lines = columns.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
        pairs_of(lines.map(|(column, cell)| vec![column.title().to_owned(), cell]).collect(), width)
    };
    Err(all.split_off(1).into_iter().map(block).collect())
}

/// A line for each value, after its name.
pub(crate) fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>, width: Option<usize>) -> String {
    let cells = pairs.into_iter().map(|(name, value)| {
        let value = escaped(value);
        vec![name.to_owned(), if is_state(name) { coloured(&value) } else { value }]
    });
    pairs_of(cells.collect(), width)
}

fn pairs_of(cells: Vec<Vec<String>>, width: Option<usize>) -> String {
    // A word that does not fit continues at the end of the terminal's line, and can be copied whole.
    let widest = |(at, (word, whole))| if at == 0 { whole } else { word };
    let widths =
        fitting(&cells, width).unwrap_or_else(|| spans(&cells).into_iter().enumerate().map(widest).collect());
    drawn(&cells, &widths, |_| false)
}

/// Whether a field with this name holds a state or a code.
pub(crate) fn is_state(name: &str) -> bool {
    let last = name.rsplit(['.', ' ']).next().unwrap_or_default().to_ascii_lowercase();
    last.ends_with("status") || last == "code" || last == "state"
}

/// The width of each column so that the table fits, if possible.
fn fitting(cells: &[Vec<String>], width: Option<usize>) -> Option<Vec<usize>> {
    let spans = spans(cells);
    let mut widths: Vec<usize> = spans.iter().map(|(_, whole)| *whole).collect();
    let Some(width) = width else { return Some(widths) };
    let room = width.checked_sub(GAP * widths.len().saturating_sub(1))?;
    while widths.iter().sum::<usize>() > room {
        // The widest column shrinks, down to its longest word.
        let can = (0..widths.len()).filter(|at| widths[*at] > spans[*at].0);
        let widest = can.max_by_key(|at| widths[*at])?;
        widths[widest] -= 1;
    }
    Some(widths)
}

/// For each column, the width of its longest word and of its longest line.
fn spans(cells: &[Vec<String>]) -> Vec<(usize, usize)> {
    let columns = cells.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |at: usize, split: fn(char) -> bool| {
        let cells = cells.iter().filter_map(|row| row.get(at));
        cells.flat_map(|cell| cell.split(split)).map(|part| part.width()).max().unwrap_or(0)
    };
    (0..columns).map(|at| (widest(at, |c| matches!(c, ' ' | '\n')), widest(at, |c| c == '\n'))).collect()
}

fn drawn(cells: &[Vec<String>], widths: &[usize], right: impl Fn(usize) -> bool) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(NOTHING);
    for row in cells {
        let cell = |(at, cell): (usize, &String)| {
            let alignment = if right(at) { CellAlignment::Right } else { CellAlignment::Left };
            Cell::new(cell).set_alignment(alignment)
        };
        table.add_row(Row::from(row.iter().enumerate().map(cell).collect::<Vec<_>>()));
    }
    for (at, width) in widths.iter().enumerate() {
        let (column, width) = (table.column_mut(at), u16::try_from(width.saturating_add(GAP)));
        if let (Some(column), Ok(width)) = (column, width) {
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
        }
    }
    // Without the blanks around it, so that text is copied without them.
    let text = table.to_string();
    let lines: Vec<&str> =
        text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect();
    lines.join("\n")
}

/// The words of both dialects and the native API for success; those for work in progress and for failure follow.
const GOOD: &[&str] = &[
    "active",
    "good",
    "done",
    "000000",
    "SUCCESS",
    "S",
    "PAID",
    "AUTHORIZED",
    "REFUNDED",
    "FULL_REFUNDED",
    "settled",
];
const WAITING: &[&str] = &[
    "suspended",
    "open",
    "running",
    "INITIAL",
    "PENDING",
    "PROCESS",
    "PROCESSING",
    "REFUNDING",
    "WAITING",
    "U",
    "ACCEPT",
    "QUEUED",
];
const BAD: &[&str] = &[
    "closed",
    "revoked",
    "dead",
    "FAIL",
    "FAILED",
    "F",
    "ERROR",
    "CANCELED",
    "CANCELLED",
    "EXPIRED",
    "REJECTED",
    "DISABLED",
];

/// The word between zero-width marks, which [`output::marked`] turns into colours. A text of several words stays
/// unmarked, since it could be torn at the end of a line.
pub(crate) fn coloured(word: &str) -> String {
    let code = word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_digit());
    let colour = if GOOD.contains(&word) {
        AnsiColor::Green
    } else if WAITING.contains(&word) {
        AnsiColor::Yellow
    } else if BAD.contains(&word) || code || (word.contains('_') && !word.contains(' ')) {
        AnsiColor::Red
    } else {
        return word.to_owned();
    };
    output::mark(word, colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(rows: &[[&str; 3]], width: Option<usize>) -> String {
        let columns = [Column::Text("ID"), Column::State("STATUS"), Column::Number("WORDS OF IT")];
        let text = list(&columns, rows, width);
        text.replace(|c| matches!(c, '\u{2061}'..='\u{2064}'), "")
    }

    #[test]
    fn a_table_is_as_wide_as_it_may_be() {
        let rows = [["17", "PAID", "two ice creams"], ["费用费用", "CANCELED", "1"]];
        let whole = "ID        STATUS       WORDS OF IT\n17        PAID      two ice creams\n费用费用  CANCELED               1";
        assert_eq!(shown(&rows, None), whole);
        assert_eq!(shown(&rows, Some(34)), whole, "it fits");
        for width in [33, 26] {
            let text = shown(&rows, Some(width));
            assert!(text.starts_with("ID ") && text.lines().count() > 3, "the last column goes on: {text}");
        }
        let blocks = shown(&rows, Some(25));
        assert!(blocks.starts_with("ID           17\nSTATUS       PAID\nWORDS OF IT  two ice\n"), "{blocks}");
        assert!(blocks.contains("\n\nID           费用费用\n"), "{blocks}");
    }

    #[test]
    fn no_word_is_broken_and_no_line_too_long() {
        let rows = [["0123456789", "PROCESSING", "the quick brown fox jumps over"], ["1", "", "x"]];
        let words = |text: &str| {
            let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            words.sort();
            words
        };
        let whole = words(&shown(&rows, None));
        for width in 30..60 {
            let text = shown(&rows, Some(width));
            assert_eq!(words(&text), whole, "{width}");
            assert!(text.lines().all(|line| line.width() <= width), "{width}: {text}");
        }
    }

    #[test]
    fn states_are_coloured_and_other_words_are_not() {
        let text =
            pairs([("status", "PAID"), ("name", "PAID"), ("code", "400202"), ("resultStatus", "U")], None);
        let text = output::marked(&text);
        assert_eq!(text.matches("\u{1b}[32mPAID").count(), 1, "{text:?}");
        assert!(text.contains("\u{1b}[31m400202") && text.contains("\u{1b}[33mU"), "{text:?}");
    }
}
