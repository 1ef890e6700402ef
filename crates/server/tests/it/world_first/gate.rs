//! Who comes in: method, client, time, signature, body, and what a reply looks like then. That every reply to a
//! known client is signed, and no other, is asserted for each reply of every test.

use house::world_first::client::{self, NewClient};
use testkit::{
    Engine,
    http::{
        CLIENT, CUSTOMER, Request, Served, TestApp, client_key, with_world, with_world_on, world_endpoint,
    },
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use wire::world_first::{SigningKey, headers};

const NAME: &str = "account/inquiry_balance";

/// A call that comes as far as the accounts, of which there are none.
fn call(app: &TestApp) -> Request {
    app.world(NAME, "{}")
}

const IN: &str = "ACCOUNT_NOT_EXIST the customer has no account";

#[test]
fn every_method_but_post_is_refused() {
    with_world(async |app| {
        for method in ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"] {
            let refusal = call(app).method(method).await.world_refusal();
            assert_eq!(refusal, "METHOD_NOT_SUPPORTED every endpoint is called with POST", "{method}");
        }
        assert_eq!(call(app).await.world_refusal(), IN);
    });
}

#[test]
fn an_unknown_path_is_no_api() {
    with_world(async |app| {
        for path in [
            "/amsin",
            "/amsin/api/v1",
            "/amsin/api/v1/business/account/inquiryBalance/",
            "/amsin/api/v1/business/account/inquirybalance",
            "/amsin/api/v1/business/account/inquiry%42alance",
            "/amsin/api/v2/business/account/inquiryBalance",
        ] {
            for request in [app.world_as(CLIENT, path, "{}"), app.plain("GET", path)] {
                let reply = request.await;
                let expected = "INVALID_API The called API is invalid or not active.";
                assert_eq!(reply.world_refusal(), expected, "{path}");
            }
        }
        for (path, hint) in [
            (
                "//amsin/api/v1/business/account/inquiryBalance",
                "the path has a doubled slash (a base URL that ends in one?); \
                 /amsin/api/v1/business/account/inquiryBalance is served",
            ),
            (
                "/amsin/api/v1/business/fund/createPayout",
                "/amsin/api/v1/business/fund/createPayout is known and not built yet",
            ),
        ] {
            let reply = app.world_as(CLIENT, path, "{}").await;
            assert_eq!(
                (reply.world_code().as_str(), reply.header("x-countinghouse-hint")),
                ("INVALID_API", Some(hint))
            );
            reply.check_signature(app.service().app(), "POST", path, CLIENT.as_bytes());
        }
        let reply = app.world_as(CLIENT, "/amsin/api/v1/nothing", "{}").await;
        assert_eq!(reply.header(headers::CLIENT_ID), Some(CLIENT), "it is signed for the client");
        let reply = app.plain("POST", "/amsin/api/v1/nothing").await;
        assert_eq!(reply.header(headers::SIGNATURE), None, "nobody is known");
    });
}

#[test]
fn the_client_is_known() {
    with_world(async |app| {
        let missing = call(app).without(headers::CLIENT_ID).await;
        assert_eq!(missing.world_refusal(), "INVALID_CLIENT Client-Id is missing");
        assert_eq!(call(app).header(headers::CLIENT_ID, "").await.world_code(), "INVALID_CLIENT");
        let twice = call(app).also(headers::CLIENT_ID, CLIENT).await;
        assert_eq!(twice.world_refusal(), "INVALID_CLIENT Client-Id was sent more than once");
        for unknown in ["5J5Y307NSG0009", "5j5y307nsg0001", "' OR 1=1", &"x".repeat(5_000)] {
            let refusal = call(app).header(headers::CLIENT_ID, unknown).await.world_refusal();
            assert_eq!(refusal, "INVALID_CLIENT Client-Id is not the id of a client", "{unknown}");
        }
        assert_eq!(call(app).header(headers::CLIENT_ID, [0xe9]).await.world_code(), "INVALID_CLIENT");
    });
}

