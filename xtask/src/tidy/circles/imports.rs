//! The imports of a file within its crate, read from its tokens.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::Graph;
use crate::tokens::{Descend, is_sign, is_test_module, is_word, walk};
use crate::tree::Tree;

/// Names of modules from the crate's root downwards.
type Path = Vec<String>;

/// The references of a file to others.
#[derive(Default)]
struct File {
    /// The paths of its imported names, and whether other files may import them from here.
    uses: BTreeMap<String, (Path, bool)>,
    /// Paths in its code.
    paths: BTreeSet<Path>,
    /// Traits that are imported as `_`.
    unnamed: Vec<Path>,
}

struct Files<'a> {
    paths: BTreeMap<Path, &'a str>,
    files: BTreeMap<Path, File>,
}

/// The imports of each file below a folder of sources.
pub(super) fn imports<'a>(tree: &'a Tree, folder: &'a str) -> Graph<'a> {
    let mut all = Files { paths: BTreeMap::new(), files: BTreeMap::new() };
    for (path, text) in tree.below(folder).filter(|(path, _)| path.ends_with(".rs")) {
        let inner = path[folder.len()..].trim_end_matches(".rs");
        let is_root = inner == "lib" || inner == "main";
        let module: Path = if is_root { Path::new() } else { inner.split('/').map(str::to_owned).collect() };
        let mut file = File::default();
        file.read(text.parse().unwrap_or_default());
        all.paths.insert(module.clone(), path);
        all.files.insert(module, file);
    }
    all.files.iter().map(|(module, file)| (all.paths[module], all.imported(module, file))).collect()
}

impl File {
    fn read(&mut self, tokens: TokenStream) {
        walk(tokens, &mut |level, at| {
            if is_test_module(level, at) || in_use(level, at) {
                return Descend::No;
            }
            if is_word(level, at, "use") {
                let end = (at..level.len()).find(|end| is_sign(level, *end, ';')).unwrap_or(level.len());
                self.add_use(&mut Path::new(), &level[at + 1..end], is_public(level, at));
            } else if let Some(path) = path_at(level, at) {
                self.paths.insert(path);
            }
            Descend::Yes
        });
    }

    /// Adds the names of a `use` with these tokens.
    fn add_use(&mut self, before: &mut Path, tokens: &[TokenTree], public: bool) {
        let length = before.len();
        let mut alias = None;
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => {
                    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                    for part in
                        inside.split(|token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ','))
                    {
                        self.add_use(before, part, public);
                    }
                    before.truncate(length);
                    return;
                }
                TokenTree::Ident(ident) if ident == "as" => {
                    alias = tokens.get(at + 1).map(ToString::to_string);
                    break;
                }
                TokenTree::Ident(ident) if ident == "self" && !before.is_empty() => {}
                TokenTree::Ident(ident) => before.push(ident.to_string()),
                _ => {}
            }
        }
        let name = alias.or_else(|| before.last().cloned());
        match name.filter(|_| !tokens.is_empty()) {
            Some(name) if name == "_" => self.unnamed.push(before.clone()),
            Some(name) => drop(self.uses.insert(name, (before.clone(), public))),
            None => {}
        }
        before.truncate(length);
    }
}

impl<'a> Files<'a> {
    fn imported(&self, module: &Path, file: &File) -> BTreeSet<&'a str> {
        let mut modules = BTreeSet::new();
        for path in file.unnamed.iter().chain(&file.paths) {
            modules.extend(self.behind(module, path, 0).map(|(behind, _)| behind));
        }
        for (path, public) in file.uses.values() {
            // A module counts as imported where one of its items is used, a re-exported name where it is used.
            if let Some((behind, is_module)) = self.behind(module, path, 0)
                && !is_module
                && !public
            {
                modules.insert(behind);
            }
        }
        // A file of a family builds on the family's own file; the two are read together.
        modules.retain(|imported| !module.starts_with(imported));
        modules.into_iter().filter_map(|module| self.paths.get(&module).copied()).collect()
    }

    /// The module that a path leads to from another, through re-exports; and whether the path names the module
    /// itself.
    fn behind(&self, from: &Path, path: &[String], depth: usize) -> Option<(Path, bool)> {
        let (first, mut rest) = path.split_first()?;
        let mut at = match first.as_str() {
            "crate" => Path::new(),
            "self" => from.clone(),
            "super" => from.split_last()?.1.to_vec(),
            _ => {
                rest = path;
                from.clone()
            }
        };
        while let Some((name, after)) = rest.split_first() {
            if name == "super" {
                at.pop()?;
            } else if self.paths.contains_key(&child(&at, name)) {
                at.push(name.clone());
            } else {
                let found = self.files.get(&at)?.uses.get(name);
                let is_start = rest.len() == path.len();
                return match found.filter(|(_, public)| depth < 16 && (*public || at == *from)) {
                    Some((path, _)) => {
                        let whole = [path.as_slice(), after].concat();
                        self.behind(&at, &whole, depth + 1)
                    }
                    // A name of another crate, or of the file itself.
                    None if is_start => None,
                    None => Some((at, false)),
                };
            }
            rest = after;
        }
        Some((at, true))
    }
}

fn child(module: &[String], name: &str) -> Path {
    [module, &[name.to_owned()]].concat()
}

/// The path that begins at `at`, if any.
fn path_at(level: &[TokenTree], at: usize) -> Option<Path> {
    let goes_on = at > 0 && (is_sign(level, at - 1, ':') && at > 1 && is_sign(level, at - 2, ':'));
    if goes_on || (at > 0 && (is_sign(level, at - 1, '.') || is_word(level, at - 1, "mod"))) {
        return None;
    }
    let mut path = Path::new();
    let mut next = at;
    while let Some(TokenTree::Ident(ident)) = level.get(next) {
        path.push(ident.to_string());
        if !is_sign(level, next + 1, ':') || !is_sign(level, next + 2, ':') {
            break;
        }
        next += 3;
    }
    // A single lower-case name is a local one.
    let is_named = path.len() > 1 || path.first()?.starts_with(char::is_uppercase);
    is_named.then_some(path)
}

/// Whether the token at `at` belongs to a `use`.
fn in_use(level: &[TokenTree], at: usize) -> bool {
    let before = level[..at].iter().rev().take_while(|token| {
        !matches!(token, TokenTree::Punct(sign) if sign.as_char() == ';')
            && !matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
    });
    before.into_iter().any(|token| matches!(token, TokenTree::Ident(ident) if ident == "use"))
}

fn is_public(level: &[TokenTree], at: usize) -> bool {
    at > 0 && (is_word(level, at - 1, "pub") || (at > 1 && is_word(level, at - 2, "pub")))
}
