//! Classes of jobs: each has a worker of its own, so that short jobs do not wait for long ones.

use tokio::sync::Notify;

/// The class of a job: it selects the worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Short jobs: many in one batch, on the threads that answer requests.
    Short,
    /// Long jobs: a few in parallel, each in a task of its own, on threads of lower priority.
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
