//! The result of an operation inside a reply: the same three fields as the reply's own `result`.

use serde::{Deserialize, Serialize};

use super::codes::Code;
use crate::text::{self, Text};

/// A result of the reply's subject, such as `transferResult` or `failReason`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// `S`, `F` or `U`; see [`Status`](super::Status).
    pub result_status: Text,
    /// A code, as `SUCCESS` or `PROCESSING`.
    pub result_code: Text,
    /// The code's message, for people.
    #[serde(default, deserialize_with = "text::optional", skip_serializing_if = "Option::is_none")]
    pub result_message: Option<Text>,
}

impl From<&Code> for Outcome {
    fn from(code: &Code) -> Outcome {
        Outcome {
            result_status: code.status.as_str().into(),
            result_code: code.code.into(),
            result_message: Some(code.message.into()),
        }
    }
}
