//! Fixtures: declared objects and balances at the start of a scenario. Applying them twice changes nothing.

pub mod world_first;

use self::world_first::WorldFirstFixtures;
use super::rule::{
    ApiKey, AssetCode, Between, BinanceId, Each, Is, Maybe, MaybeNotNegative, MerchantId, Name, Network,
    NotNegative, Pair, Secret, Wallet,
};
use super::{asset::Asset, authorization::ServiceProvider, holder::Status, value::Decimal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A fixtures file, TOML or JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fixtures {
    /// Assets beyond those in every database.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<Asset>,
    /// Prices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rates: Vec<RateFixture>,
    /// Payers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payers: Vec<PayerFixture>,
    /// Merchants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merchants: Vec<MerchantFixture>,
    /// Customers and clients of WorldFirst.
    #[serde(default, skip_serializing_if = "WorldFirstFixtures::is_empty")]
    pub world_first: WorldFirstFixtures,
}

/// A merchant with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MerchantFixture {
    /// The merchant's id: 1 to 19 digits.
    #[serde(with = "Is::<MerchantId>")]
    pub id: String,
    /// A name for people.
    #[serde(with = "Is::<Name>")]
    pub name: String,
    /// Its Binance ID: 9 to 13 digits.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "Maybe::<BinanceId>")]
    pub binance_id: Option<String>,
    /// Its status.
    #[serde(default)]
    pub status: Status,
    /// The fee on its payments, in hundredths of a percent: 0 to 10,000.
    #[serde(default, with = "Between::<0, 10_000>")]
    pub fee_bps: u16,
    /// The part of an order's amount that it may split, 0 to 1.
    #[serde(default = "all", with = "NotNegative")]
    pub split_max_rate: Decimal,
    /// Codes of fiat currencies that its orders may have as `currency`, which is otherwise a crypto asset; at most 32.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order_fiat_currencies: Vec<String>,
    /// Its API keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub api_keys: Vec<ApiKeyFixture>,
    /// Its initial balances.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub balances: Vec<BalanceFixture>,
    /// Binance IDs of the receivers bound to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "Each::<BinanceId>")]
    pub receivers: Vec<String>,
    /// The scopes that it may request of others, if it is a technical service provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_provider: Option<ServiceProvider>,
}

/// An API key with its secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyFixture {
    /// The key: 16 to 128 characters of `A-Z a-z 0-9 - _`.
    #[serde(with = "Is::<ApiKey>")]
    pub key: String,
    /// Its secret.
    #[serde(with = "Is::<Secret>")]
    pub secret: String,
    /// Addresses and CIDR ranges that may use it; an empty list allows every address.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "Each::<Network>")]
    pub allow_ips: Vec<String>,
}

impl fmt::Debug for ApiKeyFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeyFixture").field("key", &self.key).finish_non_exhaustive()
    }
}

/// A payer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PayerFixture {
    /// Its Binance ID: 9 to 13 digits.
    #[serde(with = "Is::<BinanceId>")]
    pub binance_id: String,
    /// A name for people.
    #[serde(with = "Is::<Name>")]
    pub name: String,
    /// Its status.
    #[serde(default)]
    pub status: Status,
    /// Its initial balances.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub balances: Vec<BalanceFixture>,
}

/// A holder's initial balance. It is deposited once: later changes of it are no contradiction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BalanceFixture {
    /// The wallet, as `FUNDING_WALLET`.
    #[serde(with = "Is::<Wallet>")]
    pub wallet: String,
    /// The asset's code.
    #[serde(with = "Is::<AssetCode>")]
    pub asset: String,
    /// The amount.
    #[serde(with = "NotNegative")]
    pub amount: Decimal,
}

