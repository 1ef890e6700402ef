//! API keys: where they may be used from, until when, and that a nonce is good once.

use client::Credentials;
use countinghouse_server::settings::ReplayGuard;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{
    Engine,
    http::{
        BUYER, SHOP, TestApp, endpoint, other_shop, shop, with_shop, with_shop_on, with_shop_on_each_engine,
    },
};

const SECRET: &str = "a-secret-of-the-tests";

fn path() -> &'static str {
    endpoint("order/query").path
}

/// Issues a key to the shop.
async fn issue(app: &TestApp, key: &str, more: Value) -> Credentials {
    let mut body = json!({ "key": key, "secret": SECRET });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let reply = app.native("POST", &format!("/v1/merchants/{SHOP}/api-keys")).json(body).await;
    assert_eq!(reply.status, 201, "{reply}");
    Credentials::new(key, SECRET)
}

async fn revoke(app: &TestApp, key: &str) {
    let reply = app.native("DELETE", &format!("/v1/merchants/{SHOP}/api-keys/{key}")).await;
    assert_eq!(reply.status, 204, "{reply}");
}

#[test]
fn a_key_has_a_shape() {
    with_shop(async |app| {
        let code = async |key: &str| app.post_as(&Credentials::new(key, "x"), path(), "{}").await.code();
        let longest = "k".repeat(128);
        for unknown in ["a-key_OF-16-char", &longest] {
            assert_eq!(code(unknown).await, "400004", "{unknown}");
        }
        for bad in ["", "a-key-of-15-cha", &format!("{longest}k"), "a key of 16 char", "a-key-with-a-dot."] {
            assert_eq!(code(bad).await, "400005", "{bad}");
        }
    });
}

#[test]
fn a_key_may_be_bound_to_addresses() {
    with_shop(async |app| {
        let bound = json!({ "allow_ips": ["127.0.0.1", "10.1.0.0/16", "2001:db8::/32"] });
        let key = issue(app, "bound-key-00000001", bound).await;
        let from = |peer: &str| app.post_as(&key, path(), "{}").from(peer);
        for good in ["127.0.0.1", "::ffff:127.0.0.1", "10.1.255.255", "2001:db8::9"] {
            assert_eq!(from(good).await.code(), "400100", "{good}");
        }
        for bad in ["127.0.0.2", "10.2.0.1", "2001:db9::1"] {
            let expected =
                format!("400004 the API key of BinancePay-Certificate-SN may not be used from {bad}");
            assert_eq!(from(bad).await.refusal(), expected);
        }
        // Nobody trusts what a caller says of itself.
        let said = from("203.0.113.9").header("x-forwarded-for", "127.0.0.1");
        assert_eq!(said.await.code(), "400004");
        // A key that is not bound is good from everywhere.
        assert_eq!(app.post(path(), "{}").from("203.0.113.9").await.code(), "400100");
    });
}

#[test]
fn a_trusted_proxy_says_where_a_call_comes_from() {
    let trusting = |settings: &mut countinghouse_server::Settings| {
        settings.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    };
    with_shop_on(Engine::Sqlite, trusting, async |app| {
        let key = issue(app, "bound-key-00000001", json!({ "allow_ips": ["203.0.113.9"] })).await;
        let through = |peer: &str, forwarded: &str| {
            app.post_as(&key, path(), "{}").from(peer).header("x-forwarded-for", forwarded)
        };
        assert_eq!(through("10.0.0.1", "203.0.113.9").await.code(), "400100");
        assert_eq!(through("10.0.0.1", "198.51.100.1, 203.0.113.9, 10.0.0.2").await.code(), "400100");
        assert_eq!(through("10.0.0.1", "203.0.113.9, 198.51.100.1").await.code(), "400004");
        assert_eq!(through("10.0.0.1", "203.0.113.9, nonsense").await.code(), "400004");
        assert_eq!(through("198.51.100.1", "203.0.113.9").await.code(), "400004", "no trusted proxy");
        let twice = through("10.0.0.1", "203.0.113.9").also("x-forwarded-for", "198.51.100.1");
        assert_eq!(twice.await.code(), "400004", "the last header counts");
    });
}

#[test]
fn a_key_expires_on_the_dot() {
    with_shop_on_each_engine(async |app| {
        let key = issue(app, "brief-key-00000001", json!({ "expires_at": "2026-01-05T08:00:05Z" })).await;
        app.advance(4_999).await;
        assert_eq!(app.post_as(&key, path(), "{}").await.code(), "400100");
        app.advance(1).await;
        let refusal = app.post_as(&key, path(), "{}").await.refusal();
        assert_eq!(refusal, "400004 the API key of BinancePay-Certificate-SN has expired");
    });
}

