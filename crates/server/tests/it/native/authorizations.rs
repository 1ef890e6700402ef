//! `/v1/authorizations`: a merchant's answers to providers, in the operator's hands.

use super::{all_pages, detail};
use crate::binance_pay::providers::{OTHER_PROVIDER, PROVIDER, acting, arrive, ask, found, other_provider};
use ledger::PayId;
use serde_json::{Value, json};
use testkit::http::{OTHER_SHOP, Reply, SHOP, TestApp, endpoint, with_shop, with_shop_on_each_engine};

async fn post(app: &TestApp, id: PayId, what: &str, body: Value) -> Reply {
    app.native("POST", &format!("/v1/authorizations/{id}/{what}")).json(body).await
}

#[test]
fn a_merchant_agrees_changes_its_mind_and_ends_it() {
    with_shop_on_each_engine(async |app| {
        arrive(app).await;
        let record = ask(app, SHOP, &["CONVERT", "CHECKOUT", "BALANCE"]).await;
        let path = format!("/v1/authorizations/{}", record.id);
        let query = async || {
            let reply = acting(app, &record, "order/query", json!({ "prepayId": "1" })).await;
            reply.json()["code"].as_str().unwrap().to_owned()
        };
        let expected = json!({
            "id": record.id.to_string(), "provider": PROVIDER, "merchant": SHOP, "merchant_name": "Corner Shop",
            "status": "PENDING", "scopes": ["CONVERT", "CHECKOUT", "BALANCE"], "ip_whitelist": ["127.0.0.1"],
            "created_at": "2026-01-05T08:00:00.000Z", "changed_at": "2026-01-05T08:00:00.000Z",
            "changed_by": record.changed_by,
        });
        let read = app.native("GET", &path).await;
        assert_eq!(read.json(), expected);
        assert!(!read.text.contains(record.token.as_str()), "the token is the provider's own");
        assert_eq!(query().await, "400004");

        app.advance(1_000).await;
        let agreed = post(app, record.id, "agree", json!({ "scopes": ["CHECKOUT", "CONVERT"] })).await.json();
        assert_eq!(
            (&agreed["status"], &agreed["scopes"]),
            (&json!("AUTHORIZED"), &json!(["CHECKOUT", "CONVERT"]))
        );
        assert_eq!(
            (&agreed["changed_at"], &agreed["changed_by"]),
            (&json!("2026-01-05T08:00:01.000Z"), &json!("admin"))
        );
        assert_eq!(query().await, "400202", "it acts, and the order is unknown");

        let change = json!({ "ip_whitelist": ["10.0.0.0/8", "2001:db8::1"] });
        let changed = post(app, record.id, "change", change).await.json();
        assert_eq!(changed["ip_whitelist"], json!(["10.0.0.0/8", "2001:db8::1"]));
        assert_eq!(changed["scopes"], json!(["CHECKOUT", "CONVERT"]));
        assert_eq!(query().await, "400004", "not from here any more");
        let change = json!({ "scopes": ["BALANCE", "CHECKOUT"], "ip_whitelist": ["127.0.0.0/8"] });
        let changed = post(app, record.id, "change", change).await.json();
        assert_eq!(changed["scopes"], json!(["BALANCE", "CHECKOUT"]));
        assert_eq!(query().await, "400202");

        assert_eq!(post(app, record.id, "disable", json!({})).await.json()["status"], "DISABLED");
        assert_eq!(query().await, "400004");
        assert_eq!(app.native("GET", &path).await.json()["status"], "DISABLED");
    });
}

