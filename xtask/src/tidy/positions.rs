//! Rows of the store are read as they are declared, never by the numbers of their columns.

use proc_macro2::TokenTree;

use crate::finding::Finding;
use crate::tokens::{Descend, is_sign, is_word, line, walk};
use crate::tree::{Source, Tree};

const RULE: &str = "positions";
const STORE: &str = "crates/store/src/";
/// Where columns may be counted: in what the declarations come to, and in answers of one value to an engine's own
/// questions.
const EXCEPTIONS: [&str; 3] = ["row", "sqlite", "postgres"];
/// Files that do not declare their rows yet.
const NOT_YET: [&str; 2] = ["event.rs", "job.rs"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.sources()
        .filter(|source| {
            source.path.strip_prefix(STORE).is_some_and(|file| {
                !EXCEPTIONS.iter().any(|part| file.starts_with(part)) && !NOT_YET.contains(&file)
            })
        })
        .flat_map(|source| check_source(&source))
        .collect()
}

fn check_source(source: &Source<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(tokens) = source.tokens() else { return findings };
    walk(tokens, &mut |level, at| {
        if gets_by_number(level, at) {
            let message = "a column is read by its number: declare the row with row!";
            findings.push(Finding::new(source.path, line(&level[at]), RULE, message));
        }
        Descend::Yes
    });
    findings
}

/// Whether `row.get(<number>)` starts at `at`, with or without a type between.
fn gets_by_number(level: &[TokenTree], at: usize) -> bool {
    let is_get = ["get", "try_get", "get_ref", "text"].iter().any(|name| is_word(level, at + 2, name));
    if !(is_word(level, at, "row") && is_sign(level, at + 1, '.') && is_get) {
        return false;
    }
    let arguments = level[at + 3..].iter().find_map(|token| match token {
        TokenTree::Group(group) => Some(group),
        _ => None,
    });
    let first = arguments.and_then(|group| group.stream().into_iter().next());
    matches!(first, Some(TokenTree::Literal(literal)) if literal.to_string().starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, code: &str) -> usize {
        check(&Tree::of(&[(path, code)])).len()
    }

    #[test]
    fn finds_columns_by_number() {
        let bad = [
            "fn f() { Self { a: row.get(0)? } }",
            "fn f() { row.get::<Option<String>>(21)? }",
            "fn f() { row.text(7, code)? }",
            "fn f() { m!(row.try_get(1)) }",
        ];
        for code in bad {
            assert_eq!(count("crates/store/src/order.rs", code), 1, "{code}");
            assert_eq!(count("crates/store/src/world_first/transfer.rs", code), 1, "{code}");
            assert_eq!(count("crates/store/src/sqlite/backup.rs", code), 0, "{code}");
            assert_eq!(count("crates/store/src/row/column.rs", code), 0, "{code}");
            assert_eq!(count("crates/house/src/order.rs", code), 0, "{code}");
        }
    }

    #[test]
    fn lets_everything_else_be() {
        for code in ["fn f() { row.get(column)? }", "fn f() { rows.get(0) }", "// row.get(0)\nfn f() {}"] {
            assert_eq!(count("crates/store/src/order.rs", code), 0, "{code}");
        }
    }
}
