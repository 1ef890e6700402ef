//! `/v1/jobs`: waiting jobs, jobs that were given up, and retrying those.

use super::{
    cursor::{self, unreadable},
    extract::{JsonBody, Params, limit},
    refused::Refused,
};
use crate::app::App;
use axum::{Json, extract::State};
use house::{
    job::{self, JobRow},
    worker::{self, Retried},
};
use http::StatusCode;
use std::sync::Arc;
use wire::native::{Job, JobState, Page, RetryJob, Time, query::JobQuery};

pub(super) async fn list(
    State(app): State<Arc<App>>,
    Params(query): Params<JobQuery>,
) -> Result<Json<Page<Job>>, Refused> {
    let limit = limit(query.limit);
    let only_dead = query.state.is_some();
    let after = query.after.as_deref().map_or(Ok(("", "", "")), place)?;
    let jobs = job::list(&app.house, only_dead, after, limit + 1).await?;
    Ok(Json(cursor::page(jobs, limit, text, shown)))
}

pub(super) async fn retry(
    State(app): State<Arc<App>>,
    JsonBody(asked): JsonBody<RetryJob>,
) -> Result<StatusCode, Refused> {
    match worker::retry(&app.house, &asked.holder, &asked.kind, &asked.subject).await? {
        Retried::Ready => Ok(StatusCode::NO_CONTENT),
        Retried::Running => Err(Refused::conflict("running", "a server is at the job now")),
        Retried::Missing => Err(Refused::unknown("job")),
    }
}

/// A position in the list of jobs, as text. Subjects may hold slashes; holders and kinds may not.
fn text(job: &JobRow) -> String {
    format!("{}/{}/{}", job.holder, job.kind, job.subject)
}

fn place(text: &str) -> Result<(&str, &str, &str), Refused> {
    let mut parts = text.splitn(3, '/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(holder), Some(kind), Some(subject)) => Ok((holder, kind, subject)),
        _ => Err(unreadable()),
    }
}

fn shown(job: JobRow) -> Job {
    Job {
        holder: job.holder.to_string(),
        kind: job.kind,
        subject: job.subject,
        state: if job.dead { JobState::Dead } else { JobState::Waiting },
        due_at: Time::from_millis(job.due_at.get()),
        attempts: job.attempts,
        last_error: job.last_error,
        created_at: Time::from_millis(job.created_at.get()),
    }
}
