//! Downloading a report's file: whole and unchanged, or not at all.

use super::Report;
use client::{Download, Native};
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest as _, Sha256};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::time::timeout;
use wire::native;

use crate::exit::Failure;

/// Maximum time without data from the server.
const PATIENCE: Duration = Duration::from_secs(60);
/// Style of the progress bar.
const STYLE: &str = "{bar:40} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} to go";

/// Downloads a file. It has another name until it is complete and has the report's digest.
pub(super) async fn run(
    native: &Native,
    id: &str,
    output: Option<&Path>,
    report: Report,
) -> Result<(), Failure> {
    let found = native.report(id).await?;
    let mut file = native.report_file(id).await?;
    if output.is_some_and(|output| output.as_os_str() == "-") {
        let digest = copy(&mut file, &mut io::stdout().lock()).await?;
        return check(&found, &digest);
    }
    // The name uses the requested id: a server must not choose the path.
    let name = || PathBuf::from(format!("balance-report-{id}.{}", found.format));
    let path = output.map_or_else(name, Path::to_owned);
    let mut aside = path.clone().into_os_string();
    aside.push(".part");
    let aside = PathBuf::from(aside);
    let failed = |error: io::Error| Failure::failed(format!("cannot write {}: {error}", path.display()));
    let mut out = File::create(&aside).map_err(failed)?;
    let copied = match copy(&mut file, &mut out).await {
        Ok(digest) => check(&found, &digest),
        Err(failure) => Err(failure),
    };
    let kept = copied.and_then(|()| {
        out.sync_all().map_err(failed)?;
        fs::rename(&aside, &path).map_err(failed)
    });
    if kept.is_err() {
        // The partial file is useless.
        let _ = fs::remove_file(&aside);
    }
    kept?;
    report.done(&found, path.display());
    Ok(())
}

/// Copies the file and returns its SHA-256.
async fn copy(file: &mut Download, out: &mut impl Write) -> Result<String, Failure> {
    let bar = ProgressBar::new(file.length().unwrap_or_default());
    bar.set_style(ProgressStyle::with_template(STYLE).unwrap_or_else(|_| ProgressStyle::default_bar()));
    let mut digest = Sha256::new();
    loop {
        let piece = timeout(PATIENCE, file.next()).await;
        let piece = piece.map_err(|_| Failure::failed("the server sends nothing more"))??;
        let Some(piece) = piece else { break };
        digest.update(&piece);
        out.write_all(&piece).map_err(|error| Failure::failed(format!("cannot write the file: {error}")))?;
        bar.inc(u64::try_from(piece.len()).unwrap_or_default());
    }
    out.flush().map_err(|error| Failure::failed(format!("cannot write the file: {error}")))?;
    bar.finish_and_clear();
    Ok(hex::encode(digest.finalize()))
}

/// Compares the digest with that of the report.
fn check(found: &native::Report, digest: &str) -> Result<(), Failure> {
    match found.sha256.as_deref() {
        Some(expected) if expected != digest => {
            Err(Failure::failed(format!("the file is damaged: its SHA-256 is {digest}, not {expected}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_has_a_style() {
        assert!(ProgressStyle::with_template(STYLE).is_ok());
    }
}
