//! Who comes in: method, media type, size, timestamp, nonce, signature, and what a reply looks like then.

use client::Credentials;
use serde_json::json;
use testkit::{
    Engine,
    http::{Request, TestApp, endpoint, shop, with_shop, with_shop_on},
};
use wire::binance_pay::headers;

const NAME: &str = "order/query";

/// A call that would be answered with 400202.
fn call(app: &TestApp) -> Request {
    app.post(endpoint(NAME).path, json!({ "prepayId": "1" }))
}

#[test]
fn every_method_but_post_is_refused() {
    with_shop(async |app| {
        for method in ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"] {
            let reply = call(app).method(method).await;
            assert_eq!(reply.refusal(), "400006 every endpoint is called with POST", "{method}");
        }
        assert_eq!(call(app).await.code(), "400202");
    });
}

#[test]
fn the_body_is_json_and_says_so() {
    with_shop(async |app| {
        for good in
            ["application/json", "application/json;charset=utf-8", "Application/JSON; Charset=\"UTF-8\""]
        {
            assert_eq!(call(app).header("content-type", good).await.code(), "400202", "{good}");
        }
        for bad in ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"]
        {
            let refusal = call(app).header("content-type", bad).await.refusal();
            assert_eq!(refusal, "400007 Content-Type must be application/json", "{bad}");
        }
        assert_eq!(call(app).without("content-type").await.code(), "400007");
        assert_eq!(call(app).also("content-type", "application/json").await.code(), "400007");
        // Without any body there is nothing to say, and nothing that was asked.
        let empty = app.post(endpoint(NAME).path, "").without("content-type").await;
        assert_eq!(empty.refusal(), "400008 Request body is not a valid json object.");
    });
}

#[test]
fn a_body_of_one_mebibyte_is_read_and_one_byte_more_is_not() {
    with_shop(async |app| {
        let padded = |length: usize| {
            let body = r#"{"prepayId":"1"}"#;
            format!("{body}{}", " ".repeat(length - body.len()))
        };
        let path = endpoint(NAME).path;
        assert_eq!(app.post(path, padded(1_048_576)).await.code(), "400202");
        let reply = app.post(path, padded(1_048_577)).await;
        insta::assert_snapshot!(
            reply.text,
            @r#"{"status":"FAIL","code":"400104","errorMessage":"the body must have at most 1048576 bytes"}"#
        );
        // The announced length is enough to refuse it.
        let announced = app.post(path, "{}").header("content-length", "1048577").await;
        assert_eq!(announced.code(), "400104");
    });
}

#[test]
fn what_is_no_object_is_refused() {
    with_shop(async |app| {
        for body in ["", " ", "null", "1", "\"{}\"", "{", "{}{}", "{\"a\":1,}", "{'a':1}", "\u{feff}{}"] {
            let reply = app.post(endpoint(NAME).path, body).await;
            assert_eq!(reply.refusal(), "400008 Request body is not a valid json object.", "{body:?}");
        }
        let list = app.post(endpoint(NAME).path, "[]").await;
        assert_eq!(list.refusal(), "400008 the request body must be a JSON object, not an array");
        let latin = shop().sign_bytes(
            endpoint(NAME).path,
            b"{\"prepayId\":\"\xe9\"}".to_vec(),
            app.clock().get().get(),
            &app.nonce(),
        );
        assert_eq!(Request::signed(app.service(), latin).await.code(), "400008", "not UTF-8");
        let deep = format!("{}{}", "{\"a\":".repeat(500), "1");
        assert_eq!(app.post(endpoint(NAME).path, deep).await.code(), "400008", "nested too deep");
    });
}

#[test]
fn a_timestamp_is_within_the_window() {
    with_shop(async |app| {
        let now = app.clock().get().get();
        let at = |timestamp| app.post_at(&shop(), endpoint(NAME).path, "{}", timestamp, &app.nonce());
        for good in [now - 1_000, now - 1, now, now + 1_000] {
            assert_eq!(at(good).await.code(), "400100", "{}", good - now);
        }
        let refusal = at(now - 1_001).await.refusal();
        assert!(
            refusal.starts_with("400003 BinancePay-Timestamp is 1001 ms behind this server's clock"),
            "{refusal}"
        );
        let refusal = at(now + 60_000).await.refusal();
        assert!(refusal.starts_with("400003 BinancePay-Timestamp is 60000 ms ahead of"), "{refusal}");
        assert_eq!(at(now / 1_000).await.code(), "400003", "seconds");
        for bad in ["", "now", "1.7e12", "-1", "99999999999999999999"] {
            let refusal = call(app).header(headers::TIMESTAMP, bad).await.refusal();
            let expected = "400003 BinancePay-Timestamp must be Unix time in milliseconds, digits only";
            assert_eq!(refusal, expected, "{bad}");
        }
    });
}

