//! What every endpoint declares, and what must hold for all of them.

use std::{collections::BTreeSet, path::Path};

use wire::{
    ENDPOINTS, Why,
    binance_pay::{FaultCode, codes},
};

use crate::table::entries;

#[test]
fn the_table_of_these_tests_is_complete() {
    let listed: Vec<&str> = ENDPOINTS.iter().map(|spec| spec.name).collect();
    let here: Vec<&str> = entries().iter().map(|entry| entry.spec.name).collect();
    assert_eq!(here, listed);
}

#[test]
fn names_and_paths_are_distinct_and_name_a_file() {
    let names: BTreeSet<&str> = ENDPOINTS.iter().map(|spec| spec.name).collect();
    let paths: BTreeSet<&str> = ENDPOINTS.iter().map(|spec| spec.path).collect();
    assert_eq!((names.len(), paths.len()), (ENDPOINTS.len(), ENDPOINTS.len()));
    for spec in ENDPOINTS {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(spec.name).with_extension("rs");
        assert!(file.is_file(), "{} does not exist", file.display());
        assert!(spec.path.starts_with("/binancepay/openapi/"), "{}", spec.path);
        assert!(!spec.summary.is_empty() && !spec.summary.ends_with('.'), "{}", spec.name);
        assert!(!spec.codes.is_empty(), "{}", spec.name);
    }
}

#[test]
fn codes_are_distinct_and_found_by_their_number() {
    let numbers: BTreeSet<&str> = codes::UNION.iter().map(|code| code.code).collect();
    let names: BTreeSet<&str> = codes::UNION.iter().map(|code| code.name).collect();
    assert_eq!((numbers.len(), names.len()), (codes::UNION.len(), codes::UNION.len()));
    for code in codes::UNION {
        assert_eq!(FaultCode::parse(code.code), FaultCode::Known(code));
        assert!(code.message.chars().count() <= 256 && code.code.bytes().all(|byte| byte.is_ascii_digit()));
    }
    assert_eq!(FaultCode::parse("987654"), FaultCode::Other("987654".to_owned()));
}

#[test]
fn query_split_lists_its_pages_codes() {
    let listed: Vec<&str> = codes::SPLIT.iter().map(|code| code.code).collect();
    let page = "400000 400001 400002 400003 400004 400005 400006 400007 400008 400100 400101 400102 400103 400104 \
                400601 400209 400210 400211 400212 400213 400214 400215 400216";
    assert_eq!(listed, page.split(' ').collect::<Vec<_>>());
}

#[test]
fn query_trade_order_and_record_list_their_pages_codes() {
    for name in ["binance_pay/convert/query_trade_order", "binance_pay/service_provider/record"] {
        let spec = ENDPOINTS.iter().find(|spec| spec.name == name).unwrap();
        assert_eq!(spec.codes, codes::COMMON, "{name}");
    }
    let listed: Vec<&str> = codes::COMMON.iter().map(|code| code.code).collect();
    let page =
        "400000 400001 400002 400003 400004 400005 400006 400007 400008 400100 400101 400102 400103 400104";
    assert_eq!(listed, page.split(' ').collect::<Vec<_>>());
}

#[test]
fn query_balance_report_lists_its_pages_codes() {
    let listed: Vec<&str> = codes::REPORT.iter().map(|code| code.code).collect();
    let page =
        "400000 400001 400002 400003 400004 400005 400100 400101 400102 400103 400104 400201 400202 400203";
    assert_eq!(listed, page.split(' ').collect::<Vec<_>>());
}

#[test]
fn what_is_no_object_is_refused_as_such_everywhere() {
    let bodies: [&[u8]; 10] = [
        b"",
        b" ",
        b"null",
        b"[]",
        b"\"{}\"",
        b"{",
        b"{}x",
        b"{\"a\":1,}",
        b"{\"a\":\"\xff\"}",
        b"\xef\xbb\xbf{}",
    ];
    for entry in entries() {
        for body in bodies {
            // What takes no parameter needs no body.
            if entry.spec.body_optional && matches!(body.trim_ascii(), b"" | b"null") {
                assert!((entry.request)(body).is_ok(), "{} {body:?}", entry.spec.name);
                continue;
            }
            let invalid = (entry.request)(body).unwrap_err();
            assert_eq!(invalid.why, Why::NotAnObject, "{} {body:?}", entry.spec.name);
        }
    }
}

#[test]
fn a_fault_of_syntax_goes_before_one_in_a_field() {
    for entry in entries() {
        let body = br#"{"account":[],"env":7,"merchantRequestId":{},"pageNum":true,"prepayId":false,"merchantId":[] oops"#;
        assert_eq!((entry.request)(body).unwrap_err().why, Why::NotAnObject, "{}", entry.spec.name);
    }
}
