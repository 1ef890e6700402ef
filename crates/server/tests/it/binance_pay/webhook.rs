//! Webhooks: what receivers verify them with.

mod certificates;
