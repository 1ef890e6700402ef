//! Which rule is answered first. For every endpoint and every rule: a request that breaks the rule and every
//! later one gets the rule's code.

use crate::binance_pay::cases::{changed, long, on_page};
use client::Credentials;
use serde_json::{Value, json};
use testkit::http::{BUYER, Request, SHOP, TestApp, endpoint, order_v3, shop, split, with_shop};
use wire::{Spec, binance_pay::BinancePay, endpoints};

/// The rules after the path, in the order in which they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    Method,
    MediaType,
    Size,
    KeyShape,
    KeyInForce,
    Timestamp,
    NonceShape,
    Signature,
    Replay,
    Token,
    Object,
    Missing,
    Length,
    Value,
    Chars,
    Account,
    Business,
}

use Rule::{
    Account, Business, Chars, KeyInForce, KeyShape, Length, MediaType, Method, Missing, NonceShape, Object,
    Replay, Signature, Size, Timestamp, Token,
};

/// The rules that every endpoint has, whatever its fields are.
const BEFORE_FIELDS: [(Rule, &str); 11] = [
    (Method, "400006"),
    (MediaType, "400007"),
    (Size, "400104"),
    (KeyShape, "400005"),
    (KeyInForce, "400004"),
    (Timestamp, "400003"),
    (NonceShape, "400001"),
    (Signature, "400002"),
    (Replay, "400001"),
    (Token, "400004"),
    (Object, "400008"),
];
const FIELD_RULES: [(Rule, &str); 4] =
    [(Missing, "400100"), (Length, "400101"), (Rule::Value, "400102"), (Chars, "400103")];

/// Keys that are refused, each for a reason of its own.
const REFUSED_KEYS: [&str; 4] =
    ["nobody-has-this-key", "revoked-key-0000001", "expired-key-0000001", "elsewhere-key-00001"];
/// The nonce that was used before.
const USED: &str = "a-nonce-that-was-used-before-now";

/// The fields of an endpoint, as wrong as they can be.
struct Fields {
    /// A body that breaks only the business rule, if there is one.
    body: Value,
    /// The code of that rule.
    business: Option<&'static str>,
    /// What breaks the rules of the fields. Of several for one field the first is used, and it breaks the
    /// rules of the others as well.
    broken: Vec<(Rule, &'static str, Value)>,
}

impl Fields {
    /// A body that breaks this rule of the fields and every later one.
    fn from(&self, rule: Rule) -> Value {
        let mut broken: Vec<_> = self.broken.iter().filter(|(broken, ..)| *broken >= rule).collect();
        broken.sort_by_key(|(rule, ..)| std::cmp::Reverse(*rule));
        broken.into_iter().fold(self.body.clone(), |body, (_, path, value)| changed(&body, path, value))
    }

