//! A crate depends only on those below it.

use toml::Table;

use crate::finding::Finding;
use crate::tree::Tree;

const RULE: &str = "arrows";
const FOLDER: &str = "crates/";

/// The allowed dependencies of each crate: the arrows of the design, direct and indirect.
const ARROWS: &[(&str, &[&str])] = &[
    ("money", &[]),
    ("wire", &["money"]),
    ("diagnose", &["wire"]),
    ("ledger", &["money"]),
    ("store", &["money", "ledger"]),
    ("house", &["money", "ledger", "store"]),
    ("server", &["money", "wire", "diagnose", "ledger", "store", "house"]),
    ("client", &["money", "wire"]),
    ("cli", &["wire", "diagnose", "client", "server"]),
    ("testkit", &["money", "wire", "diagnose", "ledger", "store", "house", "server", "client"]),
];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let manifests = tree.below(FOLDER).filter_map(|(path, text)| {
        let name = path.strip_prefix(FOLDER)?.strip_suffix("/Cargo.toml")?;
        (!name.contains('/')).then_some((path, name, text))
    });
    manifests.flat_map(|(path, name, text)| check_manifest(path, name, text)).collect()
}

fn check_manifest(path: &str, name: &str, text: &str) -> Vec<Finding> {
    let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == name) else {
        return vec![Finding::new(
            path,
            1,
            RULE,
            format!("crate {name} has no place in the table of arrows"),
        )];
    };
    let Ok(manifest) = text.parse::<Table>() else {
        return vec![Finding::new(path, 1, RULE, "cannot be read as TOML")];
    };
    let arrows = dependencies(&manifest);
    let wrong = arrows.into_iter().filter(|arrow| !allowed.contains(&arrow.as_str()));
    wrong
        .map(|arrow| {
            Finding::new(path, line_of(text, &arrow), RULE, format!("{name} may not depend on {arrow}"))
        })
        .collect()
}

/// The project's crates that a manifest needs to build, also those for one platform. Dependencies of tests are free.
fn dependencies(manifest: &Table) -> Vec<String> {
    let platforms =
        manifest.get("target").and_then(|target| target.as_table()).into_iter().flat_map(Table::values);
    let scopes = platforms.filter_map(|platform| platform.as_table()).chain([manifest]);
    let tables = scopes.flat_map(|scope| {
        ["dependencies", "build-dependencies"].into_iter().filter_map(|key| scope.get(key)?.as_table())
    });
    let keys = tables.flat_map(|table| {
        table.iter().map(|(key, value)| {
            // A dependency may be renamed; its package has the real name.
            let package = value.get("package").and_then(|package| package.as_str()).unwrap_or(key);
            package.strip_prefix("countinghouse-").unwrap_or(package).to_owned()
        })
    });
    keys.filter(|key| ARROWS.iter().any(|(known, _)| known == key)).collect()
}

fn line_of(text: &str, name: &str) -> usize {
    let names = |line: &str| line.starts_with(name) || line.contains(&format!("countinghouse-{name}"));
    text.lines().position(|line| names(line) && !line.starts_with("name")).map_or(1, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, manifest: &str) -> Vec<String> {
        check(&Tree::of(&[(path, manifest)])).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn refuses_arrows_that_point_up() {
        let manifest =
            "[package]\nname = \"x\"\n[dependencies]\nmoney.workspace = true\nserver.workspace = true\n";
        let expected = ["crates/house/Cargo.toml:5: arrows: house may not depend on server"];
        assert_eq!(found("crates/house/Cargo.toml", manifest), expected);
        assert_eq!(found("crates/testkit/Cargo.toml", manifest), [] as [&str; 0]);
    }

    #[test]
    fn sees_every_way_to_depend() {
        let ways = [
            "[dependencies]\nwire.workspace = true\n",
            "[dependencies]\nwire = { workspace = true }\n",
            "[dependencies.wire]\nworkspace = true\n",
            "[dependencies]\nx = { path = \"../wire\", package = \"countinghouse-wire\" }\n",
            "[dependencies]\ncountinghouse-wire = { path = \"../wire\" }\n",
            "[build-dependencies]\nwire.workspace = true\n",
            "[target.'cfg(unix)'.dependencies]\nwire.workspace = true\n",
        ];
        for manifest in ways {
            assert_eq!(found("crates/store/Cargo.toml", manifest).len(), 1, "{manifest}");
        }
        assert_eq!(found("crates/cli/Cargo.toml", "[dependencies]\nmoney.workspace = true\n").len(), 1);
        assert_eq!(found("crates/server/Cargo.toml", "[dependencies]\ntestkit.workspace = true\n").len(), 1);
    }

    #[test]
    fn frees_what_only_tests_need() {
        let manifest =
            "[dependencies]\nserde.workspace = true\n[dev-dependencies]\ntestkit.workspace = true\n";
        assert_eq!(found("crates/money/Cargo.toml", manifest), [] as [&str; 0]);
    }

    #[test]
    fn wants_a_place_for_every_crate() {
        assert_eq!(found("crates/helpers/Cargo.toml", "").len(), 1);
        assert_eq!(found("crates/money/Cargo.toml", "[dependencies").len(), 1);
    }
}
