//! Conditional requests and content encoding (RFC 9110, sections 12 and 13).

use super::send::File;
use http::{HeaderMap, header};

/// Whether the caller has the file, in either encoding.
pub(super) fn matches_etag(headers: &HeaderMap, file: &File) -> bool {
    let lists = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|list| list.to_str().ok());
    let mut tags = lists.flat_map(|list| list.split(',')).map(str::trim);
    tags.any(|tag| {
        // Weak and strong tags compare the same here.
        let tag = tag.strip_prefix("W/").unwrap_or(tag);
        tag == "*" || [true, false].into_iter().any(|gzip| tag == file.tag(gzip))
    })
}

/// Whether the caller accepts gzip with at least the weight of the plain file.
pub(super) fn accepts_gzip(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|list| list.to_str().ok());
    let encodings: Vec<(&str, u16)> = lists.flat_map(|list| list.split(',')).map(encoding).collect();
    let weight = |names: &[&str]| {
        let named = |(name, weight): &(&str, u16)| {
            names.iter().any(|known| known.eq_ignore_ascii_case(name)).then_some(*weight)
        };
        encodings.iter().find_map(named)
    };
    let gzip = weight(&["gzip", "x-gzip"]).or_else(|| weight(&["*"])).unwrap_or(0);
    gzip > 0 && gzip >= weight(&["identity"]).unwrap_or(0)
}

/// An encoding and its weight in thousandths; the weight is 0 if it cannot be parsed.
fn encoding(text: &str) -> (&str, u16) {
    let (name, weight) = text.split_once(';').unwrap_or((text, "q=1"));
    let weight = weight.trim();
    let weight = weight.strip_prefix("q=").or_else(|| weight.strip_prefix("Q=")).unwrap_or("0");
    (name.trim(), thousandths(weight.trim()).unwrap_or(0))
}

/// `0`, `1` or a fraction with at most three digits.
pub(crate) fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole = match whole {
        "0" => 0,
        "1" => 1_000,
        _ => return None,
    };
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    Some((whole + fraction).min(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn gzip_is_taken_by_those_who_say_so() {
        let takes = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
            accepts_gzip(&headers)
        };
        for good in [
            "gzip",
            "gzip, deflate, br",
            "deflate, GZIP;q=0.5",
            "*",
            "x-gzip",
            "identity;q=0.5, *;q=0.7",
            "gzip; q=1.000, identity",
        ] {
            assert!(takes(good), "{good}");
        }
        for bad in [
            "",
            "identity",
            "deflate, br",
            "gzip;q=0",
            "gzip;q=0.000, *",
            "gzip;q=0.5, identity",
            "gzip;q=x",
            "gzip;q=2",
            "gzipped",
        ] {
            assert!(!takes(bad), "{bad}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }
}
