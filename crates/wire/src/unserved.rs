//! Hints for callers of a path that is not served. A hint never repeats the caller's words.

use crate::{ENDPOINTS, Spec, catalogue::UNBUILT};

/// Other APIs of the same providers; none of their endpoints is built.
const OTHER_APIS: [&[&str]; 2] = [&["api", "open", "v1"], &["aps"]];

/// The root paths of the dialects' endpoints.
const ROOTS: [&str; 2] = ["/binancepay/openapi/", "/amsin/api/v1/"];

/// A hint at the path that the caller probably meant, in ASCII without line ends; `None` if no path is similar.
pub fn hint(path: &str) -> Option<String> {
    let asked = segments(path);
    respelled(path, &asked)
        .or_else(|| not_built(&asked))
        .or_else(|| other_version(&asked))
        .or_else(|| other_root(&asked))
        .or_else(|| other_api(&asked))
}

/// A served path with other slashes or another case.
fn respelled(path: &str, asked: &[String]) -> Option<String> {
    let spec = ENDPOINTS.iter().find(|spec| segments(spec.path) == asked)?;
    let slips = [
        (path.contains("//"), "the path has a doubled slash (a base URL that ends in one?)"),
        (path.len() > 1 && path.ends_with('/'), "the path ends in a slash"),
        (true, "the path is spelled otherwise"),
    ];
    let slip = slips.into_iter().find_map(|(is, slip)| is.then_some(slip))?;
    Some(format!("{slip}; {} is served", spec.path))
}

/// The paths of the endpoints that are known and not built.
fn unbuilt() -> impl Iterator<Item = &'static str> {
    UNBUILT.iter().map(|unbuilt| unbuilt.path)
}

fn not_built(asked: &[String]) -> Option<String> {
    let path = unbuilt().find(|path| segments(path) == asked)?;
    Some(format!("{path} is known and not built yet"))
}

/// A path of which another version is served or known.
fn other_version(asked: &[String]) -> Option<String> {
    let of_any_version = without_versions(asked);
    let like = |path: &str| without_versions(&segments(path)) == of_any_version;
    let served: Vec<&str> = ENDPOINTS.iter().map(|spec| spec.path).filter(|path| like(path)).collect();
    if !served.is_empty() {
        return Some(format!("this version of the path is not served; {} is", served.join(", ")));
    }
    let known = unbuilt().find(|path| like(path))?;
    Some(format!("{known} is known and not built yet, in no version"))
}

/// A path that ends like a served one, below another root: a missing, incomplete or doubled root.
fn other_root(asked: &[String]) -> Option<String> {
    let tail = |path: &str| ROOTS.iter().find_map(|root| path.strip_prefix(root)).map(segments);
    let ends = |path: &str| tail(path).filter(|tail| asked.ends_with(tail)).map(|tail| tail.len());
    let longest = |spec: &&&Spec| ends(spec.path);
    if let Some(spec) = ENDPOINTS.iter().filter(|spec| longest(spec).is_some()).max_by_key(longest) {
        return Some(format!("the path begins otherwise; {} is served", spec.path));
    }
    let known = unbuilt().filter(|path| ends(path).is_some()).max_by_key(|path| ends(path))?;
    Some(format!("{known} is known and not built yet"))
}

fn other_api(asked: &[String]) -> Option<String> {
    let api = OTHER_APIS
        .iter()
        .find(|api| asked.len() > api.len() && asked.iter().zip(**api).all(|(a, b)| a == b))?;
    Some(format!("the API below /{} is known and not built; /amsin/api/v1 is the one that is", api.join("/")))
}

/// The parts of a path between slashes, without case.
fn segments(path: &str) -> Vec<String> {
    path.split('/').filter(|part| !part.is_empty()).map(str::to_ascii_lowercase).collect()
}

fn without_versions(segments: &[String]) -> Vec<&str> {
    let is_version = |part: &str| {
        part.strip_prefix('v').is_some_and(|digits| {
            (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    segments.iter().map(String::as_str).filter(|part| !is_version(part)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_a_served_path_are_named() {
        let doubled = "the path has a doubled slash (a base URL that ends in one?); ";
        for (path, hint_is) in [
            ("//binancepay/openapi/v3/order", format!("{doubled}/binancepay/openapi/v3/order is served")),
            ("/binancepay//openapi/v3/order", format!("{doubled}/binancepay/openapi/v3/order is served")),
            ("//amsin/api/v1/oauth/applyToken", format!("{doubled}/amsin/api/v1/oauth/applyToken is served")),
            (
                "/binancepay/openapi/order/",
                "the path ends in a slash; /binancepay/openapi/order is served".to_owned(),
            ),
            (
                "/amsin/api/v1/business/account/inquirybalance",
                "the path is spelled otherwise; /amsin/api/v1/business/account/inquiryBalance is served"
                    .to_owned(),
            ),
        ] {
            assert_eq!(hint(path), Some(hint_is), "{path}");
        }
    }

    #[test]
    fn other_versions_and_roots_are_named() {
        for (path, hint_is) in [
            (
                "/binancepay/openapi/v3/order/query",
                "this version of the path is not served; /binancepay/openapi/order/query, \
                 /binancepay/openapi/v2/order/query is",
            ),
            (
                "/binancepay/openapi/profitsharing/v2/return",
                "this version of the path is not served; /binancepay/openapi/profitsharing/v1/return is",
            ),
            (
                "/amsin/api/v2/oauth/applyToken",
                "this version of the path is not served; /amsin/api/v1/oauth/applyToken is",
            ),
            ("/binancepay/v3/order", "the path begins otherwise; /binancepay/openapi/v3/order is served"),
            (
                "/openapi/v2/order/query",
                "the path begins otherwise; /binancepay/openapi/v2/order/query is served",
            ),
            (
                "/binancepay/openapi/binancepay/openapi/order/close",
                "the path begins otherwise; /binancepay/openapi/order/close is served",
            ),
        ] {
            assert_eq!(hint(path).as_deref(), Some(hint_is), "{path}");
        }
    }

    #[test]
    fn what_is_not_built_says_so() {
        for (path, known) in [
            (
                "/binancepay/openapi/wallet/transfer",
                "/binancepay/openapi/wallet/transfer is known and not built yet",
            ),
            (
                "//binancepay/openapi/Wallet/Transfer/",
                "/binancepay/openapi/wallet/transfer is known and not built yet",
            ),
            (
                "/binancepay/openapi/v3/balance",
                "/binancepay/openapi/balance is known and not built yet, in no version",
            ),
            (
                "/amsin/business/fund/createPayout",
                "/amsin/api/v1/business/fund/createPayout is known and not built yet",
            ),
            (
                "/aps/api/business/fund/inquiryBalance",
                "the API below /aps is known and not built; /amsin/api/v1 is the one that is",
            ),
        ] {
            assert_eq!(hint(path).as_deref(), Some(known), "{path}");
        }
        for path in
            ["/", "", "/binancepay", "/binancepay/openapi/v9/nothing", "/v1/merchants", "/aps", "/order"]
        {
            let hinted = hint(path);
            assert!(hinted.is_none() || path == "/order", "{path}: {hinted:?}");
        }
    }

    #[test]
    fn whatever_is_not_built_is_hinted_at() {
        for path in unbuilt() {
            assert!(ROOTS.iter().any(|root| path.starts_with(root)), "{path}");
            assert!(hint(path).is_some_and(|hint| hint.is_ascii() && hint.starts_with(path)));
        }
    }
}
