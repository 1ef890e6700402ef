//! Output of answers: a table for people, or JSON for programs.

use serde_json::json;
use wire::{Dialect as _, binance_pay::BinancePay, catalogue::Entry};

use crate::{
    json::{self, Json},
    output,
    table::{self, Column},
};

/// The form of answers.
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
        return output::line(output::json(text));
    }
    let mut answer = json::read(text);
    output::good(outcome(endpoint, &mut answer));
    let text = table(&answer, output::width());
    if !text.is_empty() {
        output::table(&text);
    }
}

/// Shows an error to programs; people read it on standard error.
pub(crate) fn show_error(form: Form, error: &client::Error) {
    if form == Form::Json {
        let error = json!({
            "code": error.code(),
            "message": error.message().map_or_else(|| error.to_string(), str::to_owned),
            "httpStatus": error.http_status(),
            "requestId": error.request_id(),
            "mayHaveBeenDone": error.may_have_been_done(),
        });
        output::line(output::json(&json!({ "error": error }).to_string()));
    }
}

/// The same without any answer.
pub(crate) fn show_silence(form: Form, message: &str) {
    if form == Form::Json {
        let error = json!({
            "code": null,
            "message": message,
            "httpStatus": null,
            "requestId": null,
            "mayHaveBeenDone": true,
        });
        output::line(json!({ "error": error }));
    }
}

/// The line of code and message. One dialect has them beside the answer's own fields; there they are removed from it.
fn outcome(endpoint: &Entry, answer: &mut Json) -> String {
    if endpoint.dialect != BinancePay::NAME
        && let Json::Object(fields) = answer
        && let Some(at) = fields.iter().position(|(name, _)| name == "result")
    {
        let (_, result) = fields.remove(at);
        let word = |name: &str| result.field(name).and_then(json::scalar).unwrap_or_default();
        return format!("{} {}: {}", word("resultStatus"), word("resultCode"), word("resultMessage"));
    }
    format!("SUCCESS {}", BinancePay::SUCCESS)
}

/// An object as a line for each field, then a table for each list of objects in it.
fn table(answer: &Json, width: Option<usize>) -> String {
    let (mut lines, mut lists) = (Vec::new(), Vec::new());
    flatten("", answer, &mut lines, &mut lists);
    let mut parts = Vec::new();
    if let [(name, value)] = &lines[..]
        && name.is_empty()
    {
        parts.push(value.clone());
    } else if !lines.is_empty() {
        parts.push(table::pairs(lines.iter().map(|(name, value)| (name.as_str(), value.as_str())), width));
    }
    for (name, list) in lists {
        parts.push(rows(&name, list, width));
    }
    parts.join("\n\n")
}

/// Splits a value into single-line values, with their paths, and lists of objects.
fn flatten<'a>(
    path: &str,
    value: &'a Json,
    lines: &mut Vec<(String, String)>,
    lists: &mut Vec<(String, &'a [Json])>,
) {
    match value {
        Json::Object(fields) => {
            if let Some(amount) = amount(fields) {
                return lines.push((path.to_owned(), amount));
            }
            for (name, value) in fields {
                let dot = if path.is_empty() { "" } else { "." };
                flatten(&format!("{path}{dot}{name}"), value, lines, lists);
            }
        }
        Json::List(list) if list.iter().any(|item| matches!(item, Json::Object(_))) => {
            lists.push((path.to_owned(), list));
        }
        Json::List(list) if list.is_empty() => lines.push((path.to_owned(), "(empty)".to_owned())),
        value => lines.push((path.to_owned(), json::one_line(value))),
    }
}

/// An amount of money as one value: currency, and value in minor units as received.
fn amount(fields: &[(String, Json)]) -> Option<String> {
    let field =
        |name: &str| fields.iter().find(|(own, _)| own == name).and_then(|(_, value)| json::scalar(value));
    let (currency, value) = (field("currency")?, field("value")?);
    (fields.len() == 2).then(|| format!("{currency} {value}"))
}

