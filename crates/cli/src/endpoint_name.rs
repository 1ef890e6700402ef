//! Endpoints by name, as people type them.

use clap::{
    Arg, Command, Error,
    builder::{PossibleValue, StringValueParser, TypedValueParser},
    error::ErrorKind,
};
use std::ffi::OsStr;
use wire::{CATALOGUE, catalogue::Entry};

/// Reads an endpoint's name: whole, as `binance_pay/profit_sharing/query_split`, or only its end, as `query_split`,
/// where no other endpoint's name ends so; or its path.
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

    /// What shells complete.
    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let value = |entry: &Entry| PossibleValue::new(entry.spec.name).help(entry.spec.summary);
        Some(Box::new(CATALOGUE.iter().map(value)))
    }
}

fn find(text: &str) -> Result<&'static Entry, String> {
    let name = text.replace('-', "_");
    let fits = |entry: &&Entry| {
        let front = entry.spec.name.strip_suffix(name.as_str());
        entry.spec.path == text || front.is_some_and(|front| front.is_empty() || front.ends_with('/'))
    };
    let found: Vec<&Entry> = CATALOGUE.iter().filter(fits).collect();
    match found[..] {
        [only] => Ok(only),
        [] => Err(format!("there is no endpoint {text}; `call --list` shows all")),
        ref many => {
            let names: Vec<&str> = many.iter().map(|entry| entry.spec.name).collect();
            Err(format!("{text} may be any of {}", names.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_its_end() {
        let found = |text: &str| find(text).map(|entry| entry.spec.name);
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
}
