//! Jobs: work that follows a commit, and jobs that were given up.

use super::rule::{HolderId, Is, Wanted};
use super::value::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Job {
    /// The holder that it belongs to.
    pub holder: String,
    /// The kind of job.
    pub kind: String,
    /// The job's subject.
    pub subject: String,
    /// Its state.
    pub state: JobState,
    /// When it is due, or when the lease of its worker ends.
    pub due_at: Time,
    /// Number of attempts.
    pub attempts: i64,
    /// Error of the latest attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// When it was created.
    pub created_at: Time,
}

/// State of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// It will be run when it is due.
    Waiting,
    /// It failed too often and waits for an operator.
    Dead,
}

/// The job to retry at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryJob {
    /// The holder that it belongs to.
    #[serde(with = "Is::<HolderId>")]
    pub holder: String,
    /// The kind of job.
    #[serde(with = "Is::<Wanted>")]
    pub kind: String,
    /// The job's subject.
    #[serde(with = "Is::<Wanted>")]
    pub subject: String,
}
