//! No unfinished code, no skeletons, no debug prints, no disabled tests.

use proc_macro2::{Spacing, TokenTree};

use crate::endpoint::MARK;
use crate::finding::Finding;
use crate::tokens::{Descend, attribute, is_word, line, mentions, walk};
use crate::tree::{Source, Tree};

const RULE: &str = "leftovers";
const MACROS: [&str; 3] = ["todo", "unimplemented", "dbg"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let code = tree.sources().flat_map(|source| check_source(&source));
    code.chain(tree.below("").flat_map(|(path, text)| skeletons(path, text))).collect()
}

/// Skeletons of `cargo xtask endpoint` that are not filled in.
fn skeletons<'a>(path: &'a str, text: &'a str) -> impl Iterator<Item = Finding> + use<'a> {
    let marked = text.lines().enumerate().filter(|(_, line)| {
        let comment = ["//! ", "// ", "<!-- "].iter().find_map(|sign| line.strip_prefix(sign));
        comment.is_some_and(|comment| comment.starts_with(MARK))
    });
    marked.map(move |(at, _)| Finding::new(path, at + 1, RULE, "a skeleton that is not filled in"))
}

fn check_source(source: &Source<'_>) -> Vec<Finding> {
    let Some(tokens) = source.tokens() else {
        return vec![Finding::new(source.path, 1, RULE, "cannot be read as Rust")];
    };
    let mut findings = Vec::new();
    walk(tokens, &mut |level, at| {
        if let Some(name) = called_macro(level, at) {
            let message = format!("{name}! may not stay");
            findings.push(Finding::new(source.path, line(&level[at]), RULE, message));
        }
        if attribute(level, at).is_some_and(|inside| switches_off(&inside)) {
            findings.push(Finding::new(source.path, line(&level[at]), RULE, "a test may not be ignored"));
        }
        Descend::Yes
    });
    findings
}

/// The forbidden macro that is called at `at`. The exclamation mark must be alone: `dbg != x` compares.
fn called_macro(level: &[TokenTree], at: usize) -> Option<&'static str> {
    let name = MACROS.into_iter().find(|name| is_word(level, at, name))?;
    match level.get(at + 1) {
        Some(TokenTree::Punct(sign)) if sign.as_char() == '!' && sign.spacing() == Spacing::Alone => {
            Some(name)
        }
        _ => None,
    }
}

fn switches_off(inside: &[TokenTree]) -> bool {
    is_word(inside, 0, "ignore") || (is_word(inside, 0, "cfg_attr") && mentions(inside, "ignore"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(code: &str) -> usize {
        check(&Tree::of(&[("a.rs", code)])).len()
    }

    #[test]
    fn finds_each() {
        let bad = [
            "fn f() { todo!() }",
            "fn f() { std::unimplemented!(\"later\") }",
            "fn f() { assert!(dbg!(true)); }",
            "#[test] #[ignore] fn f() {}",
            "#[ignore = \"slow\"] fn f() {}",
            "#[cfg_attr(windows, ignore)] fn f() {}",
            "proptest! { #[ignore] fn f() {} }",
        ];
        for code in bad {
            assert_eq!(count(code), 1, "{code}");
        }
        assert_eq!(count("fn f() { todo!(); todo!() }"), 2);
        assert_eq!(count("fn f( {"), 1, "what cannot be read is found too");
    }

    #[test]
    fn finds_skeletons() {
        let code = format!("//! A.\n// {MARK} Rules.\nfn f() {{}}\n");
        let page = format!("# A\n\n<!-- {MARK} -->\n");
        let tree = Tree::of(&[("a.rs", &code), ("b.md", &page), ("c.md", MARK)]);
        let found: Vec<_> = check(&tree).into_iter().map(|finding| (finding.path, finding.line)).collect();
        assert_eq!(found, [("a.rs".to_owned(), 2), ("b.md".to_owned(), 3)]);
    }

    #[test]
    fn lets_mere_words_be() {
        assert_eq!(
            count("// todo!()\n/// todo!()\nfn f() { let todo = \"todo!()\"; todo != dbg; ignore(todo) }"),
            0
        );
    }

    #[test]
    fn names_the_line() {
        assert_eq!(check(&Tree::of(&[("a.rs", "//! A.\n\nfn f() {\n    todo!()\n}\n")]))[0].line, 4);
    }
}
