//! Events: one per change of a business object's state, in the order of their commits.

use super::value::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A change of state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// Its position: the value of `after` to read on from here.
    pub cursor: String,
    /// The holder that it belongs to.
    pub holder: String,
    /// Its type, as `order.paid`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The changed object.
    pub subject: String,
    /// The time of the change.
    pub at: Time,
}

/// Events after a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Events {
    /// The events, oldest first. Empty if the wait ended without one.
    pub events: Vec<Event>,
    /// The value of `after` for the next call; unchanged if there was no event.
    pub next: String,
}
