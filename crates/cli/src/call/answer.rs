//! How an answer looks: a table for people, or JSON for programs.

use comfy_table::{Table, presets::NOTHING};
use serde_json::json;
use wire::{Dialect as _, binance_pay::BinancePay, catalogue::Entry};

use crate::{
    json::Json,
    output::{self, trimmed},
};

/// In which form answers are shown.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    /// For people
    Table,
    /// For programs: the answer's data as it came, or an object with `error`
    Json,
}

/// Shows a success.
pub(crate) fn show(form: Form, endpoint: &Entry, text: &str) {
    if form == Form::Json {
        return output::line(text);
    }
    let mut answer = Json::read(text);
    output::good(outcome(endpoint, &mut answer));
    let text = table(&answer);
    if !text.is_empty() {
        output::line(text);
    }
}

/// Shows a refusal to programs; people read it on standard error.
pub(crate) fn show_error(form: Form, error: &client::Error) {
    if form == Form::Json {
        let error = json!({
            "code": error.code(),
            "message": error.message().map_or_else(|| error.to_string(), str::to_owned),
            "httpStatus": error.http_status(),
            "requestId": error.request_id(),
        });
        output::line(json!({ "error": error }));
    }
}

/// The line of code and message. One dialect has them beside the answer's own fields, from which they are taken.
fn outcome(endpoint: &Entry, answer: &mut Json) -> String {
    if endpoint.dialect != BinancePay::NAME
        && let Json::Object(fields) = answer
        && let Some(at) = fields.iter().position(|(name, _)| name == "result")
    {
        let (_, result) = fields.remove(at);
        let word = |name: &str| result.field(name).and_then(Json::scalar).unwrap_or_default();
        return format!("{} {}: {}", word("resultStatus"), word("resultCode"), word("resultMessage"));
    }
    format!("SUCCESS {}", BinancePay::SUCCESS)
}

/// An object as a line for each field, then a table for each list of objects in it.
fn table(answer: &Json) -> String {
    let (mut lines, mut lists) = (Vec::new(), Vec::new());
    flatten("", answer, &mut lines, &mut lists);
    let mut parts = Vec::new();
    if let [(name, value)] = &lines[..]
        && name.is_empty()
    {
        parts.push(value.clone());
    } else if !lines.is_empty() {
        let mut table = Table::new();
        table.load_style(NOTHING);
        table.add_rows(lines.iter().map(|(name, value)| [name, value]));
        parts.push(trimmed(&table));
    }
    for (name, list) in lists {
        let title = if name.is_empty() { String::new() } else { format!("{name}\n") };
        parts.push(format!("{title}{}", rows(list)));
    }
    parts.join("\n\n")
}

/// Takes a value apart: what fits on a line, under its path, and the lists of objects.
fn flatten<'a>(
    path: &str,
    value: &'a Json,
    lines: &mut Vec<(String, String)>,
    lists: &mut Vec<(String, &'a [Json])>,
) {
    match value {
        Json::Object(fields) => {
            for (name, value) in fields {
                let dot = if path.is_empty() { "" } else { "." };
                flatten(&format!("{path}{dot}{name}"), value, lines, lists);
            }
        }
        Json::List(list) if list.iter().any(|item| matches!(item, Json::Object(_))) => {
            lists.push((path.to_owned(), list));
        }
        value => lines.push((path.to_owned(), value.one_line())),
    }
}

/// A list of objects: a row for each, a column for each field that any of them has.
fn rows(list: &[Json]) -> String {
    let mut columns: Vec<String> = Vec::new();
    let mut items = Vec::new();
    for item in list {
        let (mut cells, mut inner) = (Vec::new(), Vec::new());
        flatten("", item, &mut cells, &mut inner);
        cells.extend(inner.into_iter().map(|(name, list)| {
            let texts: Vec<String> = list.iter().map(Json::one_line).collect();
            (name, texts.join("; "))
        }));
        for (name, _) in &cells {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
        items.push(cells);
    }
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(&columns);
    for cells in items {
        let cell = |column| cells.iter().find(|(name, _)| name == column).map_or("", |(_, value)| value);
        table.add_row(columns.iter().map(cell).collect::<Vec<_>>());
    }
    trimmed(&table)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        table(&Json::read(text))
    }

    #[test]
    fn fields_stand_one_below_the_other_and_lists_after_them() {
        insta::assert_snapshot!(shown(
            r#"{"splitOrderNo":"467","status":2,"env":{"terminalType":"WEB","none":null},"scopes":["A","B"],
            "receiverOrderDetails":[{"account":"350000101","amount":2.5,"status":2},
            {"account":"350000102","amount":12.34567891,"status":3,"failReason":"receiver closed",
            "legs":[{"a":1,"b":"x"},{"a":2}]}],"empty":[],"last":"l"}"#
        ), @r"
        splitOrderNo      467
        status            2
        env.terminalType  WEB
        env.none          null
        scopes            A, B
        empty
        last              l

        receiverOrderDetails
        account    amount       status  failReason       legs
        350000101  2.5          2
        350000102  12.34567891  3       receiver closed  {a: 1, b: x}; {a: 2}
        ");
    }

    #[test]
    fn what_is_no_object_is_shown_too() {
        assert_eq!(shown("true"), "true");
        assert_eq!(shown("{}"), "");
        assert_eq!(shown(r#"["BNB","BTC"]"#), "BNB, BTC");
        insta::assert_snapshot!(shown(r#"[{"asset":"BNB","min":1},{"asset":"BTC"}]"#), @r"
        asset  min
        BNB    1
        BTC
        ");
    }

    #[test]
    fn no_answer_moves_the_cursor() {
        let text = shown("{\"a\":\"x\\u001b[2J\\ny\",\"b\\u001b\":1,\"c\":[{\"d\\u0007\":\"\\u009b\"}]}");
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        assert_eq!(text.lines().count(), 6, "{text:?}");
    }
}
