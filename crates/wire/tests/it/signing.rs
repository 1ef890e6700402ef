//! Signatures, keys and times of the WorldFirst dialect: against what OpenSSL makes of the same key and text, and against
//! whatever bytes a caller may send.

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use proptest::prelude::*;
use wire::world_first::{
    SignatureHeader, SigningKey, VerifyingKey,
    sign::{KeyError, text_to_sign},
    time,
};

const PRIVATE: &str = include_str!("../keys/private_2048.pem");
const PUBLIC: &str = include_str!("../keys/public_2048.pem");

/// What `openssl dgst -sha256 -sign private_2048.pem` makes of [`text`].
const SIGNATURE: &str = "FztbrXUtRxPM1WOtmIeLgnWyD2Hhj6XJsRvAcqyElJEXixJtFvIpLJVYk0s8kGhMy6EY3tMLRnTLPuFwcVIauZ6Dc2Ppklbk9YubBydbwMws5mLoAPs62FdOd5QHnwlkFprY4FR3RMu0RKYCEIPOdDeozNKmnOoiY2pSjtM67yB/xyU0cIQnQXHBy9+gZ8p5wa6mS7lUSHwL171qbFf+T3JYZffqaQlzLa3ctjWOJ09zrGx8NqAohJ8n5cnMCOLuJAPODzL1H6xCSDJ1udO1iF8y/wm6liMtEofaLbAFN6PGiK5iP5KOtlf6DEZtYsFlqn1x9Oesg5D4uHbnvemlaA==";

/// Made once for all cases, since making it takes long.
static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_pkcs8_pem(PRIVATE).unwrap());

fn text() -> Vec<u8> {
    let body = br#"{"currencyList":["USD","JPY"],"balanceTypes":["NORMAL_BALANCE"]}"#;
    let target = "/amsin/api/v1/business/account/inquiryBalance";
    text_to_sign("POST", target, b"5J5Y307NSG0001", b"2026-01-15T10:30:00+08:00", body)
}

#[test]
fn a_signature_is_that_of_openssl() {
    let expected = STANDARD.decode(SIGNATURE).unwrap();
    assert_eq!(KEY.sign(&text()), expected);
    let public = VerifyingKey::from_pem(PUBLIC).unwrap();
    assert!(public.verify(&text(), &expected) && KEY.public().verify(&text(), &expected));
    let mut other_text = text();
    other_text.push(b'\n');
    assert!(!public.verify(&other_text, &expected));
    let mut other_signature = expected.clone();
    other_signature[17] ^= 1;
    for signature in [&other_signature[..], &expected[1..], &expected[..255], b""] {
        assert!(!public.verify(&text(), signature));
    }
    let generated = SigningKey::generate().unwrap();
    assert!(!public.verify(&text(), &generated.sign(&text())));
    assert!(generated.public().verify(&text(), &generated.sign(&text())));
}

#[test]
fn every_text_form_of_a_key_is_the_same_key() {
    let public = VerifyingKey::from_pem(PUBLIC).unwrap();
    assert_eq!(public.to_pem(), PUBLIC);
    let bare: String = PUBLIC.lines().filter(|line| !line.starts_with("-----")).collect();
    let pkcs1 = include_str!("../keys/public_2048_pkcs1.pem");
    let windows = PUBLIC.replace('\n', "\r\n");
    let with_notes = format!("Made today.\n{PUBLIC}More of it.\n");
    for form in [&bare, pkcs1, &windows, &with_notes] {
        assert_eq!(VerifyingKey::from_pem(form).unwrap().to_der(), public.to_der(), "{form}");
    }
    assert_eq!(VerifyingKey::from_der(public.to_der()).unwrap().to_pem(), PUBLIC);

    let bare: String = PRIVATE.lines().filter(|line| !line.starts_with("-----")).collect();
    for form in [PRIVATE, &bare, include_str!("../keys/private_2048_pkcs1.pem")] {
        assert_eq!(SigningKey::from_pkcs8_pem(form).unwrap().public().to_pem(), PUBLIC);
    }
    let der = KEY.to_pkcs8_der().unwrap();
    assert_eq!(SigningKey::from_pkcs8_der(&der).unwrap().public().to_pem(), PUBLIC);
    assert_eq!(format!("{:?} {:?}", *KEY, KEY.public()), "SigningKey(redacted) VerifyingKey");
}

#[test]
fn what_is_no_key_of_the_right_size_is_refused() {
    for (text, error) in [
        (include_str!("../keys/public_1024.pem"), KeyError::Bits),
        (include_str!("../keys/public_8192.pem"), KeyError::Bits),
        (include_str!("../keys/public_p256.pem"), KeyError::Kind),
        (PRIVATE, KeyError::Kind),
        ("", KeyError::Text),
        ("-----BEGIN PUBLIC KEY-----", KeyError::Text),
        ("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----", KeyError::Text),
        ("-----BEGIN PUBLIC KEY-----\nYQ==\n-----END PUBLIC KEY-----", KeyError::Kind),
        ("-----BEGIN PUBLIC KEY-----\nY Q!\n-----END PUBLIC KEY-----", KeyError::Text),
        ("not a key", KeyError::Text),
        ("YQ==", KeyError::Kind),
    ] {
        assert_eq!(VerifyingKey::from_pem(text).unwrap_err(), error, "{text}");
    }
    assert_eq!(SigningKey::from_pkcs8_pem(PUBLIC).unwrap_err(), KeyError::Kind);
    assert_eq!(SigningKey::from_pkcs8_pem("YQ==").unwrap_err(), KeyError::Kind);
}

