//! What is logged, at the finest level, while calls go well and badly: never a secret, a signature or a token.

use client::Credentials;
use serde_json::json;
use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};
use testkit::http::{ADMIN_TOKEN, SHOP, SHOP_FIXTURES, TestApp, endpoint, shop, with_shop};
use tracing_subscriber::{Registry, fmt, layer::SubscriberExt as _};
use wire::binance_pay::headers;

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).unwrap()
    }
}

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_secret_signature_or_token_is_logged() {
    with_shop(async |app| {
        let written = Written::default();
        let writer = written.clone();
        // Every level of every target. Handlers run on this thread, so that its lines are all theirs.
        let layer = fmt::layer().with_ansi(false).with_writer(move || writer.clone());
        let guard = tracing::subscriber::set_default(Registry::default().with(layer));
        let hidden = well_and_badly(app).await;
        drop(guard);
        let log = written.text();
        for expected in ["refused", "400002", "400004", "400202", "answered"] {
            assert!(log.contains(expected), "nothing was heard of {expected}:\n{log}");
        }
        for secret in hidden {
            assert!(secret.len() >= 8 && !log.contains(&secret), "{secret} is in the log:\n{log}");
        }
    });
}

/// Calls that succeed and calls that fail in every way; yields what no log may hold.
async fn well_and_badly(app: &TestApp) -> Vec<String> {
    let path = endpoint("order/query").path;
    let mut hidden: Vec<String> =
        ["corner-shop-secret-0001", "other-shop-secret-00001", ADMIN_TOKEN].map(str::to_owned).into();
    let call = || app.post(path, json!({ "prepayId": "1" }));
    let wrong = Credentials::new(shop().key(), "a-wrong-secret-of-somebody");
    let lower = call();
    let lower = lower.clone().header(headers::SIGNATURE, lower.value(headers::SIGNATURE).to_lowercase());
    for request in [
        call(),
        app.post_as(&wrong, path, "{}"),
        lower,
        call().header(headers::SIGNATURE, "not-even-hexadecimal"),
        call().header(headers::CERTIFICATE_SN, "nobody-has-this-key"),
        call().header(headers::AUTHORIZATION_TOKEN, "0123456789abcdef0123456789abcdef"),
        app.post(path, "[]"),
    ] {
        hidden.push(request.value(headers::SIGNATURE));
        assert_ne!(request.await.code(), "000000");
    }
    hidden.extend(["a-wrong-secret-of-somebody", "not-even-hexadecimal"].map(str::to_owned));
    hidden.push("0123456789abcdef0123456789abcdef".to_owned());
    app.paid("Trade1", "1").await;

    let issued = app.native("POST", &format!("/v1/merchants/{SHOP}/api-keys")).json("{}").await.json();
    hidden.push(issued["secret"].as_str().unwrap().to_owned());
    let chosen = json!({ "secret": "a-secret-of-our-own-choice", "key": shop().key() });
    app.native("POST", &format!("/v1/merchants/{SHOP}/api-keys")).json(chosen).await.problem();
    hidden.push("a-secret-of-our-own-choice".to_owned());
    let contradiction = SHOP_FIXTURES.replace("corner-shop-secret-0001", "a-secret-that-contradicts");
    app.native("POST", "/v1/fixtures").body("application/toml", contradiction).await.problem();
    hidden.push("a-secret-that-contradicts".to_owned());
    let token = app.plain("GET", "/v1/merchants").header("authorization", "Bearer a-token-that-is-wrong");
    token.await.problem();
    hidden.push("a-token-that-is-wrong".to_owned());
    hidden
}
