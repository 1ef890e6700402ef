//! Output of answers: a table for people, or the API's own JSON for programs.

use serde::Serialize;
use std::fmt;

pub(super) use crate::table::Column;
use crate::{
    output::{self, escaped},
    table,
};

/// The format of answers.
#[derive(Clone, Copy)]
pub(super) struct Report {
    pub(super) json: bool,
}

impl Report {
    /// Shows a list of `things`, whose name is used if it is empty.
    pub(super) fn list<T: Serialize, const N: usize>(
        self,
        answer: &T,
        things: &str,
        columns: [Column<'_>; N],
        rows: impl IntoIterator<Item = [String; N]>,
    ) {
        if self.json {
            return json(answer);
        }
        let rows: Vec<[String; N]> = rows.into_iter().collect();
        if rows.is_empty() {
            return output::line(format_args!("no {things}"));
        }
        output::table(&table::list(&columns, &rows, output::width()));
    }

    /// Shows one object, a line for each of its fields.
    pub(super) fn object<T: Serialize>(self, answer: &T, fields: &[(&'static str, String)]) {
        if self.json {
            return json(answer);
        }
        let fields = fields.iter().map(|(name, value)| (*name, value.as_str()));
        output::table(&table::pairs(fields, output::width()));
    }

    /// Reports a completed action.
    pub(super) fn done<T: Serialize>(self, answer: &T, text: impl fmt::Display) {
        if self.json { json(answer) } else { output::line(escaped(&text.to_string())) }
    }
}

fn json<T: Serialize>(answer: &T) {
    // A value that was read from JSON can be written as JSON.
    output::line(output::json(&serde_json::to_string_pretty(answer).unwrap_or_default()));
}
