//! Mistakes in signing for Binance Pay.

use super::told;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use countinghouse_diagnose::{
    Earlier,
    binance_pay::{Request, diagnose},
};
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use sha2::{Sha256, Sha512};
use std::{fmt::Write as _, io::Write as _};
use wire::binance_pay::Secret;

const KEY: &str = "shop-key-0123456789";
const SECRET: &str = "uahr4nhailyq55yubuhuncnprfac73bcbz2qfafsevic1jruwunioxtoaozy122f";
const TIME: &str = "1611232922428";
const NONCE: &str = "5RhaTrZPhknNv0kDSA2UQ67cPMVNS4sA";
const BODY: &str = r#"{"prepayOrderId":155661443313674176,"note":"caf\u00e9 a/b","amount":25.10}"#;

fn sha512(secret: &str, text: impl AsRef<[u8]>) -> Vec<u8> {
    Hmac::<Sha512>::new_from_slice(secret.as_bytes())
        .unwrap()
        .chain_update(text.as_ref())
        .finalize()
        .into_bytes()
        .to_vec()
}

fn sha256(secret: &str, text: &str) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .unwrap()
        .chain_update(text)
        .finalize()
        .into_bytes()
        .to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02X}").unwrap();
        hex
    })
}

fn text(body: &str) -> String {
    format!("{TIME}\n{NONCE}\n{body}\n")
}

/// What is sent in every case, but for the signature.
fn request<'a>(body: &'a str, signature: &'a str) -> Request<'a> {
    Request {
        api_key: KEY.as_bytes(),
        timestamp: TIME.as_bytes(),
        nonce: NONCE.as_bytes(),
        body: body.as_bytes(),
        signature: signature.as_bytes(),
        secret: SECRET.as_bytes(),
        other_secrets: &[("other-key-0123456789", b"another-secret-of-the-shop")],
        earlier: &[EARLIER],
    }
}

const EARLIER: Earlier<'static> = Earlier {
    name: "request 1",
    method: "POST",
    target: "/binancepay/openapi/v2/balance",
    time: b"1611232900000",
    nonce: b"EarlierNonceEarlierNonceEarlierN",
    body: Some(br#"{"wallet":"SPOT_WALLET"}"#),
    has_same_signature: false,
};

/// What is told when this text was signed, and the body sent.
fn of_text(signed: &str) -> String {
    told(diagnose(&request(BODY, &hex(&sha512(SECRET, signed)))))
}

/// What is told when one body was signed, and another sent.
fn of_bodies(signed: &str, sent: &str) -> String {
    told(diagnose(&request(sent, &hex(&sha512(SECRET, text(signed))))))
}

#[test]
fn how_the_signature_is_written() {
    let mac = sha512(SECRET, text(BODY));
    let told = |signature: &str| told(diagnose(&request(BODY, signature)));
    assert_eq!(told(&hex(&mac).to_lowercase()), "lower-case-hex");
    assert_eq!(told(&STANDARD.encode(&mac)), "base64-for-hex");
    assert_eq!(told(STANDARD.encode(&mac).trim_end_matches('=')), "base64-for-hex");
    assert_eq!(told(&STANDARD.encode(hex(&mac).to_lowercase())), "base64-for-hex");
    let escaped = STANDARD.encode(&mac).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    assert_eq!(told(&escaped), "url-encoded, base64-for-hex");
    assert_eq!(told(&hex(hex(&mac).as_bytes())), "hex-twice");
    assert_eq!(told(&hex(hex(&mac).to_lowercase().as_bytes())), "hex-twice, lower-case-hex");
    let pairs: Vec<String> = mac.iter().map(|byte| format!("{byte:02X}")).collect();
    assert_eq!(told(&pairs.join("-")), "hex-separators (dashes)");
    assert_eq!(told(&pairs.join(":").to_lowercase()), "hex-separators (colons), lower-case-hex");
    assert_eq!(told(&format!("\"{}\"", hex(&mac))), "signature-wrapped (quotes)");
    assert_eq!(
        told(&format!("BinancePay-Signature: {}", hex(&mac))),
        "signature-wrapped (the header's name)"
    );
    assert_eq!(told(&hex(&sha256(SECRET, &text(BODY)))), "sha256-for-sha512");
    assert_eq!(told(&hex(&sha256(SECRET, &text(BODY))).to_lowercase()), "sha256-for-sha512, lower-case-hex");
}

