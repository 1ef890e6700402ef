//! Report files over HTTP: who gets one, which part of it, in which encoding, and who does not.

use crate::binance_pay::balance_report::{DAY, built, query, url};
use async_compression::tokio::bufread::GzipDecoder;
use http::{Request as HttpRequest, StatusCode};
use http_body_util::{BodyExt as _, Empty};
use ledger::PayId;
use object_store::ObjectStoreExt as _;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{
    Engine,
    http::{Reply, Request, Served, TestApp, URL, with_shop, with_shop_on, with_shop_on_each_engine},
};
use tokio::io::AsyncReadExt as _;

/// The path and query of a finished report's link, and its id.
async fn link(app: &TestApp) -> (String, PayId) {
    let id = built(app).await;
    (url(app, id).await.strip_prefix(URL).unwrap().to_owned(), id)
}

fn get(app: &TestApp, target: &str) -> Request {
    app.plain("GET", target)
}

/// What every reply has here, so that no link and no file is kept or told on.
fn is_discreet(reply: &Reply) {
    assert_eq!(reply.header("cache-control"), Some("private, no-store"));
    assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
}

#[test]
fn a_link_yields_the_file_without_a_key() {
    with_shop_on_each_engine(async |app| {
        let (target, id) = link(app).await;
        for request in [get(app, &target), get(app, &format!("{target}&utm_source=mail")).from("203.0.113.9")]
        {
            let reply = request.await;
            assert_eq!(reply.status, 200, "{reply}");
            is_discreet(&reply);
            let name = format!("attachment; filename=\"balance-report-{id}.csv\"");
            assert_eq!(reply.header("content-disposition"), Some(name.as_str()));
            assert_eq!(reply.header("content-type"), Some("text/csv; charset=utf-8"));
            assert_eq!(reply.header("content-length"), Some(reply.text.len().to_string().as_str()));
            assert_eq!(reply.header("accept-ranges"), Some("bytes"));
            assert_eq!(reply.header("content-encoding"), None);
            assert_eq!(reply.header("vary"), Some("accept-encoding"));
            let file = reply.text;
            assert!(file.starts_with("time,wallet,bucket,asset,type,reference,change,balance\r\n"), "{file}");
            assert!(file.contains(",SPOT_WALLET,available,EUR,closing,closing,,50.25\r\n"), "{file}");
            assert!(file.contains(",FUNDING_WALLET,available,USDT,closing,closing,,1000\r\n"), "{file}");
        }
    });
}

#[test]
fn a_part_of_the_file_can_be_asked_for() {
    with_shop(async |app| {
        let (target, _) = link(app).await;
        let whole = get(app, &target).await;
        let (file, length) = (whole.text.as_str(), whole.text.len());
        let tag = whole.header("etag").unwrap().to_owned();
        let last = length - 1;
        for (range, first, end) in [
            ("bytes=0-0", 0, 0),
            ("bytes=5-20", 5, 20),
            ("bytes=10-", 10, last),
            ("bytes=-7", length - 7, last),
            ("bytes=-1000000", 0, last),
            ("bytes=3-1000000", 3, last),
        ] {
            // A part is never compressed: its place is that in the file.
            let reply = get(app, &target).header("range", range).header("accept-encoding", "gzip").await;
            assert_eq!(
                (reply.status, &*reply.text),
                (StatusCode::PARTIAL_CONTENT, &file[first..=end]),
                "{range}"
            );
            let place = format!("bytes {first}-{end}/{length}");
            assert_eq!(reply.header("content-range"), Some(place.as_str()));
            assert_eq!(reply.header("content-length"), Some((end - first + 1).to_string().as_str()));
            assert_eq!(reply.header("etag"), Some(tag.as_str()));
            is_discreet(&reply);
        }
        for range in
            [format!("bytes={length}-"), "bytes=-0".to_owned(), "bytes=99999999999999999999-".to_owned()]
        {
            let reply = get(app, &target).header("range", &range).await;
            assert_eq!(reply.problem(), "416 range-not-satisfiable", "{range}");
            assert_eq!(reply.header("content-range"), Some(format!("bytes */{length}").as_str()));
            is_discreet(&reply);
        }
        // What is not understood, and several parts at once, are passed over.
        for range in ["bytes=5-4", "bytes=0-1,3-4", "lines=1-2", "x"] {
            let reply = get(app, &target).header("range", range).await;
            assert_eq!((reply.status, &*reply.text), (StatusCode::OK, file), "{range}");
        }
        // A part of this very file, else the whole of it.
        for (condition, status) in
            [(&*tag, 206), ("\"another\"", 200), ("Mon, 05 Jan 2026 08:00:00 GMT", 200)]
        {
            let part = get(app, &target).header("range", "bytes=0-3").header("if-range", condition);
            assert_eq!(part.await.status, status, "{condition}");
        }
        let weak = get(app, &target).header("range", "bytes=0-3").header("if-range", format!("W/{tag}"));
        assert_eq!(weak.await.status, 200, "a weak tag does not tell bytes apart");
    });
}

