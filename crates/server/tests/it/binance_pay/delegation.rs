//! Service providers act for merchants: by the token of an authorization, scope by scope, from its addresses.

use crate::binance_pay::{
    cases::changed,
    providers::{
        OTHER_PROVIDER, PROVIDER, acting, agreed, arrive, ask, ask_from, call, every_scope, other_provider,
        provider,
    },
};
use house::service_provider::{ProviderConfig, Record, agree, change, disable, reject, set_config};
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::Path};
use testkit::{
    Engine,
    house::holder_id,
    http::{
        OTHER_SHOP, RECEIVERS, SHOP, TestApp, endpoint, order_v3, other_shop, shop, split, with_shop,
        with_shop_on, with_shop_on_each_engine,
    },
};
use wire::{
    Spec,
    binance_pay::{BinancePay, headers},
    endpoints,
};

const UNKNOWN: &str = "400004 BinancePay-Authorization-Token is not known";

/// A query that is answered with 400202 once it is let in.
async fn queried(app: &TestApp, record: &Record) -> String {
    acting(app, record, "order/query", json!({ "prepayId": "1" })).await.refusal()
}

const LET_IN: &str = "400202 Order not found.";

fn sample(spec: &Spec) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read_to_string(root.join(format!("samples/{}/request.json", spec.name))).unwrap()
}

/// Everything that a merchant can call a provider can call for it under the one scope that covers it, and
/// under no other; what has no scope it cannot.
#[test]
fn every_endpoint_takes_its_own_scope_and_no_other() {
    with_shop(async |app| {
        arrive(app).await;
        let mut records = BTreeMap::new();
        for scope in every_scope() {
            records.insert(scope, agreed(app, &[scope]).await);
        }
        let mut covered = 0;
        for spec in endpoints::<BinancePay>() {
            let name = spec.name.strip_prefix("binance_pay/").unwrap();
            let lists = |code: &str| spec.codes.contains(&code);
            for (scope, record) in &records {
                let reply = acting(app, record, name, sample(spec)).await;
                let case = format!("{name} under {scope}: {reply}");
                match spec.scope {
                    Some(own) if own.as_str() == *scope => {
                        let refused = ["400004", "400606"].contains(&reply.code().as_str());
                        assert!(!refused, "{case}");
                        covered += 1;
                    }
                    Some(own) => {
                        let code = if lists("400606") { "400606" } else { "400004" };
                        let reason = format!("{code} the authorization has no scope {}", own.as_str());
                        assert_eq!(reply.refusal(), reason, "{case}");
                    }
                    None => {
                        let reason = "400004 BinancePay-Authorization-Token is not taken here";
                        assert!(reply.refusal().starts_with(reason), "{case}");
                    }
                }
            }
        }
        // The report that was asked for.
        app.run_jobs().await;
        assert_eq!(covered, endpoints::<BinancePay>().filter(|spec| spec.scope.is_some()).count());
        assert!(covered >= 12, "{covered}");
    });
}

#[test]
fn the_pages_scopes_cover_what_they_say() {
    for spec in endpoints::<BinancePay>() {
        let family = spec.name.split('/').nth(1).unwrap();
        let expected = match family {
            "order" => Some("CHECKOUT"),
            "profit_sharing" => Some("PROFIT_SHARING"),
            "convert" => Some("CONVERT"),
            "balance_report" => Some("REPORT"),
            "service_provider" | "webhook" => None,
            other => panic!("which scope covers {other}?"),
        };
        assert_eq!(spec.scope.map(wire::Scope::as_str), expected, "{}", spec.name);
    }
}

