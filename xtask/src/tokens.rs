//! Walks Rust tokens, so that a rule sees code and not comments, and also the arguments of macro calls.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::finding::Finding;
use crate::tree::Source;

/// Whether a walk enters the current group.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Descend {
    Yes,
    No,
}

/// Calls `visit` for every token with the tokens of its level and its position in them. Documentation is not code and
/// is skipped.
pub(crate) fn walk(stream: TokenStream, visit: &mut impl FnMut(&[TokenTree], usize) -> Descend) {
    let level: Vec<TokenTree> = stream.into_iter().collect();
    for at in 0..level.len() {
        let descend = visit(&level, at);
        if let TokenTree::Group(group) = &level[at]
            && descend == Descend::Yes
            && !is_documentation(&level, at)
        {
            walk(group.stream(), visit);
        }
    }
}

/// A finding for each token of a source that breaks a rule, with the message of `broken`. A source that is not Rust
/// has none.
pub(crate) fn findings(
    source: &Source<'_>,
    rule: &'static str,
    broken: impl Fn(&[TokenTree], usize) -> Option<String>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(tokens) = source.tokens() else { return findings };
    walk(tokens, &mut |level, at| {
        findings.extend(
            broken(level, at).map(|message| Finding::new(source.path, line(&level[at]), rule, message)),
        );
        Descend::Yes
    });
    findings
}

/// Whether the token at `at` is this word.
pub(crate) fn is_word(level: &[TokenTree], at: usize, word: &str) -> bool {
    matches!(level.get(at), Some(TokenTree::Ident(ident)) if ident == word)
}

/// Whether the token at `at` is this punctuation character.
pub(crate) fn is_sign(level: &[TokenTree], at: usize, sign: char) -> bool {
    matches!(level.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

/// The content of the brackets if the token at `at` is the group of an attribute.
pub(crate) fn attribute(level: &[TokenTree], at: usize) -> Option<Vec<TokenTree>> {
    let hash = if at > 0 && is_sign(level, at - 1, '!') { at.checked_sub(2)? } else { at.checked_sub(1)? };
    match level.get(at) {
        Some(TokenTree::Group(group))
            if group.delimiter() == Delimiter::Bracket && is_sign(level, hash, '#') =>
        {
            Some(group.stream().into_iter().collect())
        }
        _ => None,
    }
}

/// Whether the tokens contain this word at any depth.
pub(crate) fn mentions(tokens: &[TokenTree], word: &str) -> bool {
    tokens.iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Group(group) => mentions(&group.stream().into_iter().collect::<Vec<_>>(), word),
        _ => false,
    })
}

/// Whether the token at `at` is the body of a `#[cfg(test)] mod name { }`.
pub(crate) fn is_test_module(level: &[TokenTree], at: usize) -> bool {
    let body = matches!(&level[at], TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let Some(keyword) = at.checked_sub(2) else { return false };
    if !body || !is_word(level, keyword, "mod") {
        return false;
    }
    let marks = keyword.checked_sub(1).and_then(|before| attribute(level, before));
    marks.is_some_and(|inside| is_word(&inside, 0, "cfg") && mentions(&inside, "test"))
}

fn is_documentation(level: &[TokenTree], at: usize) -> bool {
    attribute(level, at).is_some_and(|inside| is_word(&inside, 0, "doc") && is_sign(&inside, 1, '='))
}

/// The line, from 1, on which a token starts.
pub(crate) fn line(token: &TokenTree) -> usize {
    token.span().start().line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_into_macros_and_past_documentation() {
        let code = "/// hidden\n#[doc = \"hidden\"]\n#[cfg(seen)]\nfn f() { m!(deep { x }); }";
        let mut words = Vec::new();
        walk(code.parse().unwrap(), &mut |level, at| {
            if let TokenTree::Ident(ident) = &level[at] {
                words.push(ident.to_string());
            }
            Descend::Yes
        });
        assert_eq!(words, ["cfg", "seen", "fn", "f", "m", "deep", "x"]);
    }
}