#[test]
fn a_revoked_key_is_refused_from_the_next_call_on() {
    with_shop_on_each_engine(async |app| {
        let key = issue(app, "passing-key-000001", json!({})).await;
        assert_eq!(app.post_as(&key, path(), "{}").await.code(), "400100");
        let another = app.another(|settings| settings.binance_pay.key_cache = Duration::ZERO).await;
        assert_eq!(app.post_as(&key, path(), "{}").to(&another).await.code(), "400100");
        revoke(app, key.key()).await;
        let revoked = "400004 the API key of BinancePay-Certificate-SN was revoked";
        assert_eq!(app.post_as(&key, path(), "{}").await.refusal(), revoked);
        assert_eq!(app.post_as(&key, path(), "{}").to(&another).await.refusal(), revoked);
        // The merchant's other key is as good as before.
        assert_eq!(app.post(path(), "{}").await.code(), "400100");
        another.app().house.store().ping().await.unwrap();
    });
}

#[test]
fn a_nonce_is_good_once_per_key() {
    with_shop(async |app| {
        let again = app.post(path(), "{}");
        assert_eq!(again.clone().await.code(), "400100");
        let used = "400001 BinancePay-Nonce was used before within the time window";
        assert_eq!(again.await.refusal(), used);
        let (now, nonce) = (app.clock().get().get(), app.nonce());
        let with = |who: &Credentials, body: &str, at: i64| app.post_at(who, path(), body, at, &nonce);
        assert_eq!(with(&shop(), "{}", now).await.code(), "400100");
        assert_eq!(with(&shop(), r#"{"prepayId":"1"}"#, now + 1).await.refusal(), used, "another request");
        assert_eq!(with(&other_shop(), "{}", now).await.code(), "400100", "another key");
        // It is free again once no request that used it could pass.
        app.advance(2_000).await;
        assert_eq!(with(&shop(), "{}", now + 2_000).await.refusal(), used);
        app.advance(1).await;
        assert_eq!(with(&shop(), "{}", now + 2_001).await.code(), "400100");
        // A request whose signature is wrong uses none.
        let nonce = app.nonce();
        let wrong = Credentials::new(shop().key(), "another secret");
        let now = app.clock().get().get();
        assert_eq!(app.post_at(&wrong, path(), "{}", now, &nonce).await.code(), "400002");
        assert_eq!(app.post_at(&shop(), path(), "{}", now, &nonce).await.code(), "400100");
    });
}

#[test]
fn of_the_same_request_many_times_at_once_one_passes() {
    for engine in Engine::ALL {
        for guard in [ReplayGuard::Memory, ReplayGuard::Database] {
            with_shop_on(
                engine,
                |settings| settings.binance_pay.replay_guard = guard,
                async |app| {
                    let request = app.post(path(), "{}");
                    let sent: Vec<_> = (0..16).map(|_| tokio::spawn(request.clone().send())).collect();
                    let mut passed = 0;
                    for reply in sent {
                        passed += usize::from(reply.await.unwrap().code() == "400100");
                    }
                    assert_eq!(passed, 1, "{guard:?}");
                },
            );
        }
    }
}

#[test]
fn servers_on_one_database_share_nonces_when_set() {
    for engine in Engine::ALL {
        let share = |settings: &mut countinghouse_server::Settings| {
            settings.binance_pay.replay_guard = ReplayGuard::Database;
        };
        with_shop_on(engine, share, async |app| {
            let another = app.another(|_| {}).await;
            let request = app.post(path(), "{}");
            assert_eq!(request.clone().await.code(), "400100");
            assert_eq!(request.clone().to(&another).await.code(), "400001");
            // One that keeps its own does not know.
            let own = app.another(|settings| settings.binance_pay.replay_guard = ReplayGuard::Memory).await;
            assert_eq!(request.clone().to(&own).await.code(), "400100");
            // A restart forgets nothing.
            drop((another, own));
            let (at, nonce) = (request.value("binancepay-timestamp"), request.value("binancepay-nonce"));
            drop(request);
            app.restart().await;
            let again = app.post_at(&shop(), path(), "{}", at.parse().unwrap(), &nonce);
            assert_eq!(again.await.code(), "400001");
        });
    }
}

#[test]
fn only_merchants_are_served() {
    with_shop(async |app| {
        let new = house::key::NewKey {
            holder: testkit::house::holder_id(BUYER),
            key: Some("a-key-of-the-buyer".to_owned()),
            secret: Some(SECRET.to_owned()),
            allow_ips: Vec::new(),
            expires_at: None,
        };
        house::key::issue(app.house(), new).await.unwrap();
        let buyer = Credentials::new("a-key-of-the-buyer", SECRET);
        let refusal = app.post_as(&buyer, path(), "{\"prepayId\":1}").await.refusal();
        assert_eq!(refusal, "400004 the API key belongs to no merchant");
    });
}

#[test]
fn when_a_key_was_used_last_is_known() {
    with_shop_on_each_engine(async |app| {
        let target = format!("/v1/merchants/{SHOP}/api-keys");
        assert_eq!(app.native("GET", &target).await.json()["items"][0]["last_used_at"], json!(null));
        app.advance(7_000).await;
        app.post(path(), "{}").await;
        app.service().app().keys.flush_use(app.house()).await.unwrap();
        let shown = app.native("GET", &target).await.json();
        assert_eq!(shown["items"][0]["last_used_at"], "2026-01-05T08:00:07.000Z");
    });
}
