//! Clients of the SDK for a server behind a socket, with that server's time.

use super::{Served, client_key};
use crate::{for_each_engine, house::FixedClock};
use ::client::{BinancePay, BinancePayBuilder, Clock, Native, WorldFirst, WorldFirstBuilder};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// The caller in the WorldFirst dialect, with money in two currencies.
const CLIENT: &str = "5J5Y307NSG0009";

impl Clock for FixedClock {
    fn now_ms(&self) -> i64 {
        self.get().get()
    }
}

/// Runs a case on a server behind a socket on every engine, and then verifies its books.
///
/// # Panics
/// When the case does, when the books do not balance, or when an engine in `COUNTINGHOUSE_REQUIRE` is missing.
#[track_caller]
pub fn with_served_on_each_engine(case: impl AsyncFn(&Served)) {
    for_each_engine(async |database| {
        let served = Served::start_on(&database, |_| {}).await;
        case(&served).await;
        served.stop().await;
    });
}

impl Served {
    /// Its URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// The shop's client.
    pub fn pay(&self) -> BinancePayBuilder {
        self.pay_with("corner-shop-key-0001", "corner-shop-secret-0001")
    }

    /// A client with these credentials.
    pub fn pay_with(&self, key: &str, secret: &str) -> BinancePayBuilder {
        BinancePay::builder(&self.url(), key, secret).clock(self.clock().clone())
    }

    /// The operator's client.
    ///
    /// # Panics
    /// When there is no token.
    pub fn operator(&self) -> Native {
        Native::new(&self.url(), &self.admin_token()).expect("a client")
    }

    /// Applies fixtures in TOML.
    ///
    /// # Panics
    /// When they are refused.
    pub async fn apply(&self, fixtures: impl ToString) {
        let fixtures = fixtures.to_string();
        let reply = self.native("POST", "/v1/fixtures").body("application/toml", fixtures).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
    }

    /// The client of a WorldFirst caller, which is created with a customer who has 1,200 USD, 50 of them frozen, and
    /// 7 JPY.
    ///
    /// # Panics
    /// When it cannot be created.
    pub async fn world(&self) -> WorldFirstBuilder {
        let public = client_key(1).public().to_pem();
        let fixtures = format!(
            r#"
[[world_first.customers]]
id = "2188120000000009"
name = "Harbour Trading"
accounts = [
  {{ currency = "USD", type = "NORMAL_BALANCE", available = "1150.00", frozen = "50.00" }},
  {{ currency = "JPY", type = "NORMAL_BALANCE", available = "7" }},
]
[[world_first.clients]]
id = "{CLIENT}"
public_keys = [{{ version = 1, pem = """{public}""" }}]
customer = "2188120000000009"
products = ["BALANCE"]
"#
        );
        self.apply(fixtures).await;
        let keys = self.operator().server_keys().await.expect("the server's keys are read").keys;
        let private = client_key(1).to_pkcs8_der().expect("a key is written");
        let provider = &keys.first().expect("the server has a key").pem;
        let builder = WorldFirst::builder(&self.url(), CLIENT, &STANDARD.encode(&*private), provider);
        builder.clock(self.clock().clone())
    }
}
