//! How secrets are shown.

use std::fmt::Write as _;

/// What stands in place of a secret.
pub(super) const MASK: &str = "***";

/// A URL without the password before its host and without the values of its query, any of which may be one.
pub(super) fn masked(url: &str) -> String {
    let (base, query) = url.split_once('?').map_or((url, None), |(base, query)| (base, Some(query)));
    let mut text = match base.split_once("://") {
        Some((scheme, rest)) => {
            let host = rest.find('/').unwrap_or(rest.len());
            // A password that was not escaped may hold a slash or an @ itself.
            let at = rest.rfind('@').filter(|at| *at < host || rest[..*at].contains(':'));
            match at.map(|at| (&rest[..at], &rest[at + 1..])) {
                Some((user, rest)) => match user.split_once(':') {
                    Some((user, _)) => format!("{scheme}://{user}:{MASK}@{rest}"),
                    None => format!("{scheme}://{user}@{rest}"),
                },
                None => base.to_owned(),
            }
        }
        None => base.to_owned(),
    };
    for (place, pair) in query.into_iter().flat_map(|query| query.split('&')).enumerate() {
        let sign = if place == 0 { '?' } else { '&' };
        let name = pair.split('=').next().unwrap_or_default();
        let _ = write!(text, "{sign}{name}={MASK}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_shows_neither_password_nor_query() {
        assert_eq!(masked("postgres://pay:a/b@c@h/d"), "postgres://pay:***@h/d");
        assert_eq!(masked("postgres://pay@h/d"), "postgres://pay@h/d");
        assert_eq!(masked("https://h/a@b"), "https://h/a@b");
    }
}
