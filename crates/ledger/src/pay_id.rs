//! Ids of business objects.

use std::{fmt, str::FromStr};

/// The id of a business object, such as an order, a split or a journal: 18 digits, 19 for conversions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PayId(i64);

/// The text is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is up to 19 digits, the first not 0")]
pub struct PayIdError;

impl PayId {
    /// Below every id.
    pub const MIN: PayId = PayId(0);
    /// No id is larger.
    pub const MAX: PayId = PayId(i64::MAX);

    /// The id of a number.
    pub const fn new(id: i64) -> Self {
        Self(id)
    }

    /// The id as a number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for PayId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// As callers write it: plain digits. Anything else names nothing.
impl FromStr for PayId {
    type Err = PayIdError;

    fn from_str(text: &str) -> Result<Self, PayIdError> {
        let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        text.parse().ok().filter(|_| plain).map(Self).ok_or(PayIdError)
    }
}