/// A price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateFixture {
    /// The priced asset and the asset of the price, as `BNB/USDT`.
    #[serde(with = "Is::<Pair>")]
    pub pair: String,
    /// The house's buying price for one.
    #[serde(with = "NotNegative")]
    pub bid: Decimal,
    /// The house's selling price for one.
    #[serde(with = "NotNegative")]
    pub ask: Decimal,
    /// Minimum of the base in one conversion.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeNotNegative")]
    pub base_min: Option<Decimal>,
    /// Maximum of the base in one conversion.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeNotNegative")]
    pub base_max: Option<Decimal>,
    /// Minimum of the quote in one conversion.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeNotNegative")]
    pub quote_min: Option<Decimal>,
    /// Maximum of the quote in one conversion.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "MaybeNotNegative")]
    pub quote_max: Option<Decimal>,
}

/// The result of applying fixtures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Applied {
    /// Number of objects that were created.
    pub created: u32,
    /// Number of objects that already existed, with the same content.
    pub unchanged: u32,
    /// Notes for the author of the fixtures, such as how little an asset with many decimals can hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

fn all() -> Decimal {
    Decimal(money::Decimal::ONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_left_out_has_defaults() {
        let fixtures: Fixtures =
            serde_json::from_value(json!({ "merchants": [{ "id": "1000135331248", "name": "Shop" }] }))
                .unwrap();
        let merchant = &fixtures.merchants[0];
        assert_eq!((merchant.status, merchant.fee_bps), (Status::Active, 0));
        assert_eq!(merchant.split_max_rate.to_string(), "1");
        let again = serde_json::to_value(&fixtures).unwrap();
        assert_eq!(serde_json::from_value::<Fixtures>(again).unwrap(), fixtures);
    }

    #[test]
    fn unknown_fields_and_words_are_refused() {
        for bad in [
            json!({ "merchant": [] }),
            json!({ "payers": [{ "binance_id": "350000101", "name": "P", "status": "gone" }] }),
            json!({ "payers": [{ "binance_id": "350000101", "name": "P", "state": "active" }] }),
            json!({ "rates": [{ "pair": "BNB/USDT", "bid": 1, "ask": "2" }] }),
        ] {
            assert!(serde_json::from_value::<Fixtures>(bad.clone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_service_provider_says_what_it_may_ask_for() {
        let read = |provider: serde_json::Value| {
            let shop = json!({ "id": "1000135331248", "name": "Shop", "service_provider": provider });
            serde_json::from_value::<Fixtures>(json!({ "merchants": [shop] }))
        };
        let fixtures = read(json!({ "allow_scopes": ["CONVERT"] })).unwrap();
        let provider = fixtures.merchants[0].service_provider.as_ref().unwrap();
        assert_eq!((&provider.allow_scopes[..], provider.fee_share), (&["CONVERT".to_owned()][..], false));
        assert!(read(json!({ "fee_share": true })).is_err(), "what it may ask for is not said");
        assert!(read(json!({ "allow_scopes": [], "scopes": [] })).is_err());
        assert!(read(json!(null)).unwrap().merchants[0].service_provider.is_none());
    }

    #[test]
    fn a_rates_limits_are_read_and_left_out_where_there_are_none() {
        let rate =
            json!({ "pair": "BNB/USDT", "bid": "1", "ask": "2", "base_min": "0.0008", "quote_max": "7E+5" });
        let fixtures: Fixtures = serde_json::from_value(json!({ "rates": [rate] })).unwrap();
        let again = serde_json::to_value(&fixtures).unwrap();
        let limited = json!({ "pair": "BNB/USDT", "bid": "1", "ask": "2", "base_min": "0.0008", "quote_max": "700000" });
        assert_eq!(again, json!({ "rates": [limited] }));
    }

    #[test]
    fn debug_hides_secrets() {
        let key = ApiKeyFixture { key: "a-key".into(), secret: "hush".into(), allow_ips: vec![] };
        let text = format!("{key:?}");
        assert!(text.contains("a-key") && !text.contains("hush"), "{text}");
    }
}
