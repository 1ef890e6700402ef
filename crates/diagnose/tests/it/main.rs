//! Diagnoses of refused signatures: mistakes made by signers of the tests' own, each of which gets its name.

mod binance_pay;
mod world_first;

use countinghouse_diagnose::{Cause, Diagnosis};

/// The findings as text, when they are the whole story: `lower-case-hex, body-spaces`.
fn told(diagnosis: Option<Diagnosis>) -> String {
    let diagnosis = diagnosis.expect("the signature is not right");
    let findings: Vec<String> = diagnosis.findings.iter().map(ToString::to_string).collect();
    assert!(diagnosis.explained || diagnosis.signed.is_none(), "{findings:?}");
    let rest = if diagnosis.explained { "" } else { " …" };
    findings.join(", ") + rest
}

/// The page lists every cause as the code has it, in its order.
#[test]
fn the_page_lists_every_cause() {
    let page = include_str!("../../../../docs/signatures.md");
    let listed: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    let row = |cause: Cause| format!("| `{}` | {} | {} |", cause.name(), cause.meaning(), cause.remedy());
    assert_eq!(listed, Cause::all().map(row).collect::<Vec<_>>());
}

/// Every cause has a case in one of the modules.
#[test]
fn every_cause_has_a_test() {
    let tests = [include_str!("binance_pay.rs"), include_str!("world_first.rs")].concat();
    for cause in Cause::all() {
        let name = cause.name();
        assert!(tests.contains(&format!("\"{name}")) || tests.contains(&format!(", {name}")), "{name}");
        assert!(!cause.meaning().is_empty() && !cause.remedy().is_empty(), "{name}");
    }
}
