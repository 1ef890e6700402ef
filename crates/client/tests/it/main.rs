//! The client against servers that answer well, badly, or not at all.

mod refusals;
mod server;
mod wire_bytes;
