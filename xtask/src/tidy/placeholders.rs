//! A statement's placeholders are in the order of their first use: SQLite numbers them in that order, whatever their
//! digits are, and would silently exchange two values.

use proc_macro2::TokenTree;

use crate::finding::Finding;
use crate::tokens::findings;
use crate::tree::Tree;

const RULE: &str = "placeholders";
const HOME: &str = "crates/store/src/";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.sources()
        .filter(|source| source.path.starts_with(HOME))
        .flat_map(|source| findings(&source, RULE, broken))
        .collect()
}

fn broken(level: &[TokenTree], at: usize) -> Option<String> {
    let TokenTree::Literal(literal) = &level[at] else { return None };
    let (found, expected) = out_of_order(&literal.to_string())?;
    Some(format!("${found} is used before ${expected}; number placeholders in order of first use"))
}

/// The first placeholder that comes too early, and the expected one. Text after a row's INSERT continues its numbers;
/// a wrong start means one parameter too many or too few, which both engines refuse.
fn out_of_order(text: &str) -> Option<(u32, u32)> {
    let mut highest = 0;
    let mut goes_on = text.trim_start_matches('"').starts_with("ON CONFLICT");
    for rest in text.split('$').skip(1) {
        let digits = rest.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(rest.len());
        let Ok(number) = rest[..digits].parse::<u32>() else { continue };
        if std::mem::take(&mut goes_on) {
            highest = number.saturating_sub(1);
        }
        if number > highest + 1 {
            return Some((number, highest + 1));
        }
        highest = highest.max(number);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, code: &str) -> usize {
        check(&Tree::of(&[(path, code)])).len()
    }

    #[test]
    fn finds_what_is_used_too_early() {
        for bad in [
            r#"fn f() { q("SELECT a FROM b WHERE c = $2 AND d = $1") }"#,
            r#"fn f() { q("UPDATE a SET b = $1, c = $3 WHERE d = $2") }"#,
            r#"fn f() { insert!(A; "ON CONFLICT (b) DO UPDATE SET c = $7, d = $9") }"#,
            "fn f() { q(\"SELECT $1 \\\n  AND $12 AND $2\") }",
        ] {
            assert_eq!(count("crates/store/src/a.rs", bad), 1, "{bad}");
            assert_eq!(count("crates/wire/src/a.rs", bad), 0, "{bad}");
        }
    }

    #[test]
    fn lets_repeats_and_other_dollars_be() {
        for good in [
            r#"fn f() { insert!(A; "ON CONFLICT (b) DO UPDATE SET c = $7, d = $8 WHERE e > $7") }"#,
            r#"fn f() { q("SELECT a FROM b WHERE c = $1 AND d = $2 OR e = $1 OR f = $3") }"#,
            r#"fn f() { q("$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11") }"#,
            r#"const PRICE: &str = "in $ or $x";"#,
        ] {
            assert_eq!(count("crates/store/src/a.rs", good), 0, "{good}");
        }
    }
}
