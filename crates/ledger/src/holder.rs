//! Owners of accounts.

use std::{fmt, ops::Deref, sync::Arc};

/// The id of a holder: a merchant, a payer, a service provider or a customer. Cheap to clone.
///
/// 1 to 64 characters of `A-Z a-z 0-9 - _`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HolderId(Arc<str>);

/// The text is not a holder id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a holder id is 1 to 64 characters of A-Z a-z 0-9 - _")]
pub struct HolderIdError;

impl HolderId {
    /// Checks and wraps an id.
    ///
    /// # Errors
    /// When the text is empty, longer than 64 characters or has a character outside `A-Z a-z 0-9 - _`.
    pub fn new(id: &str) -> Result<Self, HolderIdError> {
        let fits = (1..=64).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if fits { Ok(Self(id.into())) } else { Err(HolderIdError) }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for HolderId {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HolderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for HolderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
