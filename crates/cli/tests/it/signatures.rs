//! `requests`, `explain`, `sign` and `check-signature`, on a server and without one.

use crate::{
    admin::table,
    process::{Ran, Server, countinghouse, finish, run},
    shop,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use client::{Clock as _, SystemClock};
use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::PathBuf,
};
use tempfile::TempDir;
use wire::{binance_pay::Secret, world_first::SigningKey};

const TARGET: &str = "/binancepay/openapi/v2/order/query";
const BODY: &str = r#"{"prepayId":"1"}"#;

fn file(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path: PathBuf = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A request of the shop as it goes over the wire, with this signature.
fn raw(time: &str, nonce: &str, signature: &str) -> String {
    format!(
        "POST {TARGET} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         BinancePay-Timestamp: {time}\r\nBinancePay-Nonce: {nonce}\r\nBinancePay-Certificate-SN: {}\r\n\
         BinancePay-Signature: {signature}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{BODY}",
        shop::KEY,
        BODY.len()
    )
}

fn signature(time: &str, nonce: &str) -> String {
    String::from_utf8(Secret::new(shop::SECRET.as_bytes()).sign(time, nonce, BODY.as_bytes()).to_vec())
        .unwrap()
}

/// Sends bytes; the request id of the reply.
fn send(server: &Server, raw: &str) -> String {
    let mut stream = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(raw.as_bytes()).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    let id = reply.lines().find_map(|line| line.strip_prefix("x-request-id: "));
    id.unwrap_or_else(|| panic!("{reply}")).to_owned()
}

fn ask(server: &Server, words: &[&str]) -> Ran {
    finish(countinghouse().args(words).args(["--server", &server.url, "--token", &server.token]))
}

#[test]
fn a_refused_signature_is_explained_by_its_server() {
    let folder = TempDir::new().unwrap();
    let fixtures = shop::fixtures_file(folder.path());
    let server = Server::start(&folder.path().join("data"), &["--fixtures", fixtures.to_str().unwrap()]);
    let (time, nonce) = (SystemClock.now_ms().to_string(), "0123456789abcdef0123456789ABCDEF");
    let id = send(&server, &raw(&time, nonce, &signature(&time, nonce).to_lowercase()));

    let listed = ask(&server, &["requests", "--code", "400002"]);
    let rows = table(&listed.stdout);
    assert_eq!(rows.len(), 2, "{}{}", listed.stdout, listed.stderr);
    assert_eq!((rows[1][0], rows[1][2], rows[1][3]), (id.as_str(), "binance_pay/order/query_v2", shop::KEY));
    assert_eq!(*rows[1].last().unwrap(), "lower-case-hex");
    assert_eq!(table(&ask(&server, &["requests", "--holder", "nobody"]).stdout).len(), 1);

    let told = ask(&server, &["explain", &id]);
    assert_eq!((told.code, told.stderr.as_str()), (Some(0), ""));
    for part in [
        "POST /binancepay/openapi/v2/order/query\nanswered 400002 at ",
        "lower-case-hex: the signature is in lower-case hex\n  write it in upper case",
        &format!("the text that was signed is right, its signature is not\n  {time}\\n{nonce}\\n{BODY}\\n\n"),
    ] {
        assert!(told.stdout.contains(part), "{part}: {}", told.stdout);
    }
    // A time that is refused for its unit, which is what `explain` says too.
    let seconds = &time[..10];
    let id_of_seconds = send(&server, &raw(seconds, nonce, &signature(seconds, nonce)));
    let told = ask(&server, &["explain", &id_of_seconds]);
    assert!(told.stdout.contains("BinancePay-Timestamp is in seconds (10 digits)"), "{}", told.stdout);
    // A field that the endpoint does not know, and the one that was meant.
    let body = BODY.replace("prepayId", "prepayid");
    let signed = Secret::new(shop::SECRET.as_bytes()).sign(&time, nonce, body.as_bytes());
    let request = raw(&time, nonce, std::str::from_utf8(&signed).unwrap()).replace(BODY, &body);
    let told = ask(&server, &["explain", &send(&server, &request)]);
    let misspelt = "\nprepayid is not a field here and was ignored; did you mean prepayId?\n";
    assert!(told.stdout.contains(misspelt), "{}", told.stdout);
    let json = ask(&server, &["explain", "--json", &id]);
    let request: wire::native::Request = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(request.causes, ["lower-case-hex"]);
    let unknown = ask(&server, &["explain", "00000000-000000000000"]);
    assert!(unknown.code == Some(1) && unknown.stderr.contains("remembers"), "{}", unknown.stderr);
}

#[test]
fn a_captured_request_is_checked_without_a_server() {
    let folder = TempDir::new().unwrap();
    let secret = file(&folder, "secret", format!("{}\n", shop::SECRET));
    let other = file(&folder, "other", "another-secret-0123456789");
    let (time, nonce) = ("1611232922428", "5RhaTrZPhknNv0kDSA2UQ67cPMVNS4sA");
    let check = |raw: &str, more: &[&str]| {
        let request = file(&folder, "request", raw);
        run(&[&["check-signature", "--request", &request, "--secret-file", &secret], more].concat())
    };
    let right = signature(time, nonce);
    let ran = check(&raw(time, nonce, &right), &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "The signature is right.\n"), "{}", ran.stderr);
    let ran = check(&raw(&time[..10], nonce, &right), &[]);
    assert_eq!(ran.code, Some(4), "seconds were sent");
    let seconds = "BinancePay-Timestamp is in seconds; a server wants milliseconds, and refuses it.\n";
    assert!(ran.stdout.ends_with(&format!("\nBesides, {seconds}")), "{}", ran.stdout);
    let ran = check(&raw(&time[..10], nonce, &signature(&time[..10], nonce)), &[]);
    assert_eq!(ran.stdout, format!("The signature is right.\nBut {seconds}"));
    let fine = format!("{time}000");
    let ran = check(&raw(&fine, nonce, &signature(&fine, nonce)), &[]);
    assert!(ran.stdout.contains("BinancePay-Timestamp is in microseconds"), "{}", ran.stdout);
    let ran = check(&raw(time, nonce, &right.to_lowercase()), &[]);
    assert_eq!(ran.code, Some(4));
    assert!(ran.stdout.starts_with("lower-case-hex: "), "{}", ran.stdout);
    assert!(!ran.stdout.contains("as it should"), "{}", ran.stdout);
    assert_eq!(ran.stderr, "error: the signature is wrong\n");
    let by_other = Secret::new(b"another-secret-0123456789").sign(time, nonce, BODY.as_bytes());
    let by_other = raw(time, nonce, std::str::from_utf8(&by_other).unwrap());
    let ran = check(&by_other, &["--secret-file", &other, "--json"]);
    let found: wire::native::RefusedSignature = serde_json::from_str(&ran.stdout).unwrap();
    assert!(found.explained && found.causes[0].name == "other-secret", "{}", ran.stdout);
    assert!(found.causes[0].which.as_ref().unwrap().contains("other"), "{}", ran.stdout);
    let ran = check(&by_other, &[]);
    assert!(ran.stdout.contains("The cause was not found; everything known was tried"), "{}", ran.stdout);

    // What curl -v prints, with the body beside it.
    let head = raw(time, nonce, &right).replace("\r\n", "\r\n> ");
    let printed = format!("* Connected\n> {}", head.split("Connection").next().unwrap());
    let body = file(&folder, "body", format!("{BODY}\n"));
    let ran = check(&printed, &["--body", &body]);
    assert!(ran.code == Some(4) && ran.stdout.starts_with("body-ends: "), "{}{}", ran.stdout, ran.stderr);
    for (raw, part) in
        [(printed.as_str(), "--body"), ("{}", "request line"), ("POST / HTTP/1.1\n\n", "neither")]
    {
        let ran = check(raw, &[]);
        assert!(ran.code == Some(2) && ran.stderr.contains(part), "{}", ran.stderr);
    }
}

