//! Mistakes in signing for WorldFirst.

use super::told;
use aws_lc_rs::{
    encoding::AsDer as _,
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{
        KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA512,
        RsaEncoding,
    },
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use countinghouse_diagnose::{
    Earlier,
    world_first::{Request, diagnose},
};
use num_bigint::BigUint;
use proptest::prelude::*;
use std::{fmt::Write as _, sync::LazyLock};
use wire::world_first::{SignatureHeader, VerifyingKey};

const CLIENT: &str = "5J5Y307NSG0001";
const TARGET: &str = "/amsin/api/v1/business/account/inquiryBalance";
const TIME: &str = "2026-01-15T10:30:00+08:00";
const BODY: &str = r#"{"currencyList":["USD","JPY"]}"#;

/// Two versions of the client's key.
static KEYS: LazyLock<[KeyPair; 2]> =
    LazyLock::new(|| [(); 2].map(|()| KeyPair::generate(KeySize::Rsa2048).unwrap()));
static PUBLIC: LazyLock<[VerifyingKey; 2]> = LazyLock::new(|| {
    KEYS.each_ref().map(|key| VerifyingKey::from_der(key.public_key().as_der().unwrap().as_ref()).unwrap())
});

static VERSIONS: LazyLock<[(i64, &VerifyingKey); 2]> = LazyLock::new(|| [(1, &PUBLIC[0]), (2, &PUBLIC[1])]);

fn sign(key: &KeyPair, padding: &'static dyn RsaEncoding, text: &str) -> Vec<u8> {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(padding, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    signature
}

fn rsa(text: &str) -> Vec<u8> {
    sign(&KEYS[0], &RSA_PKCS1_SHA256, text)
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

fn header(signature: &str) -> String {
    format!("algorithm=RSA256, keyVersion=1, signature={signature}")
}

fn text(body: &str) -> String {
    format!("POST {TARGET}\n{CLIENT}.{TIME}.{body}")
}

const EARLIER: Earlier<'static> = Earlier {
    name: "request 1",
    method: "POST",
    target: "/amsin/api/v1/business/elsewhere",
    time: b"2026-01-15T10:20:00+08:00",
    nonce: b"",
    body: Some(b"{\"a\":1}"),
    has_same_signature: false,
};

/// What is told of a request that was sent with this header.
fn of_request<'a>(header: &'a str, change: impl FnOnce(&mut Request<'a>)) -> String {
    let mut request = Request {
        method: "POST",
        target: TARGET,
        host: Some("open-sea.worldfirst.com:8443"),
        client_id: CLIENT.as_bytes(),
        time: TIME.as_bytes(),
        body: BODY.as_bytes(),
        signature: header.as_bytes(),
        keys: &*VERSIONS,
        earlier: &[EARLIER],
    };
    change(&mut request);
    told(diagnose(&request))
}

fn of_header(header: &str) -> String {
    of_request(header, |_| {})
}

fn of_text(text: &str) -> String {
    of_header(&header(&escaped(&STANDARD.encode(rsa(text)))))
}

#[test]
fn how_the_signature_is_written() {
    // One whose Base64 has a plus sign, which is what goes wrong.
    let mut body = BODY.to_owned();
    while !STANDARD.encode(rsa(&text(&body))).contains('+') {
        body.push(' ');
    }
    let signature = rsa(&text(&body));
    let base64 = STANDARD.encode(&signature);
    let told = |header: &str| of_request(header, |request| request.body = body.as_bytes());
    assert_eq!(told(&header(&escaped(&escaped(&base64)))), "url-encoded-twice");
    assert_eq!(told(&header(&base64.replace('+', " "))), "not-url-encoded");
    let hex = signature.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    });
    assert_eq!(told(&header(&hex)), "hex-for-base64");
    assert_eq!(told(&header(&escaped(&STANDARD.encode(&hex)))), "hex-for-base64 (and that in Base64)");
    let of_base64 = base64.bytes().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    });
    assert_eq!(told(&header(&of_base64)), "hex-for-base64 (of the Base64 text)");
    let of_hex = hex.bytes().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    });
    assert_eq!(told(&header(&of_hex)), "hex-twice, hex-for-base64");
    let pairs: Vec<String> = signature.iter().map(|byte| format!("{byte:02X}")).collect();
    assert_eq!(told(&header(&pairs.join("-"))), "hex-separators (dashes), hex-for-base64");
    assert_eq!(told(&header(&format!("b'{}'", escaped(&base64)))), "signature-wrapped (Python's b'…')");
    assert_eq!(told(&header(&escaped(&STANDARD.encode(&base64)))), "base64-twice");
    assert_eq!(told(&escaped(&base64)), "header-form (must be algorithm=RSA256, keyVersion=…, signature=…)");
    let without = format!("keyVersion=1, signature={}", escaped(&base64));
    assert_eq!(told(&without), "header-form (must have algorithm=RSA256)");
    assert_eq!(told(""), "header-form (must have algorithm=RSA256)");
    // Both are wrong, and what is right once the one is put right is still not right.
    let both = format!("keyVersion=1, signature={}", escaped(&escaped(&base64)));
    assert_eq!(told(&both), "header-form (must have algorithm=RSA256), url-encoded-twice");
}