/// What each of the provider's clients sends, and how it is verified: as it stands.
#[test]
fn every_form_of_time_is_taken_verbatim() {
    with_world(async |app| {
        // 2026-01-05T08:00:00Z
        assert_eq!(app.clock().get().get(), 1_767_600_000_000);
        for sent in [
            "2026-01-05T16:00:00+08:00",
            "2026-01-05T08:00:00Z",
            "1767600000000",
            "2026-01-05T08:00:00+00:00",
            "2026-01-05T08:00:00+0000",
            "2026-01-05T08:00:00.1234567Z",
            "2026-01-05T08:00:00.123+00:00",
            "2026-01-05T13:30:00+05:30",
            // Java prints a full minute so.
            "2026-01-05T16:00+08:00",
            "2026-01-05T08:00Z",
            // Microseconds and nanoseconds: an official SDK sends the latter.
            "1767600000000000",
            "1767600000000123456",
        ] {
            let refusal = app.world_with(NAME, |call| call.time = sent.to_owned()).await.world_refusal();
            assert_eq!(refusal, IN, "{sent}");
        }
        // The same moment in other words is not what was signed.
        let other = call(app).header(headers::REQUEST_TIME, "1767600000000").await;
        assert_eq!(other.world_code(), "INVALID_SIGNATURE");
    });
}

#[test]
fn a_time_is_within_the_window() {
    with_world(async |app| {
        let now = app.clock().get().get();
        let at = |ms: i64| {
            let sent = ms.to_string();
            app.world_with(NAME, |call| call.time = sent)
        };
        for good in [now - 300_000, now, now + 300_000] {
            assert_eq!(at(good).await.world_refusal(), IN, "{}", good - now);
        }
        let late = at(now - 300_001).await.world_refusal();
        assert_eq!(late, "PARAM_ILLEGAL Request-Time is 301 s behind this server's clock; 300 s are allowed");
        let early = at(now + 360_000).await.world_refusal();
        assert!(early.starts_with("PARAM_ILLEGAL Request-Time is 360 s ahead of"), "{early}");
        let missing = call(app).without(headers::REQUEST_TIME).await.world_refusal();
        assert_eq!(missing, "PARAM_ILLEGAL Request-Time is missing");
        let twice = call(app).also(headers::REQUEST_TIME, app.world_time()).await.world_refusal();
        assert_eq!(twice, "PARAM_ILLEGAL Request-Time was sent more than once");
        for bad in ["now", "2026-01-05T08:00:00", "1767600000.5", "99999999999999999999"] {
            let refusal = app.world_with(NAME, |call| call.time = bad.to_owned()).await.world_refusal();
            let rule = "PARAM_ILLEGAL Request-Time must be ISO 8601 with a time zone, or Unix time in milliseconds (13 \
                 digits), microseconds (16) or nanoseconds (19)";
            assert_eq!(refusal, rule, "{bad}");
        }
    });
    let wide = |settings: &mut countinghouse_server::Settings| {
        settings.world_first.time_window = std::time::Duration::from_secs(600);
    };
    with_world_on(Engine::Sqlite, wide, async |app| {
        let sent = (app.clock().get().get() - 600_000).to_string();
        assert_eq!(app.world_with(NAME, |call| call.time = sent).await.world_refusal(), IN);
    });
}

#[test]
fn the_signature_is_that_of_the_bytes() {
    with_world(async |app| {
        let wrong = "INVALID_SIGNATURE Signature is not the RSA256 signature of method, target, Client-Id, \
                     Request-Time and the body's bytes under this client's key";
        // Whatever the bytes are, they count as they are.
        let pretty = "{\n   \"currencyList\" : [ \"USD\" ]\n}\n";
        assert_eq!(app.world(NAME, pretty).await.world_refusal(), IN);
        assert_eq!(app.world(NAME, pretty).bytes(pretty.trim_end()).await.world_refusal(), wrong);
        assert_eq!(call(app).header(headers::CLIENT_ID, "5J5Y307NSG0002").await.world_refusal(), wrong);
        let other = SigningKey::generate().unwrap();
        assert_eq!(app.world_with(NAME, |call| call.key = &other).await.world_refusal(), wrong);
        let path = world_endpoint("account/inquiry_account").path;
        assert_eq!(call(app).target(path).await.world_refusal(), wrong);
        assert_eq!(
            call(app).without(headers::SIGNATURE).await.world_refusal(),
            "INVALID_SIGNATURE Signature is missing"
        );
        let twice = call(app);
        let value = twice.value(headers::SIGNATURE);
        let twice = twice.also(headers::SIGNATURE, value).await.world_refusal();
        assert_eq!(twice, "INVALID_SIGNATURE Signature was sent more than once");
    });
}

