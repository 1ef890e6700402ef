//! A body for every endpoint: the samples that also test the project's own types.

use wire::catalogue::{CATALOGUE, Entry};

macro_rules! samples {
    ($($dialect:ident { $($family:ident::$endpoint:ident::$Request:ident,)* })*) => {
        /// The sample of every endpoint, in the order of [`wire::CATALOGUE`].
        static SAMPLES: &[&str] = &[$($(include_str!(concat!(
            "../../../../samples/",
            stringify!($dialect),
            "/",
            stringify!($family),
            "/",
            stringify!($endpoint),
            "/request.json"
        )),)*)*];
    };
}

wire::endpoints!(samples);

/// A valid body of an endpoint.
pub(super) fn of(endpoint: &Entry) -> &'static str {
    let mut listed = CATALOGUE.iter().zip(SAMPLES);
    let own = listed.find(|(entry, _)| entry.spec.name == endpoint.spec.name);
    own.map_or("{}", |(_, text)| text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_endpoint_has_a_body_that_it_takes() {
        for entry in CATALOGUE {
            assert!(entry.request(of(entry).as_bytes()).is_ok(), "{}", entry.spec.name);
        }
    }
}