#[test]
fn what_the_text_was_made_of() {
    let seconds = &TIME[..10];
    let lower = NONCE.to_lowercase();
    for (signed, expected) in [
        (format!("{TIME}\n{NONCE}\n{BODY}"), "final-newline-missing"),
        (format!("{TIME}\n{NONCE}\n{BODY}\n\n"), "final-newline-extra"),
        (format!("{TIME}\\n{NONCE}\\n{BODY}\\n"), "newline-as-two-characters"),
        (format!("{TIME}\r\n{NONCE}\r\n{BODY}\r\n"), "carriage-returns"),
        (format!("{TIME}{NONCE}{BODY}"), "separators (none)"),
        (format!("{NONCE}\n{TIME}\n{BODY}\n"), "part-order (nonce, timestamp, body)"),
        (format!("{seconds}\n{NONCE}\n{BODY}\n"), "seconds-for-milliseconds"),
        (format!("1611232922431\n{NONCE}\n{BODY}\n"), "other-time (1611232922431)"),
        (format!("1611232920428\n{NONCE}\n{BODY}\n"), "other-time (1611232920428)"),
        (format!("1611232900000\n{NONCE}\n{BODY}\n"), "other-time (that of an earlier request)"),
        (format!("{TIME}\n{lower}\n{BODY}\n"), "other-nonce (in lower case)"),
        (
            format!("{TIME}\nEarlierNonceEarlierNonceEarlierN\n{BODY}\n"),
            "other-nonce (that of an earlier request)",
        ),
        (format!("{TIME}\n{NONCE}\n\n"), "body-empty"),
        (format!("{TIME}\n{NONCE}\nundefined\n"), "body-empty (undefined)"),
        (
            format!("{TIME}\n{NONCE}\n{{\"wallet\":\"SPOT_WALLET\"}}\n"),
            "other-body (that of an earlier request)",
        ),
        (format!("{TIME}.0\n{NONCE}\n{BODY}\n"), "time-reformatted"),
        (format!("BinancePay-Timestamp: {TIME}\n{NONCE}\n{BODY}\n"), "header-line (BinancePay-Timestamp)"),
        (
            format!("binancepay-timestamp:{TIME}\nbinancepay-nonce:{NONCE}\n{BODY}\n"),
            "header-line (BinancePay-Timestamp), header-line (BinancePay-Nonce)",
        ),
        (format!("{seconds}\\n{NONCE}\\n{BODY}\\n"), "newline-as-two-characters, seconds-for-milliseconds"),
    ] {
        assert_eq!(of_text(&signed), expected, "{signed}");
    }
    let with_dashes = "5rhatrzp-hknn-v0kd-sa2u-q67cpmvns4sa";
    let sent = with_dashes.replace('-', "");
    let signature = hex(&sha512(SECRET, format!("{TIME}\n{with_dashes}\n{BODY}\n")));
    let request = Request { nonce: sent.as_bytes(), ..request(BODY, &signature) };
    assert_eq!(told(diagnose(&request)), "other-nonce (a UUID with its dashes)");
}

#[test]
fn which_secret_signed() {
    for (secret, expected) in [
        ("another-secret-of-the-shop".to_owned(), "other-secret (that of other-key-0123456789)"),
        (format!("{SECRET}\n"), "secret-space"),
        (format!("{SECRET}\r\n"), "secret-space"),
        (format!(" {SECRET}"), "secret-space"),
        (KEY.to_owned(), "key-for-secret"),
    ] {
        let told = told(diagnose(&request(BODY, &hex(&sha512(&secret, text(BODY))))));
        assert_eq!(told, expected, "{secret:?}");
    }
    let lower = hex(&sha512(&format!("{SECRET}\n"), format!("{TIME}\n{NONCE}\n{BODY}"))).to_lowercase();
    let told = told(diagnose(&request(BODY, &lower)));
    assert_eq!(told, "secret-space, final-newline-missing, lower-case-hex");
}

