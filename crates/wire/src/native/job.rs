//! Jobs: work that follows a commit, and what was given up.

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
    /// The object that it is about.
    pub subject: String,
    /// How it stands.
    pub state: JobState,
    /// When it is ready, or when the lease of who works on it ends.
    pub due_at: Time,
    /// How often it was begun.
    pub attempts: i64,
    /// Why the latest attempt failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: Time,
}

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// It will be done when it is due.
    Waiting,
    /// It was tried too often and waits for an operator.
    Dead,
}

/// Which job is to be tried at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryJob {
    /// The holder that it belongs to.
    #[serde(with = "Is::<HolderId>")]
    pub holder: String,
    /// The kind of job.
    #[serde(with = "Is::<Wanted>")]
    pub kind: String,
    /// The object that it is about.
    #[serde(with = "Is::<Wanted>")]
    pub subject: String,
}
