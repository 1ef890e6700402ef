//! `/v1/reports`: having reports built, following them, and their files.

use super::{all_pages, detail};
use serde_json::{Value, json};
use testkit::http::{BUYER, Reply, SHOP, TestApp, URL, with_shop, with_shop_on_each_engine};

/// What is said of a wallet that there is none of.
pub(super) const WALLETS: &str =
    "wallet must be one of FUNDING_WALLET, SPOT_WALLET, NORMAL_BALANCE, SAME_NAME_TOP_UP_BALANCE";
const DAY_MILLIS: i64 = 86_400_000;

/// The shop's sales of 5 January, seen from the 7th.
async fn sales(app: &TestApp) {
    app.paid("Trade1", "100").await;
    app.paid("Trade2", "2.5").await;
    app.advance(2 * DAY_MILLIS).await;
    // Orders that nobody can pay any more.
    app.run_jobs().await;
}

fn january(holder: &str) -> Value {
    json!({ "holder": holder, "from": "2026-01-01", "to": "2026-01-06" })
}

async fn request(app: &TestApp, body: Value) -> Value {
    let reply = app.native("POST", "/v1/reports").json(body).await;
    assert_eq!(reply.status, 201, "{reply}");
    reply.json()
}

async fn get(app: &TestApp, report: &Value, rest: &str) -> Reply {
    app.native("GET", &format!("/v1/reports/{}{rest}", report["id"].as_str().unwrap())).await
}

async fn cancel(app: &TestApp, report: &Value) -> Reply {
    app.native("POST", &format!("/v1/reports/{}/cancel", report["id"].as_str().unwrap())).await
}

#[test]
fn a_report_is_asked_for_built_and_downloaded() {
    with_shop_on_each_engine(async |app| {
        sales(app).await;
        let asked = request(app, january(SHOP)).await;
        let id = asked["id"].as_str().unwrap();
        assert_eq!(id.len(), 18, "{asked}");
        let expected = json!({
            "id": id, "holder": SHOP, "requested_by": "admin", "from": "2026-01-01", "to": "2026-01-06",
            "format": "csv", "status": "PROCESSING", "attempts": 0, "rows_done": 0,
            "created_at": "2026-01-07T08:00:00.000Z",
        });
        assert_eq!(asked, expected);
        assert_eq!(get(app, &asked, "").await.json(), expected);
        assert_eq!(detail(&get(app, &asked, "/file").await), "409 no-file: the report is PROCESSING");

        app.run_jobs().await;
        let done = get(app, &asked, "").await.json();
        let file = get(app, &asked, "/file").await;
        assert_eq!(file.status, 200, "{file}");
        assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
        let name = format!("attachment; filename=\"balance-report-{id}.csv\"");
        assert_eq!(file.header("content-disposition"), Some(name.as_str()));
        let changes = file.text.lines().filter(|line| line.contains(",order_payment,")).count();
        assert_eq!((&done["status"], &done["attempts"]), (&json!("SUCCESS"), &json!(1)));
        assert_eq!((&done["rows_done"], &done["rows_expected"]), (&json!(changes), &json!(changes)));
        assert!(changes > 0, "{file}");
        assert_eq!(done["bytes"], json!(file.text.len()));
        assert_eq!(file.header("etag"), Some(format!("\"{}\"", done["sha256"].as_str().unwrap()).as_str()));
        assert_eq!(done["finished_at"], "2026-01-07T08:00:00.000Z");
        assert_eq!(done["expires_at"], "2026-01-08T08:00:00.000Z");
        let link = done["download_url"].as_str().unwrap().strip_prefix(URL).unwrap();
        assert_eq!(app.plain("GET", link).await.text, file.text);
        assert_eq!(app.plain("GET", &format!("/v1/reports/{id}/file")).await.problem(), "401 unauthorized");

        let part = app.native("GET", &format!("/v1/reports/{id}/file")).header("range", "bytes=0-3").await;
        assert_eq!((part.status.as_u16(), part.text.as_str()), (206, "time"));
        app.advance(DAY_MILLIS).await;
        assert_eq!(get(app, &asked, "/file").await.problem(), "410 expired");
        app.run_jobs().await;
        let gone = get(app, &asked, "").await.json();
        assert_eq!((&gone["status"], gone.get("download_url")), (&json!("EXPIRED"), None));
    });
}

