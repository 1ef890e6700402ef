//! `balance-report`: which reports may be asked for, and what is answered.

use super::{DAY, applied, ask, two_days_on};
use crate::binance_pay::cases::{refused, taken, transport_codes};
use house::report::{Format, ReportStatus, find};
use ledger::{Millis, Wallet};
use serde_json::json;
use testkit::{
    house::holder_id,
    http::{OTHER_SHOP, SHOP, endpoint, other_shop, with_shop, with_shop_on_each_engine},
};

const NAME: &str = "balance_report/apply";

#[test]
fn the_answer_is_a_sentence_that_ends_in_the_id() {
    with_shop_on_each_engine(async |app| {
        two_days_on(app).await;
        let reply = app.call(NAME, ask(json!({}))).await;
        let before = r#"{"status":"SUCCESS","code":"000000","data":"Your request has been submitted successfully. Your task ID: "#;
        let rest = reply.text.strip_prefix(before).unwrap_or_else(|| panic!("{reply}"));
        let id = rest.strip_suffix("\"}").unwrap_or_else(|| panic!("{reply}"));
        assert!(id.len() == 18 && id.bytes().all(|byte| byte.is_ascii_digit()), "{id}");
        app.run_jobs().await;
    });
}

#[test]
fn every_field_is_heeded() {
    with_shop_on_each_engine(async |app| {
        two_days_on(app).await;
        let shop = holder_id(SHOP);
        for (wallet, expected) in [
            (json!("SPOT_WALLET"), Some(Wallet::Spot)),
            (json!("FUNDING_WALLET"), Some(Wallet::Funding)),
            (json!(null), None),
            (json!(""), None),
        ] {
            let id = applied(app, json!({ "walletType": wallet, "startDate": "2026/01/04" })).await;
            let report = find(app.house(), &shop, id).await.unwrap().unwrap();
            assert_eq!((report.wallet, report.format), (expected, Format::Csv));
            // 2026-01-04T00:00:00Z, and the same of the 7th: the last day is part of the period.
            let (from, to) = (Millis::new(1_767_484_800_000), Millis::new(1_767_744_000_000));
            assert_eq!((report.from, report.to), (from, to));
            assert_eq!(report.status, ReportStatus::Processing);
            assert_eq!(report.requested_by, "key:corner-shop-key-0001");
            assert!(find(app.house(), &holder_id(OTHER_SHOP), id).await.unwrap().is_none());
        }
        app.run_jobs().await;
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        let shape = "must be a date such as 2022-08-20 or 2022/08/20";
        let cases = [
            ("/reportType", json!(null), "400100 reportType is required".to_owned()),
            ("/reportType", json!("balance"), "400102 reportType must be one of Balance".to_owned()),
            (
                "/walletType",
                json!("EARN"),
                "400102 walletType must be one of SPOT_WALLET, FUNDING_WALLET".to_owned(),
            ),
            ("/walletType", json!([]), "400100 walletType must be a string".to_owned()),
            ("/startDate", json!(""), "400100 startDate is required".to_owned()),
            ("/endDate", json!(null), "400100 endDate is required".to_owned()),
            ("/startDate", json!("2026-1-5"), format!("400102 startDate {shape}")),
            ("/startDate", json!(20_260_105), format!("400102 startDate {shape}")),
            ("/startDate", json!("2026-01/05"), format!("400102 startDate {shape}")),
            ("/endDate", json!("2026-02-30"), format!("400102 endDate {shape}")),
            ("/endDate", json!("2026-01-06T00:00:00Z"), format!("400102 endDate {shape}")),
        ];
        let cases = cases.each_ref().map(|(path, value, told)| (*path, value.clone(), told.as_str()));
        refused(app, NAME, &ask(json!({})), &cases).await;
    });
}

/// It is 5 January 2026.
#[test]
fn a_period_is_over_and_of_a_day_to_three_months() {
    with_shop(async |app| {
        let yesterday = || ask(json!({ "startDate": "2025-12-01", "endDate": "2026-01-04" }));
        let cases = [
            ("/endDate", json!("2026-01-05"), "400102 endDate must be before today (UTC)"),
            ("/endDate", json!("2027-01-01"), "400102 endDate must be before today (UTC)"),
            ("/endDate", json!("2025-12-01"), "400102 endDate must be after startDate"),
            ("/endDate", json!("2025-11-30"), "400102 endDate must be after startDate"),
            ("/startDate", json!("2025-10-03"), "400102 endDate must be at most 3 months after startDate"),
            ("/startDate", json!("1969-12-31"), "400102 startDate must not be before 1970-01-01"),
        ];
        refused(app, NAME, &yesterday(), &cases).await;
        let cases = [
            ("/startDate", json!("2026-01-03")),
            ("/startDate", json!("2025-10-04")),
            ("/endDate", json!("2026/01/04")),
            ("/endDate", json!("2025-12-02")),
        ];
        taken(app, NAME, yesterday, &cases).await;
        // One minute before midnight, and after it.
        app.advance(16 * 3_600_000 - 60_000).await;
        let ends_today = ask(json!({ "endDate": "2026-01-05", "startDate": "2026-01-04" }));
        let reply = app.call(NAME, &ends_today).await;
        assert_eq!(reply.refusal(), "400102 endDate must be before today (UTC)");
        app.advance(60_000).await;
        app.call(NAME, &ends_today).await.data();
        // What was posted at the last moment is waited for.
        app.advance(60_000).await;
        app.run_jobs().await;
    });
}

#[test]
fn fifty_reports_may_be_asked_for_in_a_month() {
    with_shop(async |app| {
        two_days_on(app).await;
        for _ in 0..50 {
            applied(app, json!({})).await;
        }
        // What is refused does not count, neither does what another merchant asks for.
        app.call(NAME, ask(json!({ "reportType": "Other" }))).await.refusal();
        let reply = app.call(NAME, ask(json!({}))).await;
        assert_eq!(reply.refusal(), "400001 the monthly report quota is used up");
        app.post_as(&other_shop(), endpoint(NAME).path, ask(json!({}))).await.data();
        app.run_jobs().await;
        // The 31st is of the same month, by UTC; the next day is not.
        app.advance(24 * DAY).await;
        let reply = app.call(NAME, ask(json!({}))).await;
        assert_eq!(reply.refusal(), "400001 the monthly report quota is used up");
        app.advance(DAY).await;
        applied(app, json!({})).await;
        app.run_jobs().await;
    });
}

/// The end of the page's table is not known; these are the codes that something brings about.
#[test]
fn every_code_that_can_be_answered_has_a_cause() {
    with_shop(async |app| {
        let mut reached = transport_codes(app, NAME, &ask(json!({}))).await;
        for change in [json!({ "reportType": null }), json!({ "reportType": "x" })] {
            reached.push(app.call(NAME, ask(change)).await.code());
        }
        app.set_status("merchants", SHOP, "suspended").await;
        let suspended = app.call(NAME, ask(json!({}))).await;
        assert_eq!(suspended.refusal(), "400203 the merchant is suspended");
        reached.push(suspended.code());
        reached.sort_unstable();
        let expected =
            "400000 400001 400002 400003 400004 400005 400006 400007 400008 400100 400102 400104 400203";
        assert_eq!(reached, expected.split(' ').collect::<Vec<_>>());
    });
}