#[test]
fn the_window_is_a_setting() {
    let wide = |settings: &mut countinghouse_server::Settings| {
        settings.binance_pay.time_window = std::time::Duration::from_secs(60);
    };
    with_shop_on(Engine::Sqlite, wide, async |app| {
        let now = app.clock().get().get();
        let at = |timestamp| app.post_at(&shop(), endpoint(NAME).path, "{}", timestamp, &app.nonce());
        assert_eq!(at(now - 60_000).await.code(), "400100");
        assert_eq!(at(now - 60_001).await.code(), "400003");
    });
}

#[test]
fn a_nonce_has_32_printable_characters() {
    with_shop(async |app| {
        let now = app.clock().get().get();
        let with = |nonce: &str| app.post_at(&shop(), endpoint(NAME).path, "{}", now, nonce);
        for good in [
            "5RhaTrZPhknNv0kDSA2UQ67cPMVNS4sA",
            "0123456789abcdef0123456789abcdef",
            "~!@#$%^&*()_+ {}|:\"<>?,./;'[]\\-=",
        ] {
            assert_eq!(good.len(), 32);
            assert_eq!(with(good).await.code(), "400100", "{good}");
        }
        // 24 characters of base64, as one client sends.
        for bad in [
            "",
            "5RhaTrZPhknNv0kDSA2UQ67cPMVNS4s",
            "5RhaTrZPhknNv0kDSA2UQ67cPMVNS4sAA",
            "rL0Y20zC+Fzt72VPzMSk2A==",
        ] {
            let refusal = with(bad).await.refusal();
            assert_eq!(
                refusal, "400001 BinancePay-Nonce must be exactly 32 printable ASCII characters",
                "{bad}"
            );
        }
        assert_eq!(call(app).header(headers::NONCE, [0xc3; 32]).await.code(), "400001");
    });
}