/// A header that has to be written otherwise is not all that is wrong if the bytes in it are nobody's signature.
#[test]
fn a_header_around_a_strangers_signature() {
    let stranger = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let signature = escaped(&STANDARD.encode(sign(&stranger, &RSA_PKCS1_SHA256, &text(BODY))));
    let told = of_header(&format!("keyVersion=1, signature={signature}"));
    assert_eq!(told, "header-form (must have algorithm=RSA256) …");
    assert_eq!(of_header("keyVersion=1, signature=YQ%3D%3D"), "header-form (must have algorithm=RSA256)");
}

#[test]
fn what_signed_it() {
    let with = |key: usize, padding: &'static dyn RsaEncoding| {
        of_header(&header(&escaped(&STANDARD.encode(sign(&KEYS[key], padding, &text(BODY))))))
    };
    assert_eq!(with(1, &RSA_PKCS1_SHA256), "other-key-version (version 2 signed)");
    assert_eq!(with(0, &RSA_PSS_SHA256), "pss-padding");
    assert_eq!(with(1, &RSA_PSS_SHA256), "other-key-version (version 2 signed), pss-padding");
    assert_eq!(with(0, &RSA_PKCS1_SHA512), "other-digest (SHA-512)");
    assert_eq!(with(0, &RSA_PKCS1_SHA384), "other-digest (SHA-384)");
    let signature = escaped(&STANDARD.encode(rsa(&text(BODY))));
    for (version, expected) in
        [("2", "other-key-version (version 1 signed)"), ("9", "other-key-version (version 1 signed)")]
    {
        assert_eq!(
            of_header(&format!("algorithm=RSA256, keyVersion={version}, signature={signature}")),
            expected
        );
    }
    let newest = format!("algorithm=RSA256, signature={signature}");
    assert_eq!(of_header(&newest), "other-key-version (version 1 signed)");
    assert_eq!(with(0, &RSA_PSS_SHA512), "pss-padding, other-digest (SHA-512)");
}

/// A stranger's signature opens with none of the client's keys. What it opens to ends now and then as PSS padding
/// does; that is no finding, and takes nothing from what is known of others.
#[test]
fn a_strangers_signature_is_never_explained() {
    let stranger = KeyPair::generate(KeySize::Rsa2048).unwrap();
    for count in 0..300 {
        let body = format!("{BODY}{}", " ".repeat(count));
        let signature = escaped(&STANDARD.encode(sign(&stranger, &RSA_PKCS1_SHA256, &text(&body))));
        for (header, version) in [(header(&signature), 1), (header(&signature).replace("=1,", "=2,"), 2)] {
            assert_eq!(of_header(&header), " …", "{version}");
        }
    }
}

