//! `cargo xtask endpoint`: writes an endpoint's skeleton in all of its places, with tests that fail until it is
//! filled in.

mod edit;
mod place;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use place::Place;

/// The mark in every skeleton; `cargo xtask tidy` reports it until it is removed.
pub(crate) const MARK: &str = "Skeleton: fill in, then remove this line.";

const LIST: &str = "crates/wire/src/catalogue.rs";

/// Templates of new files, by dialect, with the path of each new file.
const TEMPLATES: &[(&str, &str, &str)] = &[
    ("", "samples/@name@/request.json", include_str!("../templates/request.json.txt")),
    ("", "samples/@name@/reply.json", include_str!("../templates/reply.json.txt")),
    ("", "crates/house/src/@house@/@endpoint@.rs", include_str!("../templates/use_case.rs.txt")),
    ("binance_pay", "crates/wire/src/@name@.rs", include_str!("../templates/binance_pay/wire.rs.txt")),
    ("binance_pay", "crates/server/src/@name@.rs", include_str!("../templates/binance_pay/handler.rs.txt")),
    ("binance_pay", "crates/server/tests/it/@name@.rs", include_str!("../templates/binance_pay/test.rs.txt")),
    ("binance_pay", "docs/@name@.md", include_str!("../templates/binance_pay/page.md.txt")),
    ("world_first", "crates/wire/src/@name@.rs", include_str!("../templates/world_first/wire.rs.txt")),
    ("world_first", "crates/server/src/@name@.rs", include_str!("../templates/world_first/handler.rs.txt")),
    ("world_first", "crates/server/tests/it/@name@.rs", include_str!("../templates/world_first/test.rs.txt")),
    ("world_first", "docs/@name@.md", include_str!("../templates/world_first/page.md.txt")),
];

/// Writes an endpoint's skeleton, and prints the written files and the remaining steps. `types` are the names of the
/// request and of the reply, if the generated ones do not suit.
pub(crate) fn run(
    root: &Path,
    name: &str,
    types: Option<(&str, &str)>,
    out: &mut impl Write,
) -> io::Result<bool> {
    let plan = Plan::new(root, &Place::new(name, types)?)?;
    plan.write(root)?;
    for path in plan.new.keys() {
        writeln!(out, "wrote  {path}")?;
    }
    for path in plan.edited.keys() {
        writeln!(out, "edited {path}")?;
    }
    writeln!(out, "Now fill in what `cargo xtask tidy` lists; CONTRIBUTING.md says what needs thought.")?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let formatted = std::process::Command::new(cargo).current_dir(root).args(["fmt", "--all"]).status()?;
    Ok(formatted.success())
}

/// The files to write, completed before the first is written.
struct Plan {
    new: BTreeMap<String, String>,
    edited: BTreeMap<String, String>,
}

impl Plan {
    /// Fails if the endpoint is not in the list of known and unbuilt ones, or if a file of it exists.
    fn new(root: &Path, place: &Place) -> io::Result<Plan> {
        let mut plan = Plan { new: BTreeMap::new(), edited: BTreeMap::new() };
        let templates =
            TEMPLATES.iter().filter(|(dialect, ..)| dialect.is_empty() || *dialect == place.dialect);
        let paths: Vec<String> = templates.clone().map(|(_, path, _)| place.fill(path)).collect();
        if let Some(path) = paths.iter().find(|path| root.join(path).exists()) {
            return Err(io::Error::other(format!("{path} exists; nothing was written")));
        }
        let (list, known) = edit::build(&read(root, LIST)?, place)?;
        plan.edited.insert(LIST.to_owned(), list);
        let texts = templates.map(|(.., template)| known.fill(&place.fill(template)));
        plan.new.extend(paths.into_iter().zip(texts));
        for module in place.modules() {
            plan.declare(root, &module)?;
        }
        Ok(plan)
    }

    /// Declares a module in its family's file, and a new family in the file above.
    fn declare(&mut self, root: &Path, module: &place::Module) -> io::Result<()> {
        if !root.join(&module.family).exists() {
            let (above, family) = &module.above;
            let text = edit::declare(&read(root, above)?, family, None);
            self.edited.insert(above.clone(), text);
            let head = format!("//! {MARK} Say what the endpoints of this family have in common.\n");
            let text = edit::declare(&head, &module.line, module.reexport.as_deref());
            self.new.insert(module.family.clone(), text);
            return Ok(());
        }
        let text = edit::declare(&read(root, &module.family)?, &module.line, module.reexport.as_deref());
        self.edited.insert(module.family.clone(), text);
        Ok(())
    }

    fn write(&self, root: &Path) -> io::Result<()> {
        for (path, text) in self.new.iter().chain(&self.edited) {
            let path = root.join(path);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(path, text)?;
        }
        Ok(())
    }
}

