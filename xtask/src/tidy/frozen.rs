//! Both engines have migrations with equal names, and released ones never change.

use crate::finding::Finding;
use crate::migrations::{ENGINES, FOLDER, LIST, files, frozen, hash, number};
use crate::tree::Tree;

const RULE: &str = "frozen";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (engine, other) in [(ENGINES[0], ENGINES[1]), (ENGINES[1], ENGINES[0])] {
        check_names(tree, engine, other, &mut findings);
    }
    check_list(tree, &mut findings);
    findings
}

fn report(findings: &mut Vec<Finding>, path: &str, message: impl Into<String>) {
    findings.push(Finding::new(&format!("{FOLDER}{path}"), 1, RULE, message));
}

/// Numbers run from 0001 without a gap, and each file has its twin in the other engine's folder.
fn check_names(tree: &Tree, engine: &str, other: &str, findings: &mut Vec<Finding>) {
    let mut expected = 1;
    for path in files(tree, engine).keys() {
        match number(path) {
            None => report(findings, path, "is not named NNNN_name.sql"),
            Some(number) => {
                if number != expected {
                    report(findings, path, format!("should have the number {expected:04}"));
                }
                expected = number + 1;
            }
        }
        let twin = path.replacen(engine, other, 1);
        if !tree.has(&format!("{FOLDER}{twin}")) {
            report(findings, path, format!("has no twin {twin}"));
        }
    }
}

/// Listed files are unchanged; the only unlisted one is the newest, which may still be edited.
fn check_list(tree: &Tree, findings: &mut Vec<Finding>) {
    let list = tree.text(LIST).unwrap_or_default();
    let mut listed = Vec::new();
    for (line, entry) in frozen(list) {
        let Some((old, path)) = entry else {
            findings.push(Finding::new(LIST, line, RULE, "is not a hash, two spaces and a path"));
            continue;
        };
        listed.push(path);
        match tree.text(&format!("{FOLDER}{path}")) {
            None => findings.push(Finding::new(LIST, line, RULE, format!("{path} is frozen and missing"))),
            Some(text) if hash(text) != old => {
                report(findings, path, "is frozen and has changed; write a new one")
            }
            Some(_) => {}
        }
    }
    let present: Vec<&str> = ENGINES.iter().flat_map(|engine| files(tree, engine).into_keys()).collect();
    let newest = present.iter().filter_map(|path| number(path)).max();
    for path in present {
        if number(path) != newest && !listed.contains(&path) {
            report(findings, path, "is not the newest and not frozen; run cargo xtask freeze");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)], list: &str) -> Vec<String> {
        let mut owned: Vec<(String, &str)> =
            files.iter().map(|(path, text)| (format!("{FOLDER}{path}"), *text)).collect();
        owned.push((LIST.to_owned(), list));
        let all: Vec<(&str, &str)> = owned.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        check(&Tree::of(&all)).into_iter().map(|finding| finding.message).collect()
    }

    const FIRST: [(&str, &str); 2] = [("sqlite/0001_start.sql", "abc"), ("postgres/0001_start.sql", "abd")];
    const SECOND: [(&str, &str); 2] = [("sqlite/0002_more.sql", "a"), ("postgres/0002_more.sql", "b")];

    fn list_of(files: &[(&str, &str)]) -> String {
        files.iter().map(|(path, text)| format!("{}  {path}\n", hash(text))).collect()
    }

    #[test]
    fn lets_the_newest_be_edited_until_it_is_frozen() {
        assert_eq!(found(&FIRST, ""), [] as [&str; 0]);
        assert_eq!(found(&FIRST, &list_of(&FIRST)), [] as [&str; 0]);
        let both = [FIRST, SECOND].concat();
        assert_eq!(found(&both, &list_of(&FIRST)), [] as [&str; 0]);
        assert_eq!(found(&both, ""), ["is not the newest and not frozen; run cargo xtask freeze"; 2]);
    }

    #[test]
    fn keeps_what_is_frozen() {
        let list = list_of(&FIRST);
        let changed = [("sqlite/0001_start.sql", "abc "), FIRST[1]];
        assert_eq!(found(&changed, &list), ["is frozen and has changed; write a new one"]);
        assert!(found(&[], &list).contains(&"sqlite/0001_start.sql is frozen and missing".to_owned()));
        assert_eq!(found(&FIRST, "abc sqlite/0001_start.sql"), ["is not a hash, two spaces and a path"]);
    }

    #[test]
    fn wants_twins_with_good_names() {
        assert_eq!(found(&FIRST[..1], ""), ["has no twin postgres/0001_start.sql"]);
        let named = [("sqlite/start.sql", ""), ("postgres/start.sql", "")];
        assert!(found(&named, "").contains(&"is not named NNNN_name.sql".to_owned()));
        assert_eq!(found(&SECOND, ""), ["should have the number 0001"; 2]);
    }
}
