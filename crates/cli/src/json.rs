//! A server's JSON, prepared for display.

pub(crate) use wire::json::Json;

use crate::output::escaped;

/// Reads a JSON text; one that is not JSON becomes a word. The names of fields are escaped, since they are displayed.
pub(crate) fn read(text: &str) -> Json {
    with_names_escaped(Json::read(text))
}

fn with_names_escaped(json: Json) -> Json {
    match json {
        Json::Object(pairs) => Json::Object(
            pairs.into_iter().map(|(name, value)| (escaped(&name), with_names_escaped(value))).collect(),
        ),
        Json::List(list) => Json::List(list.into_iter().map(with_names_escaped).collect()),
        Json::Text(_) | Json::Word(_) => json,
    }
}

/// A value that is neither object nor list, on one line with terminal control characters escaped.
pub(crate) fn scalar(json: &Json) -> Option<String> {
    match json {
        Json::Text(text) | Json::Word(text) => Some(escaped(text)),
        Json::Object(_) | Json::List(_) => None,
    }
}

/// The value on one line: a list of scalars without brackets, nested values nearly unchanged.
pub(crate) fn one_line(json: &Json) -> String {
    match json {
        Json::Text(text) | Json::Word(text) => escaped(text),
        Json::List(list) => list.iter().map(one_line).collect::<Vec<_>>().join(", "),
        Json::Object(fields) => {
            let pair = |(name, value): &(String, Json)| format!("{name}: {}", one_line(value));
            format!("{{{}}}", fields.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gives_orders_to_a_terminal_is_escaped() {
        let json = read(r#"{"a\u001b": ["x\ty", 1, {"b\n": 2}]}"#);
        assert_eq!(one_line(&json), r"{a\u{1b}: x\ty, 1, {b\n: 2}}");
        let list = json.field(r"a\u{1b}").unwrap();
        assert_eq!(scalar(list), None);
        let Json::List(list) = list else { panic!("no list") };
        assert_eq!(list.iter().filter_map(scalar).collect::<Vec<_>>(), [r"x\ty", "1"]);
    }
}
