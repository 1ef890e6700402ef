//! The table of each request's fields on its page: the type's own fields, in its order, and required where it says so.

use std::{fs, path::Path};
use wire::{CATALOGUE, shape::Field};

/// A field as a page shows it: below which other one, its name, and whether it is required always.
type Shown = (String, String, bool);

/// The rows of the table. One row may name several fields, and those inside of an object begin with `…`.
fn shown(section: &str) -> Vec<Shown> {
    let mut parent = String::new();
    let mut shown = Vec::new();
    for row in section.lines().filter(|line| line.starts_with("| `") || line.starts_with("| … `")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        for name in cells[1].split('`').skip(1).step_by(2) {
            let inside = cells[1].starts_with('…');
            shown.push((
                if inside { parent.clone() } else { String::new() },
                name.to_owned(),
                cells[3] == "yes",
            ));
            if !inside {
                name.clone_into(&mut parent);
            }
        }
    }
    shown
}

/// The fields of the type, and of those objects whose fields the page has rows for.
fn declared(fields: &[Field], shown: &[Shown]) -> Vec<Shown> {
    let row = |parent: &str, field: &Field| (parent.to_owned(), field.name.clone(), field.required);
    let mut declared = Vec::new();
    for field in fields {
        declared.push(row("", field));
        if shown.iter().any(|(parent, ..)| *parent == field.name) {
            declared.extend(field.fields.iter().map(|inner| row(&field.name, inner)));
        }
    }
    declared
}

#[test]
fn every_table_shows_the_fields_of_its_type() {
    let mut wrong = String::new();
    for entry in CATALOGUE {
        let name = entry.spec.name;
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../docs/{name}.md"));
        let page = fs::read_to_string(page).unwrap();
        let (_, section) = page.split_once("\n## Request").unwrap_or_else(|| panic!("{name}: no request"));
        let section = section.split("\n## ").next().unwrap();
        let shown = shown(section);
        // A request that is another one's is shown there.
        if name == "world_first/fund/consult_transfer" {
            assert!(shown.is_empty() && section.contains("create_transfer.md"), "{section}");
            continue;
        }
        let declared = declared(&entry.described(), &shown);
        let mut differs = shown.iter().map(Some).chain([None]).zip(declared.iter().map(Some).chain([None]));
        if let Some((shown, declared)) = differs.find(|(shown, declared)| shown != declared) {
            wrong += &format!("{name}: the page has {shown:?}, the type {declared:?}\n");
        }
    }
    assert_eq!(wrong, "");
}