#[test]
fn a_head_tells_everything_but_the_bytes() {
    with_shop(async |app| {
        let (target, _) = link(app).await;
        let head = || app.plain("HEAD", &target);
        let whole = get(app, &target).await;
        let reply = head().await;
        assert_eq!((reply.status, &*reply.text), (StatusCode::OK, ""));
        for name in ["content-length", "content-type", "content-disposition", "etag", "accept-ranges", "vary"]
        {
            assert_eq!(reply.header(name), whole.header(name), "{name}");
        }
        is_discreet(&reply);
        // Ranges are of GET alone.
        assert_eq!(
            head().header("range", "bytes=0-0").await.header("content-length"),
            whole.header("content-length")
        );
        let gzip = head().header("accept-encoding", "gzip").await;
        assert_eq!((gzip.header("content-encoding"), gzip.header("content-length")), (Some("gzip"), None));
        let forged = app.plain("HEAD", "/download/balance-report/1?expires=1&signature=0").await;
        assert_eq!((forged.status, &*forged.text), (StatusCode::FORBIDDEN, ""));
    });
}

#[test]
fn what_the_caller_has_is_not_sent_again() {
    with_shop(async |app| {
        let (target, _) = link(app).await;
        let tag = get(app, &target).await.header("etag").unwrap().to_owned();
        let known = |tags: String| get(app, &target).header("if-none-match", tags);
        for tags in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            // What it has comes before which part it wants.
            for request in [
                known(tags.clone()),
                known(tags.clone()).header("range", "bytes=0-0"),
                known(tags).method("HEAD"),
            ] {
                let reply = request.await;
                assert_eq!((reply.status, &*reply.text), (StatusCode::NOT_MODIFIED, ""));
                assert_eq!(reply.header("etag"), Some(tag.as_str()));
                assert_eq!(reply.header("content-length"), None, "0 would be that of the file");
                is_discreet(&reply);
            }
        }
        for tags in ["\"x\"", tag.trim_matches('"')] {
            assert_eq!(known(tags.to_owned()).await.status, 200, "{tags}");
        }
        let stranger = known("*".to_owned()).target(&target[..target.len() - 1]).await;
        assert_eq!(stranger.problem(), "403 bad-link", "a tag opens nothing");
    });
}

async fn bytes(app: &TestApp, target: &str, encoding: &str) -> (http::HeaderMap, Vec<u8>) {
    let request = HttpRequest::get(target).header("accept-encoding", encoding).body(Empty::new()).unwrap();
    let reply = app.service().answer_to(([127, 0, 0, 1], 1).into(), request).await;
    assert_eq!(reply.status(), 200);
    let headers = reply.headers().clone();
    (headers, reply.into_body().collect().await.unwrap().to_bytes().to_vec())
}

#[test]
fn those_who_take_gzip_get_it() {
    with_shop(async |app| {
        let (target, _) = link(app).await;
        let whole = get(app, &target).await;
        let (headers, packed) = bytes(app, &target, "gzip, deflate").await;
        assert_eq!(headers["content-encoding"], "gzip");
        assert!(!headers.contains_key("content-length") && !headers.contains_key("accept-ranges"));
        let mut text = String::new();
        GzipDecoder::new(&packed[..]).read_to_string(&mut text).await.unwrap();
        assert_eq!(text, whole.text);
        // It is not the same bytes, so it has not the same tag; either tells that the caller has the file.
        let tag = headers["etag"].to_str().unwrap();
        assert_ne!(Some(tag), whole.header("etag"));
        assert_eq!(get(app, &target).header("if-none-match", tag).await.status, 304);
        let part = get(app, &target).header("range", "bytes=0-3").header("if-range", tag).await;
        assert_eq!(part.status, 200, "a part of the file is no part of its packed form");
        let (headers, plain) = bytes(app, &target, "gzip;q=0, br").await;
        assert_eq!((headers.get("content-encoding"), plain), (None, whole.text.into_bytes()));
    });
}