#[test]
fn a_target_is_signed_as_it_was_sent() {
    with_world(async |app| {
        let path = world_endpoint(NAME).path;
        let query = format!("{path}?a=%2f&b");
        assert_eq!(app.world_as(CLIENT, &query, "{}").await.world_refusal(), IN);
        let decoded = format!("{path}?a=/&b");
        assert_eq!(
            app.world_as(CLIENT, &query, "{}").target(&decoded).await.world_code(),
            "INVALID_SIGNATURE"
        );
        // Of a whole URL it is what comes after the host.
        let absolute = format!("http://gateway.example{query}");
        assert_eq!(app.world_as(CLIENT, &query, "{}").target(&absolute).await.world_refusal(), IN);
    });
}

#[test]
fn every_form_of_signature_header_is_taken() {
    with_world(async |app| {
        let canonical = call(app).value(headers::SIGNATURE);
        let encoded = canonical.rsplit('=').next().unwrap();
        let raw = encoded.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
        let url_safe = raw.replace('+', "-").replace('/', "_");
        let lower = encoded.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d");
        for header in [
            canonical.clone(),
            format!("algorithm=RSA256,keyVersion=1,signature={encoded}"),
            format!("signature={encoded} , keyVersion = 1,  algorithm=rsa256"),
            format!("algorithm=RSA256, keyVersion=1, signature={raw}"),
            format!("algorithm=RSA256, keyVersion=1, signature={url_safe}"),
            format!("algorithm=RSA256, keyVersion=1, signature={}", url_safe.trim_end_matches('=')),
            format!("algorithm=RSA256, keyVersion=1, signature={lower}"),
        ] {
            let refusal = call(app).header(headers::SIGNATURE, &header).await.world_refusal();
            assert_eq!(refusal, IN, "{header}");
        }
        for (header, rule) in [
            (format!("algorithm=ECC224, keyVersion=1, signature={encoded}"), "must have algorithm=RSA256"),
            (format!("algorithm=RSA256, keyVersion=one, signature={encoded}"), "must have a whole number"),
            (format!("algorithm=RSA256, keyVersion=7, signature={encoded}"), "names a keyVersion that"),
            ("algorithm=RSA256, keyVersion=1".to_owned(), "must have a signature in Base64"),
            ("algorithm=RSA256, keyVersion=1, signature=%%%".to_owned(), "must have a signature in Base64"),
        ] {
            let refusal = call(app).header(headers::SIGNATURE, &header).await.world_refusal();
            assert!(refusal.starts_with(&format!("INVALID_SIGNATURE Signature {rule}")), "{refusal}");
        }
    });
}

#[test]
fn the_version_selects_the_key() {
    with_world(async |app| {
        for (version, key, good) in
            [(Some(1), 1, true), (Some(2), 2, true), (None, 2, true), (None, 1, false), (Some(1), 2, false)]
        {
            let reply = app.world_with(NAME, |call| {
                (call.key_version, call.key) = (version, client_key(key));
            });
            let expected = if good { "ACCOUNT_NOT_EXIST" } else { "INVALID_SIGNATURE" };
            assert_eq!(reply.await.world_code(), expected, "version {version:?} with key {key}");
        }
    });
}

#[test]
fn a_body_has_its_limits() {
    with_world(async |app| {
        let padded = |length: usize| format!("{{}}{}", " ".repeat(length - 2));
        assert_eq!(app.world(NAME, padded(1_048_576)).await.world_refusal(), IN);
        let large = app.world(NAME, padded(1_048_577)).await.world_refusal();
        assert_eq!(large, "PARAM_ILLEGAL the body must have at most 1048576 bytes");
        let announced = call(app).header("content-length", "1048577").await;
        assert_eq!(announced.world_code(), "PARAM_ILLEGAL");
        for body in ["", " ", "null", "1", "[]", "{", "{}{}", "{\"a\":1,}", "\u{feff}{}"] {
            let refusal = app.world(NAME, body).await.world_refusal();
            assert!(refusal.starts_with("PARAM_ILLEGAL "), "{body:?}: {refusal}");
        }
        let deep = format!("{}1", "{\"a\":".repeat(500));
        assert_eq!(app.world(NAME, deep).await.world_code(), "PARAM_ILLEGAL");
    });
}