#[test]
fn a_token_is_good_while_its_record_is_authorized() {
    with_shop_on_each_engine(async |app| {
        arrive(app).await;
        let record = ask(app, SHOP, &["CHECKOUT", "CONVERT"]).await;
        assert_eq!(queried(app, &record).await, UNKNOWN, "pending");
        let refused = ask(app, SHOP, &["CHECKOUT"]).await;
        reject(app.house(), "admin", refused.id).await.unwrap();
        assert_eq!(queried(app, &refused).await, UNKNOWN, "rejected");
        agree(app.house(), "admin", record.id, None).await.unwrap();
        assert_eq!(queried(app, &record).await, LET_IN);
        // What the merchant changes takes effect with the next call.
        let only = |scope: &str| Some(vec![scope.to_owned()]);
        change(app.house(), "admin", record.id, only("CONVERT"), None).await.unwrap();
        assert_eq!(queried(app, &record).await, "400606 the authorization has no scope CHECKOUT");
        change(app.house(), "admin", record.id, only("CHECKOUT"), only("10.0.0.1")).await.unwrap();
        let from = "400004 BinancePay-Authorization-Token may not be used from 127.0.0.1";
        assert_eq!(queried(app, &record).await, from);
        change(app.house(), "admin", record.id, None, only("127.0.0.0/8")).await.unwrap();
        assert_eq!(queried(app, &record).await, LET_IN);
        // So does what the operator takes away from the provider.
        let config = ProviderConfig { allow_scopes: vec!["CONVERT".to_owned()], fee_share: false };
        set_config(app.house(), &holder_id(PROVIDER), config).await.unwrap();
        assert_eq!(queried(app, &record).await, "400606 the authorization has no scope CHECKOUT");
        disable(app.house(), "admin", record.id).await.unwrap();
        assert_eq!(queried(app, &record).await, UNKNOWN, "disabled");
    });
}

#[test]
fn a_token_is_good_for_its_own_provider_only() {
    with_shop_on_each_engine(async |app| {
        arrive(app).await;
        let record = agreed(app, &["CHECKOUT"]).await;
        let body = json!({ "prepayId": "1" });
        let path = endpoint("order/query").path;
        let with = |who: &client::Credentials| {
            app.post_as(who, path, &body).header(headers::AUTHORIZATION_TOKEN, record.token.as_str())
        };
        for who in [other_provider(), other_shop(), shop()] {
            assert_eq!(with(&who).await.refusal(), UNKNOWN, "{}", who.key());
        }
        assert_eq!(with(&provider()).await.refusal(), LET_IN);
        // Under any of the provider's keys.
        let key = json!({ "key": "plugin-works-key-0002", "secret": "plugin-works-secret-0002" });
        let target = format!("/v1/merchants/{PROVIDER}/api-keys");
        assert_eq!(app.native("POST", &target).json(key).await.status, 201);
        let second = client::Credentials::new("plugin-works-key-0002", "plugin-works-secret-0002");
        assert_eq!(with(&second).await.refusal(), LET_IN);
    });
}

#[test]
fn a_token_is_sent_once_and_whole() {
    with_shop(async |app| {
        arrive(app).await;
        let record = agreed(app, &["CHECKOUT"]).await;
        let token = record.token.as_str();
        let body = json!({ "prepayId": "1" });
        let with = |value: &[u8]| {
            acting(app, &record, "order/query", &body).header(headers::AUTHORIZATION_TOKEN, value)
        };
        let empty = with(b"").await.refusal();
        assert_eq!(empty, "400004 BinancePay-Authorization-Token is empty");
        let twice = "400004 BinancePay-Authorization-Token was sent more than once";
        for second in [token, "", "another"] {
            let request = with(token.as_bytes()).also(headers::AUTHORIZATION_TOKEN, second);
            assert_eq!(request.await.refusal(), twice, "{second}");
        }
        for other in [&token[..31], &token.to_uppercase(), &format!("{token}0"), "0", "é"] {
            assert_eq!(with(other.as_bytes()).await.refusal(), UNKNOWN, "{other}");
        }
        assert_eq!(with(&[0xff; 32]).await.refusal(), UNKNOWN);
        // The name of a header has no case.
        let upper = app.post_as(&provider(), endpoint("order/query").path, &body);
        let upper = upper.header("BINANCEPAY-AUTHORIZATION-TOKEN", token);
        assert_eq!(upper.await.refusal(), LET_IN);
    });
}

#[test]
fn a_call_comes_from_the_records_addresses() {
    with_shop(async |app| {
        arrive(app).await;
        let ips = ["192.0.2.7", "10.1.0.0/16", "2001:db8::7", "2001:db8:1::/48"];
        let record = ask_from(app, SHOP, &["CHECKOUT"], &ips).await;
        agree(app.house(), "admin", record.id, None).await.unwrap();
        let from = |peer: &str| acting(app, &record, "order/query", json!({ "prepayId": "1" })).from(peer);
        let good = ["192.0.2.7", "::ffff:192.0.2.7", "10.1.255.255", "2001:db8::7", "2001:db8:1:ffff::1"];
        for good in good {
            assert_eq!(from(good).await.refusal(), LET_IN, "{good}");
        }
        for bad in ["192.0.2.8", "127.0.0.1", "10.2.0.1", "2001:db8::8", "2001:db8:2::1"] {
            let expected = format!("400004 BinancePay-Authorization-Token may not be used from {bad}");
            assert_eq!(from(bad).await.refusal(), expected);
        }
        // Nobody trusts what a caller says of itself.
        let said = from("203.0.113.9").header("x-forwarded-for", "192.0.2.7").await;
        assert_eq!(said.refusal(), "400004 BinancePay-Authorization-Token may not be used from 203.0.113.9");
        // The provider's own calls may come from anywhere.
        let own = app.post_as(&provider(), endpoint("order/query").path, json!({ "prepayId": "1" }));
        assert_eq!(own.from("203.0.113.9").await.refusal(), LET_IN);
    });
}