/// What a hostile caller may put into the header: parts that nearly fit, in any order and number.
fn hostile_header() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("algorithm=RSA256".to_owned()),
        Just(" Algorithm = rsa256".to_owned()),
        "keyVersion=[-+ 0-9.é]{0,21}",
        "signature=[A-Za-z0-9+/=_%. -]{0,40}",
        "signature=(%[0-9a-gA-G]{0,2}|é|%){0,6}",
        "\\PC{0,12}",
    ];
    prop::collection::vec(part, 0..6).prop_map(|parts| parts.join(","))
}

proptest! {
    #[test]
    fn any_header_is_parsed_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..120), text in hostile_header()) {
        for value in [&bytes[..], text.as_bytes()] {
            if let Ok(header) = SignatureHeader::parse(value) {
                // What was understood can be said again in our own form.
                let version = header.key_version.unwrap_or(1);
                prop_assert!(version >= 0 && !header.signature.is_empty());
                let again = SignatureHeader::parse(SignatureHeader::emit(version, &header.signature).as_bytes());
                let header = SignatureHeader { key_version: Some(version), ..header };
                prop_assert_eq!(again, Ok(header));
                prop_assert!(!KEY.public().verify(b"text", value));
            }
        }
    }

    #[test]
    fn what_is_emitted_parses_back(version in 0..=i64::MAX, signature in prop::collection::vec(any::<u8>(), 1..600)) {
        let value = SignatureHeader::emit(version, &signature);
        prop_assert!(value.bytes().all(|byte| matches!(byte, b' '..=b'~')));
        let header = SignatureHeader { key_version: Some(version), signature };
        prop_assert_eq!(SignatureHeader::parse(value.as_bytes()), Ok(header));
    }

    #[test]
    fn any_time_is_parsed_without_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..40),
        near in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{0,12})?)?(Z|[+-][0-9]{0,2}:?[0-9]{0,3})?",
        digits in "[0-9]{0,24}",
    ) {
        let _ = time::parse(&bytes);
        let is_read = time::parse(digits.as_bytes()).is_ok();
        prop_assert_eq!(is_read, matches!(digits.len(), 13 | 16 | 19));
        if let Ok(at) = time::parse(near.as_bytes()) {
            // A day of offset beyond the four digits of a year at most.
            prop_assert!((-62_167_305_600_000..253_402_387_200_000).contains(&at), "{} is {}", near, at);
        }
    }

    #[test]
    fn a_time_that_is_written_parses_back(at in -62_167_219_200_000_i64..253_402_207_200_000) {
        let text = time::text(at);
        prop_assert_eq!(time::parse(text.as_bytes()), Ok(at.div_euclid(1_000) * 1_000), "{}", text);
    }

    #[test]
    fn every_zone_and_fraction_names_the_same_moment(
        at in 0..253_402_207_200_000_i64, minutes in -1_439_i64..=1_439, colon in any::<bool>()
    ) {
        let local = time::text(at + minutes * 60_000);
        let (sign, ahead) = if minutes < 0 { ('-', -minutes) } else { ('+', minutes) };
        let colon = if colon { ":" } else { "" };
        let (ms, hours, minutes) = (at % 1_000, ahead / 60, ahead % 60);
        let local = local.trim_end_matches('Z');
        prop_assume!(local.len() == 19);
        let text = format!("{local}.{ms:03}{sign}{hours:02}{colon}{minutes:02}");
        prop_assert_eq!(time::parse(text.as_bytes()), Ok(at), "{}", text);
        // Thirteen digits reach into the year 2286.
        for zeros in ["", "000", "999999"].into_iter().filter(|_| at < 10_000_000_000_000) {
            let number = format!("{at:013}{zeros}");
            prop_assert_eq!(time::parse(number.as_bytes()), Ok(at));
        }
        // A full minute may stand without its seconds.
        let minute = &text[..16];
        let without = format!("{minute}{sign}{hours:02}{colon}{minutes:02}");
        prop_assert_eq!(time::parse(without.as_bytes()), Ok(at - at.rem_euclid(60_000)), "{}", without);
    }

    #[test]
    fn any_text_of_a_key_is_read_without_panic(text in "\\PC{0,60}", der in prop::collection::vec(any::<u8>(), 0..60)) {
        prop_assert!(VerifyingKey::from_pem(&text).is_err() && SigningKey::from_pkcs8_pem(&text).is_err());
        prop_assert!(VerifyingKey::from_der(&der).is_err() && SigningKey::from_pkcs8_der(&der).is_err());
        let block = format!("-----BEGIN {text}-----{text}-----END {text}-----");
        prop_assert!(VerifyingKey::from_pem(&block).is_err());
    }
}