    fn has(&self, rule: Rule) -> bool {
        self.broken.iter().any(|(broken, ..)| *broken == rule)
    }
}

#[test]
fn the_first_rule_that_is_broken_is_answered() {
    with_shop(async |app| {
        prepare(app).await;
        for spec in endpoints::<BinancePay>() {
            let fields = fields(spec.name.strip_prefix("binance_pay/").unwrap());
            app.set_status("merchants", SHOP, "suspended").await;
            for (rule, code) in BEFORE_FIELDS {
                for key in if rule == KeyInForce { &REFUSED_KEYS[..] } else { &REFUSED_KEYS[..1] } {
                    expect(breaking(app, spec, &fields, rule, key), spec, rule, on_page(spec, code)).await;
                }
            }
            for (rule, code) in FIELD_RULES.into_iter().filter(|(rule, _)| fields.has(*rule)) {
                expect(breaking(app, spec, &fields, rule, ""), spec, rule, code).await;
            }
            // A suspended merchant can still verify what it received.
            let account = match spec.name {
                "binance_pay/webhook/certificates" => "000000",
                _ => on_page(spec, "400203"),
            };
            expect(breaking(app, spec, &fields, Account, ""), spec, Account, account).await;
            app.set_status("merchants", SHOP, "active").await;
            if let Some(code) = fields.business {
                expect(breaking(app, spec, &fields, Business, ""), spec, Business, code).await;
            }
        }
    });
}

async fn expect(request: Request, spec: &Spec, rule: Rule, code: &str) {
    let reply = request.await;
    assert_eq!(reply.code(), code, "{} {rule:?}: {reply}", spec.name);
}

/// A request that breaks a rule and every later one.
fn breaking(app: &TestApp, spec: &Spec, fields: &Fields, from: Rule, key: &str) -> Request {
    let body = if from <= Size {
        "x".repeat(1_048_577)
    } else if from <= Object {
        "[1]".to_owned()
    } else {
        fields.from(from).to_string()
    };
    let now = app.clock().get().get();
    let timestamp = if from <= Timestamp { now - 1_001 } else { now };
    let fresh = app.nonce();
    let nonce = if from <= Replay { USED } else { &fresh };
    let mut request = app.post_at(&shop(), spec.path, body, timestamp, nonce);
    if from <= Token {
        request = request.header("binancepay-authorization-token", "0123456789abcdef0123456789abcdef");
    }
    if from <= Signature {
        request = request.header("binancepay-signature", "0".repeat(128));
    }
    if from <= NonceShape {
        request = request.header("binancepay-nonce", &USED[1..]);
    }
    if from <= KeyInForce {
        request = request.header("binancepay-certificate-sn", key);
    }
    if from <= KeyShape {
        request = request.header("binancepay-certificate-sn", "short");
    }
    if from <= MediaType {
        request = request.header("content-type", "text/plain");
    }
    if from <= Method {
        request = request.method("GET");
    }
    request
}

/// Makes what the rules ask for: keys to be refused, a used nonce, a used trade number.
async fn prepare(app: &TestApp) {
    app.order("Used1", "1").await;
    let issue = async |key: &str, more: Value| {
        let mut body = json!({ "key": key });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let target = format!("/v1/merchants/{SHOP}/api-keys");
        assert_eq!(app.native("POST", &target).json(body).await.status, 201, "{key}");
    };
    issue(REFUSED_KEYS[1], json!({})).await;
    let target = format!("/v1/merchants/{SHOP}/api-keys/{}", REFUSED_KEYS[1]);
    assert_eq!(app.native("DELETE", &target).await.status, 204);
    issue(REFUSED_KEYS[2], json!({ "expires_at": "2020-01-01T00:00:00Z" })).await;
    issue(REFUSED_KEYS[3], json!({ "allow_ips": ["203.0.113.7"] })).await;
    let path = endpoint("order/query").path;
    let now = app.clock().get().get();
    let first = app.post_at(&shop(), path, json!({ "merchantTradeNo": "Used1" }), now, USED).await;
    assert_eq!(first.code(), "000000");
}

/// The fields of every endpoint.
fn fields(name: &str) -> Fields {
    match name {
        "order/create_v1" => create_v1(),
        "order/create_v2" => create_v2(),
        "order/create_v3" => create_v3(),
        "order/query" | "order/query_v2" | "order/close" => Fields {
            body: json!({ "prepayId": "1" }),
            business: Some("400202"),
            broken: one_field("/prepayId", 20),
        },
        "profit_sharing/add_receiver" => Fields {
            body: json!({ "account": "350009999" }),
            business: Some("400601"),
            broken: one_field("/account", 33),
        },
        "profit_sharing/del_receiver" => Fields {
            body: json!({ "account": BUYER }),
            business: Some("400214"),
            broken: one_field("/account", 33),
        },
        "profit_sharing/query_receiver" => Fields {
            body: json!({ "pageNum": 1, "pageSize": 20 }),
            business: None,
            broken: vec![(Missing, "/pageNum", json!(null)), (Rule::Value, "/pageSize", json!(0))],
        },
        "profit_sharing/submit_split" => submit_split(),
        "profit_sharing/query_split" => Fields {
            body: json!({ "merchantRequestId": "r", "prepayOrderId": "1", "more": 1 }),
            business: Some("400209"),
            broken: vec![
                (Missing, "/prepayOrderId", json!("")),
                (Length, "/prepayOrderId", json!("é".repeat(33))),
                (Chars, "/merchantRequestId", json!("é")),
            ],
        },
        "profit_sharing/return_split" => return_split(),
        "service_provider/query_config" => {
            Fields { body: json!({ "more": 1 }), business: Some("400001"), broken: Vec::new() }
        }
        "webhook/certificates" => Fields { body: json!({}), business: None, broken: Vec::new() },
        "service_provider/create" => create_authorization(),
        "service_provider/get_record" => Fields {
            body: json!({ "merchantId": "404" }),
            business: Some("400001"),
            broken: one_field("/merchantId", 33),
        },
        "service_provider/record" => query_record(),
        "convert/get_to_selector" => Fields {
            body: json!({ "fromAsset": "NOSUCH" }),
            business: Some("400102"),
            broken: one_field("/fromAsset", 17),
        },
        "convert/get_quote" => get_quote(),
        "convert/execute_quote" => Fields {
            body: json!({ "quoteId": "1" }),
            business: Some("400102"),
            broken: one_field("/quoteId", 65),
        },
        "convert/query_trade_order" => Fields {
            body: json!({ "orderId": "1" }),
            business: Some("400102"),
            broken: one_field("/orderId", 33),
        },
        "balance_report/apply" => apply_report(),
        "balance_report/query" => query_report(),
        _ => panic!("this table does not know {name}"),
    }
}

/// A lone field that is missing, else too long, else of wrong characters.
fn one_field(path: &'static str, too_long: usize) -> Vec<(Rule, &'static str, Value)> {
    vec![(Missing, path, json!("")), (Length, path, json!("é".repeat(too_long))), (Chars, path, json!("é"))]
}

fn apply_report() -> Fields {
    Fields {
        // The period is not over.
        body: json!({ "reportType": "Balance", "startDate": "2026-01-04", "endDate": "2026-01-05" }),
        business: Some("400102"),
        broken: vec![
            (Missing, "/reportType", json!(null)),
            (Rule::Value, "/walletType", json!("EARN_WALLET")),
        ],
    }
}

fn query_report() -> Fields {
    // Nothing that the fields allow is refused.
    Fields { body: json!({ "downloadId": "1" }), business: None, broken: one_field("/downloadId", 129) }
}

fn create_v1() -> Fields {
    Fields {
        body: json!({
            "merchantId": SHOP, "merchantTradeNo": "Used1", "totalFee": 1, "currency": "USDT",
            "productType": "Food", "productName": "Ice Cream", "tradeType": "APP",
        }),
        business: Some("400201"),
        broken: vec![
            (Missing, "/totalFee", json!(null)),
            (Length, "/productType", long(17)),
            (Rule::Value, "/currency", json!("usdt")),
            (Chars, "/merchantTradeNo", json!("A_1")),
        ],
    }
}

fn create_v2() -> Fields {
    let mut body = order_v3("Used1", "1");
    let goods = body["goodsDetails"][0].take();
    let fields = body.as_object_mut().unwrap();
    fields.remove("goodsDetails");
    fields.insert("goods".to_owned(), goods);
    Fields {
        body,
        business: Some("400201"),
        broken: vec![
            (Missing, "/goods/referenceGoodsId", json!(null)),
            (Length, "/webhookUrl", long(257)),
            (Rule::Value, "/env/terminalType", json!("TV")),
            (Chars, "/goods/goodsName", json!("\\")),
        ],
    }
}

fn create_v3() -> Fields {
    Fields {
        body: order_v3("Used1", "1"),
        business: Some("400201"),
        broken: vec![
            (Missing, "/goodsDetails/0/referenceGoodsId", json!(null)),
            (Length, "/description", long(257)),
            (Rule::Value, "/orderAmount", json!(0)),
            (Chars, "/merchantTradeNo", json!("A_1")),
        ],
    }
}

fn submit_split() -> Fields {
    Fields {
        body: split("r", "1", &[(BUYER, "1")]),
        business: Some("400209"),
        broken: vec![
            (Missing, "/prepayOrderId", json!(null)),
            (Length, "/receiverList/0/account", long(33)),
            (Rule::Value, "/receiverList/0/amount", json!(0)),
            (Chars, "/receiverList/0/description", json!("!")),
        ],
    }
}

fn return_split() -> Fields {
    Fields {
        body: json!({
            "prepayOrderId": "1", "splitOrderNo": "1", "merchantReturnNo": "r", "transferOutAccount": BUYER,
            "returnAmount": 1,
        }),
        business: Some("400209"),
        broken: vec![
            (Missing, "/prepayOrderId", json!(null)),
            (Length, "/description", long(129)),
            (Rule::Value, "/returnAmount", json!(0)),
            (Chars, "/merchantReturnNo", json!("é")),
        ],
    }
}

fn get_quote() -> Fields {
    Fields {
        body: json!({
            "wallet": "FUNDING_WALLET", "fromAsset": "USDT", "toAsset": "NOSUCH", "fromAmount": 1,
        }),
        business: Some("400102"),
        broken: vec![
            (Missing, "/toAmount", json!(1)),
            (Length, "/fromAsset", json!("é".repeat(17))),
            (Rule::Value, "/wallet", json!("EARN")),
            (Chars, "/toAsset", json!("é")),
        ],
    }
}

fn create_authorization() -> Fields {
    Fields {
        // The shop is no provider, and would ask itself for what does not exist.
        body: json!({ "merchantId": SHOP, "scopes": ["CONVERT"], "ipWhitelist": ["10.0.0.1"] }),
        business: Some("400001"),
        broken: vec![
            (Missing, "/ipWhitelist", json!([])),
            (Length, "/scopes", json!(vec!["NOTHING"; 11])),
            (Rule::Value, "/scopes", json!(["NOTHING"])),
            (Chars, "/merchantId", json!("é")),
        ],
    }
}

fn query_record() -> Fields {
    Fields {
        body: json!({ "page": 1, "rows": 10, "merchantId": "404" }),
        business: Some("400001"),
        broken: vec![
            (Missing, "/rows", json!(null)),
            (Length, "/page", json!(format!("-{}", "9".repeat(33)))),
            (Rule::Value, "/page", json!(0)),
            (Chars, "/merchantId", json!("é")),
        ],
    }
}

/// The keys of the table would all be refused for being unknown if they were not there.
#[test]
fn each_refused_key_is_refused_for_its_own_reason() {
    with_shop(async |app| {
        prepare(app).await;
        let reasons = ["is not known", "was revoked", "has expired", "may not be used from 127.0.0.1"];
        for (key, reason) in REFUSED_KEYS.into_iter().zip(reasons) {
            let who = Credentials::new(key, "any secret");
            let reply = app.post_as(&who, endpoint("order/query").path, "{}").await;
            let expected = format!("400004 the API key of BinancePay-Certificate-SN {reason}");
            assert_eq!(reply.refusal(), expected);
        }
    });
}
