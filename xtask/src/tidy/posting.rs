//! The house posts journals only at a posting time, which was determined behind the locks.

use proc_macro2::TokenTree;

use crate::finding::Finding;
use crate::tokens::{findings, is_sign, is_word};
use crate::tree::Tree;

const RULE: &str = "posting";
const BELOW: &str = "crates/house/src/";
/// The file that determines the posting time.
const HOME: &str = "crates/house/src/posting.rs";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.sources()
        .filter(|source| source.path.starts_with(BELOW) && source.path != HOME)
        .flat_map(|source| findings(&source, RULE, broken))
        .collect()
}

fn broken(level: &[TokenTree], at: usize) -> Option<String> {
    let posts = is_word(level, at, "book") && is_sign(level, at + 1, '.') && is_word(level, at + 2, "post");
    let how =
        "the house posts by PostingTime::post, so that every journal has the time asked for behind the locks";
    posts.then(|| how.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, code: &str) -> usize {
        check(&Tree::of(&[(path, code)])).len()
    }

    #[test]
    fn a_book_is_posted_to_in_one_place() {
        let code = "fn f() { match book.post(journal) { _ => {} } }";
        assert_eq!(count("crates/house/src/order/pay.rs", code), 1);
        assert_eq!(count("crates/house/src/posting.rs", code), 0);
        assert_eq!(count("crates/house/tests/it/statements.rs", code), 0);
        assert_eq!(count("crates/house/src/order/pay.rs", "fn f() { time.post(&mut book, journal) }"), 0);
    }
}
