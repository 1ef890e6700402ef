//! Classes of jobs: each has a worker of its own, so that none waits for another's.

use tokio::sync::Notify;

/// Which worker runs a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Soon done: many together, on the threads that answer callers.
    Short,
    /// Takes long: a few side by side, each in a task of its own, on threads that stand back.
    Long,
}

impl Class {
    /// Every class, in the order of [`Wakes`].
    pub(crate) const ALL: [Class; 2] = [Class::Short, Class::Long];

    /// The word in the database.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Class::Short => "short",
            Class::Long => "long",
        }
    }
}

/// Wakes the worker of each class.
#[derive(Debug, Default)]
pub(crate) struct Wakes([Notify; Class::ALL.len()]);

impl Wakes {
    pub(crate) fn of(&self, class: Class) -> &Notify {
        &self.0[class as usize]
    }
}
