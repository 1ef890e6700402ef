//! The keys that the server signs its replies with.

use super::read;
use clap::Args;
use client::Native;
use std::path::PathBuf;
use wire::native::world_first::{RotateServerKey, ServerKey};

use crate::{
    admin::report::{Column, Report},
    exit::Failure,
    output,
};

#[derive(Args)]
pub(crate) struct Rotate {
    /// A private key to take: PEM, PKCS#8, RSA of 2048 to 4096 bits [default: the server makes one]
    #[arg(long, value_name = "FILE")]
    import: Option<PathBuf>,
    /// For how long the key before it goes on signing, so that callers can fetch the next
    /// [default: as the server is configured]
    #[arg(long, value_name = "SECONDS")]
    overlap: Option<u32>,
}

/// Prints the key that signs now, as callers take it.
pub(super) async fn show(native: &Native, report: Report) -> Result<(), Failure> {
    let keys = native.server_keys().await?.keys;
    let current = keys.first().ok_or_else(|| Failure::failed("the server has no key"))?;
    if report.json {
        report.done(current, "");
    } else {
        output::line(output::escaped_lines(current.pem.trim_end()));
    }
    Ok(())
}

pub(super) async fn list(native: &Native, report: Report) -> Result<(), Failure> {
    let answer = native.server_keys().await?;
    let columns = [Column::Number("VERSION"), Column::Text("SINCE"), Column::Text("RETIRES")];
    report.list(&answer, "keys", columns, answer.keys.iter().map(row));
    Ok(())
}

pub(super) async fn rotate(native: &Native, asked: &Rotate, report: Report) -> Result<(), Failure> {
    let pem = asked.import.as_deref().map(read).transpose()?;
    let next = native.rotate_server_key(&RotateServerKey { pem, overlap_s: asked.overlap }).await?;
    report.done(&next, format_args!("version {} is the next key", next.version));
    Ok(())
}

fn row(key: &ServerKey) -> [String; 3] {
    let retires = key.retire_at.map(|at| at.to_string()).unwrap_or_default();
    [key.version.to_string(), key.created_at.to_string(), retires]
}