#[test]
fn a_trusted_proxy_says_where_a_call_comes_from() {
    let trusting = |settings: &mut countinghouse_server::Settings| {
        settings.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    };
    with_shop_on(Engine::Sqlite, trusting, async |app| {
        arrive(app).await;
        let record = ask_from(app, SHOP, &["CHECKOUT"], &["2001:db8::/32"]).await;
        agree(app.house(), "admin", record.id, None).await.unwrap();
        let through = |peer: &str, forwarded: &str| {
            let request = acting(app, &record, "order/query", json!({ "prepayId": "1" }));
            request.from(peer).header("x-forwarded-for", forwarded)
        };
        assert_eq!(through("10.0.0.1", "203.0.113.9, [2001:db8::1]:4711, 10.0.0.2").await.code(), "400202");
        assert_eq!(through("10.0.0.1", "2001:db8::1, 203.0.113.9").await.code(), "400004");
        assert_eq!(through("198.51.100.1", "2001:db8::1").await.code(), "400004", "no trusted proxy");
    });
}

/// Both must be active, and the page's own code says which is not.
#[test]
fn merchant_and_provider_are_both_in_business() {
    with_shop(async |app| {
        arrive(app).await;
        let record = agreed(app, &["CHECKOUT", "PROFIT_SHARING"]).await;
        let split = json!({ "merchantRequestId": "r", "prepayOrderId": "1" });
        for (who, id) in [("merchant", SHOP), ("service provider", PROVIDER)] {
            for status in ["suspended", "closed"] {
                app.set_status("merchants", id, status).await;
                assert_eq!(queried(app, &record).await, format!("400203 the {who} is {status}"));
                let closed_table = acting(app, &record, "profit_sharing/query_split", &split).await;
                assert_eq!(closed_table.refusal(), format!("400004 the {who} is {status}"));
                // A field that breaks its rule goes before.
                let field = acting(app, &record, "order/query", "{}").await;
                assert_eq!(field.code(), "400100");
                app.set_status("merchants", id, "active").await;
                assert_eq!(queried(app, &record).await, LET_IN);
            }
        }
        for id in [SHOP, PROVIDER] {
            app.set_status("merchants", id, "suspended").await;
        }
        assert_eq!(queried(app, &record).await, "400203 the service provider is suspended");
    });
}

