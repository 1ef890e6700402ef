//! The wire as both ends see it: every sample, every endpoint's declaration, the bytes we emit, and bodies that no
//! honest client would send.

// Under the name that the other crates give it.
extern crate countinghouse_wire as wire;

mod bytes;
mod catalogue;
mod codes_causes;
mod codes_page;
mod endpoints;
mod endpoints_page;
mod hostile;
mod request_tables;
mod samples;
mod scalars;
mod signing;
mod table;
