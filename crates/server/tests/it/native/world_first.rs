//! `/v1/world-first`: customers, clients, grants, and the server's own keys.

use super::{all_pages, detail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use house::world_first::oauth::{self, CodeRefusal};
use ledger::Wallet;
use serde_json::{Value, json};
use testkit::http::{
    CONNECTED, CUSTOMER, Reply, SHOP, TestApp, with_shop, with_shop_on_each_engine, with_world_on_each_engine,
};
use wire::world_first::SigningKey;

const CUSTOMERS: &str = "/v1/world-first/customers";
const CLIENTS: &str = "/v1/world-first/clients";
const KEYS: &str = "/v1/world-first/server-keys";
const PUBLIC_KEY: &str = "/v1/world-first/public-key";
const HARBOUR: &str = "2188120000000001";
const CLIENT: &str = "5J5Y307NSG0001";
/// RSA, but of 1,024 bits.
const SHORT_KEY: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDAZcquxiwXeD0mTHssB727gFgq
4D+6NE6pbW8YxA/fLC80uzKvRZW69OMpQCdUouLMFbEzHCkkqAyrenctdfhw+hcb
Y24yPXCb0bB8vCgYx18rPQy0hllSbD2SSxXw6uBFnP6WSDUcYTVqEDamWs5vCsjB
Tdsw0bBVGJcfbEtBkwIDAQAB
-----END PUBLIC KEY-----
";

async fn post(app: &TestApp, path: &str, body: Value) -> Reply {
    app.native("POST", path).json(body).await
}

async fn customer(app: &TestApp, id: &str) -> Reply {
    post(app, CUSTOMERS, json!({ "id": id, "name": "Harbour Trading" })).await
}

fn public_pem() -> String {
    SigningKey::generate().unwrap().public().to_pem()
}

#[test]
fn a_customer_is_made_and_its_contract_ends() {
    with_shop_on_each_engine(async |app| {
        let made = customer(app, HARBOUR).await;
        assert_eq!(made.status, 201, "{made}");
        let expected = json!({
            "id": HARBOUR, "name": "Harbour Trading", "contract": "in_force",
            "created_at": "2026-01-05T08:00:00.000Z",
        });
        assert_eq!(made.json(), expected);
        let path = format!("{CUSTOMERS}/{HARBOUR}");
        assert_eq!(app.native("GET", &path).await.json(), expected);
        let set = app.native("PATCH", &path).json(json!({ "contract": "expired" })).await;
        assert_eq!(set.json()["contract"], "expired");
        assert_eq!(app.native("GET", &path).await.json()["contract"], "expired");
        let other = json!({ "id": "2188120000000002", "name": "Other", "contract": "none" });
        assert_eq!(post(app, CUSTOMERS, other).await.json()["contract"], "none");
        let ids: Vec<_> = all_pages(app, CUSTOMERS, 1).await.iter().map(|one| one["id"].clone()).collect();
        assert_eq!(ids, [json!(HARBOUR), json!("2188120000000002")]);

        assert_eq!(customer(app, HARBOUR).await.problem(), "409 exists");
        assert_eq!(customer(app, SHOP).await.problem(), "409 exists");
        assert_eq!(customer(app, "harbour").await.problem(), "422 invalid");
        let bad = json!({ "id": "1", "name": "x", "contract": "maybe" });
        assert_eq!(post(app, CUSTOMERS, bad).await.problem(), "400 malformed");
        for (method, body) in [("GET", json!({})), ("PATCH", json!({ "contract": "none" }))] {
            let reply = app.native(method, &format!("{CUSTOMERS}/{SHOP}")).json(body).await;
            assert_eq!(reply.problem(), "404 unknown-customer", "a merchant is no customer");
        }
    });
}

#[test]
fn accounts_are_opened_once_and_show_what_they_hold() {
    with_shop_on_each_engine(async |app| {
        customer(app, HARBOUR).await;
        let path = format!("{CUSTOMERS}/{HARBOUR}/accounts");
        assert_eq!(app.native("GET", &path).await.json(), json!({ "customer": HARBOUR, "accounts": [] }));
        let opened = post(app, &path, json!({ "currency": "USD" })).await.json();
        assert_eq!((&opened["currency"], &opened["type"]), (&json!("USD"), &json!("NORMAL_BALANCE")));
        assert_eq!((&opened["available"], &opened["total"]), (&json!("0"), &json!("0")));
        let again = post(app, &path, json!({ "currency": "USD", "type": "NORMAL_BALANCE" })).await.json();
        assert_eq!(again, opened);
        let other = json!({ "currency": "USD", "type": "SAME_NAME_TOP_UP_BALANCE" });
        let other = post(app, &path, other).await.json();
        assert_ne!(other["account_no"], opened["account_no"]);

        let deposit = json!({
            "holder": HARBOUR, "wallet": "NORMAL_BALANCE", "asset": "USD", "amount": "1200.05",
            "reference": "wire-1", "payer_name": "Sunrise Imports", "payer_account": "DE89", "payer_bank": "CB",
            "remark": "invoice 17",
        });
        assert_eq!(post(app, "/v1/deposits", deposit).await.json()["new"], true);
        let accounts = app.native("GET", &path).await.json()["accounts"].take();
        let expected = json!([
            { "account_no": opened["account_no"], "currency": "USD", "type": "NORMAL_BALANCE",
              "available": "1200.05", "frozen": "0", "total": "1200.05" },
            other,
        ]);
        assert_eq!(accounts, expected);

        for (body, problem) in [
            (json!({ "currency": "BTC" }), "422 invalid: currency BTC is not offered"),
            (json!({ "currency": "usd" }), "422 invalid: currency must be 1 to 16 characters of A-Z 0-9"),
            (
                json!({ "currency": "USD", "type": "FUNDING_WALLET" }),
                "422 invalid: type must be one of NORMAL_BALANCE, SAME_NAME_TOP_UP_BALANCE",
            ),
        ] {
            assert_eq!(detail(&post(app, &path, body).await), problem);
        }
        let nobody = format!("{CUSTOMERS}/1/accounts");
        assert_eq!(app.native("GET", &nobody).await.problem(), "404 unknown-customer");
        assert_eq!(post(app, &nobody, json!({ "currency": "USD" })).await.problem(), "404 unknown-customer");
    });
}

#[test]
fn a_client_gets_keys_products_and_connections() {
    with_shop_on_each_engine(async |app| {
        customer(app, HARBOUR).await;
        customer(app, "2188120000000002").await;
        let new = json!({ "id": CLIENT, "customer": HARBOUR, "products": ["STATEMENT", "BALANCE"] });
        let made = post(app, CLIENTS, new.clone()).await;
        assert_eq!(made.status, 201, "{made}");
        let expected = json!({
            "id": CLIENT, "customer": HARBOUR, "connected": [], "products": ["BALANCE", "STATEMENT"],
            "public_keys": [], "created_at": "2026-01-05T08:00:00.000Z",
        });
        assert_eq!(made.json(), expected);
        assert_eq!(post(app, CLIENTS, new).await.problem(), "409 exists");

        let (path, pem) = (format!("{CLIENTS}/{CLIENT}"), public_pem());
        let keys = format!("{path}/keys");
        let added = post(app, &keys, json!({ "pem": pem })).await;
        assert_eq!((added.status.as_u16(), added.json()), (201, json!({ "version": 1, "pem": pem })));
        let added = post(app, &keys, json!({ "pem": public_pem(), "version": 7 })).await;
        assert_eq!(added.json()["version"], 7);
        assert_eq!(post(app, &keys, json!({ "pem": public_pem() })).await.json()["version"], 8);
        assert_eq!(
            post(app, &keys, json!({ "pem": public_pem(), "version": 7 })).await.problem(),
            "409 exists"
        );
        assert_eq!(post(app, &keys, json!({ "pem": "" })).await.problem(), "422 invalid");
        for pem in [SHORT_KEY, "no key"] {
            let refused = detail(&post(app, &keys, json!({ "pem": pem })).await);
            assert!(refused.starts_with("422 invalid: pem: the key "), "{refused}");
        }

        let connected = format!("{path}/connected/2188120000000002");
        for _ in 0..2 {
            assert_eq!(app.native("PUT", &connected).await.status, 204);
        }
        let set =
            app.native("PUT", &format!("{path}/products")).json(json!({ "products": ["EXCHANGE"] })).await;
        let read = app.native("GET", &path).await.json();
        assert_eq!(set.json(), read);
        assert_eq!(read["connected"], json!(["2188120000000002"]));
        assert_eq!(read["products"], json!(["EXCHANGE"]));
        let versions: Vec<_> =
            read["public_keys"].as_array().unwrap().iter().map(|key| key["version"].clone()).collect();
        assert_eq!(versions, [1, 7, 8].map(Value::from));
        assert_eq!(read["public_keys"][0]["pem"], pem);
        assert_eq!(all_pages(app, CLIENTS, 1).await, [read]);
        assert_eq!(app.native("DELETE", &connected).await.status, 204);
        assert_eq!(app.native("DELETE", &connected).await.problem(), "404 unknown-connection");
    });
}

#[test]
fn what_a_client_cannot_be_is_refused() {
    with_shop(async |app| {
        for (new, problem) in [
            (json!({ "id": "a b" }), "422 invalid"),
            (json!({ "id": "" }), "422 invalid"),
            (json!({ "id": CLIENT, "customer": "1" }), "422 invalid"),
            (json!({ "id": CLIENT, "connected": [SHOP] }), "422 invalid"),
            (json!({ "id": CLIENT, "products": ["BALANCES"] }), "422 invalid"),
            (json!({ "id": CLIENT, "public_keys": [] }), "400 malformed"),
        ] {
            assert_eq!(post(app, CLIENTS, new.clone()).await.problem(), problem, "{new}");
        }
        let path = format!("{CLIENTS}/{CLIENT}");
        for (method, rest, body) in [
            ("GET", "", json!({})),
            ("POST", "/keys", json!({ "pem": public_pem() })),
            ("PUT", "/products", json!({ "products": [] })),
            ("PUT", "/connected/1", json!({})),
            ("DELETE", "/connected/1", json!({})),
        ] {
            let reply = app.native(method, &format!("{path}{rest}")).json(body).await;
            assert_eq!(reply.problem(), "404 unknown-client", "{method} {rest}");
        }
    });
}

#[test]
fn a_grant_yields_a_code_that_is_good_once() {
    with_shop_on_each_engine(async |app| {
        customer(app, HARBOUR).await;
        post(app, CLIENTS, json!({ "id": CLIENT })).await;
        let grant = |client: &str, customer: &str| json!({ "client": client, "customer": customer });
        let granted = post(app, "/v1/world-first/grants", grant(CLIENT, HARBOUR)).await;
        assert_eq!(granted.status, 201, "{granted}");
        let granted = granted.json();
        assert_eq!(granted["expire_at"], "2026-01-05T08:10:00.000Z");
        let code = granted["code"].as_str().unwrap();
        let tokens = oauth::apply(app.house(), CLIENT, code).await.unwrap();
        assert_eq!(tokens.customer.to_string(), HARBOUR);
        let again = oauth::apply(app.house(), CLIENT, code).await.unwrap_err();
        assert!(matches!(again, house::Abort::Refused(CodeRefusal::Used)), "{again:?}");
        for (body, problem) in
            [(grant("nobody", HARBOUR), "404 unknown-client"), (grant(CLIENT, SHOP), "404 unknown-customer")]
        {
            assert_eq!(post(app, "/v1/world-first/grants", body).await.problem(), problem);
        }
    });
}

#[test]
fn the_server_key_is_public_and_the_next_one_follows_it() {
    with_world_on_each_engine(async |app| {
        let public = async |target: &str| {
            let reply = app.plain("GET", target).await;
            assert_eq!(reply.header("content-type"), Some("application/x-pem-file"), "{reply}");
            assert!(reply.text.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{reply}");
            reply.text
        };
        let first = public(PUBLIC_KEY).await;
        let listed = app.native("GET", KEYS).await.json();
        assert_eq!(listed["keys"].as_array().unwrap().len(), 1);
        assert_eq!((&listed["keys"][0]["version"], &listed["keys"][0]["pem"]), (&json!(1), &json!(first)));

        let next = post(app, KEYS, json!({ "overlap_s": 60 })).await;
        assert_eq!((next.status.as_u16(), &next.json()["version"]), (201, &json!(2)));
        let next = next.json()["pem"].as_str().unwrap().to_owned();
        assert_eq!(public(PUBLIC_KEY).await, first, "the one before signs on");
        assert_eq!(public(&format!("{PUBLIC_KEY}?version=2")).await, next);
        let listed = app.native("GET", KEYS).await.json();
        assert_eq!(listed["keys"][0]["retire_at"], "2026-01-05T08:01:00.000Z");
        app.advance(60_000).await;
        assert_eq!(public(PUBLIC_KEY).await, next);
        let gone = app.plain("GET", &format!("{PUBLIC_KEY}?version=1")).await;
        assert_eq!(gone.problem(), "404 unknown-server-key");

        let brought = SigningKey::generate().unwrap();
        let base64 = STANDARD.encode(brought.to_pkcs8_der().unwrap());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{base64}\n-----END PRIVATE KEY-----\n");
        let taken = post(app, KEYS, json!({ "pem": pem, "overlap_s": 0 })).await;
        assert_eq!(taken.json()["pem"], brought.public().to_pem(), "{taken}");
        assert_eq!(public(PUBLIC_KEY).await, brought.public().to_pem());
        for (body, problem) in [
            (json!({ "pem": SHORT_KEY }), "422 invalid"),
            (json!({ "overlap_s": 31_536_001 }), "422 invalid"),
            (json!({ "overlap": 1 }), "400 malformed"),
        ] {
            assert_eq!(post(app, KEYS, body.clone()).await.problem(), problem, "{body}");
        }
        let count = app.native("GET", KEYS).await.json()["keys"].as_array().unwrap().len();
        assert_eq!(count, 1, "nothing came of what was refused");
    });
}

#[test]
fn a_transfer_is_read_by_its_number() {
    with_world_on_each_engine(async |app| {
        app.world_deposit(CUSTOMER, Wallet::NormalBalance, "KWD", "1.500").await;
        let make = async |request_id: &str| {
            let body = json!({
                "transferRequestId": request_id,
                "transferFromDetail": {
                    "transferFromMethod": { "paymentMethodType": "BALANCE" },
                    "transferFromAmount": { "currency": "KWD", "value": 250 },
                },
                "transferToDetail": {
                    "transferToMethod": { "paymentMethodType": "BALANCE", "customerId": CONNECTED },
                    "transferToRemark": "invoice 17",
                },
            });
            let made = app.world("fund/create_transfer", body).await.world_accepted();
            made["transferId"].as_str().unwrap().to_owned()
        };
        let read = async |id: &str| app.native("GET", &format!("/v1/world-first/transfers/{id}")).await;
        let id = make("T1").await;
        let expected = json!({
            "id": id, "client": CLIENT, "request_id": "T1", "payer": CUSTOMER, "payee": CONNECTED,
            "currency": "KWD", "amount": "0.25", "remark": "invoice 17", "status": "PROCESSING",
            "created_at": "2026-01-05T08:00:00.000Z",
        });
        assert_eq!(read(&id).await.json(), expected);
        app.run_jobs().await;
        let mut settled = expected.clone();
        settled["status"] = json!("SUCCESS");
        settled["finished_at"] = json!("2026-01-05T08:00:00.000Z");
        assert_eq!(read(&id).await.json(), settled);
        let failing = make("T2").await;
        let expired = house::world_first::Contract::Expired;
        let payee = testkit::house::holder_id(CONNECTED);
        house::world_first::customer::set_contract(app.house(), &payee, expired).await.unwrap();
        app.run_jobs().await;
        let failed = read(&failing).await.json();
        assert_eq!((&failed["status"], &failed["fail_reason"]), (&json!("FAIL"), &json!("payee_abnormal")));
        for unknown in ["1", "T1", "409128346782105600", "%20"] {
            assert_eq!(read(unknown).await.problem(), "404 unknown-transfer", "{unknown}");
        }
    });
}
