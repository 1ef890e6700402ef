//! Balance reports: applying for one, and asking where it stands.

mod apply;
mod query;

pub use apply::apply;
pub use query::query;
