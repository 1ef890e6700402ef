//! Completions and manual pages, made from the declarations of the commands.

use crate::process::run;
use std::{fs, process::Command};
use tempfile::TempDir;
use wire::CATALOGUE;

#[test]
fn every_shell_completes_commands_and_endpoints() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = run(&["completions", shell]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{shell}");
        for word in ["serve", "release-reserve", "completions"] {
            assert!(ran.stdout.contains(word), "{shell}: {word}");
        }
        // Two of the generators know no values of arguments that are no options.
        let knows_endpoints = matches!(shell, "bash" | "zsh");
        for entry in CATALOGUE.iter().filter(|_| knows_endpoints) {
            assert!(ran.stdout.contains(entry.spec.name), "{shell}: {}", entry.spec.name);
        }
    }
    let ran = run(&["completions", "tcsh"]);
    assert_eq!(ran.code, Some(2));
}

#[test]
fn bash_reads_its_completions() {
    let folder = TempDir::new().unwrap();
    let script = folder.path().join("countinghouse.bash");
    fs::write(&script, run(&["completions", "bash"]).stdout).unwrap();
    let complete = r#"source "$0"; COMP_WORDS=(countinghouse call binance_pay/profit_sharing/query_s); COMP_CWORD=2
        _countinghouse countinghouse "${COMP_WORDS[2]}" call; printf '%s\n' "${COMPREPLY[@]}""#;
    let output = Command::new("bash").args(["-c", complete]).arg(&script).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        said,
        "binance_pay/profit_sharing/query_split\n",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let page = run(&["man"]);
    assert_eq!(page.code, Some(0), "{}", page.stderr);
    assert!(page.stdout.contains(".TH countinghouse 1"), "{}", page.stdout);
    let folder = TempDir::new().unwrap();
    let below = folder.path().join("man1");
    let ran = run(&["man", "--folder", below.to_str().unwrap()]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{}", ran.stderr);
    for name in
        ["countinghouse", "countinghouse-call", "countinghouse-serve", "countinghouse-admin-keys-issue"]
    {
        let page = fs::read_to_string(below.join(format!("{name}.1"))).unwrap();
        assert!(page.contains(".TH"), "{name}");
        assert_eq!(page.contains("Exit codes"), !name.contains("keys"), "{name}");
    }
    let file = below.join("countinghouse.1");
    let ran = run(&["man", "--folder", file.to_str().unwrap()]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("countinghouse.1"), "{}", ran.stderr);
}
