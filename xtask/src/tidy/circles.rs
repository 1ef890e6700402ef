//! Files of a crate do not import each other in a circle: a lower file can be read without the higher ones.
//!
//! A re-export does not count as an import: a file that uses it imports the file behind it.

mod imports;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::finding::Finding;
use crate::tree::Tree;
use imports::imports;

const RULE: &str = "circles";

/// The imports of each file.
type Graph<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let crates: BTreeSet<&str> = tree.below("crates/").filter_map(|(path, _)| source_folder(path)).collect();
    crates.into_iter().flat_map(|folder| circles(&imports(tree, folder))).collect()
}

/// One finding for each set of files that import each other, directly or indirectly.
fn circles(graph: &Graph<'_>) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for path in graph.keys().copied() {
        if seen.contains(path) {
            continue;
        }
        if let Some(circle) = circle(graph, path) {
            let below = reached(graph, path);
            let tied: BTreeSet<&str> =
                below.into_iter().filter(|below| reached(graph, below).contains(path)).collect();
            let message = format!("imports itself, with {} files: {}", tied.len(), circle.join(" → "));
            findings.push(Finding::new(path, 1, RULE, message));
            seen.extend(tied);
        }
    }
    findings
}

/// Every file that a file imports, directly or indirectly.
fn reached<'a>(graph: &Graph<'a>, from: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = graph.get(from).into_iter().flatten().copied().collect();
    while let Some(next) = open.pop() {
        if found.insert(next) {
            open.extend(graph.get(next).into_iter().flatten());
        }
    }
    found
}

/// The shortest path from a file back to it.
fn circle<'a>(graph: &Graph<'a>, from: &'a str) -> Option<Vec<&'a str>> {
    let mut reached_by: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue = VecDeque::from([from]);
    while let Some(at) = queue.pop_front() {
        for next in graph.get(at).into_iter().flatten().copied() {
            if reached_by.contains_key(next) {
                continue;
            }
            reached_by.insert(next, at);
            if next != from {
                queue.push_back(next);
                continue;
            }
            let mut way = vec![from];
            let mut back = at;
            while back != from {
                way.push(back);
                back = reached_by[back];
            }
            way.push(from);
            way.reverse();
            return Some(way);
        }
    }
    None
}

/// `crates/<name>/src/`.
fn source_folder(path: &str) -> Option<&str> {
    let (at, src) = path.match_indices("/src/").next()?;
    path.get(..at + src.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIB: (&str, &str) = ("crates/x/src/lib.rs", "mod a; mod b; mod c; pub use c::C;");

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let mut all = vec![LIB];
        all.extend_from_slice(files);
        check(&Tree::of(&all)).into_iter().map(|found| found.to_string()).collect()
    }

    #[test]
    fn finds_a_circle_of_two_and_of_three() {
        let two = [("crates/x/src/a.rs", "use crate::b::B;"), ("crates/x/src/b.rs", "use super::a::A;")];
        let expected = "crates/x/src/a.rs:1: circles: imports itself, with 2 files: crates/x/src/a.rs → crates/x/src/b.rs → \
                        crates/x/src/a.rs";
        assert_eq!(found(&two), [expected]);
        let three = [
            ("crates/x/src/a.rs", "use crate::{b};\nfn f() { b::f() }"),
            // Through the re-export of the root.
            ("crates/x/src/b.rs", "use crate::C;"),
            ("crates/x/src/c.rs", "fn f() { crate::a::f() }"),
        ];
        assert_eq!(found(&three).len(), 1);
    }

    #[test]
    fn lets_a_door_an_unused_module_a_parent_and_a_test_be() {
        let fine = [
            ("crates/x/src/a.rs", "mod deep;\npub use deep::D;\npub struct A;"),
            ("crates/x/src/a/deep.rs", "use super::A;\nuse crate::b;"),
            ("crates/x/src/b.rs", "#[cfg(test)]\nmod tests { use super::*; use crate::a::D; }"),
        ];
        assert_eq!(found(&fine), [""; 0]);
        let used = [
            ("crates/x/src/a.rs", "mod deep;\npub use deep::D;\npub struct A(D);"),
            ("crates/x/src/a/deep.rs", "use crate::b::B;"),
            ("crates/x/src/b.rs", "use crate::a::A;"),
        ];
        assert_eq!(found(&used).len(), 1, "the file itself goes through its door");
    }
}
