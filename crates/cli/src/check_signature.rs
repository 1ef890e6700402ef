//! `countinghouse check-signature`: checks the signature of a captured request, and explains an invalid one. Needs no
//! server.

mod capture;

use capture::Capture;
use clap::Args;
use diagnose::Diagnosis;
use std::path::{Path, PathBuf};
use wire::{
    binance_pay::headers as pay,
    escape::escaped,
    native::Excerpt,
    world_first::{VerifyingKey, headers as world},
};

use crate::{exit::Failure, explain, output, sign::read};

/// The captured request, and the keys that should have signed it.
#[derive(Args)]
pub(crate) struct Options {
    /// The request: raw HTTP, or what curl -v printed; - is standard input
    #[arg(long, value_name = "FILE")]
    request: PathBuf,
    /// The body as it was sent; curl -v does not print it
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// File that holds the secret of the Binance Pay API key; secrets of others that may have been taken for it may
    /// follow
    #[arg(long, value_name = "FILE")]
    secret_file: Vec<PathBuf>,
    /// File that holds a public key of the WorldFirst client, PEM; more may follow, each as VERSION=FILE
    #[arg(long, value_name = "[VERSION=]FILE")]
    public_key: Vec<String>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Checks the signature.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let captured = read(&options.request)?;
    let body = options.body.as_deref().map(read).transpose()?;
    let capture = Capture::read(&captured, body).map_err(Failure::usage)?;
    let found = if capture.header(pay::SIGNATURE).is_some() {
        binance_pay(&capture, &options.secret_file)?
    } else if capture.header(world::SIGNATURE).is_some() {
        world_first(&capture, &options.public_key)?
    } else {
        let names = [pay::display::SIGNATURE, world::display::SIGNATURE];
        return Err(Failure::usage(format!("the request has neither {} nor {}", names[0], names[1])));
    };
    let Some(found) = found else {
        if options.json {
            output::line("{\n  \"right\": true\n}");
        } else {
            output::good("The signature is right.");
            remark("But", &capture);
        }
        return Ok(());
    };
    let shown =
        found.to_native(|bytes| Excerpt { text: escaped(bytes), bytes: bytes.len() as u64, cut: false });
    if options.json {
        output::line(output::json(&serde_json::to_string_pretty(&shown).map_err(Failure::failed)?));
    } else {
        output::line(explain::diagnosis(&shown));
        remark("\nBesides,", &capture);
    }
    Err(Failure::signature("the signature is wrong"))
}

/// Remarks on problems that a server refuses whatever the signature is.
fn remark(before: &str, capture: &Capture) {
    // WorldFirst also accepts finer units, which it recognizes by the number of digits.
    let times = [
        (pay::TIMESTAMP, pay::display::TIMESTAMP, true),
        (world::REQUEST_TIME, world::display::REQUEST_TIME, false),
    ];
    for (name, display, milliseconds_alone) in times {
        let unit = capture.header(name).and_then(diagnose::other_unit);
        if let Some(unit) = unit.filter(|unit| milliseconds_alone || *unit == "seconds") {
            output::line(format_args!(
                "{before} {display} is in {unit}; a server wants milliseconds, and refuses it."
            ));
        }
    }
}

fn binance_pay(capture: &Capture, files: &[PathBuf]) -> Result<Option<Diagnosis>, Failure> {
    let secrets: Vec<Vec<u8>> = files.iter().map(|file| read(file)).collect::<Result<_, _>>()?;
    let secrets: Vec<&[u8]> = secrets.iter().map(|secret| secret.trim_ascii()).collect();
    let Some((secret, others)) = secrets.split_first() else {
        return Err(Failure::usage("name the file with the key's secret: --secret-file FILE"));
    };
    let names: Vec<String> = files[1..].iter().map(|file| file.display().to_string()).collect();
    let others: Vec<(&str, &[u8])> = names.iter().map(String::as_str).zip(others.iter().copied()).collect();
    Ok(diagnose::binance_pay::diagnose(&diagnose::binance_pay::Request {
        api_key: capture.header(pay::CERTIFICATE_SN).unwrap_or_default(),
        timestamp: capture.needed(pay::TIMESTAMP, pay::display::TIMESTAMP).map_err(Failure::usage)?,
        nonce: capture.needed(pay::NONCE, pay::display::NONCE).map_err(Failure::usage)?,
        body: &capture.body,
        signature: capture.header(pay::SIGNATURE).unwrap_or_default(),
        secret,
        other_secrets: &others,
        earlier: &[],
    }))
}

fn world_first(capture: &Capture, files: &[String]) -> Result<Option<Diagnosis>, Failure> {
    if files.is_empty() {
        return Err(Failure::usage("name the file with the client's public key: --public-key FILE"));
    }
    let mut keys: Vec<(i64, VerifyingKey)> =
        files.iter().zip(1..).map(|(file, place)| public_key(file, place)).collect::<Result<_, _>>()?;
    keys.sort_by_key(|(version, _)| *version);
    let keys: Vec<(i64, &VerifyingKey)> = keys.iter().map(|(version, key)| (*version, key)).collect();
    let host = capture.host();
    Ok(diagnose::world_first::diagnose(&diagnose::world_first::Request {
        method: &capture.method,
        target: &capture.target,
        host: host.as_deref(),
        client_id: capture.needed(world::CLIENT_ID, world::display::CLIENT_ID).map_err(Failure::usage)?,
        time: capture.needed(world::REQUEST_TIME, world::display::REQUEST_TIME).map_err(Failure::usage)?,
        body: &capture.body,
        signature: capture.header(world::SIGNATURE).unwrap_or_default(),
        keys: &keys,
        earlier: &[],
    }))
}

/// A key and its version; by default its position among the keys.
fn public_key(file: &str, place: i64) -> Result<(i64, VerifyingKey), Failure> {
    let named = file.split_once('=').and_then(|(version, file)| Some((version.parse().ok()?, file)));
    let (version, file) = named.unwrap_or((place, file));
    let pem = String::from_utf8(read(Path::new(file))?).map_err(Failure::usage)?;
    let key = VerifyingKey::from_pem(&pem);
    Ok((version, key.map_err(|error| Failure::usage(format!("the key {file} {error}")))?))
}
