//! `POST /amsin/api/v1/oauth/applyToken`: exchanges a code, or an older refresh token, for an access token.
//!
//! Pages `applyToken` and `refreshToken`, which share the path; the ends of their code tables are not known.

use serde::{Deserialize, Serialize};

use super::Token;
use crate::{
    endpoint::{Endpoint, Spec},
    text::{self, Text},
    validate::{Check, Validate},
    world_first::{WorldFirst, codes},
};

/// Requests tokens for [`ApplyToken::grant`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplyToken {
    /// `AUTHORIZATION_CODE` or `REFRESH_TOKEN`.
    pub grant_type: Text,
    /// The code of the customer's grant; required with the former. At most 128 characters.
    #[serde(default, deserialize_with = "Token::optional", skip_serializing_if = "Option::is_none")]
    pub auth_code: Option<Token>,
    /// A refresh token; required with the latter. At most 128 characters.
    #[serde(default, deserialize_with = "Token::optional", skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<Token>,
}

/// The grant that is exchanged for tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant<'a> {
    /// The code of a customer's grant.
    Code(&'a str),
    /// A refresh token.
    RefreshToken(&'a str),
}

const CODE: &str = "AUTHORIZATION_CODE";
const REFRESH: &str = "REFRESH_TOKEN";

impl ApplyToken {
    /// The grant; `None` for a request that breaks its rules. The field that belongs to the other kind of grant is
    /// ignored.
    pub fn grant(&self) -> Option<Grant<'_>> {
        match self.grant_type.as_str() {
            CODE => self.auth_code.as_ref().map(|code| Grant::Code(code.as_str())),
            REFRESH => self.refresh_token.as_ref().map(|token| Grant::RefreshToken(token.as_str())),
            _ => None,
        }
    }

    /// Requests tokens for `grant`.
    pub fn new(grant: Grant<'_>) -> ApplyToken {
        match grant {
            Grant::Code(code) => {
                ApplyToken { grant_type: CODE.into(), auth_code: Some(code.into()), refresh_token: None }
            }
            Grant::RefreshToken(token) => {
                ApplyToken { grant_type: REFRESH.into(), auth_code: None, refresh_token: Some(token.into()) }
            }
        }
    }
}

/// Tokens to act for the customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    /// Goes into the header `Access-Token`; at most 64 characters.
    pub access_token: Token,
    /// When the access token expires, ISO 8601.
    pub expire_time: Text,
    /// Yields the next access token; at most 128 characters.
    #[serde(default, deserialize_with = "Token::optional", skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<Token>,
    /// When the refresh token expires, ISO 8601.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub refresh_token_expire_time: Option<Text>,
}

impl Endpoint for ApplyToken {
    type Dialect = WorldFirst;
    type Response = Tokens;
    const SPEC: &'static Spec = &Spec {
        name: "world_first/oauth/apply_token",
        path: "/amsin/api/v1/oauth/applyToken",
        summary: "Exchange a code or a refresh token for an access token",
        codes: codes::UNION,
        body_optional: false,
        scope: None,
    };
}

impl Validate for ApplyToken {
    fn validate(&self, check: &mut Check) {
        check.text("grantType", &self.grant_type).required().one_of(&[CODE, REFRESH]);
        let required = match self.grant_type.as_str() {
            CODE => Some(("authCode", &self.auth_code)),
            REFRESH => Some(("refreshToken", &self.refresh_token)),
            _ => None,
        };
        if let Some((field, token)) = required {
            check.text(field, token.as_ref().map_or("", Token::as_str)).required();
        }
        check.optional("authCode", &self.auth_code).length(1..=128).ascii();
        check.optional("refreshToken", &self.refresh_token).length(1..=128).ascii();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Invalid, Why, decode};

    fn read(body: &str) -> Result<ApplyToken, (Why, String)> {
        let read = decode::request::<ApplyToken>(body.as_bytes());
        read.map_err(|Invalid { why, field, .. }| (why, field.into_owned()))
    }

    #[test]
    fn each_grant_needs_its_own_field() {
        let refused = |body: &str| read(body).unwrap_err();
        assert_eq!(refused("{}"), (Why::Missing, "grantType".to_owned()));
        assert_eq!(refused(r#"{"grantType":"PASSWORD"}"#), (Why::Value, "grantType".to_owned()));
        let code = r#"{"grantType":"AUTHORIZATION_CODE","refreshToken":"r","authCode":"#;
        let refresh = r#"{"grantType":"REFRESH_TOKEN","authCode":"c","refreshToken":"#;
        for (start, field) in [(code, "authCode"), (refresh, "refreshToken")] {
            for absent in ["null", "\"\"", "[]"] {
                assert_eq!(refused(&format!("{start}{absent}}}")), (Why::Missing, field.to_owned()));
            }
            let long = format!("{start}\"{}\"}}", "x".repeat(129));
            assert_eq!(refused(&long), (Why::Length, field.to_owned()));
            assert_eq!(refused(&format!("{start}\"é\"}}")), (Why::Chars, field.to_owned()));
        }
        assert_eq!(read(&format!("{code}\"c\"}}")).unwrap().grant(), Some(Grant::Code("c")));
        assert_eq!(read(&format!("{refresh}\"r\"}}")).unwrap().grant(), Some(Grant::RefreshToken("r")));
    }

    #[test]
    fn what_is_asked_is_what_is_read() {
        for grant in [Grant::Code("c1"), Grant::RefreshToken("r1")] {
            let request = ApplyToken::new(grant);
            let again = read(&serde_json::to_string(&request).unwrap()).unwrap();
            assert_eq!(again.grant(), Some(grant));
            assert!(!format!("{again:?}").contains("1"), "the token is shown: {again:?}");
        }
    }
}
