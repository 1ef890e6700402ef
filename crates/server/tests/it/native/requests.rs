//! `/v1/requests`: what is remembered of requests, and what of them never is.

use super::all_pages;
use client::Credentials;
use countinghouse_server::settings::{Mode, Settings};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{
    Engine,
    http::{
        CLIENT, CUSTOMER, Reply, SHOP, TestApp, client_key, endpoint, order_v3, shop, with_shop,
        with_shop_on, with_shop_on_each_engine, with_world, with_world_on_each_engine,
    },
};
use wire::{
    binance_pay::headers,
    escape::escaped,
    world_first::{SignatureHeader, sign::text_to_sign},
};

const BODY: &str = r#"{"prepayId":"1"}"#;

fn id(reply: &Reply) -> String {
    reply.header("x-request-id").expect("every reply has one").to_owned()
}

async fn explained(app: &TestApp, reply: &Reply) -> Value {
    let found = app.native("GET", &format!("/v1/requests/{}", id(reply))).await;
    assert_eq!(found.status, 200, "{found}");
    found.json()
}

#[test]
fn requests_are_listed_the_newest_first() {
    with_shop_on_each_engine(async |app| {
        let path = endpoint("order/query").path;
        let refused = app.post(path, BODY).await;
        let other = app.post(endpoint("profit_sharing/query_split").path, "{}").await;
        let forged = app.post_as(&Credentials::new(shop().key(), "nobody's"), path, BODY).await;
        let stray = app.plain("POST", "/binancepay/openapi/nothing").await;
        let listed = all_pages(app, "/v1/requests", 2).await;
        let ids: Vec<&str> = listed.iter().map(|request| request["id"].as_str().unwrap()).collect();
        assert_eq!(ids, [id(&stray), id(&forged), id(&other), id(&refused)]);
        let told = |request: &Value| {
            ["endpoint", "code", "caller", "holder"]
                .map(|name| request[name].as_str().unwrap_or("-").to_owned())
        };
        assert_eq!(told(&listed[0]), ["-", "403", "-", "-"], "nobody is named");
        assert_eq!(told(&listed[1]), ["binance_pay/order/query", "400002", shop().key(), "-"]);
        assert_eq!(told(&listed[3]), ["binance_pay/order/query", "400202", shop().key(), SHOP]);
        assert_eq!(listed[3]["method"], "POST");
        assert_eq!((&listed[3]["target"], &listed[3]["http_status"]), (&json!(path), &json!(200)));
        for detail in ["headers", "body", "reply", "signature"] {
            assert!(listed[3].get(detail).is_none(), "{detail}");
        }
        for (query, count) in [
            ("code=400002", 1),
            ("endpoint=order/query", 2),
            ("endpoint=query_split", 1),
            ("holder=1000135331248&refused=true", 2),
            ("caller=nobody", 0),
            ("api=x", 99),
            ("after=x", 99),
        ] {
            let reply = app.native("GET", &format!("/v1/requests?{query}")).await;
            if count == 99 {
                assert!(reply.status.is_client_error(), "{query}");
            } else {
                assert_eq!(reply.json()["items"].as_array().unwrap().len(), count, "{query}");
            }
        }
        assert_eq!(app.native("GET", "/v1/requests/nothing").await.problem(), "404 unknown-request");
        assert_eq!(app.plain("GET", "/v1/requests").await.status, 401);
    });
}

