//! `cargo xtask tidy`: the rules that neither the compiler nor clippy checks, one file each.

mod architecture;
mod arrows;
mod circles;
mod frozen;
mod heads;
mod leftovers;
mod lengths;
mod mirror;
mod placeholders;
mod posting;
mod serialize;
mod sql;

use std::io::{self, Write};

use crate::finding::Finding;
use crate::tree::Tree;

/// Every rule. Each has a test in which it fails on a bad example.
const CHECKS: &[fn(&Tree) -> Vec<Finding>] = &[
    architecture::check,
    arrows::check,
    circles::check,
    frozen::check,
    heads::check,
    leftovers::check,
    lengths::check,
    mirror::check,
    placeholders::check,
    posting::check,
    serialize::check,
    sql::check,
];

/// Writes every finding, the figures and a last line with the count; returns true if there are no findings.
pub(crate) fn run(tree: &Tree, out: &mut impl Write) -> io::Result<bool> {
    let mut findings: Vec<Finding> = CHECKS.iter().flat_map(|check| check(tree)).collect();
    findings.sort_unstable();
    for finding in &findings {
        writeln!(out, "{finding}")?;
    }
    writeln!(out, "{}", lengths::figures(tree))?;
    writeln!(out, "tidy: {} files, {} findings", tree.sources().count(), findings.len())?;
    Ok(findings.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(files: &[(&str, &str)]) -> (bool, String) {
        let mut out = Vec::new();
        let clean = run(&Tree::of(files), &mut out).unwrap();
        (clean, String::from_utf8(out).unwrap())
    }

    #[test]
    fn lists_every_finding_by_place_and_fails() {
        let (clean, text) =
            report(&[("crates/house/src/b.rs", "fn f() { todo!() }\n"), ("a.rs", "fn f() {}\n")]);
        assert!(!clean);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 6, "{text}");
        assert!(lines[0].starts_with("ARCHITECTURE.md:1: architecture: "));
        assert!(lines[1].starts_with("a.rs:1: heads: "));
        assert!(lines[2].starts_with("crates/house/src/b.rs:1: heads: "));
        assert!(lines[3].starts_with("crates/house/src/b.rs:1: leftovers: "));
        assert!(lines[4].starts_with("lengths: "));
        assert_eq!(lines[5], "tidy: 2 files, 4 findings");
    }

    #[test]
    fn passes_a_clean_project() {
        let (clean, text) = report(&[("ARCHITECTURE.md", "# Map\n"), ("a.rs", "//! A.\nfn f() {}\n")]);
        assert!(clean, "{text}");
        assert!(text.ends_with("tidy: 1 files, 0 findings\n"));
    }
}
