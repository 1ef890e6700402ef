//! Whatever stands in the headers and in the body: never a panic, always the code of the rule that it breaks.

use ledger::Wallet;
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};
use std::path::Path;
use testkit::http::{CLIENT, CUSTOMER, Request, TestApp, with_world};
use wire::{
    endpoints,
    world_first::{SignatureHeader, WorldFirst, time},
};

const NAME: &str = "account/inquiry_balance";
const CASES: usize = 300;

/// Draws values one after another, the same in every run.
fn draw<S: Strategy>(strategy: &S) -> Vec<S::Value> {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (0..CASES).map(|_| strategy.new_tree(&mut runner).expect("a value is drawn").current()).collect()
}

/// Bytes that may stand in a header: visible ones, spaces, and those beyond ASCII.
fn value() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![4 => 0x20..0x7f_u8, 1 => 0x80..=0xff_u8];
    prop::collection::vec(byte, 0..200)
}

fn call(app: &TestApp) -> Request {
    app.world(NAME, "{}")
}

#[test]
fn any_signature() {
    let part = prop_oneof![
        Just("algorithm=RSA256".to_owned()),
        Just("algorithm = rsa256 ".to_owned()),
        Just("keyVersion=1".to_owned()),
        "keyVersion=[-+0-9a-f.]{0,22}",
        "signature=[A-Za-z0-9+/=_%-]{0,400}",
        "signature=(%[0-9a-fA-F]{2}){0,100}",
        "[a-zA-Z]{0,12}=?[ -~&&[^,]]{0,40}",
    ];
    let parts = prop::collection::vec(part, 0..6).prop_map(|parts| parts.join(",").into_bytes());
    let header = prop_oneof![2 => parts, 1 => value()];
    with_world(async |app| {
        for header in draw(&header) {
            let reply = call(app).header("Signature", &header).await;
            assert_eq!(reply.world_code(), "INVALID_SIGNATURE", "{}", String::from_utf8_lossy(&header));
        }
    });
}

/// A good signature with one byte changed, dropped or added is a bad one.
#[test]
fn any_damage_to_a_signature() {
    let damage = (any::<prop::sample::Index>(), any::<u8>(), 0..3_u8);
    with_world(async |app| {
        let good = call(app).value("Signature");
        let parsed = SignatureHeader::parse(good.as_bytes()).unwrap();
        for (place, byte, kind) in draw(&damage) {
            let mut bytes = parsed.signature.clone();
            let place = place.index(bytes.len());
            match kind {
                0 => bytes[place] ^= byte.max(1),
                1 => drop(bytes.remove(place)),
                _ => bytes.insert(place, byte),
            }
            let header = SignatureHeader::emit(1, &bytes);
            assert_eq!(call(app).header("Signature", header).await.world_code(), "INVALID_SIGNATURE");
        }
        assert_eq!(call(app).header("Signature", good).await.world_code(), "ACCOUNT_NOT_EXIST");
    });
}

#[test]
fn any_client() {
    with_world(async |app| {
        for id in draw(&prop_oneof![value(), "[A-Z0-9]{14}".prop_map(String::into_bytes)]) {
            if id.trim_ascii() == CLIENT.as_bytes() {
                continue;
            }
            let code = call(app).header("Client-Id", &id).await.world_code();
            assert_eq!(code, "INVALID_CLIENT", "{}", String::from_utf8_lossy(&id));
        }
    });
}

/// A time that is not read is PARAM_ILLEGAL, as is one outside of the window; within it, the signature is looked at.
#[test]
fn any_time() {
    let near = (-400_i64..400).prop_map(|seconds| seconds * 1_000);
    let written = "20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{0,12})?(Z|[+-][0-9]{2}:?[0-9]{2})?";
    with_world(async |app| {
        let now = app.clock().get().get();
        let offsets = draw(&near).into_iter().map(|offset| (now + offset).to_string().into_bytes());
        let others = draw(&prop_oneof![
            value(),
            written.prop_map(String::into_bytes),
            "[0-9]{1,25}".prop_map(String::into_bytes)
        ]);
        for sent in offsets.chain(others) {
            let in_window = time::parse(&sent).is_ok_and(|sent| sent.abs_diff(now) <= 300_000);
            let expected = if in_window { "INVALID_SIGNATURE" } else { "PARAM_ILLEGAL" };
            let reply = call(app).header("Request-Time", &sent).header("Signature", "none").await;
            assert_eq!(reply.world_code(), expected, "{}", String::from_utf8_lossy(&sent));
        }
    });
}

/// Every value that is `whole` with one of its parts, at any depth, replaced by one of `parts`.
fn variants(whole: &Value, parts: &[Value]) -> Vec<Value> {
    let mut all = parts.to_vec();
    if let Value::Object(fields) = whole {
        for (name, value) in fields {
            for variant in variants(value, parts) {
                let mut copy = fields.clone();
                copy.insert(name.clone(), variant);
                all.push(Value::Object(copy));
            }
        }
    }
    all
}

/// What breaks a rule is refused by it; nothing that a caller sends is a failure of ours. That the code is on the page is
/// looked at with every reply.
#[test]
fn any_part_of_a_body() {
    let parts = [
        json!(null),
        json!(true),
        json!("XXX"),
        json!("é\u{0}\n"),
        json!("2188120000000003"),
        json!("x".repeat(5_000)),
        json!(-1),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1.5),
        json!([{}]),
        json!({ "currency": "EUR", "value": 1, "quoteId": "1", "paymentMethodType": "BALANCE" }),
    ];
    with_world(async |app| {
        app.apply("[[rates]]\npair = \"USD/JPY\"\nbid = \"150\"\nask = \"151\"").await;
        app.world_deposit(CUSTOMER, Wallet::NormalBalance, "USD", "1000").await;
        let mut understood = 0;
        for spec in endpoints::<WorldFirst>() {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(spec.name);
            let sample = std::fs::read_to_string(path.join("request.json")).unwrap();
            for body in variants(&serde_json::from_str(&sample).unwrap(), &parts) {
                let code = app.world_as(CLIENT, spec.path, &body).await.world_code();
                assert!(
                    !["SYSTEM_ERROR", "UNKNOWN_EXCEPTION"].contains(&code.as_str()),
                    "{} {body}: {code}",
                    spec.name
                );
                understood += usize::from(code != "PARAM_ILLEGAL");
            }
        }
        assert!(understood > 150, "only {understood} bodies came as far as the business");
        app.run_jobs().await;
    });
}
