//! The endpoints without their types: complete, and as strict as the types are.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::value::RawValue;
use wire::{
    CATALOGUE,
    catalogue::Entry,
    world_first::{Status, codes},
};

fn entry(name: &str) -> &'static Entry {
    CATALOGUE.iter().find(|entry| entry.spec.name == name).unwrap()
}

#[test]
fn each_is_named_for_its_dialect() {
    for entry in CATALOGUE {
        assert_eq!(entry.spec.name.split('/').next(), Some(entry.dialect));
    }
}

#[test]
fn fields_are_those_of_the_samples() {
    for entry in CATALOGUE {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(entry.spec.name);
        let text = fs::read_to_string(sample.join("request.json")).unwrap();
        let fields: BTreeMap<&str, &RawValue> = serde_json::from_str(&text).unwrap();
        for field in fields.keys() {
            assert!(entry.fields().contains(field), "{}: {field}", entry.spec.name);
        }
    }
    let fields = entry("binance_pay/profit_sharing/query_split").fields();
    assert_eq!(fields, ["merchantRequestId", "prepayOrderId"]);
    assert_eq!(entry("binance_pay/service_provider/query_config").fields(), [""; 0]);
}

#[test]
fn a_request_goes_out_in_the_documented_types() {
    let split = entry("binance_pay/profit_sharing/submit_split");
    let body = br#"{"prepayOrderId":1309477640981204290,"merchantRequestId":"s1","oops":true,"receiverList":[
        {"account":350000101,"amount":"2.50","description":"Tea"}]}"#;
    let sent = String::from_utf8(split.request(body).unwrap()).unwrap();
    assert_eq!(
        sent,
        r#"{"merchantRequestId":"s1","prepayOrderId":"1309477640981204290","receiverList":[{"account":"350000101","amount":2.5,"description":"Tea"}]}"#
    );
    let refused = split.request(br#"{"merchantRequestId":"s1","receiverList":[]}"#).unwrap_err();
    assert_eq!(refused.field, "prepayOrderId");
}

#[test]
fn queries_of_what_takes_time_know_its_states() {
    let watched: Vec<_> = CATALOGUE.iter().filter(|entry| entry.under_way.is_some()).collect();
    assert!(watched.len() >= 6, "{watched:?}");
    for entry in watched {
        let under_way = entry.under_way.unwrap();
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(entry.spec.name);
        let reply = fs::read_to_string(sample.join("reply.json")).unwrap();
        for field in under_way.field.split('.') {
            assert!(reply.contains(&format!("\"{field}\"")), "{}: no {field} in a reply", entry.spec.name);
        }
        assert!(!under_way.values.is_empty(), "{}", entry.spec.name);
    }
}

#[test]
fn a_result_that_is_not_known_is_not_final() {
    let unknown = || codes::ALL.into_iter().filter(|code| code.status == Status::Unknown);
    assert!(unknown().count() >= 4);
    let mut results = 0;
    for entry in CATALOGUE.iter().filter(|entry| entry.dialect == "world_first") {
        let Some(under_way) = entry.under_way.filter(|way| way.field.ends_with("resultCode")) else {
            continue;
        };
        results += 1;
        for code in unknown().chain([&codes::PROCESSING]) {
            assert!(under_way.values.contains(&code.code), "{}: {}", entry.spec.name, code.code);
        }
        for code in codes::ALL.into_iter().filter(|code| code.status == Status::Failed) {
            assert!(!under_way.values.contains(&code.code), "{}: {} is final", entry.spec.name, code.code);
        }
        assert!(!under_way.values.contains(&codes::SUCCESS.code), "{}", entry.spec.name);
    }
    assert_eq!(results, 2);
}