#[test]
fn what_a_provider_does_is_the_merchants() {
    with_shop_on_each_engine(async |app| {
        arrive(app).await;
        let record = agreed(app, &["CHECKOUT", "PROFIT_SHARING"]).await;
        let tags = changed(&order_v3("Sale1", "100"), "/orderTags", &json!({ "ifProfitSharing": true }));
        let made = acting(app, &record, "order/create_v3", tags).await.data();
        let prepay_id = made["prepayId"].as_str().unwrap().to_owned();
        // The merchant finds it, and so does the provider in its name; in its own it does not.
        let query = json!({ "prepayId": prepay_id });
        let own = app.call("order/query_v2", &query).await.data();
        assert_eq!(own["merchantId"].to_string(), SHOP);
        assert_eq!(acting(app, &record, "order/query_v2", &query).await.data(), own);
        for name in ["order/query", "order/query_v2", "order/close"] {
            assert_eq!(call(app, name, &query).await.refusal(), LET_IN, "{name}");
        }
        // The trade number is used in the merchant's name, and in no other.
        let again = app.call("order/create_v3", order_v3("Sale1", "1")).await;
        assert_eq!(again.refusal(), "400201 merchantTradeNo was used before");
        call(app, "order/create_v3", order_v3("Sale1", "1")).await.data();
        app.pay(&prepay_id).await;
        assert_eq!(app.holds(SHOP).await, "0 and 100 frozen");

        let bound = json!({ "account": RECEIVERS[0] });
        acting(app, &record, "profit_sharing/add_receiver", bound).await.data();
        let body = split("split1", &prepay_id, &[(RECEIVERS[0], "30")]);
        acting(app, &record, "profit_sharing/submit_split", body).await.data();
        app.run_jobs().await;
        assert_eq!(app.query_split("split1", &prepay_id).await.data()["status"], 2);
        let hidden = json!({ "merchantRequestId": "split1", "prepayOrderId": prepay_id });
        assert_eq!(call(app, "profit_sharing/query_split", hidden).await.code(), "400209");
        let page = json!({ "pageNum": 1, "pageSize": 10 });
        let own = call(app, "profit_sharing/query_receiver", page).await.data();
        assert_eq!(own["totalRecordNum"], 0, "the provider has bound nobody of its own");

        let back = json!({
            "prepayOrderId": prepay_id, "originMerchantRequestId": "split1", "merchantReturnNo": "back1",
            "transferOutAccount": RECEIVERS[0], "returnAmount": "9",
        });
        acting(app, &record, "profit_sharing/return_split", back).await.data();
        assert_eq!(app.holds(SHOP).await, "0 and 79 frozen");
        assert_eq!(app.holds(PROVIDER).await, "nothing");
        // Whoever reads the journals finds both: the merchant whose business it was, and the provider's key.
        let actors = store::audit::actors(app.house().store(), SHOP).await.unwrap();
        let both = format!("provider:{PROVIDER} key:{}", provider().key());
        assert!(actors.contains(&both), "{actors:?}");
    });
}

/// One provider may act for many; each token is one merchant's.
#[test]
fn each_token_is_one_merchants() {
    with_shop_on_each_engine(async |app| {
        arrive(app).await;
        let of_shop = agreed(app, &["CHECKOUT"]).await;
        let of_other = ask(app, OTHER_SHOP, &["CHECKOUT"]).await;
        agree(app.house(), "admin", of_other.id, None).await.unwrap();
        let of_provider = ask(app, OTHER_PROVIDER, &["CHECKOUT"]).await;
        agree(app.house(), "admin", of_provider.id, None).await.unwrap();
        for (record, merchant) in [(&of_shop, SHOP), (&of_other, OTHER_SHOP), (&of_provider, OTHER_PROVIDER)]
        {
            acting(app, record, "order/create_v3", order_v3("Sale1", "1")).await.data();
            let query = json!({ "merchantTradeNo": "Sale1" });
            let found = acting(app, record, "order/query_v2", query).await.data();
            assert_eq!(found["merchantId"].to_string(), merchant);
        }
        // Version 1 of the page names the merchant: it is the one that is acted for.
        let v1 = |merchant: &str| {
            json!({
                "merchantId": merchant, "merchantTradeNo": "Sale2", "totalFee": 1, "currency": "USDT",
                "productType": "Food", "productName": "Ice Cream", "tradeType": "APP",
            })
        };
        let wrong = acting(app, &of_shop, "order/create_v1", v1(PROVIDER)).await;
        assert_eq!(wrong.refusal(), "400102 merchantId must be the merchant that the call is made for");
        acting(app, &of_shop, "order/create_v1", v1(SHOP)).await.data();
    });
}

/// The token is looked at when it is certain who sent the request, and before what it says.
#[test]
fn a_token_comes_after_the_signature_and_before_the_body() {
    with_shop(async |app| {
        arrive(app).await;
        let record = agreed(app, &["CONVERT"]).await;
        let path = endpoint("order/query").path;
        let wrong = client::Credentials::new(provider().key(), "another secret");
        let token = |request: testkit::http::Request, token: &str| {
            request.header(headers::AUTHORIZATION_TOKEN, token)
        };
        let unsigned = token(app.post_as(&wrong, path, "[]"), "unknown").await;
        assert_eq!(unsigned.code(), "400002");
        let request = token(app.post_as(&provider(), path, "[]"), "unknown");
        assert_eq!(request.clone().await.refusal(), UNKNOWN);
        assert_eq!(request.await.code(), "400001", "the nonce was used");
        let scope = token(app.post_as(&provider(), path, "[]"), &record.token).await;
        assert_eq!(scope.refusal(), "400606 the authorization has no scope CHECKOUT");
        let body: Value = json!([]);
        let checkout = agreed(app, &["CHECKOUT"]).await;
        assert_eq!(acting(app, &checkout, "order/query", body).await.code(), "400008");
    });
}
