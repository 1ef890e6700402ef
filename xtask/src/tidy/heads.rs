//! The first line of every source file describes its content.

use crate::finding::Finding;
use crate::tree::Tree;

const RULE: &str = "heads";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let says_nothing = |text: &str| {
        let head = text.lines().next().and_then(|line| line.strip_prefix("//!"));
        head.is_none_or(|head| head.trim().is_empty())
    };
    tree.sources()
        .filter(|source| says_nothing(source.text))
        .map(|source| {
            Finding::new(source.path, 1, RULE, "the first line is no //! that says what lives here")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wants_a_first_line_that_speaks() {
        for bad in ["", "fn f() {}", "//!\n//! Late.", "\n//! Late.", "// Plain.", "/// Outer."] {
            assert_eq!(check(&Tree::of(&[("a.rs", bad)])).len(), 1, "{bad:?}");
        }
        assert_eq!(check(&Tree::of(&[("a.rs", "//! Good.\n"), ("b.md", "")])), []);
    }
}
