//! Balance reports: requesting one, and its status.

mod apply;
mod query;

pub use apply::apply;
pub use query::query;
