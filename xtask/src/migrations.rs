//! The migrations of both engines and the list of the frozen ones.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::tree::Tree;

/// The folder of the list, with a subfolder for each engine.
pub(crate) const FOLDER: &str = "crates/store/migrations/";

/// The list of frozen files: `sha256  path` per line, as `sha256sum` writes it in [`FOLDER`].
pub(crate) const LIST: &str = "crates/store/migrations/FROZEN";

/// The engines' folders.
pub(crate) const ENGINES: [&str; 2] = ["sqlite", "postgres"];

/// Every file of an engine, by its path below [`FOLDER`].
pub(crate) fn files<'a>(tree: &'a Tree, engine: &str) -> BTreeMap<&'a str, &'a str> {
    let prefix = format!("{engine}/");
    tree.below(FOLDER)
        .filter_map(|(path, text)| Some((path.strip_prefix(FOLDER)?, text)))
        .filter(|(path, _)| path.starts_with(&prefix))
        .collect()
}

/// The number at the start of `NNNN_name.sql`, for a path below [`FOLDER`]; `None` for any other name.
pub(crate) fn number(path: &str) -> Option<u32> {
    let (_, file) = path.split_once('/')?;
    let (digits, name) = file.strip_suffix(".sql")?.split_once('_')?;
    let good_name =
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if digits.len() == 4 && good_name { digits.parse().ok() } else { None }
}

/// The list's lines as (line number, hash, path); a malformed line has no hash and path.
pub(crate) fn frozen(list: &str) -> impl Iterator<Item = (usize, Option<(&str, &str)>)> {
    list.lines().enumerate().map(|(at, line)| {
        let parts = line.split_once("  ").filter(|(hash, path)| hash.len() == 64 && !path.is_empty());
        (at + 1, parts)
    })
}

/// The hash of a text, in the list's form.
pub(crate) fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_number_of_a_good_name_only() {
        assert_eq!(number("sqlite/0012_split_orders.sql"), Some(12));
        for path in
            ["sqlite/12_x.sql", "sqlite/0001.sql", "sqlite/0001_X.sql", "sqlite/0001_x.txt", "0001_x.sql"]
        {
            assert_eq!(number(path), None, "{path}");
        }
    }

    #[test]
    fn hashes_as_sha256sum_does() {
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
