//! `/v1/events`: changes, and waiting for them.

use super::{
    cursor,
    extract::{Params, limit},
    refused::Refused,
};
use crate::{app::App, stopping::stopped};
use axum::{Json, extract::State};
use house::event::{self, EventCursor};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep_until};
use wire::native::{EVENTS_END, Event, Events, Time, query::EventQuery};

/// Interval of looking for commits of other servers, which do not wake the wait.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

pub(super) async fn read(
    State(app): State<Arc<App>>,
    Params(query): Params<EventQuery>,
) -> Result<Json<Events>, Refused> {
    let limit = limit(query.limit);
    let wait = query.wait.unwrap_or(0);
    let after = match query.after.as_deref() {
        None => EventCursor::START,
        Some(EVENTS_END) => event::end(&app.house).await?,
        Some(after) => cursor::event(after)?,
    };
    let end = Instant::now() + Duration::from_secs(wait);
    let (mut commits, mut stopping) = (app.house.commits(), app.stopping.clone());
    loop {
        // Marked before the query, so that a commit in between ends the wait.
        commits.mark_unchanged();
        let found = event::list(&app.house, query.holder.as_deref(), after, limit).await?;
        let now = Instant::now();
        if !found.is_empty() || now >= end || app.is_stopping() {
            return Ok(Json(shown(found, after)));
        }
        tokio::select! {
            _ = commits.changed() => {}
            () = sleep_until(end.min(now + LOOK_AGAIN)) => {}
            () = stopped(&mut stopping) => {}
        }
    }
}

fn shown(found: Vec<event::Event>, after: EventCursor) -> Events {
    let next = found.last().map_or(after, EventCursor::after);
    let events = found.into_iter().map(|event| Event {
        cursor: cursor::event_text(EventCursor::after(&event)),
        holder: event.holder,
        kind: event.kind,
        subject: event.subject,
        at: Time::from_millis(event.at.get()),
    });
    Events { events: events.collect(), next: cursor::event_text(next) }
}
