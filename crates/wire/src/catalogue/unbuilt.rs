//! An endpoint that is known and not built: who asks for it is told so, and does not look for a mistake of their own.

/// An endpoint that the provider has and this program has not.
#[derive(Debug, PartialEq, Eq)]
pub struct Unbuilt {
    /// Its name, as [`crate::Spec::name`] would be.
    pub name: &'static str,
    /// Absolute request path.
    pub path: &'static str,
    /// What the operation does, in one line without a full stop.
    pub summary: &'static str,
}

impl Unbuilt {
    pub(super) const fn of(name: &'static str, path: &'static str, summary: &'static str) -> Unbuilt {
        Unbuilt { name, path, summary }
    }
}
