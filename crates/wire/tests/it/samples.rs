//! Walks `samples/`: each file reads under its endpoint's types, and what we write of it reads the same.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::table::{Entry, entries};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples")
}

fn sample(entry: &Entry, file: &str) -> Vec<u8> {
    let path = folder().join(entry.spec.name).join(file);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_folder_is_an_endpoint() {
    let known: BTreeSet<String> = entries().iter().map(|entry| entry.spec.name.to_owned()).collect();
    let mut found = BTreeSet::new();
    for dialect in ["binance_pay", "world_first"] {
        for family in fs::read_dir(folder().join(dialect)).unwrap() {
            let family = family.unwrap();
            if !family.file_type().unwrap().is_dir() {
                continue;
            }
            for endpoint in fs::read_dir(family.path()).unwrap() {
                let (family, endpoint) = (family.file_name(), endpoint.unwrap().file_name());
                found.insert(format!("{dialect}/{}/{}", family.display(), endpoint.display()));
            }
        }
    }
    assert_eq!(found, known);
}

#[test]
fn requests() {
    for entry in entries() {
        let read = (entry.request)(&sample(&entry, "request.json"));
        assert!(read.is_ok(), "{}: {read:?}", entry.spec.name);
    }
}

#[test]
fn replies() {
    for entry in entries() {
        let read = (entry.reply)(&sample(&entry, "reply.json"));
        assert!(matches!(read, Ok(Ok(_))), "{}: {read:?}", entry.spec.name);
    }
}

/// Without the white space, of which texts have some too.
fn squeezed(json: &[u8]) -> String {
    String::from_utf8_lossy(json).split_whitespace().collect()
}

/// Those of Binance Pay are its pages' own, which write numbers in ways that we do not.
#[test]
fn replies_of_world_first_are_emitted_as_they_are_shown() {
    let mut seen = 0;
    for entry in entries().iter().filter(|entry| entry.spec.name.starts_with("world_first/")) {
        let shown = sample(entry, "reply.json");
        let Ok(Ok(written)) = (entry.reply)(&shown) else { panic!("{}: no reply", entry.spec.name) };
        assert_eq!(squeezed(&written), squeezed(&shown), "{}", entry.spec.name);
        seen += 1;
    }
    assert!(seen >= 12, "only {seen} replies were found");
}

#[test]
fn refusals() {
    let mut seen = 0;
    for entry in entries() {
        if !folder().join(entry.spec.name).join("refusal.json").exists() {
            continue;
        }
        let Ok(Err(refusal)) = (entry.reply)(&sample(&entry, "refusal.json")) else {
            panic!("{}: not a refusal", entry.spec.name);
        };
        assert!(entry.spec.codes.contains(&&*refusal.code), "{}: {refusal:?}", entry.spec.name);
        seen += 1;
    }
    assert!(seen >= 10, "only {seen} refusals were found");
}

#[test]
fn the_page_of_query_split_is_emitted_canonically() {
    let entries = entries();
    let entry = entries.iter().find(|entry| entry.spec.name.ends_with("/query_split")).unwrap();
    let request = String::from_utf8((entry.request)(&sample(entry, "request.json")).unwrap()).unwrap();
    insta::assert_snapshot!(request, @r#"{"merchantRequestId":"my_request_1234","prepayOrderId":"123456789"}"#);
    let reply = String::from_utf8((entry.reply)(&sample(entry, "reply.json")).unwrap().unwrap()).unwrap();
    insta::assert_snapshot!(reply, @r#"{"status":"SUCCESS","code":"000000","data":{"splitOrderNo":"12345","merchantRequestId":"1234567","prepayOrderId":"123456789","status":0,"receiverOrderDetails":[{"account":"12345678","amount":2.5,"detailId":"1000001","status":2,"finishTime":1679044272}]}}"#);
    let Ok(Err(refusal)) = (entry.reply)(&sample(entry, "refusal.json")) else { panic!("not a refusal") };
    assert_eq!(refusal.code, "400209");
    assert_eq!(refusal.message, "order not found or order status is not success");
}

#[test]
fn the_page_of_record_is_emitted_canonically() {
    let entries = entries();
    let entry = entries.iter().find(|entry| entry.spec.name.ends_with("/record")).unwrap();
    let request = String::from_utf8((entry.request)(&sample(entry, "request.json")).unwrap()).unwrap();
    insta::assert_snapshot!(request, @r#"{"page":1,"rows":10}"#);
    let reply = String::from_utf8((entry.reply)(&sample(entry, "reply.json")).unwrap().unwrap()).unwrap();
    insta::assert_snapshot!(reply, @r#"{"status":"SUCCESS","code":"000000","data":{"total":2,"rows":[{"authorizationId":"authId1","merchantName":"Merchant One","authorizationToken":"token1","merchantId":"merchant1","status":"PENDING","scopes":["CONVERT","CHECKOUT"],"ipWhitelist":["192.168.1.1","192.168.1.2"]},{"authorizationId":"authId2","merchantName":"Merchant Two","authorizationToken":"token2","merchantId":"merchant2","status":"AUTHORIZED","scopes":["CONVERT","CHECKOUT"],"ipWhitelist":["192.168.2.1","192.168.2.2"]}]}}"#);
    let Ok(Err(refusal)) = (entry.reply)(&sample(entry, "refusal.json")) else { panic!("not a refusal") };
    assert_eq!(refusal.code, "400003");
    assert_eq!(refusal.message, "Timestamp for this request is outside of the recvWindow.");
}

#[test]
fn the_page_of_query_trade_order_is_emitted_canonically() {
    let entries = entries();
    let entry = entries.iter().find(|entry| entry.spec.name.ends_with("/query_trade_order")).unwrap();
    let request = String::from_utf8((entry.request)(&sample(entry, "request.json")).unwrap()).unwrap();
    insta::assert_snapshot!(request, @r#"{"orderId":"1309477640981204290"}"#);
    let reply = String::from_utf8((entry.reply)(&sample(entry, "reply.json")).unwrap().unwrap()).unwrap();
    insta::assert_snapshot!(reply, @r#"{"status":"SUCCESS","code":"000000","data":{"orderId":"1309477640981204290","orderStatus":"SUCCESS","fromAsset":"USDT","fromAmount":179.54201695,"toAsset":"BNB","toAmount":0.8,"ratio":0.00445577,"inverseRatio":224.428}}"#);
    let Ok(Err(refusal)) = (entry.reply)(&sample(entry, "refusal.json")) else { panic!("not a refusal") };
    assert_eq!(refusal.code, "400003");
    assert_eq!(refusal.message, "Timestamp for this request is outside of the recvWindow.");
}

#[test]
fn the_page_of_query_balance_report_is_emitted_bare_in_the_order_of_its_sample() {
    let entries = entries();
    let entry = entries.iter().find(|entry| entry.spec.name.ends_with("/balance_report/query")).unwrap();
    let request = String::from_utf8((entry.request)(&sample(entry, "request.json")).unwrap()).unwrap();
    insta::assert_snapshot!(request, @r#"{"downloadId":"1232213"}"#);
    let bytes = sample(entry, "reply.json");
    let reply = String::from_utf8((entry.reply)(&bytes).unwrap().unwrap()).unwrap();
    insta::assert_snapshot!(reply, @r#"{"exist":true,"downloadUrl":"","status":"PROCESSING"}"#);
    let squeezed: String = String::from_utf8(bytes).unwrap().split_whitespace().collect();
    assert_eq!(reply, squeezed);
}

#[test]
fn the_exponents_of_the_page_of_get_to_selector_are_emitted_plainly() {
    let entries = entries();
    let entry = entries.iter().find(|entry| entry.spec.name.ends_with("/get_to_selector")).unwrap();
    let reply = String::from_utf8((entry.reply)(&sample(entry, "reply.json")).unwrap().unwrap()).unwrap();
    insta::assert_snapshot!(reply, @r#"{"status":"SUCCESS","code":"000000","data":{"coin":"USDT","toList":[{"coin":"BTC","fromMin":20,"fromMax":700000,"toMin":0.0008,"toMax":35.1,"reverse":true,"base":true}]}}"#);
}