#[test]
fn what_cannot_be_is_refused() {
    with_shop_on_each_engine(async |app| {
        arrive(app).await;
        let pending = ask(app, SHOP, &["CONVERT"]).await.id;
        let refused = async |id: PayId, what: &str, body: Value| detail(&post(app, id, what, body).await);
        for what in ["change", "disable"] {
            let told = refused(pending, what, json!({ "scopes": ["CONVERT"] })).await;
            assert_eq!(told, "409 wrong-status: the authorization is PENDING", "{what}");
        }
        let told = refused(pending, "agree", json!({ "scopes": ["CONVERT", "BALANCE"] })).await;
        assert_eq!(told, "422 invalid: scope BALANCE cannot be given");
        let told = refused(pending, "agree", json!({ "scopes": [] })).await;
        assert_eq!(told, "422 invalid: scopes must have 1 to 100 entries");
        assert_eq!(post(app, pending, "agree", json!({})).await.json()["scopes"], json!(["CONVERT"]));
        for what in ["agree", "reject"] {
            let told = refused(pending, what, json!({})).await;
            assert_eq!(told, "409 wrong-status: the authorization is AUTHORIZED", "{what}");
        }
        for (body, told) in [
            (json!({}), "422 invalid: scopes or ip_whitelist must be given"),
            (json!({ "scopes": null }), "422 invalid: scopes or ip_whitelist must be given"),
            (json!({ "ip_whitelist": [] }), "422 invalid: ip_whitelist must have 1 to 20 entries"),
            (
                json!({ "ip_whitelist": vec!["10.0.0.1"; 21] }),
                "422 invalid: ip_whitelist must have 1 to 20 entries",
            ),
            (
                json!({ "ip_whitelist": ["10.0.0.0/33"] }),
                "422 invalid: ip_whitelist: `10.0.0.0/33` is no address and no CIDR range such as 10.0.0.0/8",
            ),
            (
                json!({ "scopes": ["CONVERT", "NOPE"] }),
                "422 invalid: scopes[1] must be one of CONVERT, CHECKOUT, REFUND, PAYOUT, REPORT, \
                 INTERNAL_TRANSFER, BALANCE, DIRECT_DEBIT, PROFIT_SHARING, SUB_MERCHANT",
            ),
        ] {
            assert_eq!(refused(pending, "change", body.clone()).await, told, "{body}");
        }
        assert_eq!(post(app, pending, "change", json!({ "tokens": [] })).await.problem(), "400 malformed");
        assert_eq!(found(app, &pending.to_string()).await.scopes, ["CONVERT"]);

        let rejected = ask(app, OTHER_SHOP, &["CONVERT"]).await.id;
        assert_eq!(post(app, rejected, "reject", json!({})).await.json()["status"], "REJECTED");
        let told = refused(rejected, "agree", json!({})).await;
        assert_eq!(told, "409 wrong-status: the authorization is REJECTED");
        for id in ["1", "x", "99999999999999999999"] {
            for (method, what) in [("GET", ""), ("POST", "/agree"), ("POST", "/reject"), ("POST", "/disable")]
            {
                let reply = app.native(method, &format!("/v1/authorizations/{id}{what}")).json("{}").await;
                assert_eq!(reply.problem(), "404 unknown-authorization", "{id}{what}");
            }
        }
    });
}

#[test]
fn authorizations_are_listed_by_provider_and_merchant_page_by_page() {
    with_shop_on_each_engine(async |app| {
        arrive(app).await;
        let mut ids = Vec::new();
        for (merchant, scope) in [(SHOP, "CONVERT"), (OTHER_SHOP, "BALANCE"), (SHOP, "REPORT")] {
            ids.push(ask(app, merchant, &[scope]).await.id.to_string());
        }
        let body = json!({ "merchantId": SHOP, "scopes": ["CONVERT"], "ipWhitelist": ["127.0.0.1"] });
        let theirs =
            app.post_as(&other_provider(), endpoint("service_provider/create").path, body).await.data();
        ids.push(theirs["authorizationId"].as_str().unwrap().to_owned());
        let listed = async |query: &str, limit: usize| {
            let all = all_pages(app, &format!("/v1/authorizations{query}"), limit).await;
            assert!(!all.iter().any(|one| one.to_string().contains("token")), "{all:?}");
            let place = |one: &Value| ids.iter().position(|id| one["id"] == *id.as_str()).unwrap();
            all.iter().map(place).collect::<Vec<_>>()
        };
        for limit in 1..=5 {
            assert_eq!(listed("", limit).await, [0, 1, 2, 3], "{limit}");
            assert_eq!(listed(&format!("?provider={PROVIDER}"), limit).await, [0, 1, 2], "{limit}");
            assert_eq!(listed(&format!("?merchant={SHOP}"), limit).await, [0, 2, 3], "{limit}");
            let both = format!("?merchant={SHOP}&provider={OTHER_PROVIDER}");
            assert_eq!(listed(&both, limit).await, [3], "{limit}");
        }
        assert_eq!(listed("?merchant=404", 10).await, [] as [usize; 0]);
    });
}

#[test]
fn a_query_that_is_not_understood_is_refused() {
    with_shop(async |app| {
        for (query, problem) in [
            ("limit=0", "422 invalid"),
            ("after=x", "422 invalid"),
            ("merchant=a%20b", "422 invalid"),
            ("provider=", "422 invalid"),
            ("scope=CONVERT", "400 malformed"),
        ] {
            let reply = app.native("GET", &format!("/v1/authorizations?{query}")).await;
            assert_eq!(reply.problem(), problem, "{query}");
        }
    });
}
