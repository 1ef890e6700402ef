//! The same relative path names an endpoint in every tree: wire, handler, samples, page, test.

use crate::finding::Finding;
use crate::tokens::{Descend, is_word, walk};
use crate::tree::{Source, Tree};

const RULE: &str = "mirror";
const WIRE: &str = "crates/wire/src/";
const DIALECTS: [&str; 2] = ["binance_pay", "world_first"];

/// The trees with files of endpoints only, and the names of those files.
const PAGES: (&str, &str) = ("docs/", ".md");
const SAMPLES: &str = "samples/";
const SAMPLE_FILES: [&str; 2] = ["request.json", "reply.json"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.sources() {
        if let Some(name) = endpoint_name(source.path)
            && implements_endpoint(&source)
        {
            let missing = counterparts(name).into_iter().filter(|path| !tree.has(path));
            findings.extend(missing.map(|path| {
                Finding::new(source.path, 1, RULE, format!("the endpoint {name} has no {path}"))
            }));
            findings.extend(undeclared(tree, name));
        }
    }
    findings.extend(orphans(tree));
    findings
}

/// The other files of an endpoint.
fn counterparts(name: &str) -> Vec<String> {
    let mut paths = vec![
        format!("crates/server/src/{name}.rs"),
        format!("crates/server/tests/it/{name}.rs"),
        format!("{}{name}{}", PAGES.0, PAGES.1),
    ];
    paths.extend(SAMPLE_FILES.iter().map(|file| format!("{SAMPLES}{name}/{file}")));
    paths
}

/// Tests whose module is not declared and which never run: no compiler reports them.
fn undeclared(tree: &Tree, name: &str) -> Option<Finding> {
    let (family, endpoint) = name.rsplit_once('/')?;
    let path = format!("crates/server/tests/it/{family}.rs");
    let declared = tree.text(&path)?.lines().any(|line| line.trim_end() == format!("mod {endpoint};"));
    (!declared).then(|| Finding::new(&path, 1, RULE, format!("mod {endpoint}; is not declared")))
}

/// Pages and samples of endpoints that no longer exist.
fn orphans(tree: &Tree) -> Vec<Finding> {
    let pages = tree.below(PAGES.0).filter_map(|(path, _)| {
        let name = path.strip_prefix(PAGES.0)?.strip_suffix(PAGES.1)?;
        Some((path, name))
    });
    let samples = tree.below(SAMPLES).filter_map(|(path, _)| {
        let (name, _file) = path.strip_prefix(SAMPLES)?.rsplit_once('/')?;
        Some((path, name))
    });
    let named = pages.chain(samples).filter(|(_, name)| is_name(name));
    named
        .filter(|(_, name)| !tree.has(&format!("{WIRE}{name}.rs")))
        .map(|(path, name)| Finding::new(path, 1, RULE, format!("there is no endpoint {name}")))
        .collect()
}

/// The name `binance_pay/profit_sharing/query_split` of a file in the wire's tree.
fn endpoint_name(path: &str) -> Option<&str> {
    let name = path.strip_prefix(WIRE)?.strip_suffix(".rs")?;
    is_name(name).then_some(name)
}

/// Whether this is a dialect, a family and an endpoint.
fn is_name(name: &str) -> bool {
    let parts: Vec<&str> = name.split('/').collect();
    parts.len() == 3 && DIALECTS.contains(&parts[0])
}

/// A family's folder may also hold shared files; only an `impl Endpoint for` makes an endpoint.
fn implements_endpoint(source: &Source<'_>) -> bool {
    let mut found = false;
    if let Some(tokens) = source.tokens() {
        walk(tokens, &mut |level, at| {
            found |= is_word(level, at, "Endpoint") && is_word(level, at + 1, "for");
            Descend::Yes
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDPOINT: &str = "impl crate::Endpoint for QuerySplit { }";
    const NAME: &str = "binance_pay/profit_sharing/query_split";
    const COUNTERPARTS: [&str; 5] = [
        "crates/server/src/binance_pay/profit_sharing/query_split.rs",
        "crates/server/tests/it/binance_pay/profit_sharing/query_split.rs",
        "docs/binance_pay/profit_sharing/query_split.md",
        "samples/binance_pay/profit_sharing/query_split/request.json",
        "samples/binance_pay/profit_sharing/query_split/reply.json",
    ];

    fn found(wire: &str, others: &[&str]) -> Vec<String> {
        let path = format!("crates/wire/src/{NAME}.rs");
        let mut files = vec![(path.as_str(), wire)];
        files.extend(others.iter().map(|path| (*path, "")));
        check(&Tree::of(&files)).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn names_each_missing_path() {
        for missing in COUNTERPARTS {
            let rest: Vec<&str> = COUNTERPARTS.into_iter().filter(|path| *path != missing).collect();
            assert_eq!(found(ENDPOINT, &rest), [format!("the endpoint {NAME} has no {missing}")]);
        }
        assert_eq!(found(ENDPOINT, &COUNTERPARTS), [] as [&str; 0]);
        assert_eq!(found(ENDPOINT, &[]).len(), 5);
    }

    #[test]
    fn finds_tests_that_never_run() {
        let family = "crates/server/tests/it/binance_pay/profit_sharing.rs";
        let path = format!("crates/wire/src/{NAME}.rs");
        let check_with = |text| {
            let mut files = vec![(path.as_str(), ENDPOINT), (family, text)];
            files.extend(COUNTERPARTS.iter().map(|path| (*path, "")));
            check(&Tree::of(&files))
        };
        assert_eq!(check_with("mod query_split;\n"), []);
        assert_eq!(check_with("mod query_split_too;\n").len(), 1);
    }

    #[test]
    fn lets_shared_parts_and_families_be() {
        assert_eq!(found("pub struct Split; // impl Endpoint for nothing", &[]), [] as [&str; 0]);
        assert_eq!(check(&Tree::of(&[("crates/wire/src/binance_pay/order.rs", ENDPOINT)])), []);
        assert_eq!(check(&Tree::of(&[("crates/wire/src/native/a/b.rs", ENDPOINT)])), []);
    }

    #[test]
    fn finds_what_an_endpoint_left_behind() {
        let page = "docs/world_first/account/inquiry_balance.md";
        let sample = "samples/binance_pay/order/gone/reply.json";
        let tree =
            Tree::of(&[(page, ""), (sample, ""), ("docs/performance.md", ""), ("samples/README.md", "")]);
        let paths: Vec<String> = check(&tree).into_iter().map(|finding| finding.path).collect();
        assert_eq!(paths, [page, sample]);
    }
}
