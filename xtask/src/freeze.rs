//! `cargo xtask freeze`: seals every migration, after which only new ones can change the schema.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::migrations::{ENGINES, LIST, files, frozen, hash};
use crate::tree::Tree;

/// Writes the list under `root`; returns false, and writes nothing, if a frozen file has changed.
pub(crate) fn run(root: &Path, out: &mut impl Write) -> io::Result<bool> {
    match list(&Tree::load(root)?) {
        Ok(text) => {
            fs::write(root.join(LIST), &text)?;
            writeln!(out, "freeze: {} migrations in {LIST}", text.lines().count())?;
            Ok(true)
        }
        Err(problems) => {
            for problem in problems {
                writeln!(out, "{problem}")?;
            }
            Ok(false)
        }
    }
}

/// The new list: frozen files keep their hashes, new files are added. A changed frozen file is a mistake to undo,
/// never a reason for a new hash.
fn list(tree: &Tree) -> Result<String, Vec<String>> {
    let mut hashes: BTreeMap<&str, String> = ENGINES
        .iter()
        .flat_map(|engine| files(tree, engine))
        .map(|(path, text)| (path, hash(text)))
        .collect();
    let mut problems = Vec::new();
    for (line, entry) in frozen(tree.text(LIST).unwrap_or_default()) {
        match entry {
            Some((old, path)) if hashes.get(path).is_some_and(|new| new == old) => {}
            Some((old, path)) => {
                problems
                    .push(format!("{LIST}:{line}: {path} is frozen and has changed or gone; put it back"));
                hashes.insert(path, old.to_owned());
            }
            None => problems.push(format!("{LIST}:{line}: is not a hash, two spaces and a path")),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(hashes.iter().map(|(path, hash)| format!("{hash}  {path}\n")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: (&str, &str) = ("crates/store/migrations/sqlite/0001_start.sql", "abc");
    const FIRST_LINE: &str =
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  sqlite/0001_start.sql\n";

    #[test]
    fn adds_what_is_new() {
        assert_eq!(list(&Tree::of(&[FIRST])).unwrap(), FIRST_LINE);
        let second = ("crates/store/migrations/sqlite/0002_more.sql", "more");
        let both = list(&Tree::of(&[FIRST, second, (LIST, FIRST_LINE)])).unwrap();
        assert!(both.starts_with(FIRST_LINE));
        assert!(both.ends_with("  sqlite/0002_more.sql\n"));
    }

    #[test]
    fn never_launders_a_change() {
        let changed = ("crates/store/migrations/sqlite/0001_start.sql", "abd");
        assert!(
            list(&Tree::of(&[changed, (LIST, FIRST_LINE)])).unwrap_err()[0]
                .contains("0001_start.sql is frozen")
        );
        assert!(list(&Tree::of(&[(LIST, FIRST_LINE)])).is_err());
        assert!(list(&Tree::of(&[FIRST, (LIST, "nonsense\n")])).is_err());
    }

    #[test]
    fn writes_the_list_to_disk() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join(FIRST.0);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, FIRST.1).unwrap();
        assert!(run(root.path(), &mut Vec::new()).unwrap());
        assert_eq!(fs::read_to_string(root.path().join(LIST)).unwrap(), FIRST_LINE);
        fs::write(&path, "changed").unwrap();
        assert!(!run(root.path(), &mut Vec::new()).unwrap());
        assert_eq!(fs::read_to_string(root.path().join(LIST)).unwrap(), FIRST_LINE);
    }
}
