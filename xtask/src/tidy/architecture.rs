//! ARCHITECTURE.md exists and is short enough to be read at one sitting.

use crate::finding::Finding;
use crate::tree::Tree;

const RULE: &str = "architecture";
const PATH: &str = "ARCHITECTURE.md";
const MAX_LINES: usize = 200;

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    match tree.text(PATH).map(|text| text.lines().count()) {
        None => vec![Finding::new(PATH, 1, RULE, "is missing")],
        Some(lines) if lines > MAX_LINES => {
            vec![Finding::new(
                PATH,
                MAX_LINES + 1,
                RULE,
                format!("has {lines} lines, at most {MAX_LINES} are allowed"),
            )]
        }
        Some(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_the_document() {
        assert_eq!(check(&Tree::of(&[])).len(), 1);
        assert_eq!(check(&Tree::of(&[(PATH, &"x\n".repeat(200))])), []);
        assert_eq!(check(&Tree::of(&[(PATH, &"x\n".repeat(201))]))[0].line, 201);
    }
}
