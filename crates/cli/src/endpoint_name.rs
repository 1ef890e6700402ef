//! Endpoint names on the command line.

use clap::{
    Arg, Command, Error,
    builder::{PossibleValue, StringValueParser, TypedValueParser},
    error::ErrorKind,
};
use std::ffi::OsStr;
use wire::{
    CATALOGUE,
    catalogue::{Entry, UNBUILT, Unbuilt},
};

use crate::{output::escaped, similar::similar};

/// Parses an endpoint's name: in full, as `binance_pay/profit_sharing/query_split`, or only its end, as
/// `query_split`, if that is unique; or its path.
#[derive(Clone)]
pub(crate) struct EndpointName;

impl TypedValueParser for EndpointName {
    type Value = &'static Entry;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<&'static Entry, Error> {
        let text = StringValueParser::new().parse_ref(command, arg, value)?;
        find(&text).map_err(|why| command.clone().error(ErrorKind::InvalidValue, why))
    }

    /// The values for shell completion.
    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let value = |entry: &Entry| PossibleValue::new(entry.spec.name).help(entry.spec.summary);
        Some(Box::new(CATALOGUE.iter().map(value)))
    }
}

fn find(text: &str) -> Result<&'static Entry, String> {
    let name = text.replace('-', "_");
    let fits = |entry: &&Entry| entry.spec.path == text || ends_with(entry.spec.name, &name);
    let found: Vec<&Entry> = CATALOGUE.iter().filter(fits).collect();
    match found[..] {
        [only] => Ok(only),
        [] => Err(not_found(text, &name)),
        ref many => Err(ambiguous(text, many)),
    }
}

/// Whether a name ends with `end`, at the boundary of a part.
fn ends_with(whole: &str, end: &str) -> bool {
    whole.strip_suffix(end).is_some_and(|front| front.is_empty() || front.ends_with('/'))
}

fn ambiguous(text: &str, candidates: &[&Entry]) -> String {
    let names: Vec<&str> = candidates.iter().map(|entry| entry.spec.name).collect();
    format!("{} is ambiguous: {}", escaped(text), names.join(", "))
}

fn not_found(text: &str, name: &str) -> String {
    let unbuilt = |unbuilt: &&Unbuilt| unbuilt.path == text || ends_with(unbuilt.name, name);
    if let Some(Unbuilt { name, path, summary }) = UNBUILT.iter().find(unbuilt) {
        return format!(
            "{name} ({path}: {summary}) is known, but not built yet; `call --list` shows what is"
        );
    }
    // The beginning of a part, such as order/create for its versions.
    let begins = |entry: &&Entry| {
        let front = entry.spec.name.rfind(name).map(|at| &entry.spec.name[..at]);
        !name.is_empty() && front.is_some_and(|front| front.is_empty() || front.ends_with('/'))
    };
    let longer: Vec<&Entry> = CATALOGUE.iter().filter(begins).collect();
    if longer.len() > 1 && longer.len() < CATALOGUE.len() / 2 {
        return ambiguous(text, &longer);
    }
    let why = format!("there is no endpoint {}", escaped(text));
    let meant = match longer[..] {
        [only] => vec![only.spec.name],
        _ => resembling(text, name),
    };
    match meant[..] {
        [] => format!("{why}; `call --list` shows all"),
        _ => format!("{why}; did you mean {}? `call --list` shows all", meant.join(" or ")),
    }
}

/// The names or paths similar to the input, compared by as many last parts as it has.
fn resembling(text: &str, name: &str) -> Vec<&'static str> {
    if text.starts_with('/') {
        return similar(text, CATALOGUE.iter().map(|entry| entry.spec.path));
    }
    let parts = name.split('/').count();
    let end = |whole: &'static str| {
        let at = whole.rmatch_indices('/').nth(parts - 1).map_or(0, |(at, _)| at + 1);
        &whole[at..]
    };
    let ends = similar(name, CATALOGUE.iter().map(|entry| end(entry.spec.name)));
    let whole = |end: &'static str| {
        CATALOGUE.iter().map(|entry| entry.spec.name).filter(move |name| ends_with(name, end))
    };
    let mut names: Vec<&str> = ends.into_iter().flat_map(whole).collect();
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(*name));
    names.truncate(5);
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Result<&'static str, String> {
        find(text).map(|entry| entry.spec.name)
    }

    #[test]
    fn a_name_is_found_by_its_end() {
        let query_split = Ok("binance_pay/profit_sharing/query_split");
        for text in [
            "binance_pay/profit_sharing/query_split",
            "profit_sharing/query_split",
            "query_split",
            "query-split",
            "/binancepay/openapi/profitsharing/v1/query-split",
        ] {
            assert_eq!(found(text), query_split, "{text}");
        }
        for text in ["split", "", "uery_split", "no_such", "/query_split"] {
            assert!(found(text).unwrap_err().contains("there is no endpoint"), "{text}");
        }
        let many = found("query").unwrap_err();
        assert!(
            many.contains("binance_pay/order/query, ") && many.contains("balance_report/query"),
            "{many}"
        );
    }

    #[test]
    fn every_name_is_found() {
        for entry in CATALOGUE {
            for text in [entry.spec.name, entry.spec.path] {
                assert_eq!(find(text).unwrap().spec.name, entry.spec.name);
            }
        }
    }

    #[test]
    fn a_misspelt_name_names_what_it_resembles() {
        for (text, meant) in [
            ("sumbit_split", "binance_pay/profit_sharing/submit_split"),
            ("order/qeury_v2", "binance_pay/order/query_v2"),
            ("binance_pay/order/closed", "binance_pay/order/close"),
            ("inquiryBalance", "world_first/account/inquiry_balance"),
            ("/binancepay/openapi/v3/orders", "/binancepay/openapi/v3/order"),
            ("inquiry_stat", "world_first/account/inquiry_statement_"),
        ] {
            let why = found(text).unwrap_err();
            assert!(why.contains(meant), "{text}: {why}");
        }
        assert_eq!(found("zzz").unwrap_err(), "there is no endpoint zzz; `call --list` shows all");
    }

    #[test]
    fn the_beginning_of_several_is_ambiguous() {
        assert_eq!(
            found("order/create").unwrap_err(),
            "order/create is ambiguous: binance_pay/order/create_v1, binance_pay/order/create_v2, \
            binance_pay/order/create_v3"
        );
    }

    #[test]
    fn what_is_known_and_not_built_says_so() {
        for text in ["order/refund", "refund", "/binancepay/openapi/order/refund", "binance_pay/order/refund"]
        {
            let why = found(text).unwrap_err();
            assert!(
                why.contains("binance_pay/order/refund") && why.contains("not built yet"),
                "{text}: {why}"
            );
        }
    }
}