/// A problem without what differs from request to request.
fn problem(reply: &Reply) -> (StatusCode, Value) {
    let mut json = reply.json();
    json.as_object_mut().unwrap().remove("request_id");
    (reply.status, json)
}

#[test]
fn a_link_that_was_altered_tells_nothing() {
    with_shop_on_each_engine(async |app| {
        let (target, id) = link(app).await;
        let unknown = get(app, "/download/balance-report/1232213?expires=1&signature=0").await;
        let expected = problem(&unknown);
        assert_eq!(unknown.problem(), "403 bad-link");
        let (path, rest) = target.split_once('?').unwrap();
        let (expires, signature) = rest.split_once('&').unwrap();
        let flipped = if target.ends_with('0') { "1" } else { "0" };
        for altered in [
            path.to_owned(),
            format!("{path}?{expires}"),
            format!("{path}?{signature}"),
            format!("{path}?{expires}&signature="),
            format!("{}{flipped}", &target[..target.len() - 1]),
            target[..target.len() - 1].to_owned(),
            format!("{target}0"),
            format!("{path}?{expires}&{}", signature.to_uppercase()),
            format!("{path}?{expires}0&{signature}"),
            format!("{path}?{}&{signature}", expires.replace("expires=", "expires=+")),
            format!("{target}&{signature}"),
            target.replace(&id.to_string(), &(id.get() + 1).to_string()),
            target.replace(&id.to_string(), &format!("0{id}")),
            target.replace(&id.to_string(), &format!("{id}.csv")),
            target.replace(&id.to_string(), "..%2F..%2Fadmin.token"),
            target.replace(&id.to_string(), "%2e%2e"),
        ] {
            let reply = get(app, &altered).await;
            assert_eq!(problem(&reply), expected, "{altered}");
            is_discreet(&reply);
        }
        // Beside the one path there is nothing.
        for nowhere in [
            "/download",
            "/download/balance-report",
            "/download/balance-report/",
            "/download/balance-report/1/2",
        ] {
            assert_eq!(get(app, nowhere).await.problem(), "404 not-found", "{nowhere}");
        }
        assert_eq!(get(app, &target).await.status, 200);
    });
}

#[test]
fn a_link_is_good_for_its_time() {
    with_shop_on_each_engine(async |app| {
        let (target, id) = link(app).await;
        app.advance(DAY - 1).await;
        assert_eq!(get(app, &target).await.status, 200);
        app.advance(1).await;
        let late = get(app, &target).await;
        assert_eq!(late.problem(), "410 expired-link", "its file is there still");
        is_discreet(&late);
        app.run_jobs().await;
        assert_eq!(get(app, &target).await.problem(), "410 expired-link", "its file is gone");
        assert_eq!(get(app, &target).header("if-none-match", "*").await.problem(), "410 expired-link");
        assert_eq!(query(app, id).await.json()["status"], "EXPIRED");
        assert_eq!(
            get(app, &format!("{target}0")).await.problem(),
            "403 bad-link",
            "the signature comes first"
        );
    });
}

#[test]
fn files_are_only_read() {
    with_shop(async |app| {
        let (target, _) = link(app).await;
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            let reply = app.plain(method, &target).await;
            assert_eq!(reply.problem(), "405 method-not-allowed", "{method}");
            assert_eq!(reply.header("allow"), Some("GET, HEAD"));
            is_discreet(&reply);
        }
        assert_eq!(get(app, &target).await.status, 200);
    });
}

