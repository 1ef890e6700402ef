//! `cargo xtask docs`: has the tests that compare what is generated with the pages write it instead.

use std::{env, io, path::Path, process::Command};

/// Tells those tests to write.
const WRITE: &str = "COUNTINGHOUSE_WRITE_DOCS";

/// Writes everything that is generated; false when a test says that it could not. The pages are made where the types are,
/// so that this program need not be built with all of them.
pub(crate) fn run(root: &Path) -> io::Result<bool> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .current_dir(root)
        .args(["test", "--package", "countinghouse-wire", "--test", "it", "_page"])
        .env(WRITE, "1")
        .status()?;
    Ok(status.success())
}
