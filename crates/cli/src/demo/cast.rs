//! The participants: a shop, its customer, two receivers, and their credentials.

use client::{Entropy as _, SystemEntropy, nonce};

/// The participants' ids and credentials, and the server.
pub(super) struct Cast {
    /// The server.
    pub(super) url: String,
    /// The token of its native API.
    pub(super) token: String,
    /// The shop's API key and secret, generated for this run.
    pub(super) key: String,
    pub(super) secret: String,
    /// Distinguishes this run's ids from those that somebody makes on the same server later.
    pub(super) run: String,
}

/// The shop.
pub(super) const MERCHANT: &str = "1000135331248";
/// The customer's Binance ID.
pub(super) const CUSTOMER: &str = "350000201";
/// The receivers' Binance IDs.
pub(super) const COURIER: &str = "350000101";
pub(super) const MAKER: &str = "350000102";

impl Cast {
    pub(super) fn new(url: &str, token: &str) -> Self {
        let mut secret = [0; 32];
        SystemEntropy.fill(&mut secret);
        let run = nonce(&SystemEntropy)[..8].to_owned();
        Self {
            url: url.to_owned(),
            token: token.to_owned(),
            key: nonce(&SystemEntropy),
            secret: hex::encode(secret),
            run,
        }
    }

    /// The fixtures of the demo, in the form of a file.
    pub(super) fn fixtures(&self) -> String {
        let Self { key, secret, .. } = self;
        format!(
            r#"[[merchants]]
id = "{MERCHANT}"
name = "Corner Shop"
binance_id = "350000001"
api_keys = [{{ key = "{key}", secret = "{secret}" }}]

[[payers]]
binance_id = "{CUSTOMER}"
name = "Customer"
balances = [{{ wallet = "FUNDING_WALLET", asset = "USDT", amount = "100" }}]

[[payers]]
binance_id = "{COURIER}"
name = "Courier"

[[payers]]
binance_id = "{MAKER}"
name = "Maker"
"#
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::native::Fixtures;

    #[test]
    fn the_fixtures_are_a_fixtures_file() {
        let cast = Cast::new("http://127.0.0.1:1", "token");
        let fixtures: Fixtures = toml::from_str(&cast.fixtures()).unwrap();
        assert_eq!((fixtures.merchants.len(), fixtures.payers.len()), (1, 3));
        let key = &fixtures.merchants[0].api_keys[0];
        assert_eq!((key.key.len(), key.secret.len()), (32, 64));
    }
}
