//! Money on the wire: a currency and a whole number of its minor units.

use serde::{Deserialize, Serialize};

use crate::text::{Text, Whole};

/// An amount (page `data_dictionary`): `{"currency":"USD","value":12345}` is 123.45 US dollars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// ISO 4217 alphabetic code, or `CNH`.
    pub currency: Text,
    /// Minor units as ISO 4217 has them: 2 decimals for USD, none for JPY, 3 for KWD. Read from a number or from a
    /// string, since sister APIs write it so; written as a number.
    pub value: Whole,
}

impl Amount {
    /// `value` minor units of `currency`.
    pub fn new(currency: &str, value: i64) -> Amount {
        Amount { currency: currency.into(), value: Whole(value) }
    }
}
