//! The project's own tools: `cargo xtask tidy` checks its rules, `cargo xtask docs` makes pages from the types,
//! `cargo xtask endpoint` writes the skeleton of an endpoint, `cargo xtask freeze` seals migrations.

mod docs;
mod endpoint;
mod finding;
mod freeze;
mod migrations;
mod tidy;
mod tokens;
mod tree;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use crate::tree::Tree;

const USAGE: &str = "usage: cargo xtask <command>

commands:
  tidy      check the project's own rules; lists what breaks them and exits with 1
  docs      make what is made from the types: docs/codes.md, and the tables of endpoints
  endpoint <name> [<request> <reply>]
            write the skeleton of an endpoint in all of its places; request and reply name its types
  freeze    add every migration to the list of those that may not change any more";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        ["tidy"] => Tree::load(&root()).and_then(|tree| tidy::run(&tree, &mut io::stdout().lock())),
        ["docs"] => docs::run(&root()),
        ["endpoint", name] => endpoint::run(&root(), name, None, &mut io::stdout().lock()),
        ["endpoint", name, request, reply] => {
            endpoint::run(&root(), name, Some((request, reply)), &mut io::stdout().lock())
        }
        ["freeze"] => freeze::run(&root(), &mut io::stdout().lock()),
        _ => complain(USAGE).map(|()| false),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        // If even standard error is closed, nothing can be reported.
        Err(error) => complain(&format!("xtask: {error}")).map_or(ExitCode::FAILURE, |()| ExitCode::FAILURE),
    }
}

fn complain(text: &str) -> io::Result<()> {
    writeln!(io::stderr().lock(), "{text}")
}

/// The workspace, from the folder of this crate that cargo passes at run time, which is right also in a clone that
/// shares its target folder with another.
fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.parent().map_or_else(|| here.clone(), PathBuf::from)
}
