//! `admin jobs`: waiting jobs, and jobs that were given up.

use super::{
    pages,
    report::{Column, Report},
};
use clap::{Args, Subcommand};
use client::Native;
use wire::native::{Job, JobState, RetryJob};

use crate::exit::Failure;

#[derive(Subcommand)]
pub(super) enum Command {
    /// List jobs
    List {
        /// Only those that were given up
        #[arg(long)]
        dead: bool,
    },
    /// Retry one now, also one that was given up
    Retry(Retry),
}

#[derive(Args)]
pub(super) struct Retry {
    /// The holder that it belongs to
    #[arg(value_name = "HOLDER_ID")]
    holder: String,
    /// The kind of job
    #[arg(value_name = "KIND")]
    kind: String,
    /// The object that it is about
    #[arg(value_name = "SUBJECT")]
    subject: String,
}

/// Runs the command.
pub(super) async fn run(native: &Native, command: &Command, report: Report) -> Result<(), Failure> {
    match command {
        Command::List { dead } => {
            let all = pages::all(async |after| native.jobs(*dead, after.as_deref()).await).await?;
            let columns = [
                Column::Text("HOLDER"),
                Column::Text("KIND"),
                Column::Text("SUBJECT"),
                Column::State("STATE"),
                Column::Number("ATTEMPTS"),
                Column::Text("DUE"),
                Column::Text("WHY IT FAILED"),
            ];
            report.list(&all, if *dead { "dead jobs" } else { "jobs" }, columns, all.items.iter().map(row));
        }
        Command::Retry(Retry { holder, kind, subject }) => {
            let job = RetryJob { holder: holder.clone(), kind: kind.clone(), subject: subject.clone() };
            native.retry_job(&job).await?;
            report.done(&(), format_args!("{kind} {subject} will be tried at once"));
        }
    }
    Ok(())
}

fn row(job: &Job) -> [String; 7] {
    let state = match job.state {
        JobState::Waiting => "waiting",
        JobState::Dead => "dead",
    };
    [
        job.holder.clone(),
        job.kind.clone(),
        job.subject.clone(),
        state.to_owned(),
        job.attempts.to_string(),
        job.due_at.to_string(),
        job.last_error.clone().unwrap_or_default(),
    ]
}