#[test]
fn the_http_status_is_mapped_when_set() {
    let mapped = |settings: &mut countinghouse_server::Settings| {
        settings.http_status = countinghouse_server::settings::HttpStatus::Mapped;
    };
    with_world_on(Engine::Sqlite, mapped, async |app| {
        for (request, status) in [
            (call(app).method("GET"), 405),
            (call(app).without(headers::CLIENT_ID), 401),
            (call(app).without(headers::REQUEST_TIME), 400),
            (call(app).without(headers::SIGNATURE), 401),
            (call(app), 404),
            (app.world_as(CLIENT, "/amsin/api/v1/nothing", "{}"), 404),
        ] {
            let reply = request.await;
            assert_eq!(reply.status.as_u16(), status, "{reply}");
        }
    });
    with_world(async |app| {
        for request in [call(app).method("GET"), call(app).without(headers::CLIENT_ID), call(app)] {
            assert_eq!(request.await.status, 200);
        }
    });
}

/// Header names go out in lower case: one of the provider's clients finds them by no other spelling.
#[tokio::test(flavor = "multi_thread")]
async fn header_names_are_in_lower_case_on_the_wire() {
    let served = Served::start(|_| {}).await;
    let new = NewClient {
        client_id: CLIENT.to_owned(),
        customer: None,
        connected: Vec::new(),
        products: Vec::new(),
    };
    client::create(&served.service().app().house, &new).await.unwrap();
    let mut stream = TcpStream::connect(served.address()).await.unwrap();
    let path = world_endpoint(NAME).path;
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: x\r\nClient-Id: {CLIENT}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert!(body.contains("METHOD_NOT_SUPPORTED"), "{body}");
    for name in
        ["signature: algorithm=RSA256, keyVersion=1, signature=", "response-time: 20", "client-id: 5J5Y"]
    {
        assert!(head.contains(&format!("\r\n{name}")), "{head}");
    }
    assert!(head.contains("\r\ncontent-type: application/json; charset=UTF-8"), "{head}");
    served.stop().await;
}

/// SDKs show what a reply says only when its signature is good.
#[test]
fn a_refusal_of_a_stranger_is_signed() {
    with_world(async |app| {
        let target = world_endpoint(NAME).path;
        for (id, is_echoed) in [
            ("5J5Y307NSG0009", true),
            ("' OR 1=1 ~", true),
            ("x", true),
            (&"x".repeat(64), true),
            (&"x".repeat(65), false),
            ("5J5Y307NSG0009\u{e9}", false),
            ("a\tb", false),
        ] {
            let reply = call(app).header(headers::CLIENT_ID, id).await;
            assert_eq!(reply.world_refusal(), "INVALID_CLIENT Client-Id is not the id of a client", "{id}");
            assert_eq!(reply.header(headers::CLIENT_ID), Some(id).filter(|_| is_echoed), "{id}");
            reply.check_signature(app.service().app(), "POST", target, id.as_bytes());
        }
        let reply = app.plain("GET", "/amsin/api/v1/nothing").header(headers::CLIENT_ID, "stranger").await;
        assert_eq!(
            (reply.world_code().as_str(), reply.header(headers::CLIENT_ID)),
            ("INVALID_API", Some("stranger"))
        );
        let nameless = call(app).without(headers::CLIENT_ID).await;
        assert_eq!(nameless.header(headers::SIGNATURE), None);
    });
}

/// Anybody can ask for a signature, which costs a millisecond of work.
#[test]
fn strangers_get_few_signatures_and_always_an_answer() {
    with_world(async |app| {
        let mut signed = 0;
        for number in 0..200 {
            let reply = call(app).header(headers::CLIENT_ID, format!("stranger-{number}")).await;
            assert_eq!(reply.world_code(), "INVALID_CLIENT");
            signed += usize::from(reply.header(headers::SIGNATURE).is_some());
        }
        assert!((40..200).contains(&signed), "{signed} were signed");
        // Clients do not pay for strangers.
        assert!(call(app).await.header(headers::SIGNATURE).is_some());
    });
}

#[test]
fn who_is_unknown_learns_nothing_of_customers() {
    with_world(async |app| {
        let reply =
            app.plain("POST", world_endpoint(NAME).path).header("connected-customerid", CUSTOMER).await;
        assert_eq!(
            reply.text,
            r#"{"result":{"resultStatus":"F","resultCode":"INVALID_CLIENT","resultMessage":"Client-Id is missing"}}"#
        );
    });
}
