//! Acting for a customer with its consent.

mod apply_token;
mod revoke_token;
