//! The house posts journals at a posting time only, which was asked for behind the locks.

use proc_macro2::TokenTree;

use crate::finding::Finding;
use crate::tokens::{Descend, line, walk};
use crate::tree::{Source, Tree};

const RULE: &str = "posting";
const BELOW: &str = "crates/house/src/";
/// Where the posting time is made.
const HOME: &str = "crates/house/src/posting.rs";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.sources()
        .filter(|source| source.path.starts_with(BELOW) && source.path != HOME)
        .flat_map(|source| check_source(&source))
        .collect()
}

fn check_source(source: &Source<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(tokens) = source.tokens() else { return findings };
    walk(tokens, &mut |level, at| {
        if let [TokenTree::Ident(book), TokenTree::Punct(dot), TokenTree::Ident(post), ..] = &level[at..]
            && book == "book"
            && dot.as_char() == '.'
            && post == "post"
        {
            let what = "the house posts by PostingTime::post, so that every journal has the time asked for behind the locks";
            findings.push(Finding::new(source.path, line(&level[at]), RULE, what));
        }
        Descend::Yes
    });
    findings
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
