//! `countinghouse sign`: the headers of a request, and the signed text. Nothing is sent.

use clap::{Args, Subcommand};
use client::{Clock as _, SystemClock, SystemEntropy, nonce};
use serde_json::json;
use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};
use wire::{
    binance_pay::{Secret, headers::display as pay},
    escape::escaped,
    world_first::{SignatureHeader, SigningKey, headers::display as world, sign::text_to_sign, time},
};

use crate::{exit::Failure, output};

/// The provider's API.
#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    api: Api,
}

#[derive(Subcommand)]
enum Api {
    /// With the secret of a Binance Pay API key
    BinancePay(BinancePay),
    /// With the private key of a WorldFirst client
    WorldFirst(WorldFirst),
}

#[derive(Args)]
struct BinancePay {
    /// The API key
    #[arg(long, value_name = "KEY")]
    key: String,
    /// File that holds its secret; white space around it does not count
    #[arg(long, value_name = "FILE")]
    secret_file: PathBuf,
    /// File that holds the body, signed to the byte; - is standard input
    #[arg(long, value_name = "FILE")]
    body: PathBuf,
    /// Unix time in milliseconds [default: now]
    #[arg(long, value_name = "MS")]
    timestamp: Option<i64>,
    /// 32 characters [default: drawn at random]
    #[arg(long, value_name = "NONCE")]
    nonce: Option<String>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct WorldFirst {
    /// The client's id
    #[arg(long, value_name = "CLIENT_ID")]
    client_id: String,
    /// File that holds its private key, PEM
    #[arg(long, value_name = "FILE")]
    private_key: PathBuf,
    /// Which of its keys that is [default: its newest, so that none is named]
    #[arg(long, value_name = "VERSION")]
    key_version: Option<i64>,
    /// Path and query, as /amsin/api/v1/business/account/inquiryBalance
    #[arg(long, value_name = "PATH")]
    target: String,
    /// File that holds the body, signed to the byte; - is standard input
    #[arg(long, value_name = "FILE")]
    body: PathBuf,
    /// The time as it will be sent [default: now]
    #[arg(long, value_name = "TIME")]
    time: Option<String>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Signs the request.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    match &options.api {
        Api::BinancePay(options) => binance_pay(options),
        Api::WorldFirst(options) => world_first(options),
    }
}

fn binance_pay(options: &BinancePay) -> Result<(), Failure> {
    let body = read(&options.body)?;
    let secret = read(&options.secret_file)?;
    let timestamp = options.timestamp.unwrap_or_else(|| SystemClock.now_ms()).to_string();
    let nonce = options.nonce.clone().unwrap_or_else(|| nonce(&SystemEntropy));
    let signature = Secret::new(secret.trim_ascii()).sign(&timestamp, &nonce, &body);
    let signature = String::from_utf8_lossy(&signature).into_owned();
    let text = [timestamp.as_bytes(), b"\n", nonce.as_bytes(), b"\n", &body, b"\n"].concat();
    let headers = [
        (pay::TIMESTAMP, timestamp),
        (pay::NONCE, nonce),
        (pay::CERTIFICATE_SN, options.key.clone()),
        (pay::SIGNATURE, signature),
    ];
    tell(&headers, &text, options.json)
}

fn world_first(options: &WorldFirst) -> Result<(), Failure> {
    let body = read(&options.body)?;
    let pem = String::from_utf8(read(&options.private_key)?).map_err(Failure::usage)?;
    let key = SigningKey::from_pkcs8_pem(&pem)
        .map_err(|error| Failure::usage(format!("the key {} {error}", options.private_key.display())))?;
    let sent = options.time.clone().unwrap_or_else(|| time::text(SystemClock.now_ms()));
    let text = text_to_sign("POST", &options.target, options.client_id.as_bytes(), sent.as_bytes(), &body);
    let signature = SignatureHeader::emit(options.key_version.unwrap_or_default(), &key.sign(&text));
    let signature = match options.key_version {
        Some(_) => signature,
        None => signature.replacen(" keyVersion=0,", "", 1),
    };
    let headers = [
        (world::CLIENT_ID, options.client_id.clone()),
        (world::REQUEST_TIME, sent),
        (world::SIGNATURE, signature),
    ];
    tell(&headers, &text, options.json)
}

fn tell(headers: &[(&str, String)], text: &[u8], json: bool) -> Result<(), Failure> {
    if json {
        let headers: serde_json::Map<_, _> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let told = json!({ "headers": headers, "signed": escaped(text) });
        output::line(serde_json::to_string_pretty(&told).map_err(Failure::failed)?);
        return Ok(());
    }
    for (name, value) in headers {
        output::line(format_args!("{name}: {value}"));
    }
    output::line(format_args!("\nsigned\n  {}", escaped(text)));
    Ok(())
}

/// Reads a file, or standard input.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let read = if path == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    read.map_err(|error| Failure::failed(format!("cannot read {}: {error}", path.display())))
}
