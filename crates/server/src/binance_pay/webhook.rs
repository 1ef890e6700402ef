//! Webhooks: what receivers verify them with.

mod certificates;

pub use certificates::certificates;
