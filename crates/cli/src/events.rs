//! `countinghouse events`: the changes in a server's books, in the order of the commits.

use clap::Args;
use client::Native;
use wire::native::{Event, Events};

use crate::{
    connection::Connection,
    exit::Failure,
    follow::{Following, Listed, Pause},
    output::escaped,
    table::Column,
};

/// Maximum wait for the next event on the server, in seconds.
const WAIT_S: u64 = 30;

/// A filter of events.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    connection: Connection,
    /// Only this merchant's, payer's or customer's
    #[arg(long, value_name = "HOLDER_ID")]
    holder: Option<String>,
    /// Only what comes after this cursor, which stands with every event [default: from the first; with --follow from now
    /// on]
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
    /// How many at most, the oldest first
    #[arg(
        long,
        value_name = "COUNT",
        default_value_t = 100,
        value_parser = clap::value_parser!(u32).range(1..=100_000),
        conflicts_with = "follow"
    )]
    limit: u32,
    #[command(flatten)]
    following: Following,
}

/// Lists events, or follows them.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let columns = ["AT", "TYPE", "SUBJECT", "HOLDER", "CURSOR"].map(Column::Text);
    let list = async |native: &Native| {
        let page = list(native, options).await?;
        let rows = page.events.iter().map(row).collect();
        Ok(Listed { page, columns: &columns, rows, none: "no events" })
    };
    options.following.run(&options.connection, list, async |native| follow(native, options).await)
}

fn row(event: &Event) -> [String; 5] {
    let Event { cursor, holder, kind, subject, at } = event;
    [at.to_string(), kind.clone(), subject.clone(), holder.clone(), cursor.clone()]
}

/// Reads pages until the end or the limit.
async fn list(native: &Native, options: &Options) -> Result<Events, client::Error> {
    let most = usize::try_from(options.limit).unwrap_or(usize::MAX);
    let mut found = Events { events: Vec::new(), next: options.after.clone().unwrap_or_default() };
    loop {
        let after = Some(found.next.as_str()).filter(|after| !after.is_empty());
        let page = native.events(options.holder.as_deref(), after, 0).await?;
        let is_last = page.events.is_empty();
        found.events.extend(page.events);
        found.next = page.next;
        if found.events.len() > most {
            found.events.truncate(most);
            found.next = found.events.last().map_or(found.next, |last| last.cursor.clone());
        }
        if is_last || found.events.len() == most {
            return Ok(found);
        }
    }
}

async fn follow(native: &Native, options: &Options) -> Result<(), Failure> {
    let mut after = match &options.after {
        Some(after) => after.clone(),
        None => native.events_end().await?,
    };
    let mut pause = Pause::default();
    loop {
        let page = match native.events(options.holder.as_deref(), Some(&after), WAIT_S).await {
            Ok(page) => page,
            Err(error) => {
                pause.after(error).await?;
                continue;
            }
        };
        pause.over();
        for event in &page.events {
            if !options.following.show(event, |event| escaped(&row(event).join("  ")))? {
                return Ok(());
            }
        }
        after = page.next;
    }
}
