//! A refusal as this API answers it: a code of the table and a message with the reason.

use std::{borrow::Cow, fmt};

use super::codes::{self, Code};

/// The longest message, in characters (`errorMessage` on every page).
pub const MESSAGE_MAX: usize = 256;

/// A refused call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The result code.
    pub code: FaultCode,
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

    /// The code on the wire, as `400209`.
    pub fn as_str(&self) -> &str {
        match self {
            FaultCode::Known(code) => code.code,
            FaultCode::Other(code) => code,
        }
    }

    /// The code's name, as `ORDER_STATUS_INVALID`, or `UNLISTED` for one that is not in the table.
    pub fn name(&self) -> &'static str {
        match self {
            FaultCode::Known(code) => code.name,
            FaultCode::Other(_) => "UNLISTED",
        }
    }
}

impl fmt::Display for FaultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Fault {
    /// The refusal with the table's own message.
    pub fn new(code: &'static Code) -> Fault {
        Fault { code: FaultCode::Known(code), message: Cow::Borrowed(code.message) }
    }

    /// A refusal read from a reply.
    pub fn received(code: &str, message: &str) -> Fault {
        Fault {
            code: FaultCode::parse(code),
            message: Cow::Owned(message.chars().take(MESSAGE_MAX).collect()),
        }
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
        write!(f, "{} {}: {}", self.code, self.code.name(), self.message)
    }
}

impl std::error::Error for Fault {}
