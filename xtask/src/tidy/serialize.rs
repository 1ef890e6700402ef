//! Only the types of `wire` are serialized: one crate defines all output.

use proc_macro2::TokenTree;

use crate::finding::Finding;
use crate::tokens::{Descend, attribute, is_test_module, is_word, line, mentions, walk};
use crate::tree::{Source, Tree};

const RULE: &str = "serialize";
const HOME: &str = "crates/wire/";

/// Folders whose files may serialize types of their own, each with the reason.
const EXCEPTIONS: &[(&str, &str)] =
    &[("crates/server/tests/", "tests write requests that no type of the wire can express")];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let at_home =
        |path: &str| path.starts_with(HOME) || EXCEPTIONS.iter().any(|(below, _)| path.starts_with(below));
    tree.sources().filter(|source| !at_home(source.path)).flat_map(|source| check_source(&source)).collect()
}

fn check_source(source: &Source<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(tokens) = source.tokens() else { return findings };
    walk(tokens, &mut |level, at| {
        if is_test_module(level, at) {
            return Descend::No;
        }
        let derived = attribute(level, at).is_some_and(|inside| derives_serialize(&inside));
        let implemented = is_word(level, at, "Serialize") && is_word(level, at + 1, "for");
        if derived || implemented {
            let message = "only types of crates/wire are Serialize";
            findings.push(Finding::new(source.path, line(&level[at]), RULE, message));
        }
        Descend::Yes
    });
    findings
}

fn derives_serialize(inside: &[TokenTree]) -> bool {
    (is_word(inside, 0, "derive") || is_word(inside, 0, "cfg_attr")) && mentions(inside, "Serialize")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, code: &str) -> usize {
        check(&Tree::of(&[(path, code)])).len()
    }

    #[test]
    fn finds_derived_and_written_ones() {
        let bad = [
            "#[derive(Clone, Serialize)] struct A;",
            "#[derive(serde::Serialize)] struct A;",
            "#[cfg_attr(feature = \"x\", derive(Serialize))] struct A;",
            "impl Serialize for A {}",
            "impl<T> serde::Serialize for A<T> {}",
        ];
        for code in bad {
            assert_eq!(count("crates/house/src/a.rs", code), 1, "{code}");
            assert_eq!(count("crates/wire/src/a.rs", code), 0, "{code}");
        }
    }

    #[test]
    fn frees_tests_bounds_and_reading() {
        let inner = "#[cfg(test)]\nmod tests { #[derive(Serialize)] struct A; }";
        assert_eq!(count("crates/house/src/a.rs", inner), 0);
        assert_eq!(count("crates/server/tests/it/main.rs", "#[derive(Serialize)] struct A;"), 0);
        assert_eq!(
            count("crates/server/src/a.rs", "#[derive(Deserialize)] struct A; fn f<T: Serialize>() {}"),
            0
        );
        assert_eq!(count("crates/server/src/a.rs", "mod tests { #[derive(Serialize)] struct A; }"), 1);
    }
}
