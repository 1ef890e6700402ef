//! Functions and files stay short enough to be read whole.

use proc_macro2::{Delimiter, TokenTree};

use crate::finding::Finding;
use crate::tokens::{Descend, is_sign, is_word, line, walk};
use crate::tree::{Source, Tree};

const RULE: &str = "lengths";
const MAX_FUNCTION_LINES: usize = 70;
const MAX_FILE_LINES: usize = 700;

/// Something with a length in lines.
#[derive(Debug, PartialEq, Eq)]
struct Measured {
    path: String,
    line: usize,
    name: String,
    lines: usize,
}

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let over = |measured: Vec<Measured>, max: usize, what: &str| -> Vec<Finding> {
        let long = measured.into_iter().filter(|one| one.lines > max);
        long.map(|one| {
            let message = format!("{what} {} has {} lines, at most {max} are allowed", one.name, one.lines);
            Finding::new(&one.path, one.line, RULE, message)
        })
        .collect()
    };
    let mut findings = over(files(tree), MAX_FILE_LINES, "file");
    findings.extend(over(functions(tree), MAX_FUNCTION_LINES, "function"));
    findings
}

/// One line of figures over the whole project.
pub(crate) fn figures(tree: &Tree) -> String {
    format!("lengths: files {}; functions {}", summary(files(tree)), summary(functions(tree)))
}

fn summary(mut measured: Vec<Measured>) -> String {
    measured.sort_by_key(|one| one.lines);
    // The nearest-rank percentile: the smallest value that at least so many per cent do not exceed.
    let percentile = |per_cent: usize| {
        let rank = (measured.len() * per_cent).div_ceil(100).max(1);
        measured.get(rank - 1).map_or(0, |one| one.lines)
    };
    let longest = measured
        .last()
        .map_or_else(String::new, |one| format!(", longest {} ({}:{})", one.lines, one.path, one.line));
    format!("median {}, p90 {}{longest}", percentile(50), percentile(90))
}

fn files(tree: &Tree) -> Vec<Measured> {
    let measure = |source: Source<'_>| Measured {
        path: source.path.to_owned(),
        line: 1,
        name: source.path.rsplit('/').next().unwrap_or_default().to_owned(),
        lines: source.text.lines().count(),
    };
    tree.sources().map(measure).collect()
}

/// Every function with a body, also those inside macro calls and other functions.
fn functions(tree: &Tree) -> Vec<Measured> {
    let mut measured = Vec::new();
    for source in tree.sources() {
        let Some(tokens) = source.tokens() else { continue };
        walk(tokens, &mut |level, at| {
            if let Some((name, last_line)) = function(level, at) {
                let first_line = line(&level[at]);
                let lines = last_line + 1 - first_line;
                measured.push(Measured { path: source.path.to_owned(), line: first_line, name, lines });
            }
            Descend::Yes
        });
    }
    measured
}

/// Name and last line of the function whose `fn` is at `at`. Function types have no name, and declarations without a
/// body end with a semicolon.
fn function(level: &[TokenTree], at: usize) -> Option<(String, usize)> {
    if !is_word(level, at, "fn") {
        return None;
    }
    let name = match level.get(at + 1)? {
        TokenTree::Ident(name) => name.to_string(),
        // Inside macro_rules! the name is a placeholder.
        TokenTree::Punct(sign) if sign.as_char() == '$' => "$".to_owned(),
        _ => return None,
    };
    for (next, token) in level.iter().enumerate().skip(at + 2) {
        match token {
            // A constant among generic arguments, `Array<{ N }>`, is in braces too.
            TokenTree::Group(group)
                if group.delimiter() == Delimiter::Brace
                    && !is_sign(level, next + 1, '>')
                    && !is_sign(level, next + 1, ',') =>
            {
                return Some((name, group.span_close().end().line));
            }
            TokenTree::Punct(sign) if sign.as_char() == ';' => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(code: &str) -> Vec<String> {
        check(&Tree::of(&[("a.rs", code)])).iter().map(ToString::to_string).collect()
    }

    /// A body that makes its function `lines` long if the brace opens on the first line.
    fn body(lines: usize) -> String {
        format!("{{\n{}}}", "    x();\n".repeat(lines - 2))
    }

    #[test]
    fn bounds_functions_wherever_they_stand() {
        let long = body(71);
        let places = [
            format!("fn f() {long}"),
            format!("impl A {{ pub async fn f(&self) -> B<{{ N }}> {long} }}"),
            format!("trait A {{ fn f() where X: Y {long} }}"),
            format!("#[cfg(test)] mod tests {{ #[test] fn f() {long} }}"),
            format!("proptest! {{ fn f(a in 0..9) {long} }}"),
        ];
        for code in places {
            assert_eq!(
                found(&code),
                ["a.rs:1: lengths: function f has 71 lines, at most 70 are allowed"],
                "{code}"
            );
        }
        assert_eq!(found(&format!("fn f() {}", body(70))), [] as [&str; 0]);
    }

    #[test]
    fn counts_signature_and_comments() {
        let code = format!("\nfn f(\n    a: A,\n) {}", body(69));
        assert_eq!(found(&code), ["a.rs:2: lengths: function f has 71 lines, at most 70 are allowed"]);
        let commented = format!("fn f() {{\n{}}}", "// A line.\n".repeat(69));
        assert_eq!(found(&commented).len(), 1);
    }

    #[test]
    fn bounds_files() {
        assert_eq!(found(&"//\n".repeat(700)), [] as [&str; 0]);
        assert_eq!(
            found(&"//\n".repeat(701)),
            ["a.rs:1: lengths: file a.rs has 701 lines, at most 700 are allowed"]
        );
    }

    #[test]
    fn leaves_types_and_declarations_alone() {
        let code = format!("trait A {{ fn f(); }}\ntype F = fn(u8) -> u8;\nconst X: B = {};", body(100));
        assert_eq!(found(&code), [] as [&str; 0]);
    }

    #[test]
    fn figures_are_nearest_ranks() {
        let functions: String = (2..12).map(|lines| format!("fn f() {}\n", body(lines))).collect();
        let line = figures(&Tree::of(&[("a.rs", &functions)]));
        assert_eq!(
            line,
            "lengths: files median 65, p90 65, longest 65 (a.rs:1); functions median 6, p90 10, longest 11 (a.rs:55)"
        );
    }
}