#[test]
fn a_signature_covers_every_byte_under_the_keys_secret() {
    with_shop(async |app| {
        let not_the_hmac = |refusal: String| {
            assert!(
                refusal.starts_with("400002 BinancePay-Signature is not the HMAC-SHA512 of"),
                "{refusal}"
            );
        };
        let now = app.clock().get().get();
        // Another secret, another key's secret, another body, timestamp or nonce.
        let wrong = Credentials::new(shop().key(), "another secret");
        not_the_hmac(app.post_as(&wrong, endpoint(NAME).path, "{}").await.refusal());
        not_the_hmac(call(app).header(headers::CERTIFICATE_SN, "other-shop-key-00001").await.refusal());
        not_the_hmac(call(app).bytes(r#"{"prepayId": "1"}"#).await.refusal());
        not_the_hmac(call(app).bytes("").await.refusal());
        not_the_hmac(call(app).header(headers::TIMESTAMP, (now + 1).to_string()).await.refusal());
        not_the_hmac(call(app).header(headers::NONCE, app.nonce()).await.refusal());
        // The right one in another form.
        let signature = call(app).value(headers::SIGNATURE);
        let lower = call(app);
        let lower = lower.clone().header(headers::SIGNATURE, lower.value(headers::SIGNATURE).to_lowercase());
        assert_eq!(lower.await.refusal(), "400002 BinancePay-Signature must be in upper case");
        for bad in ["", &signature[..127], &format!("{signature}0"), &"G".repeat(128)] {
            let refusal = call(app).header(headers::SIGNATURE, bad).await.refusal();
            assert_eq!(refusal, "400002 BinancePay-Signature must be 128 hexadecimal digits in upper case");
        }
    });
}

#[test]
fn a_header_of_the_dialect_is_there_once() {
    with_shop(async |app| {
        for (name, display, code) in [
            (headers::CERTIFICATE_SN, "BinancePay-Certificate-SN", "400005"),
            (headers::TIMESTAMP, "BinancePay-Timestamp", "400003"),
            (headers::NONCE, "BinancePay-Nonce", "400001"),
            (headers::SIGNATURE, "BinancePay-Signature", "400002"),
        ] {
            let refusal = call(app).without(name).await.refusal();
            assert_eq!(refusal, format!("{code} {display} is missing"));
            let twice = call(app);
            let value = twice.value(name);
            let refusal = twice.also(name, value).await.refusal();
            assert_eq!(refusal, format!("{code} {display} was sent more than once"));
        }
    });
}

#[test]
fn an_unknown_path_is_forbidden_by_a_page() {
    with_shop(async |app| {
        let good = endpoint(NAME).path;
        let paths = [
            "//binancepay/openapi/order/query",
            "/binancepay",
            "/binancepay/openapi/nothing",
            "/binancepay/openapi/order/query/",
            "/binancepay/openapi/Order/query",
        ];
        for path in paths {
            for request in [app.post(path, "{}"), app.plain("GET", path)] {
                let reply = request.await;
                assert_eq!(reply.status, 403, "{path}");
                assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
                assert!(reply.text.contains("403 Forbidden"), "{reply}");
            }
        }
        // A twin says what is probably meant, also to whoever reads its requests; a live server does not.
        let hints = [
            (
                "//binancepay/openapi/order/query",
                "the path has a doubled slash (a base URL that ends in one?); /binancepay/openapi/order/query is served",
            ),
            (
                "/binancepay/openapi/v3/order/close",
                "this version of the path is not served; /binancepay/openapi/order/close is",
            ),
            (
                "/binancepay/openapi/order/refund",
                "/binancepay/openapi/order/refund is known and not built yet",
            ),
        ];
        let (written, guard) = crate::logs::Written::on_this_thread();
        for (path, hint) in hints {
            let reply = app.post(path, "{}").await;
            assert_eq!((reply.status.as_u16(), reply.header("x-countinghouse-hint")), (403, Some(hint)));
            let id = reply.header("x-request-id").unwrap();
            let kept = app.native("GET", &format!("/v1/requests/{id}")).await.json();
            assert_eq!(kept["reason"], hint);
        }
        drop(guard);
        let log = written.text();
        for (_, hint) in hints {
            assert!(log.contains(&format!("the path is not served hint=\"{hint}\"")), "{log}");
        }
        let reply = app.plain("POST", "/binancepay/openapi/nothing").await;
        assert_eq!(reply.header("x-countinghouse-hint"), None);
        let reply = app.plain("POST", "/openapi/v3/order").await;
        assert_eq!(reply.problem(), "404 not-found");
        assert!(reply.header("x-countinghouse-hint").is_some());
        assert_eq!(app.plain("POST", &good.replace("binancepay", "other")).await.problem(), "404 not-found");
        // A query string does not make it another path, and neither does the host.
        assert_eq!(call(app).target(&format!("{good}?x=1")).await.code(), "400202");
        assert_eq!(call(app).target(&format!("http://bpay.example{good}")).await.code(), "400202");
    });
}

#[test]
fn the_http_status_is_mapped_when_set() {
    let mapped = |settings: &mut countinghouse_server::Settings| {
        settings.http_status = countinghouse_server::settings::HttpStatus::Mapped
    };
    with_shop_on(Engine::Sqlite, mapped, async |app| {
        let body = |id: &str| app.post(endpoint(NAME).path, json!({ "prepayId": id }));
        let page = json!({ "pageNum": 1, "pageSize": 1 });
        let cases = [
            (app.post(endpoint("profit_sharing/query_receiver").path, &page), 200, "000000"),
            (call(app).header(headers::NONCE, "short"), 400, "400001"),
            (call(app).header(headers::SIGNATURE, "0"), 401, "400002"),
            (call(app).header(headers::TIMESTAMP, "0"), 401, "400003"),
            (call(app).header(headers::CERTIFICATE_SN, "nobody-has-this-key"), 401, "400004"),
            (call(app).without(headers::CERTIFICATE_SN), 401, "400005"),
            (call(app).method("GET"), 405, "400006"),
            (call(app).header("content-type", "text/plain"), 415, "400007"),
            (app.post(endpoint(NAME).path, "[]"), 400, "400008"),
            (body(""), 400, "400100"),
            (body("12345678901234567890"), 400, "400101"),
            (body("é"), 400, "400103"),
            (call(app).bytes("x".repeat(1_048_577)), 413, "400104"),
            (body("1"), 404, "400202"),
        ];
        for (request, status, code) in cases {
            let reply = request.await;
            assert_eq!((reply.status.as_u16(), reply.code().as_str()), (status, code));
        }
        app.set_status("merchants", testkit::http::SHOP, "suspended").await;
        let reply = call(app).await;
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (403, "400203"));
    });
    // Without the setting every answered call is 200.
    with_shop(async |app| {
        for request in [call(app), call(app).method("GET"), call(app).header(headers::SIGNATURE, "0")] {
            assert_eq!(request.await.status, 200);
        }
    });
}
