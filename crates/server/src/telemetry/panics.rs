//! Panics as log lines, with the location in the sources but no path of the build machine.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    panic::{self, PanicHookInfo},
    thread,
};

/// Logs every panic of the process.
pub(super) fn log_all() {
    panic::set_hook(Box::new(log));
}

fn log(info: &PanicHookInfo<'_>) {
    let place = info.location().map(|at| format!("{}:{}", in_sources(at.file()), at.line()));
    let text = info.payload_as_str().unwrap_or("a value that is no text");
    let thread = thread::current().name().map(str::to_owned);
    tracing::error!(place, thread, "panicked: {text}");
    // Only with RUST_BACKTRACE, paths included.
    let trace = Backtrace::capture();
    if trace.status() == BacktraceStatus::Captured {
        tracing::error!(%trace, "backtrace");
    }
}

/// A file's path without the build machine's part.
fn in_sources(file: &str) -> &str {
    if !file.starts_with('/') {
        return file;
    }
    // A library from a registry, from a repository, or Rust's own: each path has one more folder with a generated name.
    ["/registry/src/", "/git/checkouts/", "/rustc/"]
        .iter()
        .find_map(|folder| file.split_once(folder))
        .and_then(|(_, rest)| rest.split_once('/'))
        .map_or_else(|| file.rsplit('/').next().unwrap_or_default(), |(_, inside)| inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_folder_of_the_builders_is_named() {
        for (file, shown) in [
            ("crates/store/src/tx.rs", "crates/store/src/tx.rs"),
            (
                "/root/.cargo/registry/src/index.example-1949cf/tokio-1.54.1/src/task.rs",
                "tokio-1.54.1/src/task.rs",
            ),
            ("/home/me/.cargo/git/checkouts/name-12ab/3cd4/src/lib.rs", "3cd4/src/lib.rs"),
            ("/rustc/0123abcd/library/core/src/option.rs", "library/core/src/option.rs"),
            ("/home/me/work/house/src/lib.rs", "lib.rs"),
        ] {
            assert_eq!(in_sources(file), shown);
        }
    }
}
