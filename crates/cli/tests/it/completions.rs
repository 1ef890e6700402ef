//! Completions and manual pages, made from the declarations of the commands.

use crate::process::{run, say};
use std::{fs, io, path::Path, process::Command};
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

/// What a program that may not be there says against a file; nothing is good.
fn said_of(program: &str, arguments: &[&str], file: &Path) -> String {
    match Command::new(program).args(arguments).arg(file).output() {
        Ok(output) if output.status.success() => String::from_utf8(output.stderr).unwrap(),
        Ok(output) => format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            say(format_args!("skipped: there is no {program}"));
            String::new()
        }
        Err(error) => panic!("{program}: {error}"),
    }
}

#[test]
fn the_shells_that_are_here_take_their_completions() {
    let folder = TempDir::new().unwrap();
    let read = "[void][scriptblock]::Create((Get-Content -Raw -LiteralPath $args[0]))";
    for (shell, program, arguments) in [
        ("bash", "bash", &["-n"][..]),
        ("zsh", "zsh", &["-n"]),
        ("fish", "fish", &["--no-execute"]),
        ("elvish", "elvish", &["-compileonly"]),
        ("powershell", "pwsh", &["-NoProfile", "-CommandWithArgs", read]),
    ] {
        let script = folder.path().join(shell);
        fs::write(&script, run(&["completions", shell]).stdout).unwrap();
        assert_eq!(said_of(program, arguments, &script), "", "{shell}");
    }
}

#[test]
fn manual_pages_are_good_where_groff_is() {
    let folder = TempDir::new().unwrap();
    let ran = run(&["man", "--folder", folder.path().to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    for page in fs::read_dir(folder.path()).unwrap() {
        let page = page.unwrap().path();
        let said = said_of("groff", &["-K", "utf8", "-man", "-ww", "-z", "-T", "utf8"], &page);
        assert_eq!(said, "", "{}", page.display());
    }
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