#[test]
fn a_body_that_was_written_anew() {
    // Each as the language named would write it.
    let python = r#"{"prepayOrderId": 155661443313674176, "note": "caf\u00e9 a/b", "amount": 25.1}"#;
    let node = r#"{"prepayOrderId":155661443313674180,"note":"café a/b","amount":25.1}"#;
    let php = r#"{"prepayOrderId":155661443313674176,"note":"caf\u00e9 a\/b","amount":25.10}"#;
    let go = r#"{"amount":25.1,"note":"café a/b","prepayOrderId":155661443313674180}"#;
    for (signed, sent, expected) in [
        (r#"{"a": 1, "b": 2}"#, r#"{"a":1,"b":2}"#, "body-spaces"),
        (r#"{"a":1,"b":2}"#, r#"{"a": 1, "b": 2}"#, "body-spaces"),
        ("{\n  \"a\": 1\n}", r#"{"a":1}"#, "body-spaces"),
        (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#, "body-field-order"),
        (r#"{"z":1,"a":2,"m":3}"#, r#"{"a":2,"m":3,"z":1}"#, "body-field-order"),
        (r#"{"id":155661443313674176}"#, r#"{"id":155661443313674180}"#, "body-digits-lost"),
        (r#"{"a":25.1}"#, r#"{"a":25.10}"#, "body-number-form"),
        (r#"{"u":"https:\/\/h"}"#, r#"{"u":"https://h"}"#, "body-slashes"),
        (r#"{"n":"é"}"#, r#"{"n":"\u00e9"}"#, "body-unicode"),
        (r#"{"n":"\u00e9"}"#, r#"{"n":"é"}"#, "body-unicode"),
        (r#"{"a":1}"#, "{\"a\":1}\n", "body-ends"),
        (r#"{"a":1}"#, "\u{feff}{\"a\":1}", "body-ends"),
        ("{\"a\":1}\n", r#"{"a":1}"#, "final-newline-extra"),
        (r#"{"a": 1}"#, "{\"a\":1}\r\n", "body-spaces, body-ends"),
        ("{}", "", "body-not-sent ({})"),
        ("null", " ", "body-not-sent (null)"),
        (r#"{"wallet":"SPOT_WALLET"}"#, "", "body-not-sent (that of an earlier request)"),
        (r#"{"a":"10.00"}"#, r#"{"a":"10"}"#, "body-number-form (10.00, sent as 10)"),
        (r#"{"a":10.00,"b":1}"#, r#"{"a":10,"b":1}"#, "body-number-form (10.00, sent as 10)"),
        (r#"{"a": 10.00, "b": 2.50}"#, r#"{"a":10,"b":2.5}"#, "body-spaces, body-number-form (2 decimals)"),
        (r#"{"a":"0.1"}"#, r#"{"a":"0.10000000"}"#, "body-number-form (0.1, sent as 0.10000000)"),
        (r#"{'a': 'x', 'b': None}"#, r#"{"a":"x","b":null}"#, "body-printed (Python's str() of a dict)"),
        ("[object Object]", r#"{"a":1}"#, "body-printed (JavaScript's text of an object)"),
        ("{a=x, b=1}", r#"{"a":"x","b":1}"#, "body-printed (Java's toString() of a Map)"),
        ("a=x&b=1", r#"{"a":"x","b":1}"#, "body-printed (a form)"),
        (r#"b'{"a": 1}'"#, r#"{"a": 1}"#, "body-printed (Python's b'…' of the bytes)"),
        ("{\"n\":\"Ã©\"}", "{\"n\":\"é\"}", "body-charset (put into UTF-8 twice before it was signed)"),
        (php, BODY, "body-slashes"),
        (python, BODY, "body-spaces, body-number-form"),
        (node, BODY, "body-unicode, body-digits-lost"),
        (go, BODY, "body-field-order, body-unicode, body-digits-lost"),
    ] {
        if signed == r#"{"id":155661443313674176}"# {
            // What was sent has lost the digits already: nobody can know them.
            assert_eq!(of_bodies(signed, sent), " …");
            assert_eq!(of_bodies(sent, signed), expected);
            continue;
        }
        assert_eq!(of_bodies(signed, sent), expected, "{signed} {sent}");
    }
}

/// Bytes that are not UTF-8, or not JSON, are read as what they were before they were sent.
#[test]
fn a_body_whose_bytes_are_others() {
    let signed = "{\"n\":\"caf\u{e9}\", \"m\":1}";
    let latin: Vec<u8> = signed.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let of = |signed: &[u8], sent: &[u8]| {
        let text = [format!("{TIME}\n{NONCE}\n").as_bytes(), signed, b"\n"].concat();
        let signature = hex(&sha512(SECRET, text));
        told(diagnose(&Request { body: sent, ..request("", &signature) }))
    };
    assert_eq!(of(signed.as_bytes(), &latin), "body-charset (sent in ISO-8859-1, signed in UTF-8)");
    assert_eq!(of(&latin, signed.as_bytes()), "body-charset (signed in ISO-8859-1, sent in UTF-8)");
    let compact = signed.replace(", ", ",");
    let both = of(compact.as_bytes(), &latin);
    assert_eq!(both, "body-spaces, body-charset (sent in ISO-8859-1, signed in UTF-8)");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(signed.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    assert_eq!(of(signed.as_bytes(), &gzip), "body-compressed (with gzip)");
    assert_eq!(of(compact.as_bytes(), &gzip), "body-spaces, body-compressed (with gzip)");
    // What was packed is right when it is what was signed.
    let text = [format!("{TIME}\n{NONCE}\n").as_bytes(), &gzip, b"\n"].concat();
    let signature = hex(&sha512(SECRET, text));
    assert_eq!(diagnose(&Request { body: &gzip, ..request("", &signature) }), None);
}

/// A script that fails before it signs leaves the last signature in place, with its nonce or without.
#[test]
fn the_signature_of_an_earlier_request() {
    let earlier_text = "1611232900000\nEarlierNonceEarlierNonceEarlierN\n{\"wallet\":\"SPOT_WALLET\"}\n";
    let signature = hex(&sha512(SECRET, earlier_text));
    for nonce in [EARLIER.nonce, NONCE.as_bytes()] {
        let diagnosis = diagnose(&Request { nonce, ..request("", &signature) }).unwrap();
        assert_eq!(diagnosis.signed.as_deref(), Some(earlier_text.as_bytes()));
        assert_eq!(told(Some(diagnosis)), "earlier-signature (that of request 1)");
    }
    let lower = signature.to_lowercase();
    assert_eq!(told(diagnose(&request("", &lower))), "earlier-signature (that of request 1), lower-case-hex");
    // Its body is not known, or it was signed by nobody knows whom: that the bytes came before is certain.
    let stranger = hex(&sha512("nobody's secret", text(BODY)));
    for (signature, body) in [(&signature, None), (&stranger, EARLIER.body)] {
        let earlier = [Earlier { body, has_same_signature: true, ..EARLIER }];
        let diagnosis = diagnose(&Request { earlier: &earlier, ..request("", signature) }).unwrap();
        assert!(diagnosis.explained && diagnosis.signed.is_none());
        assert_eq!(told(Some(diagnosis)), "earlier-signature (that of request 1)");
        // The same request once more is not.
        let again = [Earlier { time: TIME.as_bytes(), ..earlier[0] }];
        assert_eq!(told(diagnose(&Request { earlier: &again, ..request("", signature) })), " …");
    }
}

#[test]
fn what_was_signed_is_shown_and_a_stranger_stays_unknown() {
    let signed = format!("{TIME}\n{NONCE}\n{BODY}");
    let diagnosis = diagnose(&request(BODY, &hex(&sha512(SECRET, &signed)))).unwrap();
    assert_eq!(diagnosis.expected, text(BODY).into_bytes());
    assert_eq!(diagnosis.signed, Some(signed.into_bytes()));
    for signature in ["0".repeat(128), hex(&sha512("nobody's secret", text(BODY)))] {
        let diagnosis = diagnose(&request(BODY, &signature)).unwrap();
        assert!(!diagnosis.explained && diagnosis.findings.is_empty() && diagnosis.complete, "{signature}");
    }
}

/// What is no signature at all is not looked for among texts.
#[test]
fn a_signature_that_is_missing_or_cut_off() {
    let whole = hex(&sha512(SECRET, text(BODY)));
    for (signature, expected) in [
        ("", "signature-missing"),
        ("  ", "signature-missing"),
        ("x", "signature-length (1 character)"),
        ("%%%", "signature-length (3 characters)"),
        (&whole[..126], "signature-length (126 characters)"),
        (&format!("{whole}{whole}"), "signature-length (256 characters)"),
        (&"F".repeat(9_000), "signature-length (9000 characters)"),
    ] {
        let diagnosis = diagnose(&request(BODY, signature)).unwrap();
        assert_eq!((diagnosis.tried, diagnosis.complete), (0, true), "{signature}");
        assert_eq!(diagnosis.expected, text(BODY).into_bytes());
        assert_eq!(told(Some(diagnosis)), expected, "{signature}");
    }
}

/// The longest body that a server reads is looked at within a bound, and says so.
#[test]
fn the_effort_is_bounded() {
    let body = format!("[{}1]", "1,".repeat(524_000));
    let diagnosis = diagnose(&request(&body, &"0".repeat(128))).unwrap();
    assert!(!diagnosis.complete && diagnosis.tried < 10, "{}", diagnosis.tried);
    let diagnosis = diagnose(&request(&body[..60_000], &"0".repeat(128))).unwrap();
    assert!(diagnosis.tried < 200, "{}", diagnosis.tried);
    // A few bytes that stand for very many are not unpacked.
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&vec![b' '; 64 * 1_024 * 1_024]).unwrap();
    let gzip = gzip.finish().unwrap();
    let signature = "0".repeat(128);
    let diagnosis = diagnose(&Request { body: &gzip, ..request("", &signature) }).unwrap();
    assert!(!diagnosis.complete && !diagnosis.explained);
    // Bodies of earlier requests count, too.
    let long = vec![b'x'; 60_000];
    let earlier = [Earlier { body: Some(&long), ..EARLIER }; 16];
    let diagnosis = diagnose(&Request { earlier: &earlier, ..request(BODY, &signature) }).unwrap();
    assert!(diagnosis.tried < 8 * 1_024 * 1_024 / 256, "{}", diagnosis.tried);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_right_signature_is_never_explained(
        secret in any::<Vec<u8>>(),
        time in any::<Vec<u8>>(),
        nonce in any::<Vec<u8>>(),
        body in prop_oneof![any::<Vec<u8>>(), "[{\"a\": 1, \"b\":\\[2.0\\]}]\n?".prop_map(String::into_bytes)],
    ) {
        let text = [&time, &b"\n"[..], &nonce, b"\n", &body, b"\n"].concat();
        let mac = Hmac::<Sha512>::new_from_slice(&secret).unwrap().chain_update(&text).finalize();
        let signature = hex(&mac.into_bytes());
        prop_assert!(Secret::new(&secret).verify(&time, &nonce, &body, signature.as_bytes()));
        let request = Request {
            api_key: &secret,
            timestamp: &time,
            nonce: &nonce,
            body: &body,
            signature: signature.as_bytes(),
            secret: &secret,
            other_secrets: &[("same", &secret)],
            earlier: &[Earlier { time: &time, nonce: &nonce, body: Some(&body), ..Earlier::default() }],
        };
        prop_assert_eq!(diagnose(&request), None);
    }
}
