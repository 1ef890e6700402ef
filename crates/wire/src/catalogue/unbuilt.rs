//! An endpoint that is known and not built: its callers get a message that says so, and need not search for a mistake
//! of their own.

/// An endpoint that the provider has and this program has not.
#[derive(Debug, PartialEq, Eq)]
pub struct Unbuilt {
    /// Its name, in the form of [`crate::Spec::name`].
    pub name: &'static str,
    /// Absolute request path.
    pub path: &'static str,
    /// The operation's effect, in one line without a full stop.
    pub summary: &'static str,
}

impl Unbuilt {
    pub(super) const fn of(name: &'static str, path: &'static str, summary: &'static str) -> Unbuilt {
        Unbuilt { name, path, summary }
    }
}
