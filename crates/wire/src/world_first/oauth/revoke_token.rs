//! `POST /amsin/api/v1/oauth/revokeToken`: ends an authorization, both the access token and its refresh token.
//!
//! Page `revokeToken`; the end of its code table is not known.

use serde::{Deserialize, Serialize};

use super::Token;
use crate::{
    endpoint::{Endpoint, Spec},
    text::Text,
    validate::{Check, Validate},
    world_first::{WorldFirst, codes},
};

/// Revokes `token`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevokeToken {
    /// An access token; at most 128 characters.
    pub token: Token,
    /// `ACCESS_TOKEN`, the only kind that can be revoked.
    pub token_type: Text,
}

/// The revocation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revoked {
    /// When the authorization ended, ISO 8601.
    pub cancel_time: Text,
}

impl Endpoint for RevokeToken {
    type Dialect = WorldFirst;
    type Response = Revoked;
    const SPEC: &'static Spec = &Spec {
        name: "world_first/oauth/revoke_token",
        path: "/amsin/api/v1/oauth/revokeToken",
        summary: "Revoke an access token and its refresh token",
        codes: codes::UNION,
        body_optional: false,
        scope: None,
    };
}

impl Validate for RevokeToken {
    fn validate(&self, check: &mut Check) {
        check.text("token", self.token.as_str()).required().length(1..=128).ascii();
        check.text("tokenType", &self.token_type).required().length(1..=128).one_of(&["ACCESS_TOKEN"]);
    }
}

#[cfg(test)]
mod tests {
    use super::RevokeToken;
    use crate::{Invalid, Why, decode};

    fn refusal(body: &str) -> (Why, String) {
        let Invalid { why, field, .. } = decode::request::<RevokeToken>(body.as_bytes()).unwrap_err();
        (why, field.into_owned())
    }

    #[test]
    fn both_fields_are_required() {
        for body in ["{}", r#"{"token":"","tokenType":"ACCESS_TOKEN"}"#, r#"{"tokenType":"ACCESS_TOKEN"}"#] {
            assert_eq!(refusal(body), (Why::Missing, "token".to_owned()), "{body}");
        }
        assert_eq!(refusal(r#"{"token":"a"}"#), (Why::Missing, "tokenType".to_owned()));
        let other = r#"{"token":"a","tokenType":"REFRESH_TOKEN"}"#;
        assert_eq!(refusal(other), (Why::Value, "tokenType".to_owned()));
        let long = format!(r#"{{"token":"{}","tokenType":"ACCESS_TOKEN"}}"#, "x".repeat(129));
        assert_eq!(refusal(&long), (Why::Length, "token".to_owned()));
        assert_eq!(refusal(r#"{"token":"\n","tokenType":"ACCESS_TOKEN"}"#), (Why::Chars, "token".to_owned()));
    }
}
