//! The edits of existing files that a new endpoint needs.

use std::io;

use super::place::{Known, Place};

/// The list of endpoints with an unbuilt one moved to the built ones, and its known path and summary.
pub(crate) fn build(list: &str, place: &Place) -> io::Result<(String, Known)> {
    let quoted = format!("\"{}\"", place.name);
    let row =
        list.lines().find(|line| line.trim_start().starts_with("Unbuilt::of(") && line.contains(&quoted));
    let strings: Vec<&str> = row.unwrap_or_default().split('"').skip(1).step_by(2).collect();
    let (Some(row), [_, path, summary]) = (row, &strings[..]) else {
        let message =
            format!("{} is not in UNBUILT of {}: add its path and summary there", place.name, super::LIST);
        return Err(io::Error::other(message));
    };
    let built = add_row(&list.replacen(&format!("{row}\n"), "", 1), place);
    let built = built.ok_or_else(|| io::Error::other(format!("no {} in {}", place.dialect, super::LIST)))?;
    Ok((built, Known { path: (*path).to_owned(), summary: (*summary).to_owned() }))
}

/// The row is added after the last of its family, or at the end of its dialect.
fn add_row(list: &str, place: &Place) -> Option<String> {
    let lines: Vec<&str> = list.lines().collect();
    let start = lines.iter().position(|line| line.trim() == format!("{} {{", place.dialect))?;
    let end = start + lines[start..].iter().position(|line| line.trim() == "}")?;
    let family = format!("{}::", place.family);
    let last = (start..end).rev().find(|at| lines[*at].trim_start().starts_with(&family)).unwrap_or(end - 1);
    let indent = " ".repeat(lines[start].len() - lines[start].trim_start().len() + 4);
    let row = format!("{indent}{family}{}::{},", place.endpoint, place.request);
    Some(insert(&lines, last + 1, &row))
}

/// A file with one more module and its re-export. `cargo fmt` sorts both.
pub(crate) fn declare(text: &str, module: &str, reexport: Option<&str>) -> String {
    let text = after(text, module, |line| {
        let line = line.strip_prefix("pub ").or(line.strip_prefix("pub(crate) ")).unwrap_or(line);
        line.starts_with("mod ") && line.ends_with(';')
    });
    reexport.map_or_else(|| text.clone(), |line| after(&text, line, |line| line.starts_with("pub use ")))
}

/// Inserts a line after the last one of its kind, or else as a paragraph after the modules, or else after the head.
fn after(text: &str, line: &str, is_kind: impl Fn(&str) -> bool) -> String {
    let lines: Vec<&str> = text.lines().collect();
    if let Some(last) = lines.iter().rposition(|line| is_kind(line)) {
        return insert(&lines, last + 1, line);
    }
    let is_above = |line: &&str| line.starts_with("//") || line.contains("mod ") && line.ends_with(';');
    let at = lines.iter().rposition(is_above).map_or(0, |last| last + 1);
    insert(&lines, at, &format!("\n{line}"))
}

fn insert(lines: &[&str], at: usize, line: &str) -> String {
    let (before, behind) = lines.split_at(at);
    let lines = before.iter().chain([&line]).chain(behind);
    lines.flat_map(|line| [line, "\n"]).collect()
}