/// A list of objects under its name: a row for each, with a column for each field of any of them; or, if that is too
/// wide, one after the other.
fn rows(name: &str, list: &[Json], width: Option<usize>) -> String {
    let mut columns: Vec<String> = Vec::new();
    let mut items = Vec::new();
    for item in list {
        let (mut cells, mut inner) = (Vec::new(), Vec::new());
        flatten("", item, &mut cells, &mut inner);
        cells.extend(inner.into_iter().map(|(name, list)| {
            let texts: Vec<String> = list.iter().map(json::one_line).collect();
            (name, texts.join("; "))
        }));
        for (name, _) in &cells {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
        items.push(cells);
    }
    let row = |cells: &Vec<(String, String)>| {
        let cell = |column| cells.iter().find(|(name, _)| name == column).map_or("", |(_, value)| value);
        columns.iter().map(|column| cell(column).to_owned()).collect::<Vec<String>>()
    };
    let rows: Vec<Vec<String>> = items.iter().map(row).collect();
    let titles: Vec<Column<'_>> = columns
        .iter()
        .map(|name| if table::is_state(name) { Column::State(name) } else { Column::Text(name) })
        .collect();
    table::named_list(name, &titles, &rows, width)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        table(&json::read(text), None)
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
        empty             (empty)
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

    const STATEMENT: &str = r#"{"totalCount":2,"statementList":[
        {"transactionId":"409128346782105600","transactionType":"COLLECTION",
        "transactionAmount":{"currency":"USD","value":30000},"remark":"invoice 17"},
        {"transactionId":"409128346782105601","transactionType":"CHARGE",
        "transactionAmount":{"value":-25,"currency":"USD"},"remark":"费用"}],
        "total":{"currency":"USD","value":29975},"pair":{"currency":"USD","amount":1}}"#;

    #[test]
    fn an_amount_is_one_value() {
        insta::assert_snapshot!(shown(STATEMENT), @r"
        totalCount     2
        total          USD 29975
        pair.currency  USD
        pair.amount    1

        statementList
        transactionId       transactionType  transactionAmount  remark
        409128346782105600  COLLECTION       USD 30000          invoice 17
        409128346782105601  CHARGE           USD -25            费用
        ");
        // An object that only resembles an amount is not one.
        assert_eq!(shown(r#"{"a":{"currency":"USD","value":{"b":1}}}"#), "a.currency  USD\na.value.b   1");
        assert_eq!(shown(r#"{"a":{"currency":"USD","value":1,"b":2}}"#).lines().count(), 3);
    }

    #[test]
    fn what_is_wider_than_the_terminal_is_shown_in_blocks() {
        let answer = json::read(STATEMENT);
        let widest = shown(STATEMENT).lines().map(|line| line.chars().count()).max();
        assert_eq!(widest, Some(66));
        assert_eq!(table(&answer, Some(66)), shown(STATEMENT), "it fits");
        let narrower = table(&answer, Some(65));
        assert!(narrower.contains("invoice\n") && narrower.contains("statementList\n"), "{narrower}");
        insta::assert_snapshot!(table(&answer, Some(62)), @r"
        totalCount     2
        total          USD 29975
        pair.currency  USD
        pair.amount    1

        statementList[0]
        transactionId      409128346782105600
        transactionType    COLLECTION
        transactionAmount  USD 30000
        remark             invoice 17

        statementList[1]
        transactionId      409128346782105601
        transactionType    CHARGE
        transactionAmount  USD -25
        remark             费用
        ");
        // A character may be two columns wide.
        let wide = json::read(r#"[{"a":"费用费用","b":"x"}]"#);
        assert!(table(&wide, Some(11)).starts_with("a "), "it fits");
        assert!(table(&wide, Some(10)).starts_with("[0]\n"), "it does not");
    }

    #[test]
    fn no_answer_moves_the_cursor() {
        let text = shown("{\"a\":\"x\\u001b[2J\\ny\",\"b\\u001b\":1,\"c\":[{\"d\\u0007\":\"\\u009b\"}]}");
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        assert_eq!(text.lines().count(), 6, "{text:?}");
    }
}
