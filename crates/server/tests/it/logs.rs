//! What is logged, at the finest level, while calls go well and badly: never a secret, a signature or a token.

use crate::binance_pay::{
    balance_report,
    providers::{self, PROVIDER, PROVIDER_SECRET, acting, agreed, ask},
};
use client::Credentials;
use serde_json::{Value, json};
use std::{
    io,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};
use testkit::http::{ADMIN_TOKEN, SHOP, SHOP_FIXTURES, TestApp, URL, endpoint, order_v3, shop, with_shop};
use tracing::{Dispatch, subscriber::DefaultGuard};
use tracing_subscriber::{Layer as _, Registry, filter::LevelFilter, fmt, layer::SubscriberExt as _};
use wire::binance_pay::headers;

/// What was logged.
#[derive(Clone, Default)]
pub(crate) struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    /// Hears every level of every target on this thread, until the guard is dropped.
    pub(crate) fn on_this_thread() -> (Self, DefaultGuard) {
        // While there is one subscriber alone, a line that another thread comes by first is taken to be
        // of no interest to anybody.
        static ANOTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(Registry::default()));
        LazyLock::force(&ANOTHER);
        let written = Self::default();
        let writer = written.clone();
        let layer = fmt::layer().with_ansi(false).with_writer(move || writer.clone());
        (written, tracing::subscriber::set_default(Registry::default().with(layer)))
    }

    pub(crate) fn text(&self) -> String {
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
        for expected in ["refused", "400002", "400004", "400202", "answered", "download"] {
            assert!(log.contains(expected), "nothing was heard of {expected}:\n{log}");
        }
        for secret in hidden {
            assert!(secret.len() >= 8 && !log.contains(&secret), "{secret} is in the log:\n{log}");
        }
    });
}

/// A line of the log tells who called, and in whose name.
#[test]
fn a_line_names_the_merchant_and_the_provider() {
    with_shop(async |app| {
        providers::arrive(app).await;
        let record = agreed(app, &["CHECKOUT"]).await;
        let written = Written::default();
        let writer = written.clone();
        let layer = fmt::layer().json().with_ansi(false).with_writer(move || writer.clone());
        let layer = layer.with_filter(LevelFilter::INFO);
        let guard = tracing::subscriber::set_default(Registry::default().with(layer));
        let body = json!({ "prepayId": "1" });
        let path = endpoint("order/query").path;
        app.post_as(&Credentials::new(shop().key(), "wrong"), path, &body).await;
        app.post(path, &body).await;
        app.post_as(&providers::provider(), path, &body).await;
        acting(app, &record, "order/query", &body).await;
        acting(app, &record, "order/query", &body).from("203.0.113.9").await;
        acting(app, &record, "profit_sharing/query_split", "{}").await;
        acting(app, &record, "order/query", &body).header(headers::AUTHORIZATION_TOKEN, "unknown").await;
        let made = order_v3("Sale1", "1");
        acting(app, &record, "order/create_v3", made).await.data();
        drop(guard);
        let named = |line: &str| {
            let fields = serde_json::from_str::<Value>(line).unwrap()["fields"].take();
            ["message", "code", "holder", "provider", "suspect"]
                .map(|name| fields[name].as_str().unwrap_or("-").to_owned())
        };
        let told: Vec<[String; 5]> = written.text().lines().map(named).collect();
        // Whose signature is wrong is not known, only whose it should be.
        let expected = [
            ["refused", "400002", "-", "-", SHOP],
            ["refused", "400202", SHOP, "-", "-"],
            ["refused", "400202", PROVIDER, "-", "-"],
            ["refused", "400202", SHOP, PROVIDER, "-"],
            ["refused", "400004", SHOP, PROVIDER, "-"],
            ["refused", "400004", SHOP, PROVIDER, "-"],
            ["refused", "400004", PROVIDER, "-", "-"],
            ["answered", "-", SHOP, PROVIDER, "-"],
        ];
        assert_eq!(told, expected.map(|line| line.map(str::to_owned)));
    });
}

/// Calls in a merchant's name that go well and badly; yields what no log may hold.
async fn in_anothers_name(app: &TestApp) -> Vec<String> {
    providers::arrive(app).await;
    let record = agreed(app, &["CHECKOUT"]).await;
    let pending = ask(app, SHOP, &["CONVERT"]).await;
    let body = json!({ "prepayId": "1" });
    let good = acting(app, &record, "order/query", &body);
    let mut hidden = vec![PROVIDER_SECRET.to_owned()];
    for request in [
        good.clone(),
        good.from("203.0.113.9"),
        acting(app, &record, "profit_sharing/query_split", &body),
        acting(app, &pending, "order/query", &body),
        acting(app, &record, "service_provider/record", json!({ "page": 1, "rows": 1 })),
        acting(app, &record, "order/query", &body).also(headers::AUTHORIZATION_TOKEN, pending.token.as_str()),
    ] {
        hidden.push(request.value(headers::SIGNATURE));
        assert_ne!(request.await.code(), "000000");
    }
    acting(app, &record, "order/create_v3", order_v3("Sale1", "1")).await.data();
    let page = json!({ "page": 1, "rows": 10, "merchantId": SHOP });
    let shown = providers::call(app, "service_provider/record", page).await.data();
    assert_eq!(shown["total"], 2);
    let merchant = json!({ "merchantId": SHOP });
    providers::call(app, "service_provider/get_record", merchant).await.data();
    hidden.extend([&record, &pending].map(|record| record.token.as_str().to_owned()));
    hidden
}

/// A report's file that is fetched and refused; yields what no log may hold.
async fn a_file(app: &TestApp) -> Vec<String> {
    let link = balance_report::url(app, balance_report::built(app).await).await;
    let target = link.strip_prefix(URL).unwrap();
    let signature = target.rsplit_once('=').unwrap().1;
    let mut altered = signature.to_owned();
    altered.replace_range(..1, if signature.starts_with('0') { "1" } else { "0" });
    assert_eq!(app.plain("GET", target).await.status, 200);
    assert_eq!(app.plain("GET", &target.replace(signature, &altered)).await.status, 403);
    assert_eq!(app.plain("POST", target).await.status, 405);
    vec![signature.to_owned(), altered]
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
    hidden.extend(in_anothers_name(app).await);
    hidden.extend(a_file(app).await);

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
