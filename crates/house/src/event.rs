//! Events: changes, in the order of commits.

use crate::{Failure, House};
pub use store::event::{EventKind, EventRow as Event};

/// A position in the order of commits: after an event. The default is before the first event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventCursor {
    /// The number of the commit.
    pub tx: i64,
    /// The event's position in the commit.
    pub seq: i64,
}

impl EventCursor {
    /// The position before the first event.
    pub const START: EventCursor = EventCursor { tx: 0, seq: -1 };

    /// The position after an event.
    pub fn after(event: &Event) -> Self {
        Self { tx: event.tx, seq: event.seq }
    }
}

/// Events after a position, of one holder or of all. Reading on from the last event misses none.
pub async fn list(
    house: &House,
    holder: Option<&str>,
    after: EventCursor,
    limit: u32,
) -> Result<Vec<Event>, Failure> {
    let (store, after, limit) = (house.store(), (after.tx, after.seq), limit.into());
    match holder {
        Some(holder) => store::event::list_of(store, holder, after, limit).await,
        None => store::event::list(store, after, limit).await,
    }
}

/// The position after the latest event of any holder.
pub async fn end(house: &House) -> Result<EventCursor, Failure> {
    let latest = store::event::latest(house.store()).await?;
    Ok(latest.as_ref().map_or(EventCursor::START, EventCursor::after))
}
