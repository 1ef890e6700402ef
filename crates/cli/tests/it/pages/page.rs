//! Reads a page: its blocks that a shell can run, and what has to be pasted before each.

use std::path::{Path, PathBuf};

/// A page of the docs.
pub(super) struct Page {
    /// Below the folder of the project.
    pub(super) path: PathBuf,
    pub(super) blocks: Vec<Block>,
}

/// A block that is run, or saved for one that is.
pub(super) struct Block {
    /// Of its first line.
    pub(super) line: usize,
    pub(super) kind: Kind,
    pub(super) text: String,
    /// The heading that it stands under, as links name it.
    pub(super) section: String,
    /// The parts of pages whose blocks come first, page and section: those that the paragraph before it links to.
    pub(super) after: Vec<(PathBuf, String)>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Pasted into a shell.
    Shell,
    /// Pasted into a terminal of its own, where it goes on: a server.
    Server,
    /// Commands behind `$ `, each followed by what it prints.
    Console,
    /// Saved under this name.
    File(String),
}

/// Links to sections of these names say that their blocks come first.
const FIRST: [&str; 4] = ["a-call", "acting-for-a-merchant", "calling-it", "try-it"];

/// Reads a page below `root`.
pub(super) fn read(root: &Path, path: &Path) -> Page {
    let text = std::fs::read_to_string(root.join(path)).unwrap();
    let folder = path.parent().unwrap();
    let (mut blocks, mut paragraph, mut section) = (Vec::new(), Paragraph::default(), String::new());
    let mut lines = (1..).zip(text.lines());
    while let Some((line, content)) = lines.next() {
        let Some(language) = content.trim_start().strip_prefix("```") else {
            if let Some(heading) = content.strip_prefix('#') {
                section = slug(heading.trim_start_matches('#'));
            }
            paragraph.add(content);
            continue;
        };
        let body = lines.by_ref().map(|(_, content)| content);
        let text: String = body
            .take_while(|content| !content.trim_start().starts_with("```"))
            .flat_map(|content| [content, "\n"])
            .collect();
        let about = std::mem::take(&mut paragraph).text;
        if let Some(kind) = kind(language, &about, path, line) {
            blocks.push(Block { line, kind, text, section: section.clone(), after: links(&about, folder) });
        }
    }
    Page { path: path.to_owned(), blocks }
}

/// What a block is, from its language and from the paragraph before it; `None` if it is not run.
fn kind(language: &str, about: &str, path: &Path, line: usize) -> Option<Kind> {
    let saved = about.split_once("Save this as `").and_then(|(_, name)| name.split_once('`'));
    if let Some((name, _)) = saved {
        return Some(Kind::File(name.to_owned()));
    }
    if !matches!(language, "sh" | "console") {
        return None;
    }
    if let Some((_, reason)) = about.split_once("<!-- not run: ") {
        let reason = reason.split("-->").next().unwrap_or_default();
        assert!(reason.trim().len() > 10, "{}:{line}: no reason", path.display());
        return None;
    }
    if about.contains("<!-- server -->") {
        return Some(Kind::Server);
    }
    Some(if language == "sh" { Kind::Shell } else { Kind::Console })
}

/// The paragraph before a block; a comment goes with the one that it follows.
#[derive(Default)]
struct Paragraph {
    text: String,
    is_over: bool,
}

impl Paragraph {
    fn add(&mut self, line: &str) {
        if line.is_empty() {
            self.is_over = true;
            return;
        }
        if self.is_over && !line.starts_with("<!--") {
            self.text.clear();
        }
        self.is_over = false;
        self.text.extend([line, " "]);
    }
}

/// A heading as links name it.
fn slug(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// The sections that a paragraph links to, of those that say so.
fn links(about: &str, folder: &Path) -> Vec<(PathBuf, String)> {
    let targets = about.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    let sections = targets.filter_map(|(target, _)| target.split_once('#'));
    let first = sections.filter(|(page, section)| !page.is_empty() && FIRST.contains(section));
    first.map(|(page, section)| (plain(&folder.join(page)), section.to_owned())).collect()
}

/// A path without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => assert!(plain.pop(), "{}", path.display()),
            part => plain.push(part),
        }
    }
    plain
}

#[test]
fn a_page_says_what_is_run_and_what_comes_first() {
    let folder = tempfile::tempdir().unwrap();
    let page = "# A page\n\nText [other](../b.md#a-call).\n\nMore:\n\n```sh\nzero\n```\n\n## Try it\n\n\
                As [that](../b.md#a-call), [this](c.md#try-it) and [the rest](c.md#more)\nsay:\n\n\
                ```sh\none\n```\n```json\n{}\n```\n\nSay:\n\n<!-- server -->\n```sh\nserve\n```\n\n\
                <!-- not run: it takes a day -->\n```sh\nno\n```\n\nSave this as `a.py`:\n\n```python\nprint()\n```\n\n\
                Then:\n\n```console\n$ x\ny\n```\n";
    std::fs::create_dir(folder.path().join("a")).unwrap();
    std::fs::write(folder.path().join("a/p.md"), page).unwrap();
    let page = read(folder.path(), Path::new("a/p.md"));
    let found: Vec<_> =
        page.blocks.iter().map(|block| (&block.kind, &*block.section, &*block.text)).collect();
    assert_eq!(
        found,
        [
            (&Kind::Shell, "a-page", "zero\n"),
            (&Kind::Shell, "try-it", "one\n"),
            (&Kind::Server, "try-it", "serve\n"),
            (&Kind::File("a.py".to_owned()), "try-it", "print()\n"),
            (&Kind::Console, "try-it", "$ x\ny\n"),
        ]
    );
    let section = |page: &str, section: &str| (PathBuf::from(page), section.to_owned());
    assert_eq!(page.blocks[1].after, [section("b.md", "a-call"), section("a/c.md", "try-it")]);
    assert!(page.blocks[0].after.is_empty() && page.blocks[2].after.is_empty());
}
