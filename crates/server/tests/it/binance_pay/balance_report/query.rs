//! `balance-report/query`: where a report stands, exactly as its page has it.

use super::{DAY, applied, ask, built, query, two_days_on, url};
use crate::binance_pay::cases::{long, refused, transport_codes};
use house::report::cancel;
use serde_json::{Value, json};
use testkit::http::{OTHER_SHOP, SHOP, URL, endpoint, other_shop, with_shop, with_shop_on_each_engine};
use wire::{
    Endpoint as _,
    binance_pay::{
        balance_report::query::{BalanceReport, QueryBalanceReport, ReportStatus},
        codes,
    },
};

const NAME: &str = "balance_report/query";
const NONE: &str = r#"{"exist":false,"downloadUrl":"","status":"FAILED"}"#;
const PROCESSING: &str = r#"{"exist":true,"downloadUrl":"","status":"PROCESSING"}"#;
const EXPIRED: &str = r#"{"exist":true,"downloadUrl":"","status":"EXPIRED"}"#;
const FAILED: &str = r#"{"exist":true,"downloadUrl":"","status":"FAILED"}"#;

#[test]
fn a_report_is_told_from_its_making_to_its_end() {
    with_shop_on_each_engine(async |app| {
        two_days_on(app).await;
        let id = applied(app, json!({})).await;
        assert_eq!(query(app, id).await.text, PROCESSING);
        app.run_jobs().await;
        let done = query(app, id).await;
        let url = url(app, id).await;
        assert_eq!(done.text, format!(r#"{{"exist":true,"downloadUrl":"{url}","status":"SUCCESS"}}"#));
        // The link lives a day.
        let expires = app.clock().get().get() / 1_000 + 86_400;
        let (start, signature) = url.rsplit_once('=').unwrap();
        assert_eq!(start, format!("{URL}/download/balance-report/{id}?expires={expires}&signature"));
        assert!(signature.len() == 64 && signature.bytes().all(|byte| byte.is_ascii_hexdigit()), "{url}");
        app.advance(DAY - 1).await;
        assert_eq!(query(app, id).await.text, done.text);
        app.advance(1).await;
        assert_eq!(query(app, id).await.text, EXPIRED, "before its file is deleted");
        app.run_jobs().await;
        assert_eq!(query(app, id).await.text, EXPIRED, "and after");
    });
}

#[test]
fn what_could_not_be_made_in_three_tries_failed() {
    with_shop_on_each_engine(async |app| {
        two_days_on(app).await;
        app.house().files().fail_next(3);
        let id = applied(app, json!({})).await;
        for _ in 0..3 {
            assert_eq!(query(app, id).await.text, PROCESSING);
            app.run_jobs().await;
            app.advance(600_000).await;
        }
        assert_eq!(query(app, id).await.text, FAILED);
        app.run_jobs().await;
        assert_eq!(query(app, id).await.text, FAILED);
    });
}

#[test]
fn what_was_called_off_failed() {
    with_shop_on_each_engine(async |app| {
        two_days_on(app).await;
        let id = applied(app, json!({})).await;
        cancel(app.house(), "admin", id).await.unwrap();
        assert_eq!(query(app, id).await.text, FAILED);
        app.run_jobs().await;
        assert_eq!(query(app, id).await.text, FAILED);
    });
}

#[test]
fn an_id_is_a_string_a_number_or_the_whole_sentence() {
    with_shop_on_each_engine(async |app| {
        two_days_on(app).await;
        let sentence = app.call("balance_report/apply", ask(json!({}))).await.data();
        let id = sentence.as_str().unwrap().rsplit(' ').next().unwrap().to_owned();
        for given in
            [sentence.to_string(), id.clone(), format!("\"{id}\""), format!("\"Your task ID: {id}\"")]
        {
            let reply = app.call(NAME, format!("{{\"downloadId\": {given}}}")).await;
            assert_eq!(reply.text, PROCESSING, "{given}");
        }
        // The next number is another report, though no double tells the two apart.
        let next = id.parse::<i64>().unwrap() + 1;
        assert_eq!(app.call(NAME, format!("{{\"downloadId\": {next}}}")).await.text, NONE);
        app.run_jobs().await;
    });
}

#[test]
fn what_the_merchant_did_not_ask_for_does_not_exist() {
    with_shop_on_each_engine(async |app| {
        let id = built(app).await;
        let garbage = ["1232213", "0", "-1", "x", "..", "' OR 1=1", "Your task ID:", &"9".repeat(128)];
        let padded = [format!("0{id}"), format!(" {id}"), format!("+{id}"), format!("{id}.0")];
        for given in garbage.into_iter().chain(padded.iter().map(String::as_str)) {
            assert_eq!(query(app, given).await.text, NONE, "{given}");
        }
        let theirs = app.post_as(&other_shop(), endpoint(NAME).path, json!({ "downloadId": id.get() })).await;
        assert_eq!(theirs.text, NONE, "{OTHER_SHOP}");
    });
}

#[test]
fn the_envelope_is_a_matter_of_settings() {
    with_shop_on_each_engine(async |app| {
        let id = built(app).await;
        let bare = query(app, id).await;
        let enveloping = app.another(|settings| settings.binance_pay.report_query_envelope = true).await;
        let call = |body: Value| app.post(endpoint(NAME).path, body).to(&enveloping);
        let wrapped = call(json!({ "downloadId": id.get() })).await;
        assert_eq!(wrapped.text, format!(r#"{{"status":"SUCCESS","code":"000000","data":{}}}"#, bare.text));
        // A refusal has it in any case.
        let refusal = r#"{"status":"FAIL","code":"400100","errorMessage":"downloadId is required"}"#;
        assert_eq!(app.call(NAME, "{}").await.text, refusal);
        assert_eq!(call(json!({})).await.text, refusal);
        // The client reads both.
        let expected = BalanceReport {
            exist: true,
            download_url: url(app, id).await.into(),
            status: ReportStatus::Success,
        };
        assert_eq!(app.ok(&QueryBalanceReport { download_id: id.to_string().into() }).await, expected);
        let read = wire::decode::reply::<QueryBalanceReport>(wrapped.text.as_bytes());
        assert_eq!(read.unwrap().unwrap(), expected);
    });
}

#[test]
fn the_link_leads_to_the_public_url() {
    with_shop(async |app| {
        let id = built(app).await;
        let public = "https://pay.example.com/twin".parse().ok();
        let outside = app.another(|settings| settings.public_url.clone_from(&public)).await;
        let call = app.post(endpoint(NAME).path, json!({ "downloadId": id.get() })).to(&outside);
        let link = call.await.json()["downloadUrl"].as_str().unwrap().to_owned();
        assert_eq!(link, url(app, id).await.replace(URL, "https://pay.example.com/twin"));
    });
}

#[test]
fn fields_are_checked() {
    with_shop(async |app| {
        let cases = [
            ("/downloadId", json!(null), "400100 downloadId is required"),
            ("/downloadId", json!(""), "400100 downloadId is required"),
            ("/downloadId", json!(1.5), "400100 downloadId must be a string"),
            ("/downloadId", long(129), "400101 downloadId must be 1 to 128 characters"),
            ("/downloadId", json!("№1"), "400103 downloadId must be printable ASCII characters"),
        ];
        refused(app, NAME, &json!({ "downloadId": "1" }), &cases).await;
    });
}

/// The page's closed table, each code that can have a cause by it.
#[test]
fn every_code_of_the_page_that_can_have_a_cause_has_one() {
    with_shop(async |app| {
        let mut reached = transport_codes(app, NAME, &json!({ "downloadId": "1" })).await;
        for id in [json!(null), long(129), json!("é")] {
            reached.push(app.call(NAME, json!({ "downloadId": id })).await.code());
        }
        app.set_status("merchants", SHOP, "suspended").await;
        let suspended = query(app, "1").await;
        assert_eq!(
            suspended.text,
            r#"{"status":"FAIL","code":"400203","errorMessage":"the merchant is suspended"}"#
        );
        reached.push(suspended.code());
        // An id of any value may be asked for, and nothing here is an order.
        reached.extend(["400102", "400201", "400202"].map(str::to_owned));
        reached.sort_unstable();
        reached.dedup();
        let mut listed: Vec<&str> = codes::REPORT.to_vec();
        listed.sort_unstable();
        assert_eq!(reached, listed);
    });
}

/// The page has no code for a wrong method, media type or body.
#[test]
fn a_request_of_another_form_is_an_invalid_one() {
    with_shop(async |app| {
        let call = || app.post(QueryBalanceReport::SPEC.path, json!({ "downloadId": "1" }));
        let get = call().method("GET").await;
        assert_eq!(get.refusal(), "400001 every endpoint is called with POST");
        let text = call().header("content-type", "text/plain").await;
        assert_eq!(text.refusal(), "400001 Content-Type must be application/json");
        let list = app.post(QueryBalanceReport::SPEC.path, "[]").await;
        assert_eq!(list.refusal(), "400001 the request body must be a JSON object, not an array");
    });
}
