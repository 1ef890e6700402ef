//! Only `store` contains SQL.

use proc_macro2::TokenTree;

use crate::finding::Finding;
use crate::tokens::findings;
use crate::tree::Tree;

const RULE: &str = "sql";
const HOME: &str = "crates/store/";
/// Other folders that may contain SQL, with the reason.
const EXCEPTIONS: &[(&str, &str)] =
    &[("crates/house/tests/it/tampering", "changes rows behind the house's back, to have it found out")];

/// How statements start: the verb, then one of the words that may follow it, or any word if none is listed. Creating
/// and dropping whole databases is allowed for the tests' tools.
const STATEMENTS: &[(&str, &[&str])] = &[
    ("SELECT", &[]),
    ("INSERT", &["INTO", "OR"]),
    ("REPLACE", &["INTO"]),
    ("UPDATE", &[]),
    ("DELETE", &["FROM"]),
    ("MERGE", &["INTO"]),
    ("CREATE", &["TABLE", "INDEX", "UNIQUE", "VIEW", "TRIGGER", "TEMP", "TEMPORARY", "SEQUENCE", "SCHEMA"]),
    ("ALTER", &["TABLE", "INDEX"]),
    ("DROP", &["TABLE", "INDEX", "VIEW", "TRIGGER", "SEQUENCE", "SCHEMA"]),
    ("TRUNCATE", &[]),
    ("PRAGMA", &[]),
    ("WITH", &["RECURSIVE"]),
];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.sources()
        .filter(|source| !source.path.starts_with(HOME))
        .filter(|source| !EXCEPTIONS.iter().any(|(below, _)| source.path.starts_with(below)))
        .flat_map(|source| findings(&source, RULE, broken))
        .collect()
}

fn broken(level: &[TokenTree], at: usize) -> Option<String> {
    let TokenTree::Literal(literal) = &level[at] else { return None };
    let is_statement = string_content(&literal.to_string()).is_some_and(is_sql);
    is_statement.then(|| "SQL stands only in crates/store".to_owned())
}

/// The content of a string literal of any kind, without leading blanks.
fn string_content(literal: &str) -> Option<&str> {
    let unprefixed = literal.trim_start_matches(['b', 'c', 'r']).trim_start_matches('#');
    let mut content = unprefixed.strip_prefix('"')?;
    loop {
        let trimmed = content.trim_start();
        let trimmed =
            ["\\n", "\\t", "\\r", "\\\n"].iter().find_map(|e| trimmed.strip_prefix(e)).unwrap_or(trimmed);
        if trimmed.len() == content.len() {
            return Some(content);
        }
        content = trimmed;
    }
}

/// Whether a text starts like a statement. Lower case counts only if the rest excludes an English sentence.
fn is_sql(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace();
    let (Some(verb), Some(next)) = (words.next(), words.next()) else { return false };
    let upper = verb.to_ascii_uppercase();
    let Some((_, followers)) = STATEMENTS.iter().find(|(statement, _)| *statement == upper) else {
        // A common table expression: WITH name AS (
        return false;
    };
    let follows = |word: &str| followers.iter().any(|follower| follower.eq_ignore_ascii_case(word));
    let with_table =
        upper == "WITH" && words.clone().next().is_some_and(|word| word.eq_ignore_ascii_case("AS"));
    if verb == upper {
        return followers.is_empty() || follows(next) || with_table;
    }
    let rest = text.to_ascii_lowercase();
    match upper.as_str() {
        "SELECT" => rest.contains(" from ") && !rest.contains(". "),
        "UPDATE" => rest.contains(" set ") && rest.contains('='),
        "DELETE" => follows(next) && rest.contains(" where "),
        "PRAGMA" => true,
        "TRUNCATE" => false,
        _ => follows(next) || with_table,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, code: &str) -> usize {
        check(&Tree::of(&[(path, code)])).len()
    }

    #[test]
    fn finds_statements_outside_the_store() {
        let bad = [
            r##"fn f() { q("SELECT 1") }"##,
            r##"fn f() { q("\n    SELECT a FROM b") }"##,
            "fn f() { q(\"\\\n    UPDATE a SET b = 1\") }",
            r###"fn f() { q(r#"INSERT INTO a VALUES ($1)"#) }"###,
            r##"fn f() { q(b"DELETE FROM a") }"##,
            r##"fn f() { q(&format!("SELECT {} FROM a", x)) }"##,
            r##"const Q: &str = "CREATE UNIQUE INDEX a ON b (c)";"##,
            r##"const Q: &str = "WITH a AS (x) y";"##,
            r##"const Q: &str = "select a from b where c";"##,
            r##"const Q: &str = "update a set b = 1";"##,
            r##"const Q: &str = "delete from a where b";"##,
            r##"const Q: &str = "insert into a values (1)";"##,
            r##"const Q: &str = "pragma foreign_keys";"##,
        ];
        for code in bad {
            assert_eq!(count("crates/house/src/a.rs", code), 1, "{code}");
            assert_eq!(count("crates/server/tests/it/main.rs", code), 1, "{code}");
            assert_eq!(count("crates/store/src/a.rs", code), 0, "{code}");
        }
    }

    #[test]
    fn lets_english_and_mere_words_be() {
        let good = [
            r##"const A: &str = "Select a merchant from the list. It is asked once.";"##,
            r##"const A: &str = "update the balance";"##,
            r##"const A: &str = "delete from the basket";"##,
            r##"const A: &str = "with care";"##,
            r##"const A: &str = "SELECT";"##,
            r##"const A: &str = "CREATE DATABASE a";"##,
            r##"const A: &str = "create a merchant";"##,
            "/// SELECT a FROM b\nfn f() {} // \"SELECT 1\"",
            "const A: char = 'S';",
        ];
        for code in good {
            assert_eq!(count("crates/house/src/a.rs", code), 0, "{code}");
        }
    }
}
