//! Events: one per change of a business object's state, in the order of their commits.

use super::value::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A change of state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// Names it; what to give as `after` to read on from here.
    pub cursor: String,
    /// The holder that it belongs to.
    pub holder: String,
    /// What happened, as `order.paid`.
    #[serde(rename = "type")]
    pub kind: String,
    /// To which object.
    pub subject: String,
    /// When.
    pub at: Time,
}

/// Events after a cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Events {
    /// The events, oldest first. None when the wait ended without one.
    pub events: Vec<Event>,
    /// What to give as `after` next; the same as before when there was no event.
    pub next: String,
}
