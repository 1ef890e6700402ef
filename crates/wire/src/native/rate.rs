//! Rates between assets, and setting them.

use super::rule::{Is, MaybeNotNegative, NotNegative, Pair};
use super::value::{Decimal, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What one unit of an asset is worth in another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rate {
    /// The asset that is priced and the one it is priced in, as `BNB/USDT`.
    pub pair: String,
    /// What the house pays for one.
    pub bid: Decimal,
    /// What the house asks for one.
    pub ask: Decimal,
    /// What one conversion may amount to.
    #[serde(default, skip_serializing_if = "RateLimits::is_empty")]
    pub limits: RateLimits,
    /// Where the price came from: `fixture`, `admin`, `file` or `feed`.
    pub source: String,
    /// When it was true.
    pub at: Time,
    /// Whether conversions are quoted at it: it is neither too old nor crossed.
    pub quoted: bool,
}

/// What one conversion may amount to, in units of either asset of the pair. What is left out is not limited but
/// by what an amount can be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateLimits {
    /// The least of the asset that is priced.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeNotNegative")]
    pub base_min: Option<Decimal>,
    /// The most of it.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeNotNegative")]
    pub base_max: Option<Decimal>,
    /// The least of the asset that it is priced in.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeNotNegative")]
    pub quote_min: Option<Decimal>,
    /// The most of it.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeNotNegative")]
    pub quote_max: Option<Decimal>,
}

impl RateLimits {
    /// Whether nothing is limited.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Every rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rates {
    /// By pair.
    pub rates: Vec<Rate>,
}

/// A price for the pair that the path names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetRate {
    /// What the house pays for one.
    #[serde(with = "NotNegative")]
    pub bid: Decimal,
    /// What the house asks for one.
    #[serde(with = "NotNegative")]
    pub ask: Decimal,
    /// What one conversion may amount to, in place of every limit that the pair has; when none is given, those
    /// stay.
    #[serde(default, skip_serializing_if = "RateLimits::is_empty")]
    pub limits: RateLimits,
    /// When the price was true; now if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
}

/// A price for a pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRate {
    /// The asset that is priced and the one it is priced in, as `BNB/USDT`.
    #[serde(with = "Is::<Pair>")]
    pub pair: String,
    /// What the house pays for one.
    #[serde(with = "NotNegative")]
    pub bid: Decimal,
    /// What the house asks for one.
    #[serde(with = "NotNegative")]
    pub ask: Decimal,
    /// What one conversion may amount to, in place of every limit that the pair has; when none is given, those
    /// stay.
    #[serde(default, skip_serializing_if = "RateLimits::is_empty")]
    pub limits: RateLimits,
    /// When the price was true; now if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
}

/// Prices to be set: all of them or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetRates {
    /// Each pair at most once.
    pub rates: Vec<NewRate>,
    /// Where they come from.
    #[serde(default)]
    pub source: RateSource,
}

/// Where prices that somebody sets come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RateSource {
    /// An operator said so.
    #[default]
    Admin,
    /// A file.
    File,
}

/// What setting prices did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RatesSet {
    /// How many were set.
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
