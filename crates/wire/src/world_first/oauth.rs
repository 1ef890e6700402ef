//! Acting for a customer with its consent: the code that a grant yields becomes tokens. What the pages share is here.

pub mod apply_token;
pub mod revoke_token;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::text::{self, Text};

/// A code or a token. Its owner can act for the customer, so it is never shown in logs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Token(Text);

impl Token {
    /// The plain text of the token.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For `deserialize_with` on an optional token: `null` and the empty string are absent.
    pub(crate) fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Token>, D::Error> {
        Ok(text::optional(deserializer)?.map(Token))
    }
}

impl AsRef<str> for Token {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Token {
    fn from(text: &str) -> Token {
        Token(text.into())
    }
}

impl From<String> for Token {
    fn from(text: String) -> Token {
        Token(text.into())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(redacted)")
    }
}
