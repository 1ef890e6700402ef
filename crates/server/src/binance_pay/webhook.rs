//! Webhooks: the certificates that receivers verify them with.

mod certificates;

pub use certificates::certificates;
