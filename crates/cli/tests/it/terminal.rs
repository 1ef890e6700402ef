//! What commands show at a terminal: tables as wide as it is, colours, and what a server says when it is ready.

use crate::{
    process::{Ran, Running, Server, countinghouse, finish},
    shop,
};
use std::process::Command;
use tempfile::TempDir;

/// A command at a terminal of a width. util-linux has `script`, which is part of every Debian.
fn at_terminal(columns: u16, words: &[&str]) -> Command {
    let command = countinghouse();
    let program = command.get_program().to_str().unwrap();
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let mut script = Command::new("script");
    for (name, _) in command.get_envs().filter(|(_, value)| value.is_none()) {
        script.env_remove(name);
    }
    script.env("TERM", "xterm").env_remove("NO_COLOR");
    let line = format!("stty cols {columns}; exec '{program}' {}", quoted.join(" "));
    script.args(["-qefc", &line, "/dev/null"]);
    script
}

/// The same, run to its end.
fn shown(columns: u16, words: &[&str]) -> Ran {
    let mut ran = finish(&mut at_terminal(columns, words));
    ran.stdout = ran.stdout.replace('\r', "");
    ran
}

/// The text without colours.
fn plain(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}

#[test]
fn tables_fit_and_break_no_word() {
    for columns in [60, 80, 120, 200] {
        let ran = shown(columns, &["call", "--list", "create_v3"]);
        assert_eq!(ran.code, Some(0), "{}", ran.stdout);
        let text = plain(&ran.stdout);
        assert!(text.contains("goodsDetails[0].goodsUnitAmount.currency"), "{text}");
        for line in text.lines() {
            assert!(line.chars().count() <= usize::from(columns), "{columns}: {line}");
        }
        for word in ["binance_pay/order/create_v3", "MINI_PROGRAM", "PAYMENT_LINK,", "characters"] {
            assert!(
                text.split_whitespace().any(|own| own == word || own.trim_end_matches([';', ',']) == word),
                "{columns}: {word}"
            );
        }
    }
}

#[test]
fn states_and_codes_are_coloured_unless_that_is_not_wanted() {
    let folder = TempDir::new().unwrap();
    let fixtures = shop::fixtures_file(folder.path());
    let server = Server::start(&folder.path().join("data"), &["--fixtures", fixtures.to_str().unwrap()]);
    let list = ["admin", "merchants", "list", "--server", &server.url, "--token", &server.token];
    let ran = shown(200, &list);
    assert!(ran.stdout.contains("\u{1b}[32mactive\u{1b}[0m"), "{:?}", ran.stdout);
    let ran = finish(at_terminal(200, &list).env("NO_COLOR", "1"));
    assert!(ran.stdout.contains("active") && !ran.stdout.contains('\u{1b}'), "{:?}", ran.stdout);
    let piped = finish(countinghouse().args(list));
    assert!(piped.stdout.contains("active") && !piped.stdout.contains('\u{1b}'), "{:?}", piped.stdout);
    server.stop();
}

#[test]
fn a_server_says_where_it_is_and_what_comes_next() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let words = ["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()];
    let server = Running::spawn(&mut at_terminal(200, &words), &folder.path().join("log"));
    let mut text = String::new();
    while !text.contains("next ") {
        text.push_str(&plain(&server.line()).replace('\r', ""));
        text.push('\n');
    }
    server.kill();
    let says = |name: &str, value: &str| {
        let line = text.lines().find(|line| line.split_whitespace().next() == Some(name));
        assert!(line.is_some_and(|line| line.ends_with(value)), "{name} {value}: {text}");
    };
    assert!(text.contains("listening on http://127.0.0.1:"), "{text}");
    says("version", env!("CARGO_PKG_VERSION"));
    says("mode", "no real money");
    says("data", data.to_str().unwrap());
    says("token", data.join("admin.token").to_str().unwrap());
    says("merchants", "none yet");
    says("next", "from fixtures");
}
