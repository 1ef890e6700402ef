//! The project's files in memory: read from disk once, or made by a test.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use proc_macro2::TokenStream;

/// Folders that are not sources of the project. Hidden ones are skipped too.
const SKIPPED: &[&str] = &["target", "countinghouse-data", "node_modules"];

/// The text of every file that a rule reads, and the path of every other file, by path from the root with forward
/// slashes.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    texts: BTreeMap<String, String>,
}

/// A Rust source file.
pub(crate) struct Source<'a> {
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
}

impl Tree {
    /// Reads the project under `root`.
    pub(crate) fn load(root: &Path) -> io::Result<Tree> {
        let mut tree = Tree::default();
        tree.add_folder(root, "")?;
        Ok(tree)
    }

    /// A tree made by a test.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Tree {
        Tree { texts: files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect() }
    }

    fn add_folder(&mut self, folder: &Path, prefix: &str) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            if entry.file_type()?.is_dir() {
                if !name.starts_with('.') && !SKIPPED.contains(&name.as_str()) {
                    self.add_folder(&entry.path(), &format!("{path}/"))?;
                }
            } else {
                let text = if is_text(&name) {
                    fs::read_to_string(entry.path())
                        .map_err(|error| io::Error::other(format!("{path}: {error}")))?
                } else {
                    String::new()
                };
                self.texts.insert(path, text);
            }
        }
        Ok(())
    }

    /// The text of one file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// Whether this file exists.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.texts.contains_key(path)
    }

    /// Every file below a folder, whose name ends with a slash, in order of path.
    pub(crate) fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let from = self.texts.range(folder.to_owned()..);
        from.map(|(path, text)| (path.as_str(), text.as_str()))
            .take_while(move |(path, _)| path.starts_with(folder))
    }

    /// Every Rust file.
    pub(crate) fn sources(&self) -> impl Iterator<Item = Source<'_>> {
        let rust = self.texts.iter().filter(|(path, _)| path.ends_with(".rs"));
        rust.map(|(path, text)| Source { path, text })
    }
}

impl Source<'_> {
    /// The file's tokens; `None` if the compiler's lexer would refuse the file.
    pub(crate) fn tokens(&self) -> Option<TokenStream> {
        self.text.parse().ok()
    }
}

/// Whether a rule reads files with this name.
fn is_text(name: &str) -> bool {
    name == "FROZEN" || [".rs", ".toml", ".sql", ".md"].iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sources_and_leaves_out_what_is_built() {
        let folder = tempfile::tempdir().unwrap();
        let files =
            ["a.rs", "crates/x/src/b.rs", "target/c.rs", ".git/d.rs", "countinghouse-data/e.rs", "f.bin"];
        for path in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "text").unwrap();
        }
        let tree = Tree::load(folder.path()).unwrap();
        let paths: Vec<&str> = tree.texts.keys().map(String::as_str).collect();
        assert_eq!(paths, ["a.rs", "crates/x/src/b.rs", "f.bin"]);
        assert_eq!((tree.text("a.rs"), tree.text("f.bin")), (Some("text"), Some("")));
    }

    #[test]
    fn lists_a_folder_and_nothing_beside_it() {
        let tree = Tree::of(&[("a/b", ""), ("a/c/d", ""), ("ab", ""), ("b", "")]);
        let paths: Vec<&str> = tree.below("a/").map(|(path, _)| path).collect();
        assert_eq!(paths, ["a/b", "a/c/d"]);
    }
}
