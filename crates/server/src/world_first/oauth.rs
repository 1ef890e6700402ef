//! Acting for a customer with its consent.

mod apply_token;
mod revoke_token;

pub use apply_token::apply_token;
pub use revoke_token::revoke_token;