/// A salt that fills the block leaves nothing by which PSS padding could be told from other bytes.
#[test]
fn pss_with_the_longest_salt() {
    let digest = |bytes: &[u8]| aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    let signature = |text: &str| {
        let salt = [7; 222];
        let hashed = digest(&[&[0; 8][..], digest(text.as_bytes()).as_ref(), &salt].concat());
        let mask = (0_u32..7)
            .flat_map(|count| digest(&[hashed.as_ref(), &count.to_be_bytes()].concat()).as_ref().to_vec());
        let data = [&[1][..], &salt].concat();
        let mut block: Vec<u8> = data.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
        block[0] &= 0x7f;
        block.extend_from_slice(hashed.as_ref());
        block.push(0xbc);
        raw(&block)
    };
    let told = |text: &str| of_header(&header(&escaped(&STANDARD.encode(signature(text)))));
    assert_eq!(told(&text(BODY)), "pss-padding");
    assert_eq!(told(&(text(BODY) + "\n")), "final-newline-extra, pss-padding");
    assert_eq!(told("something else"), " …", "that it was PSS is not known");
    // Nor is it that the first key signed, when the header names the second.
    let signature = escaped(&STANDARD.encode(signature("something else")));
    assert_eq!(of_header(&format!("algorithm=RSA256, keyVersion=2, signature={signature}")), " …");
}

/// A block raised to the first key's private exponent.
fn raw(block: &[u8]) -> Vec<u8> {
    fn element(der: &[u8]) -> (&[u8], &[u8]) {
        let (length, head) = match der[1] {
            0x81 => (usize::from(der[2]), 3),
            0x82 => (usize::from(der[2]) << 8 | usize::from(der[3]), 4),
            short => (usize::from(short), 2),
        };
        (&der[head..head + length], &der[head + length..])
    }
    let der = KEYS[0].as_der().unwrap();
    let (_version, rest) = element(element(der.as_ref()).0);
    let (_algorithm, rest) = element(rest);
    let mut rest = element(element(rest).0).0;
    let mut numbers = Vec::new();
    for _ in 0..4 {
        let (number, after) = element(rest);
        numbers.push(BigUint::from_bytes_be(number));
        rest = after;
    }
    let [_, modulus, _, exponent] = &numbers[..] else { panic!("four numbers") };
    let signed = BigUint::from_bytes_be(block).modpow(exponent, modulus).to_bytes_be();
    [vec![0; 256 - signed.len()], signed].concat()
}

/// What `privateEncrypt` of a digest makes: the padding without the digest's name.
#[test]
fn a_digest_that_was_encrypted() {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text(BODY).as_bytes());
    let signature = raw(&[&[0, 1][..], &[0xff; 256 - 3 - 32], &[0], digest.as_ref()].concat());
    assert_eq!(of_header(&header(&escaped(&STANDARD.encode(signature)))), "bare-digest");
}

