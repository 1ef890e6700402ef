//! The keys that the server signs with: WorldFirst's replies, and Binance Pay's webhooks.

use super::{
    read_key,
    report::{Column, Report},
};
use clap::{Args, Subcommand};
use client::Native;
use std::path::PathBuf;
use wire::native::{RotateServerKey, ServerKey, ServerKeys};

use crate::{exit::Failure, output};

/// `admin certificates`.
#[derive(Subcommand)]
pub(super) enum Certificates {
    /// List them, the one that signs now first
    List,
    /// Print the public key that webhooks are verified with (PEM)
    Show,
    /// Rotate the key that webhooks are signed with; the next one signs at once
    Rotate(Rotate),
}

#[derive(Args)]
pub(super) struct Rotate {
    /// A private key to take: PEM, PKCS#8, RSA of 2048 to 4096 bits [default: the server makes one]
    #[arg(long, value_name = "FILE")]
    import: Option<PathBuf>,
    /// For how long the key before it stays valid, so that callers can fetch the next
    /// [default: as the server is configured]
    #[arg(long, value_name = "SECONDS")]
    overlap: Option<u32>,
}

impl Rotate {
    /// The request for it.
    pub(super) fn request(&self) -> Result<RotateServerKey, Failure> {
        let pem = self.import.as_deref().map(read_key).transpose()?;
        Ok(RotateServerKey { pem, overlap_s: self.overlap })
    }
}

/// Runs `admin certificates`.
pub(super) async fn run(native: &Native, command: &Certificates, report: Report) -> Result<(), Failure> {
    match command {
        Certificates::List => list(&native.certificates().await?, report),
        Certificates::Show => show(&native.certificates().await?, report)?,
        Certificates::Rotate(rotate) => {
            rotated(&native.rotate_certificate(&rotate.request()?).await?, report);
        }
    }
    Ok(())
}

/// Prints the key that signs now, as callers take it.
pub(super) fn show(keys: &ServerKeys, report: Report) -> Result<(), Failure> {
    let current = keys.keys.first().ok_or_else(|| Failure::failed("the server has no key"))?;
    if report.json {
        report.done(current, "");
    } else {
        output::line(output::escaped_lines(current.pem.trim_end()));
    }
    Ok(())
}

/// Lists keys; those of webhooks with their serials.
pub(super) fn list(keys: &ServerKeys, report: Report) {
    let [version, since, retires] =
        [Column::Number("VERSION"), Column::Text("SINCE"), Column::Text("RETIRES")];
    if keys.keys.iter().any(|key| key.serial.is_some()) {
        let columns = [version, Column::Text("SERIAL"), since, retires];
        let row = |key: &ServerKey| {
            let [version, since, retires] = row(key);
            [version, key.serial.clone().unwrap_or_default(), since, retires]
        };
        report.list(keys, "keys", columns, keys.keys.iter().map(row));
    } else {
        report.list(keys, "keys", [version, since, retires], keys.keys.iter().map(row));
    }
}

/// Says which key is the next one.
pub(super) fn rotated(next: &ServerKey, report: Report) {
    report.done(next, format_args!("version {} is the next key", next.version));
}

fn row(key: &ServerKey) -> [String; 3] {
    let retires = key.retire_at.map(|at| at.to_string()).unwrap_or_default();
    [key.version.to_string(), key.created_at.to_string(), retires]
}