/// What `sign` says, made into a request, is right; and a WorldFirst client's key is told from its other ones.
#[test]
fn what_is_signed_here_checks_out() {
    let folder = TempDir::new().unwrap();
    let body = file(&folder, "body", BODY);
    let secret = file(&folder, "secret", shop::SECRET);
    let signed = run(&["sign", "binance-pay", "--key", shop::KEY, "--secret-file", &secret, "--body", &body]);
    assert_eq!(signed.code, Some(0), "{}", signed.stderr);
    let as_request = |signed: &str, target: &str| {
        let (headers, _) = signed.split_once("\n\n").unwrap();
        file(&folder, "request", format!("POST {target} HTTP/1.1\n{headers}\n\n{BODY}"))
    };
    let request = as_request(&signed.stdout, TARGET);
    let ran = run(&["check-signature", "--request", &request, "--secret-file", &secret]);
    assert_eq!(ran.stdout, "The signature is right.\n", "{}", ran.stderr);

    let target = "/amsin/api/v1/business/account/inquiryBalance";
    let keys = [(); 2].map(|()| SigningKey::generate().unwrap());
    let private = file(&folder, "private.pem", pem(&keys[0]));
    let public = keys.each_ref().map(|key| key.public().to_pem());
    let public = [file(&folder, "one.pem", &public[0]), file(&folder, "two.pem", &public[1])];
    let arguments = [
        "sign",
        "world-first",
        "--client-id",
        "5J5Y307NSG0001",
        "--private-key",
        &private,
        "--target",
        target,
    ];
    let signed = run(&[&arguments[..], &["--body", &body, "--key-version", "2"]].concat());
    assert_eq!(signed.code, Some(0), "{}", signed.stderr);
    assert!(
        signed.stdout.contains(&format!("signed\n  POST {target}\\n5J5Y307NSG0001.")),
        "{}",
        signed.stdout
    );
    let request = as_request(&signed.stdout, target);
    let check = |keys: [&str; 2]| {
        run(&["check-signature", "--request", &request, "--public-key", keys[0], "--public-key", keys[1]])
    };
    let right = check([&format!("2={}", public[0]), &format!("1={}", public[1])]);
    assert_eq!(right.stdout, "The signature is right.\n", "{}", right.stderr);
    let wrong = check([&public[0], &public[1]]);
    assert!(wrong.stdout.starts_with("other-key-version (version 1 signed): "), "{}", wrong.stdout);
}

/// The private key as the PEM that clients keep.
fn pem(key: &SigningKey) -> String {
    let base64 = STANDARD.encode(&*key.to_pkcs8_der().unwrap());
    format!("-----BEGIN PRIVATE KEY-----\n{base64}\n-----END PRIVATE KEY-----\n")
}
