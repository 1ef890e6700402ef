//! What every endpoint declares, and what must hold for all of them.

use std::{collections::BTreeSet, path::Path};

use wire::{
    ENDPOINTS, Why,
    binance_pay::{BinancePay, FaultCode, codes},
    endpoints,
    world_first::{self, ROOT, Status, WorldFirst},
};

use crate::table::entries;

#[test]
fn names_and_paths_are_distinct_and_name_a_file() {
    let names: BTreeSet<&str> = ENDPOINTS.iter().map(|spec| spec.name).collect();
    let paths: BTreeSet<&str> = ENDPOINTS.iter().map(|spec| spec.path).collect();
    assert_eq!((names.len(), paths.len()), (ENDPOINTS.len(), ENDPOINTS.len()));
    for spec in ENDPOINTS {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(spec.name).with_extension("rs");
        assert!(file.is_file(), "{} does not exist", file.display());
        let root = if spec.name.starts_with("binance_pay/") { "/binancepay/openapi/" } else { ROOT };
        assert!(spec.path.starts_with(root), "{}", spec.path);
        assert!(!spec.summary.is_empty() && !spec.summary.ends_with('.'), "{}", spec.name);
        assert!(!spec.codes.is_empty(), "{}", spec.name);
    }
}

#[test]
fn every_endpoint_is_of_one_dialect() {
    let of_each = endpoints::<BinancePay>().chain(endpoints::<WorldFirst>());
    let names: Vec<&str> = of_each.map(|spec| spec.name).collect();
    assert_eq!(names, ENDPOINTS.iter().map(|spec| spec.name).collect::<Vec<_>>());
}

#[test]
fn codes_are_distinct_and_found_by_their_number() {
    let numbers: BTreeSet<&str> = codes::UNION.iter().copied().collect();
    let names: BTreeSet<&str> = codes::ALL.iter().map(|code| code.name).collect();
    assert_eq!((numbers.len(), names.len()), (codes::UNION.len(), codes::UNION.len()));
    for code in codes::ALL {
        assert_eq!(FaultCode::parse(code.code), FaultCode::Known(code));
        assert!(code.message.chars().count() <= 256 && code.code.bytes().all(|byte| byte.is_ascii_digit()));
    }
    assert_eq!(FaultCode::parse("987654"), FaultCode::Other("987654".to_owned()));
}

#[test]
fn codes_of_world_first_are_distinct_and_never_a_success() {
    let codes: BTreeSet<&str> = world_first::codes::UNION.iter().copied().collect();
    assert_eq!(codes.len(), world_first::codes::ALL.len());
    for code in world_first::codes::ALL {
        assert_eq!(world_first::FaultCode::parse(code.code), world_first::FaultCode::Known(code));
        assert_ne!(code.status, Status::Succeeded, "{}", code.code);
        assert!(code.code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'));
        assert!((1..=256).contains(&code.message.chars().count()), "{}", code.code);
    }
    let unknown = world_first::codes::ALL.into_iter().filter(|code| code.status == Status::Unknown);
    let unknown: Vec<&str> = unknown.map(|code| code.code).collect();
    assert_eq!(
        unknown,
        ["UNKNOWN_EXCEPTION", "REQUEST_TRAFFIC_EXCEED_LIMIT", "FEE_EXCEPTION", "ORDER_NOT_FOUND"]
    );
}

#[test]
fn inquiry_balance_lists_its_pages_codes() {
    let spec = endpoints::<WorldFirst>().find(|spec| spec.name.ends_with("/inquiry_balance")).unwrap();
    let page = "PARAM_ILLEGAL UNKNOWN_EXCEPTION REQUEST_TRAFFIC_EXCEED_LIMIT OAUTH_FAIL INVALID_API \
                INVALID_CLIENT INVALID_SIGNATURE METHOD_NOT_SUPPORTED USER_NOT_EXIST ACCOUNT_NOT_EXIST \
                SYSTEM_ERROR SERVICE_NOT_ALLOWED CURRENCY_NOT_SUPPORT CONTRACT_CHECK_FAIL \
                ACCESS_TOKEN_EXPIRED AUTHORIZATION_NOT_EXIST";
    assert_eq!(spec.codes, page.split(' ').collect::<Vec<_>>());
}

/// The page's own, and then what belongs to the seam: that page leaves it out.
#[test]
fn create_transfer_lists_its_pages_codes() {
    let spec = endpoints::<WorldFirst>().find(|spec| spec.name.ends_with("/create_transfer")).unwrap();
    let page = "PARAM_ILLEGAL PROCESS_FAIL INVALID_SIGNATURE UN_SUPPORT_BUSINESS USER_NO_PERMISSION \
                USER_ACCOUNT_ABNORMAL USER_STATUS_ABNORMAL BALANCE_NOT_ENOUGH AMOUNT_EXCEED_LIMIT \
                REPEAT_REQ_INCONSISTENT QUOTE_EXPIRED UNKNOWN_EXCEPTION REQUEST_TRAFFIC_EXCEED_LIMIT";
    let seam = "INVALID_API INVALID_CLIENT METHOD_NOT_SUPPORTED OAUTH_FAIL ACCESS_TOKEN_EXPIRED \
                AUTHORIZATION_NOT_EXIST SYSTEM_ERROR";
    assert_eq!(spec.codes, page.split(' ').chain(seam.split(' ')).collect::<Vec<_>>());
}

#[test]
fn query_split_lists_its_pages_codes() {
    let page = "400000 400001 400002 400003 400004 400005 400006 400007 400008 400100 400101 400102 400103 400104 \
                400601 400209 400210 400211 400212 400213 400214 400215 400216";
    assert_eq!(codes::SPLIT, page.split(' ').collect::<Vec<_>>());
}

#[test]
fn query_trade_order_and_record_list_their_pages_codes() {
    for name in ["binance_pay/convert/query_trade_order", "binance_pay/service_provider/record"] {
        let spec = ENDPOINTS.iter().find(|spec| spec.name == name).unwrap();
        assert_eq!(spec.codes, codes::COMMON, "{name}");
    }
    let page =
        "400000 400001 400002 400003 400004 400005 400006 400007 400008 400100 400101 400102 400103 400104";
    assert_eq!(codes::COMMON, page.split(' ').collect::<Vec<_>>());
}

#[test]
fn query_balance_report_lists_its_pages_codes() {
    let page =
        "400000 400001 400002 400003 400004 400005 400100 400101 400102 400103 400104 400201 400202 400203";
    assert_eq!(codes::REPORT, page.split(' ').collect::<Vec<_>>());
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
            if entry.spec.body_optional && matches!(body.trim_ascii(), b"" | b"null" | b"[]") {
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
