//! Rates between assets, and setting them.

use super::rule::{Is, MaybeNotNegative, NotNegative, Pair};
use super::value::{Decimal, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The price of one unit of an asset in another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rate {
    /// The priced asset and the asset of the price, as `BNB/USDT`.
    pub pair: String,
    /// The house's buying price for one.
    pub bid: Decimal,
    /// The house's selling price for one.
    pub ask: Decimal,
    /// Limits of one conversion.
    #[serde(default, skip_serializing_if = "RateLimits::is_empty")]
    pub limits: RateLimits,
    /// Source of the price: `fixture`, `admin`, `file` or `feed`.
    pub source: String,
    /// Time of the price.
    pub at: Time,
    /// Whether conversions are quoted at it, since it is neither too old nor crossed.
    pub quoted: bool,
}

/// Limits of one conversion, in units of either asset of the pair. Where one is absent, only the range of an amount
/// limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateLimits {
    /// Minimum of the priced asset.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeNotNegative")]
    pub base_min: Option<Decimal>,
    /// Maximum of the priced asset.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeNotNegative")]
    pub base_max: Option<Decimal>,
    /// Minimum of the asset of the price.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeNotNegative")]
    pub quote_min: Option<Decimal>,
    /// Maximum of the asset of the price.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeNotNegative")]
    pub quote_max: Option<Decimal>,
}

impl RateLimits {
    /// Whether there are no limits.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Every rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rates {
    /// Sorted by pair.
    pub rates: Vec<Rate>,
}

/// A price for the pair in the path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetRate {
    /// The house's buying price for one.
    #[serde(with = "NotNegative")]
    pub bid: Decimal,
    /// The house's selling price for one.
    #[serde(with = "NotNegative")]
    pub ask: Decimal,
    /// New limits of one conversion, which replace every limit of the pair; if all are absent, the old ones stay.
    #[serde(default, skip_serializing_if = "RateLimits::is_empty")]
    pub limits: RateLimits,
    /// Time of the price; now if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
}

/// A price for a pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRate {
    /// The priced asset and the asset of the price, as `BNB/USDT`.
    #[serde(with = "Is::<Pair>")]
    pub pair: String,
    /// The house's buying price for one.
    #[serde(with = "NotNegative")]
    pub bid: Decimal,
    /// The house's selling price for one.
    #[serde(with = "NotNegative")]
    pub ask: Decimal,
    /// New limits of one conversion, which replace every limit of the pair; if all are absent, the old ones stay.
    #[serde(default, skip_serializing_if = "RateLimits::is_empty")]
    pub limits: RateLimits,
    /// Time of the price; now if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
}

/// Prices to be set: all of them or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetRates {
    /// Each pair at most once.
    pub rates: Vec<NewRate>,
    /// Their source.
    #[serde(default)]
    pub source: RateSource,
}

/// Source of prices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RateSource {
    /// An operator.
    #[default]
    Admin,
    /// A file.
    File,
}

/// The result of setting prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RatesSet {
    /// Number of prices that were set.
    pub set: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn limits_may_be_left_out() {
        let read = |value| serde_json::from_value::<SetRate>(value).unwrap();
        let bare = read(json!({ "bid": "1", "ask": "2.50" }));
        assert!(bare.limits.is_empty());
        assert_eq!(serde_json::to_value(&bare).unwrap(), json!({ "bid": "1", "ask": "2.5" }));
        let some = read(json!({ "bid": "1", "ask": "2", "limits": { "base_max": "35.1" } })).limits;
        assert_eq!(some.base_max.unwrap().to_string(), "35.1");
        assert!(!some.is_empty());
    }

    #[test]
    fn numbers_and_unknown_fields_are_refused() {
        for bad in [
            json!({ "bid": 1, "ask": "2" }),
            json!({ "bid": "1" }),
            json!({ "bid": "1", "ask": "2", "base_max": "3" }),
            json!({ "bid": "1", "ask": "2", "limits": { "max": "3" } }),
        ] {
            assert!(serde_json::from_value::<SetRate>(bad.clone()).is_err(), "{bad}");
        }
        for bad in
            [json!({ "rates": [], "source": "feed" }), json!({ "rates": [{ "bid": "1", "ask": "1" }] })]
        {
            assert!(serde_json::from_value::<SetRates>(bad.clone()).is_err(), "{bad}");
        }
    }
}
