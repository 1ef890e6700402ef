//! Money on the wire: a currency and a whole number of its minor units.

use serde::{Deserialize, Serialize};

use crate::{
    text::{self, Text, Whole},
    validate::{Check, Validate},
};

/// An amount (page `data_dictionary`): `{"currency":"USD","value":12345}` is 123.45 US dollars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// ISO 4217 alphabetic code, or `CNH`.
    pub currency: Text,
    /// Minor units by ISO 4217: 2 decimals for USD, none for JPY, 3 for KWD. Read from a number or from a string,
    /// since sister APIs write strings; written as a number.
    pub value: Whole,
}

impl Amount {
    /// `value` minor units of `currency`.
    pub fn new(currency: &str, value: i64) -> Amount {
        Amount { currency: currency.into(), value: Whole(value) }
    }
}

/// A requested amount: its currency, and its value unless that is to be calculated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedAmount {
    /// As [`Amount::currency`].
    pub currency: Text,
    /// As [`Amount::value`]; more than zero.
    #[serde(
        default,
        deserialize_with = "text::optional_asked_whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub value: Option<Whole>,
}

impl Validate for AskedAmount {
    fn validate(&self, check: &mut Check) {
        check.text("currency", &self.currency).required().length(3..=3);
        // A value that is too large has a code of its own on the pages, so only the minimum is checked here.
        if let Some(Whole(value)) = self.value.filter(|value| value.0 != i64::MAX) {
            check.integer("value", value, 1..=i64::MAX);
        }
    }
}
