//! How answers look: a table for people, or the API's own JSON for programs.

use comfy_table::{CellAlignment, Table, presets::NOTHING};
use serde::Serialize;
use std::fmt;

use crate::output::{self, escaped, escaped_lines, trimmed};

/// How to answer.
#[derive(Clone, Copy)]
pub(super) struct Report {
    pub(super) json: bool,
}

/// A column's title, and what stands in it.
#[derive(Clone, Copy)]
pub(super) enum Column {
    Text(&'static str),
    /// Numbers, which end under each other.
    Number(&'static str),
    /// Texts of several lines.
    Lines(&'static str),
}

impl Report {
    /// Shows a list.
    pub(super) fn list<T: Serialize, const N: usize>(
        self,
        answer: &T,
        columns: [Column; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) {
        if self.json {
            return json(answer);
        }
        let titles = columns.iter().map(|column| match column {
            Column::Text(title) | Column::Number(title) | Column::Lines(title) => *title,
        });
        let mut table = Table::new();
        table.load_style(NOTHING).set_header(titles);
        for (place, column) in columns.iter().enumerate() {
            if let (Column::Number(_), Some(column)) = (column, table.column_mut(place)) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        table.add_rows(rows.into_iter().map(|row| {
            columns.iter().zip(row).map(|(column, cell)| match column {
                Column::Lines(_) => escaped_lines(&cell),
                Column::Text(_) | Column::Number(_) => escaped(&cell),
            })
        }));
        output::line(trimmed(&table));
    }

    /// Shows one object, a line for each of its fields.
    pub(super) fn object<T: Serialize>(self, answer: &T, fields: &[(&'static str, String)]) {
        if self.json {
            return json(answer);
        }
        let mut table = Table::new();
        table.load_style(NOTHING);
        table.add_rows(fields.iter().map(|(name, value)| [(*name).to_owned(), escaped(value)]));
        output::line(trimmed(&table));
    }

    /// Says what was done.
    pub(super) fn done<T: Serialize>(self, answer: &T, text: impl fmt::Display) {
        if self.json { json(answer) } else { output::line(escaped(&text.to_string())) }
    }
}

fn json<T: Serialize>(answer: &T) {
    // What came as JSON can be written as JSON.
    output::line(output::json(&serde_json::to_string_pretty(answer).unwrap_or_default()));
}
