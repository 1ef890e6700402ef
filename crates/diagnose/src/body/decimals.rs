//! Amounts with more or fewer decimals than were sent, as `10.00` for `10`.

use std::ops::Range;

use super::json::{Node, is_number};

/// Maximum number of amounts that are tried one by one.
const AMOUNTS_MAX: usize = 12;
/// Longer integers are ids and times.
const INTEGER_MAX: usize = 12;
/// The tried numbers of decimals: those of fiat and crypto assets.
const DECIMALS: [usize; 10] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 18];

/// An amount in a text.
struct Amount<'a> {
    at: Range<usize>,
    /// Without quotes.
    text: &'a str,
    is_number: bool,
}

/// The text with one amount, every number, or every amount written with another number of decimals, each with its
/// description.
pub(super) fn rescaled(text: &str, root: &Node<'_>) -> Vec<(String, String)> {
    let mut amounts = Vec::new();
    collect(text, root, &mut amounts);
    let mut texts = Vec::new();
    for decimals in DECIMALS {
        for amount in amounts.iter().take(AMOUNTS_MAX) {
            let Some(other) = with_decimals(amount.text, decimals) else { continue };
            let how = format!("{other}, sent as {}", amount.text);
            texts.push((spliced(text, [(amount, other)].into_iter()), how));
        }
        for numbers_alone in [true, false] {
            let some = amounts.iter().filter(|amount| amount.is_number || !numbers_alone);
            let changed = some.filter_map(|amount| Some((amount, with_decimals(amount.text, decimals)?)));
            texts.push((spliced(text, changed), format!("{decimals} decimals")));
        }
    }
    texts
}

fn collect<'t>(text: &str, node: &Node<'t>, amounts: &mut Vec<Amount<'t>>) {
    match node {
        Node::Plain(plain) if is_number(plain) => add(text, plain, true, amounts),
        Node::Text(string) => add(text, &string[1..string.len() - 1], false, amounts),
        Node::Plain(_) => {}
        Node::List(items) => items.iter().for_each(|item| collect(text, item, amounts)),
        Node::Object(fields) => fields.iter().for_each(|(_, value)| collect(text, value, amounts)),
    }
}

fn add<'t>(text: &str, amount: &'t str, is_number: bool, amounts: &mut Vec<Amount<'t>>) {
    let (integer, decimals) = amount.split_once('.').unwrap_or((amount, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if integer.len() > INTEGER_MAX
        || !digits(integer.strip_prefix('-').unwrap_or(integer))
        || !digits(decimals)
    {
        return;
    }
    // It is a slice of the text, so its address gives its position.
    let Some(begin) = (amount.as_ptr() as usize).checked_sub(text.as_ptr() as usize) else { return };
    let at = begin..begin + amount.len();
    if text.get(at.clone()) == Some(amount) {
        amounts.push(Amount { at, text: amount, is_number });
    }
}

/// The same number with this many decimals; `None` if it has more significant ones, or is already written so.
fn with_decimals(amount: &str, decimals: usize) -> Option<String> {
    let (integer, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > decimals {
        return None;
    }
    let point = if decimals == 0 { "" } else { "." };
    let other = format!("{integer}{point}{fraction:0<decimals$}");
    (other != amount).then_some(other)
}

fn spliced<'a>(text: &str, changed: impl Iterator<Item = (&'a Amount<'a>, String)>) -> String {
    let (mut written, mut copied) = (String::with_capacity(text.len() + 16), 0);
    for (amount, other) in changed {
        written.push_str(&text[copied..amount.at.start]);
        written.push_str(&other);
        copied = amount.at.end;
    }
    written.push_str(&text[copied..]);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        rescaled(text, &Node::read(text).unwrap()).into_iter().map(|(text, _)| text).collect()
    }

    #[test]
    fn amounts_get_decimals_and_lose_those_that_do_not_count() {
        assert_eq!(with_decimals("10", 2).as_deref(), Some("10.00"));
        assert_eq!(with_decimals("10.50", 1).as_deref(), Some("10.5"));
        assert_eq!(with_decimals("10.00", 0).as_deref(), Some("10"));
        assert_eq!(with_decimals("-0.1", 8).as_deref(), Some("-0.10000000"));
        assert_eq!((with_decimals("10.55", 1), with_decimals("10.00", 2)), (None, None));
        let text =
            r#"{ "a" : 10, "b":"2.5", "id":1309477640981204290, "t":"9825382937292", "x":"1.2.3", "e":1e3 }"#;
        let all = all(text);
        assert!(all.contains(&text.replace("10,", "10.00,")));
        assert!(all.contains(&text.replace("2.5", "2.50")));
        assert!(all.contains(&text.replace("10,", "10.00,").replace("2.5", "2.50")));
        assert!(all.iter().all(|other| other.ends_with(&text[text.find("\"id\"").unwrap()..])));
    }

    #[test]
    fn many_amounts_are_not_all_tried_alone() {
        let many = format!("[{}1]", "1,".repeat(5_000));
        assert!(rescaled(&many, &Node::read(&many).unwrap()).len() <= DECIMALS.len() * (AMOUNTS_MAX + 2));
        assert!(all("[]").iter().all(|text| text == "[]"));
    }
}