#[test]
fn only_so_many_are_served_at_once() {
    with_shop_on(
        Engine::Sqlite,
        |settings| settings.reports.max_downloads = 2,
        async |app| {
            let (target, _) = link(app).await;
            let begin = async || {
                let request = HttpRequest::get(&target).body(Empty::<bytes::Bytes>::new()).unwrap();
                app.service().answer_to(([127, 0, 0, 1], 1).into(), request).await
            };
            let (first, second) = (begin().await, begin().await);
            assert_eq!((first.status(), second.status()), (StatusCode::OK, StatusCode::OK));
            let third = get(app, &target).await;
            assert_eq!(third.problem(), "503 too-many-downloads");
            assert_eq!(third.header("retry-after"), Some("5"));
            is_discreet(&third);
            // What needs no bytes needs no place.
            assert_eq!(app.plain("HEAD", &target).await.status, 200);
            assert_eq!(get(app, &target).header("if-none-match", "*").await.status, 304);
            // A place is free again when a file was read, and when its reader went away.
            first.into_body().collect().await.unwrap();
            assert_eq!(get(app, &target).await.status, 200);
            drop(second);
            let (one, two) = (begin().await, begin().await);
            assert_eq!((one.status(), two.status()), (StatusCode::OK, StatusCode::OK));
        },
    );
}

#[test]
fn a_file_that_is_gone_or_another_is_a_failure_of_ours() {
    with_shop(async |app| {
        let (target, id) = link(app).await;
        let report = house::report::find_any(app.house(), id).await.unwrap().unwrap();
        let files = app.house().files();
        files.put(&house::report::path(&report), "something else".into()).await.unwrap();
        assert_eq!(get(app, &target).await.problem(), "500 internal");
        files.delete(&house::report::path(&report)).await.unwrap();
        assert_eq!(get(app, &target).await.problem(), "500 internal");
        // No place is lost by it.
        for _ in 0..20 {
            assert_eq!(get(app, &target).await.status, 500);
        }
    });
}

#[test]
fn downloads_are_counted_and_no_signature_is_shown() {
    with_shop(async |app| {
        let (target, _) = link(app).await;
        get(app, &target).await;
        get(app, &format!("{target}0")).await;
        let signature = target.rsplit_once('=').unwrap().1;
        let metrics = app.plain("GET", "/metrics").await.text;
        assert!(!metrics.contains(signature), "{metrics}");
        for line in [r#"downloads_total{status="200"} 1"#, r#"downloads_total{status="403"} 1"#] {
            assert!(metrics.contains(line), "{metrics}");
        }
    });
}

/// Over a connection: what has no body has none there either, so that the next reply is found.
#[tokio::test(flavor = "multi_thread")]
async fn replies_follow_each_other_on_a_connection() {
    let served = Served::start(|_| {}).await;
    // Of days before there were any accounts, so that the clock can stand still.
    let body = json!({ "reportType": "Balance", "startDate": "2026-01-01", "endDate": "2026-01-04" });
    let sentence = served.call("balance_report/apply", body).await.data();
    let ask = json!({ "downloadId": sentence });
    let report = loop {
        let report = served.call("balance_report/query", &ask).await.data();
        if report["status"] != "PROCESSING" {
            break report;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    let url = report["downloadUrl"].as_str().unwrap();
    let target = url.strip_prefix(&format!("http://{}", served.address())).unwrap();
    let mut connection = served.connect().await;
    let header = "time,wallet,bucket,asset,type,reference,change,balance\r\n";
    for (method, headers, status, text) in [
        ("HEAD", "", 200, ""),
        ("GET", "range: bytes=0-3\r\n", 206, "time"),
        ("HEAD", "accept-encoding: gzip\r\n", 200, ""),
        ("GET", "if-none-match: *\r\n", 304, ""),
        ("HEAD", "if-none-match: *\r\n", 304, ""),
        ("GET", "", 200, header),
    ] {
        connection.send(format!("{method} {target} HTTP/1.1\r\nhost: test\r\n{headers}\r\n")).await;
        let reply = if method == "HEAD" { connection.head().await } else { connection.reply().await };
        let reply = reply.expect("a reply");
        assert_eq!((reply.status.as_u16(), &*reply.text), (status, text), "{method} {headers}");
        let length = reply.header("content-length");
        let expected = match (status, headers.contains("gzip")) {
            (304, _) | (_, true) => None,
            (206, _) => Some("4".to_owned()),
            _ => Some(header.len().to_string()),
        };
        assert_eq!(length, expected.as_deref(), "{method} {headers}");
        assert_eq!(reply.header("transfer-encoding"), None);
    }
    drop(connection);
    served.stop().await;
}