#[test]
fn what_the_text_was_made_of() {
    let rest = format!("{CLIENT}.{TIME}.{BODY}");
    for (signed, expected) in [
        (format!("POST https://open-sea.worldfirst.com{TARGET}\n{rest}"), "target-with-host"),
        (format!("POST open-sea.worldfirst.com:8443{TARGET}\n{rest}"), "target-with-host"),
        (format!("POST /business/account/inquiryBalance\n{rest}"), "target-form"),
        (format!("POST {}\n{rest}", &TARGET[1..]), "target-form"),
        (format!("post {TARGET}\n{rest}"), "method-form"),
        (format!("POST {TARGET}\\n{rest}"), "newline-as-two-characters"),
        (format!("POST {TARGET}\r\n{rest}"), "carriage-returns"),
        (format!("POST {TARGET}\n{rest}\n"), "final-newline-extra"),
        (format!("POST {TARGET} {rest}"), "separators (a space for the line feed)"),
        (format!("POST {TARGET}\n{CLIENT}.1768444200000.{BODY}"), "time-reformatted"),
        (format!("POST {TARGET}\n{CLIENT}.2026-01-15T02:30:00Z.{BODY}"), "time-reformatted"),
        (format!("POST {TARGET}\n{CLIENT}.2026-01-15T10:30:00+0800.{BODY}"), "time-reformatted"),
        (
            format!("POST {TARGET}\n{CLIENT}.2026-01-15T10:30:01+08:00.{BODY}"),
            "other-time (2026-01-15T10:30:01+08:00)",
        ),
        (
            format!("POST {TARGET}\n{CLIENT}.2026-01-15T10:20:00+08:00.{BODY}"),
            "other-time (that of an earlier request)",
        ),
        (text(r#"{"currencyList": ["USD", "JPY"]}"#), "body-spaces"),
        (text(""), "body-empty"),
        (text("{'currencyList': ['USD', 'JPY']}"), "body-printed (Python's str() of a dict)"),
        (text(r#"{"a":1}"#), "other-body (that of an earlier request)"),
        (
            format!("POST {TARGET}\nClient-Id: {CLIENT}.Request-Time: {TIME}.{BODY}"),
            "header-line (Client-Id), header-line (Request-Time)",
        ),
        (format!("POST {TARGET} HTTP/1.1\n{rest}"), "header-line (the request line)"),
        (
            format!("POST /amsin/api/v1/business/elsewhere\n{CLIENT}.2026-01-15T10:20:00+08:00.{{\"a\":1}}"),
            "earlier-signature (that of request 1)",
        ),
        (format!("POST {TARGET}\n{CLIENT}.1768444200000.{BODY}\n"), "final-newline-extra, time-reformatted"),
        (format!("POST /elsewhere\n{rest}"), " …"),
    ] {
        assert_eq!(of_text(&signed), expected, "{signed}");
    }
    let sent = format!("{TARGET}?trace=1");
    let signature = header(&escaped(&STANDARD.encode(rsa(&text(BODY)))));
    assert_eq!(of_request(&signature, |request| request.target = &sent), "target-without-query");
    let signature = header(&escaped(&STANDARD.encode(rsa(&text(r#"{"a":"10.00"}"#)))));
    let amount = of_request(&signature, |request| request.body = br#"{"a":"10"}"#);
    assert_eq!(amount, "body-number-form (10.00, sent as 10)");
    let signature = header(&escaped(&STANDARD.encode(rsa(&text("{}")))));
    assert_eq!(of_request(&signature, |request| request.body = b""), "body-not-sent ({})");
    let signature = header(&escaped(&STANDARD.encode(rsa(&text("{\"a\":\"\u{e9}\"}")))));
    let latin = of_request(&signature, |request| request.body = b"{\"a\":\"\xe9\"}");
    assert_eq!(latin, "body-charset (sent in ISO-8859-1, signed in UTF-8)");
    // That it came before is certain, whatever it is of, and whoever signed it.
    let stranger = KeyPair::generate(KeySize::Rsa2048).unwrap();
    for key in [&KEYS[0], &stranger] {
        let signature = header(&escaped(&STANDARD.encode(sign(key, &RSA_PKCS1_SHA256, "something else"))));
        let resent = Earlier { body: None, has_same_signature: true, ..EARLIER };
        let told = of_request(&signature, |request| request.earlier = std::slice::from_ref(&resent));
        assert_eq!(told, "earlier-signature (that of request 1)");
        assert_eq!(of_header(&signature), " …");
    }
    // That the key was the right one is known even when the text is not.
    let signature = header(&STANDARD.encode(sign(&KEYS[1], &RSA_PKCS1_SHA512, "something else")));
    assert_eq!(of_header(&signature), "other-key-version (version 2 signed), other-digest (SHA-512) …");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_right_signature_is_never_explained(
        target in "/[ -~]{0,20}",
        client in any::<Vec<u8>>(),
        time in prop_oneof![any::<Vec<u8>>(), Just(TIME.as_bytes().to_vec())],
        body in prop_oneof![any::<Vec<u8>>(), "[{\"a\": 1, \"b\":\\[2.0\\]}]\n?".prop_map(String::into_bytes)],
        form in 0..4_usize,
    ) {
        let text = [b"POST ", target.as_bytes(), b"\n", &client, b".", &time, b".", &body].concat();
        let mut signature = vec![0; KEYS[1].public_modulus_len()];
        KEYS[1].sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &text, &mut signature).unwrap();
        let version = if form == 0 { "" } else { "keyVersion=2, " };
        let written = match form {
            0 | 1 => escaped(&STANDARD.encode(&signature)),
            2 => STANDARD.encode(&signature),
            _ => URL_SAFE_NO_PAD.encode(&signature),
        };
        let header = format!("algorithm=RSA256, {version}signature={written}");
        let parsed = SignatureHeader::parse(header.as_bytes()).unwrap();
        prop_assert!(PUBLIC[1].verify(&text, &parsed.signature));
        let request = Request {
            method: "POST",
            target: &target,
            host: Some("host"),
            client_id: &client,
            time: &time,
            body: &body,
            signature: header.as_bytes(),
            keys: &*VERSIONS,
            earlier: &[Earlier { method: "POST", target: &target, time: &time, body: Some(&body), ..EARLIER }],
        };
        prop_assert_eq!(diagnose(&request), None);
    }
}
