//! A refusal as this API answers it: a code of the table, its status, and a message with the reason.

use std::{borrow::Cow, fmt};

use super::codes::{self, Code, Status};

/// Maximum length of our messages, in characters. No page limits `resultMessage`.
pub const MESSAGE_MAX: usize = 256;

/// A refused or failed call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The result code.
    pub code: FaultCode,
    status: Status,
    message: Cow<'static, str>,
}

/// A result code: one of our table, or one that only the other side knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultCode {
    /// A code of [`codes::ALL`].
    Known(&'static Code),
    /// A code that is not in the table, as the reply spelled it. Only clients get one.
    Other(String),
}

impl FaultCode {
    /// The table's row for `code`, if present.
    pub fn parse(code: &str) -> FaultCode {
        let known = codes::ALL.into_iter().find(|known| known.code == code);
        known.map_or_else(|| FaultCode::Other(code.to_owned()), FaultCode::Known)
    }

    /// The code on the wire, as `PARAM_ILLEGAL`.
    pub fn as_str(&self) -> &str {
        match self {
            FaultCode::Known(code) => code.code,
            FaultCode::Other(code) => code,
        }
    }
}

impl fmt::Display for FaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Fault {
    /// The refusal with the table's own status and message.
    pub fn new(code: &'static Code) -> Fault {
        Fault { code: FaultCode::Known(code), status: code.status, message: Cow::Borrowed(code.message) }
    }

    /// A refusal read from a reply. Another gateway may give the same code another status, so the reply's own counts.
    pub fn received(code: &str, status: Status, message: &str) -> Fault {
        let message = message.chars().take(MESSAGE_MAX).collect();
        Fault { code: FaultCode::parse(code), status, message: Cow::Owned(message) }
    }

    /// Replaces the table's general message by the reason, cut to [`MESSAGE_MAX`] characters. It must hold no secret
    /// and not repeat the caller's input.
    #[must_use]
    pub fn because(mut self, reason: impl fmt::Display) -> Fault {
        let mut message = reason.to_string();
        if let Some((end, _)) = message.char_indices().nth(MESSAGE_MAX) {
            message.truncate(end);
        }
        self.message = Cow::Owned(message);
        self
    }

    /// Whether the call definitely failed, or its result is unknown.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The reason, at most [`MESSAGE_MAX`] characters.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether this is the refusal `code`.
    pub fn is(&self, code: &Code) -> bool {
        self.code.as_str() == code.code
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status.as_str(), self.code, self.message)
    }
}

impl std::error::Error for Fault {}
