//! `cargo xtask docs`: makes the tests that compare generated pages write them instead.

use std::{env, io, path::Path, process::Command};

/// The variable that makes those tests write.
const WRITE: &str = "COUNTINGHOUSE_WRITE_DOCS";

/// Writes everything that is generated; false if a test failed to. The pages are made by the crate of the types, so
/// that this program need not be built with it.
pub(crate) fn run(root: &Path) -> io::Result<bool> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .current_dir(root)
        .args(["test", "--package", "countinghouse-wire", "--test", "it", "_page"])
        .env(WRITE, "1")
        .status()?;
    Ok(status.success())
}