#[test]
fn wallet_and_format_are_chosen() {
    with_shop(async |app| {
        sales(app).await;
        let mut body = january(BUYER);
        body["wallet"] = json!("SPOT_WALLET");
        body["format"] = json!("jsonl");
        let asked = request(app, body).await;
        assert_eq!((&asked["wallet"], &asked["format"]), (&json!("SPOT_WALLET"), &json!("jsonl")));
        app.run_jobs().await;
        let file = get(app, &asked, "/file").await;
        assert_eq!(file.status, 200, "{file}");
        for line in file.text.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            assert_eq!(line["wallet"], "SPOT_WALLET", "{line}");
        }
    });
}

#[test]
fn what_cannot_be_built_is_refused() {
    with_shop(async |app| {
        let post = |body: Value| app.native("POST", "/v1/reports").json(body);
        let with = |field: &str, value: &str| {
            let mut body = january(SHOP);
            body["to"] = json!("2026-01-04");
            body[field] = json!(value);
            body
        };
        assert_eq!(post(with("holder", "nobody")).await.problem(), "404 unknown-holder");
        for (body, why) in [
            (with("to", "2026-01-05"), "the period must end before today (UTC)"),
            (with("from", "2026-01-04"), "the end date must be after the start date"),
            (with("from", "2025-01-01"), "the period must not be longer than 3 months"),
            (with("wallet", "POCKET"), WALLETS),
        ] {
            assert_eq!(detail(&post(body.clone()).await), format!("422 invalid: {why}"), "{body}");
        }
        for body in [with("format", "xlsx"), with("from", "2026/01/01"), with("until", "2026-01-04")] {
            assert_eq!(post(body.clone()).await.problem(), "400 malformed", "{body}");
        }
        for (method, rest) in [("GET", ""), ("GET", "/file"), ("POST", "/cancel")] {
            for id in ["407513368992153600", "x", "-1"] {
                let reply = app.native(method, &format!("/v1/reports/{id}{rest}")).await;
                assert_eq!(reply.problem(), "404 unknown-report", "{method} {id}{rest}");
            }
        }
        assert_eq!(all_pages(app, "/v1/reports", 10).await.len(), 0);
    });
}

#[test]
fn a_report_is_called_off_once() {
    with_shop_on_each_engine(async |app| {
        sales(app).await;
        let asked = request(app, january(SHOP)).await;
        let cancelled = cancel(app, &asked).await;
        assert_eq!((cancelled.status.as_u16(), &cancelled.json()["status"]), (200, &json!("CANCELLED")));
        app.run_jobs().await;
        assert_eq!(get(app, &asked, "").await.json()["status"], "CANCELLED");
        assert_eq!(detail(&get(app, &asked, "/file").await), "409 no-file: the report is CANCELLED");
        assert_eq!(cancel(app, &asked).await.problem(), "409 finished");
        assert_eq!(app.house().files().paths().await, []);

        let asked = request(app, january(SHOP)).await;
        app.run_jobs().await;
        assert_eq!(cancel(app, &asked).await.problem(), "409 finished");
        assert_eq!(get(app, &asked, "/file").await.status, 200);
    });
}

#[test]
fn a_report_that_fails_says_why() {
    with_shop(async |app| {
        sales(app).await;
        app.house().files().fail_next(3);
        let asked = request(app, january(SHOP)).await;
        for attempt in 1..=3 {
            assert_eq!(get(app, &asked, "").await.json()["status"], "PROCESSING", "before attempt {attempt}");
            app.run_jobs().await;
            app.advance(10_000).await;
        }
        let failed = get(app, &asked, "").await.json();
        assert_eq!((&failed["status"], &failed["attempts"]), (&json!("FAILED"), &json!(3)));
        assert!(failed["fail_reason"].as_str().unwrap().contains("the disk is full"), "{failed}");
        assert_eq!(failed.get("download_url"), None);
        assert_eq!(detail(&get(app, &asked, "/file").await), "409 no-file: the report is FAILED");
    });
}

#[test]
fn reports_are_listed_in_pages_and_by_holder() {
    with_shop_on_each_engine(async |app| {
        sales(app).await;
        let mut asked = Vec::new();
        for holder in [SHOP, BUYER, SHOP] {
            asked.push(request(app, january(holder)).await);
        }
        for limit in 1..=4 {
            assert_eq!(all_pages(app, "/v1/reports", limit).await, asked, "limit {limit}");
            let of_shop = all_pages(app, &format!("/v1/reports?holder={SHOP}"), limit).await;
            assert_eq!(of_shop, [asked[0].clone(), asked[2].clone()]);
        }
        assert_eq!(app.native("GET", "/v1/reports?holder=a%20b").await.problem(), "422 invalid");
        assert_eq!(app.native("GET", "/v1/reports?after=x").await.problem(), "422 invalid");
        app.run_jobs().await;
    });
}