#[test]
fn what_went_over_the_wire_is_remembered_without_secrets() {
    with_shop(async |app| {
        let request = app.post(endpoint("order/query").path, r#"{"prepayId":"1","token":"hush-hush"}"#);
        let request =
            request.header(headers::AUTHORIZATION_TOKEN, "sesame-sesame").header("cookie", "crumbs");
        let signature = request.value(headers::SIGNATURE);
        let reply = request.await;
        let found = explained(app, &reply).await;
        let text = found.to_string();
        for secret in ["hush-hush", "sesame", "crumbs", signature.as_str()] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        assert_eq!(found["body"]["text"], r#"{"prepayId":"1","token":"***"}"#);
        assert_eq!(found["reply"]["text"], escaped(reply.text.as_bytes()));
        let header = |name: &str| {
            let headers = found["headers"].as_array().unwrap();
            headers.iter().find(|header| header["name"] == name).map(|header| header["value"].clone())
        };
        assert_eq!(header("BinancePay-Signature").unwrap(), "***");
        assert_eq!(header("BinancePay-Certificate-SN").unwrap(), shop().key());
        assert_eq!(header("Content-Type").unwrap(), "application/json");
    });
    with_world(async |app| {
        let tokens = app.world_tokens(CUSTOMER).await;
        let code =
            house::world_first::oauth::grant(app.house(), "test", CLIENT, CUSTOMER).await.unwrap().code;
        let body = json!({ "grantType": "AUTHORIZATION_CODE", "authCode": code.as_str() });
        let granted = app.world("oauth/apply_token", body).await;
        let fresh = granted.world_ok()["accessToken"].as_str().unwrap().to_owned();
        let asked =
            app.world("account/inquiry_balance", "{}").header("access-token", tokens.access.as_str()).await;
        for reply in [&granted, &asked] {
            let text = explained(app, reply).await.to_string();
            for secret in [code.as_str(), fresh.as_str(), tokens.access.as_str()] {
                assert!(!text.contains(secret), "{text}");
            }
        }
    });
}

#[test]
fn requests_are_listed_since_one() {
    with_shop(async |app| {
        let path = endpoint("order/query").path;
        let mut ids = Vec::new();
        for _ in 0..4 {
            ids.push(id(&app.post(path, BODY).await));
        }
        ids.reverse();
        let since = async |since: &str, limit: usize| {
            let listed = all_pages(app, &format!("/v1/requests?since={since}"), limit).await;
            listed.iter().map(|request| request["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(since(&ids[0], 10).await, Vec::<String>::new());
        for limit in [1, 2, 10] {
            assert_eq!(since(&ids[2], limit).await, ids[..2], "{limit}");
            // All that is remembered is newer than what is not.
            for forgotten in ["00000000-000000000000", "nonsense"] {
                assert_eq!(since(forgotten, limit).await, ids);
            }
        }
        let listed = app.native("GET", &format!("/v1/requests?since={}", ids[1])).await.json();
        assert_eq!(
            (&listed["items"][0]["code"], &listed["items"][0]["reason"]),
            (&json!("400202"), &json!("Order not found."))
        );
    });
}

/// Whoever has the token of an order's links opens the page on which it is paid.
#[test]
fn the_link_token_of_an_order_is_not_remembered() {
    with_shop(async |app| {
        let v1 = json!({
            "merchantId": SHOP, "merchantTradeNo": "Trade1", "totalFee": 1, "currency": "USDT",
            "productType": "Food", "productName": "Ice Cream", "tradeType": "APP",
        });
        for (name, body) in [("order/create_v1", v1), ("order/create_v3", order_v3("Trade3", "1"))] {
            let reply = app.post(endpoint(name).path, body).await;
            let links = reply.data();
            let token = links["checkoutUrl"].as_str().unwrap().rsplit_once('/').unwrap().1.to_owned();
            assert!(token.len() >= 32 && links["deeplink"].as_str().unwrap().contains(&token), "{links}");
            let found = explained(app, &reply).await.to_string();
            assert!(found.contains("prepayId") && !found.contains(&token), "{found}");
        }
    });
}

#[test]
fn a_query_is_remembered_without_secrets() {
    with_world(async |app| {
        let name = "account/inquiry_balance";
        let target = format!("{}?accessToken=hush-hush&n=1", testkit::http::world_endpoint(name).path);
        let good = app.world(name, "{}");
        let sent = good.value("request-time");
        let text = text_to_sign("POST", &target, CLIENT.as_bytes(), sent.as_bytes(), b"{}\n");
        let signature = SignatureHeader::emit(1, &client_key(1).sign(&text));
        let reply = good.header("signature", signature).target(&target).await;
        let found = explained(app, &reply).await;
        assert_eq!(found["causes"], json!(["final-newline-extra"]), "{found}");
        assert_eq!(found["target"], target.replace("hush-hush", "***"));
        assert!(found["signature"]["signed"]["text"].as_str().unwrap().contains("accessToken=***&n=1"));
        assert!(!found.to_string().contains("hush-hush"), "{found}");
    });
}

/// What stands in the place of a key is shown only if it may be one: the rest may be made for a terminal to read.
#[test]
fn a_caller_is_named_as_keys_are_written() {
    with_shop(async |app| {
        let call = app.post(endpoint("order/query").path, BODY);
        let named = "shop-key-\u{9b}31m-0123456789";
        let reply = call.header(headers::CERTIFICATE_SN, named).await;
        assert_eq!(reply.code(), "400005");
        assert!(explained(app, &reply).await.get("caller").is_none());
    });
}

/// Bytes from whoever does not have a key cost no more than others of their length.
#[test]
fn hostile_bytes_are_masked_in_no_time() {
    with_shop(async |app| {
        let body = format!("\"{}\":1", "-".repeat(65_000));
        let begun = Instant::now();
        for _ in 0..10 {
            let reply = app.post(endpoint("order/query").path, BODY).bytes(body.as_str());
            assert_eq!(reply.header(headers::CERTIFICATE_SN, "nobody-has-this-key").await.code(), "400004");
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    });
}

#[test]
fn a_refused_signature_is_explained_in_a_twin() {
    with_shop_on_each_engine(async |app| {
        let path = endpoint("order/query").path;
        let good = app.post(path, BODY);
        let signature = good.value(headers::SIGNATURE);
        let lower = good.header(headers::SIGNATURE, signature.to_lowercase()).await;
        let found = explained(app, &lower).await;
        assert_eq!(found["causes"], json!(["lower-case-hex"]));
        assert_eq!(found["signature"]["explained"], true);
        let expected = found["signature"]["expected"]["text"].as_str().unwrap();
        assert!(expected.ends_with(r#"\n{"prepayId":"1"}\n"#), "{expected}");
        assert_eq!(found["signature"]["signed"]["text"], expected);
        // What is wrong arrives as it was sent; nothing of it reaches the caller.
        assert!(found["headers"].to_string().contains(&signature.to_lowercase()), "{found}");
        assert!(!lower.text.contains("lower-case-hex"));

        let spaced = app.post(path, r#"{"prepayId": "1"}"#).bytes(BODY).await;
        assert_eq!(explained(app, &spaced).await["causes"], json!(["body-spaces"]));
        // A nonce that was drawn once and signed again later.
        let nonce = app.nonce();
        let now = app.clock().get().get();
        app.post_at(&shop(), path, BODY, now, &nonce).await;
        let stale = app.post_at(&shop(), path, BODY, now, &nonce).header(headers::NONCE, app.nonce()).await;
        assert_eq!(explained(app, &stale).await["causes"], json!(["other-nonce"]));
        let issued = app.native("POST", &format!("/v1/merchants/{SHOP}/api-keys")).json("{}").await.json();
        let other = Credentials::new(shop().key(), issued["secret"].as_str().unwrap());
        let reply = app.post_as(&other, path, BODY).await;
        let found = explained(app, &reply).await;
        let cause = &found["signature"]["causes"][0];
        assert_eq!(cause["name"], "other-secret");
        assert!(cause["which"].as_str().unwrap().contains(issued["key"].as_str().unwrap()), "{cause}");
        assert!(!found.to_string().contains(issued["secret"].as_str().unwrap()));
        let stranger = app.post_as(&Credentials::new(shop().key(), "nobody's secret"), path, BODY).await;
        let found = explained(app, &stranger).await;
        assert_eq!((&found["signature"]["explained"], found.get("causes")), (&json!(false), None));
        assert!(explained(app, &app.post(path, BODY).await).await.get("signature").is_none());
    });
    with_world_on_each_engine(async |app| {
        let name = "account/inquiry_balance";
        let other = app.world_with(name, |call| call.key = client_key(2)).await;
        let found = explained(app, &other).await;
        assert_eq!(found["causes"], json!(["other-key-version"]));
        assert_eq!((&found["caller"], found.get("holder")), (&json!(CLIENT), None));
        let good = app.world(name, "{}");
        let sent = good.value("request-time");
        let target = testkit::http::world_endpoint(name).path;
        let host = format!("https://shop.example{target}");
        let text = text_to_sign("POST", &host, CLIENT.as_bytes(), sent.as_bytes(), b"{}");
        let signature = SignatureHeader::emit(1, &client_key(1).sign(&text));
        let reply = good.header("signature", signature).header("host", "shop.example").await;
        assert_eq!(explained(app, &reply).await["causes"], json!(["target-with-host"]));
    });
}

/// Clients whose script fails before it signs send what was signed last, with a new time. What that was of may have gone
/// to a path that is not served.
#[test]
fn a_signature_that_came_before_is_found_with_the_request_that_it_is_of() {
    with_shop(async |app| {
        let query = endpoint("order/query").path;
        for (path, body, code) in [
            ("/binancepay/openapi/v2/balance", r#"{"wallet":"SPOT_WALLET"}"#, "403"),
            (query, BODY, "400202"),
            (query, r#"{"prepayId":"1","token":"hush-hush"}"#, "400202"),
        ] {
            let first = app.post(path, body);
            let [signature, nonce] = [headers::SIGNATURE, headers::NONCE].map(|name| first.value(name));
            let time = first.value(headers::TIMESTAMP);
            let first = first.await;
            app.advance(1_000).await;
            let again =
                app.post(query, "").header(headers::SIGNATURE, &signature).header(headers::NONCE, &nonce);
            let found = explained(app, &again.await).await;
            assert_eq!(found["causes"], json!(["earlier-signature"]), "{found}");
            let signed = &found["signature"];
            let which = signed["causes"][0]["which"].as_str().unwrap();
            assert_eq!(which, format!("that of POST {path}, {}", id(&first)));
            assert_eq!(signed["explained"], true);
            // What was masked cannot be shown to be signed; that the signature came before is certain all the same.
            let text = escaped(format!("{time}\n{nonce}\n{body}\n").as_bytes());
            let expected = if body.contains("token") { Value::Null } else { json!(text) };
            assert_eq!(signed["signed"]["text"], expected, "{found}");
            assert_eq!(explained(app, &first).await["code"], code);
            // The other time at which it comes does not hide the first.
            app.advance(1_000).await;
        }
    });
    with_world(async |app| {
        let (path, body) = ("/amsin/api/v1/business/fund/inquiryRate", r#"{"currency":"USD"}"#);
        let first = app.world_as(CLIENT, path, body);
        let signature = first.value("signature");
        let first = first.await;
        app.advance(60_000).await;
        let again = app.world("account/inquiry_balance", "{}").header("signature", signature).await;
        let found = explained(app, &again).await;
        assert_eq!(found["causes"], json!(["earlier-signature"]), "{found}");
        let cause = &found["signature"]["causes"][0];
        assert_eq!(cause["which"], format!("that of POST {path}, {}", id(&first)));
    });
}

#[test]
fn a_request_to_a_path_that_is_not_served_is_remembered_whole() {
    with_shop(async |app| {
        let path = "/binancepay/openapi/v2/balance";
        let body = r#"{"wallet":"SPOT_WALLET","token":"hush-hush"}"#;
        let request = app.post(path, body);
        let signature = request.value(headers::SIGNATURE);
        let reply = request.await;
        let found = explained(app, &reply).await;
        assert_eq!((&found["caller"], found.get("endpoint")), (&json!(shop().key()), None));
        assert_eq!(found["body"]["text"], r#"{"wallet":"SPOT_WALLET","token":"***"}"#);
        assert_eq!(found["reply"]["text"], escaped(reply.text.as_bytes()));
        assert!(found["headers"].to_string().contains("BinancePay-Nonce"), "{found}");
        for secret in ["hush-hush", signature.as_str()] {
            assert!(!found.to_string().contains(secret), "{found}");
        }
        // More than is remembered is read and thrown away.
        let long = app.post(path, "x".repeat(70_000)).await;
        assert_eq!(long.status, 403);
        assert!(explained(app, &long).await.get("body").is_none());
        let unasked = app.plain("POST", path).header("expect", "100-continue").await;
        assert!(explained(app, &unasked).await.get("body").is_none());
    });
    with_world(async |app| {
        let reply = app.world_as(CLIENT, "/amsin/api/v1/nothing", r#"{"a":1}"#).await;
        let found = explained(app, &reply).await;
        assert_eq!((&found["caller"], &found["body"]["text"]), (&json!(CLIENT), &json!(r#"{"a":1}"#)));
        assert_eq!(found["reply"]["text"], escaped(reply.text.as_bytes()));
    });
}

#[test]
fn a_misspelt_field_is_noted_with_the_one_that_it_resembles() {
    with_shop(async |app| {
        let mut order = order_v3("Trade1", "1");
        order["notifyUrl"] = json!("https://shop.example/hook");
        order["MerchantTradeNo"] = json!("Trade2");
        let reply = app.post(endpoint("order/create_v3").path, &order).await;
        let found = explained(app, &reply).await;
        assert_eq!(found["misspelt"], json!([{ "name": "notifyUrl", "meant": "webhookUrl" }]), "{found}");
        order.as_object_mut().unwrap().remove("merchantTradeNo");
        let reply = app.post(endpoint("order/create_v3").path, &order).await;
        assert_eq!(reply.code(), "400100");
        let found = explained(app, &reply).await;
        let meant = |name: &str, meant: &str| json!({ "name": name, "meant": meant });
        let both = [meant("MerchantTradeNo", "merchantTradeNo"), meant("notifyUrl", "webhookUrl")];
        let misspelt = found["misspelt"].as_array().unwrap();
        assert!(misspelt.len() == 2 && both.iter().all(|field| misspelt.contains(field)), "{found}");
        order["env"] = json!({ "terminal_type": "WEB" });
        let reply = app.post(endpoint("order/create_v3").path, &order).await;
        let found = explained(app, &reply).await;
        let inside = meant("env.terminal_type", "env.terminalType");
        assert!(found["misspelt"].as_array().unwrap().contains(&inside), "{found}");
        let good = app.post(endpoint("order/query").path, BODY).await;
        assert!(explained(app, &good).await.get("misspelt").is_none());
    });
}

/// What the log hears, when the server is live.
async fn live(app: &TestApp) -> String {
    let (written, guard) = crate::logs::Written::on_this_thread();
    let good = app.post(endpoint("order/query").path, BODY);
    let lower = good.value(headers::SIGNATURE).to_lowercase();
    let reply = good.header(headers::SIGNATURE, &lower).await;
    let told = tokio::time::timeout(Duration::from_secs(60), async {
        while !written.text().contains("was examined") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    told.await.expect("the log is told");
    let found = explained(app, &reply).await;
    for detail in ["headers", "body", "reply", "signature", "causes"] {
        assert!(found.get(detail).is_none(), "{detail}: {found}");
    }
    let stray = app.post("/binancepay/openapi/nothing", r#"{"a":1}"#).await;
    let found = explained(app, &stray).await;
    assert!(found.get("body").is_none() && found.get("headers").is_none(), "{found}");
    // However many come, only so many are looked at.
    for _ in 0..40 {
        let good = app.post(endpoint("order/query").path, BODY);
        good.header(headers::SIGNATURE, &lower).await;
    }
    drop(guard);
    assert!(!written.text().contains(&lower));
    written.text()
}

#[test]
fn in_live_mode_only_the_log_is_told_and_not_of_all() {
    testkit::for_each_engine(async |database| {
        let as_live = |settings: &mut Settings| {
            settings.mode = Mode::Live;
            settings.requests.bodies = Some(false);
        };
        let app = TestApp::open(database, as_live).await;
        let without: String = testkit::http::SHOP_FIXTURES
            .lines()
            .filter(|line| !line.starts_with("balances"))
            .map(|line| format!("{line}\n"))
            .collect();
        app.apply(&without).await;
        let log = live(&app).await;
        assert!(log.contains("lower-case-hex"), "{log}");
        let examined = log.matches("was examined").count();
        assert!((1..=20).contains(&examined), "{examined}");
        app.finish().await;
    });
}

#[test]
fn how_much_is_remembered_is_a_setting() {
    let few = |settings: &mut Settings| {
        settings.requests.keep = 2;
        settings.requests.keep_for = Duration::from_secs(60);
        settings.requests.bodies = Some(false);
    };
    with_shop_on(Engine::Sqlite, few, async |app| {
        let path = endpoint("order/query").path;
        let count =
            async || app.native("GET", "/v1/requests").await.json()["items"].as_array().unwrap().len();
        for _ in 0..3 {
            app.post(path, BODY).await;
        }
        assert_eq!(count().await, 2);
        let reply = app.post(path, BODY).await;
        assert!(explained(app, &reply).await.get("body").is_none());
        app.advance(61_000).await;
        assert_eq!(count().await, 0);
    });
    with_shop_on(
        Engine::Sqlite,
        |settings| settings.requests.keep = 0,
        async |app| {
            app.post(endpoint("order/query").path, BODY).await;
            assert_eq!(app.native("GET", "/v1/requests").await.json()["items"], json!([]));
        },
    );
}