fn read(root: &Path, path: &str) -> io::Result<String> {
    fs::read_to_string(root.join(path)).map_err(|error| io::Error::other(format!("{path}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Tree;

    const EXAMPLE: &str = "binance_pay/order/example";

    /// Endpoints that no provider has, so that they are never built.
    const UNBUILT: &str = r#"
    Unbuilt::of("binance_pay/order/example", "/binancepay/openapi/order/example", "Be an example"),
    Unbuilt::of("binance_pay/examples/example_v2", "/binancepay/openapi/v2/example", "Be another"),
    Unbuilt::of("world_first/fund/create_example", "/amsin/api/v1/business/fund/createExample", "Be a third"),
];
"#;

    /// The list with the examples.
    fn list() -> String {
        let list = read(&crate::root(), LIST).unwrap();
        let (before, behind) = list.rsplit_once("\n];\n").unwrap();
        format!("{before}{UNBUILT}{behind}")
    }

    /// A copy of the edited files.
    fn copy() -> tempfile::TempDir {
        let copy = tempfile::tempdir().unwrap();
        let files = [
            LIST,
            "crates/house/src/lib.rs",
            "crates/house/src/order.rs",
            "crates/house/src/world_first.rs",
            "crates/server/src/binance_pay.rs",
            "crates/server/src/binance_pay/order.rs",
            "crates/server/src/world_first/fund.rs",
            "crates/server/tests/it/binance_pay.rs",
            "crates/server/tests/it/binance_pay/order.rs",
            "crates/server/tests/it/world_first/fund.rs",
            "crates/wire/src/binance_pay.rs",
            "crates/wire/src/binance_pay/order.rs",
            "crates/wire/src/world_first/fund.rs",
        ];
        for path in files {
            let to = copy.path().join(path);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(crate::root().join(path), to).unwrap();
        }
        fs::write(copy.path().join(LIST), list()).unwrap();
        copy
    }

    fn write(root: &Path, name: &str) -> io::Result<Plan> {
        let plan = Plan::new(root, &Place::new(name, None)?)?;
        plan.write(root)?;
        Ok(plan)
    }

    fn has_line(root: &Path, path: &str, line: &str) -> bool {
        read(root, path).unwrap().lines().any(|known| known.trim() == line)
    }

    #[test]
    fn an_endpoint_of_a_known_family_is_written_and_declared_once() {
        let copy = copy();
        let root = copy.path();
        let plan = write(root, EXAMPLE).unwrap();
        let edited: Vec<&str> = plan.edited.keys().map(String::as_str).collect();
        assert_eq!(
            edited,
            [
                "crates/house/src/order.rs",
                "crates/server/src/binance_pay/order.rs",
                "crates/server/tests/it/binance_pay/order.rs",
                "crates/wire/src/binance_pay/order.rs",
                LIST,
            ]
        );
        assert_eq!(plan.new.len(), 7);
        assert!(has_line(root, LIST, "order::example::ExampleOrder,"));
        assert!(
            !read(root, LIST).unwrap().contains(&format!("\"{EXAMPLE}\"")),
            "it is not among what is not built any more"
        );
        assert!(has_line(root, "crates/wire/src/binance_pay/order.rs", "pub mod example;"));
        assert!(has_line(root, "crates/server/src/binance_pay/order.rs", "mod example;"));
        assert!(has_line(root, "crates/server/src/binance_pay/order.rs", "pub use example::example;"));
        assert!(has_line(root, "crates/server/tests/it/binance_pay/order.rs", "mod example;"));
        assert!(has_line(root, "crates/house/src/order.rs", "pub use example::{ExampleRefusal, example};"));
        let page = read(root, "docs/binance_pay/order/example.md").unwrap();
        assert!(page.contains("`POST /binancepay/openapi/order/example` · `binance_pay/order/example`"));
        // A second run overwrites nothing, also with the original list.
        for list in [read(root, LIST).unwrap(), list()] {
            fs::write(root.join(LIST), &list).unwrap();
            let refused = write(root, EXAMPLE).err().unwrap().to_string();
            assert!(refused.ends_with(" exists; nothing was written"), "{refused}");
            assert_eq!(read(root, LIST).unwrap(), list);
        }
    }

    #[test]
    fn a_new_family_is_declared_too() {
        let copy = copy();
        let root = copy.path();
        write(root, "binance_pay/examples/example_v2").unwrap();
        for (above, family) in [
            ("crates/wire/src/binance_pay.rs", "pub mod examples;"),
            ("crates/server/src/binance_pay.rs", "pub mod examples;"),
            ("crates/server/tests/it/binance_pay.rs", "mod examples;"),
            ("crates/house/src/lib.rs", "pub mod examples;"),
        ] {
            assert!(has_line(root, above, family), "{above}");
        }
        assert!(has_line(root, "crates/wire/src/binance_pay/examples.rs", "pub mod example_v2;"));
        let list = read(root, LIST).unwrap();
        let row = list.find("examples::example_v2::ExampleV2Examples,").unwrap();
        assert!(row < list.find("\n            world_first {").unwrap(), "it is among those of its dialect");
    }

    #[test]
    fn what_is_written_is_rust_and_marked() {
        let copy = copy();
        for name in [EXAMPLE, "world_first/fund/create_example"] {
            let plan = write(copy.path(), name).unwrap();
            for (path, text) in plan.new.iter().chain(&plan.edited) {
                assert!(!text.contains('@'), "{path} has a name that was not filled in");
                let is_rust = path.ends_with(".rs");
                assert!(
                    !is_rust || Tree::of(&[(path, text)]).sources().all(|source| source.tokens().is_some())
                );
            }
            let marked = plan.new.iter().filter(|(path, _)| !path.ends_with(".json"));
            assert!(marked.clone().all(|(_, text)| text.contains(MARK)), "{name}");
            assert_eq!(marked.count(), 5);
        }
    }

    #[test]
    fn only_what_is_known_and_not_built_is_written() {
        let copy = copy();
        for name in ["binance_pay/order/close", "binance_pay/example", "native/order/example", "order"] {
            assert!(write(copy.path(), name).is_err(), "{name}");
        }
    }
}
