//! The client against servers that answer well, badly, or not at all.

mod clock;
mod doubt;
mod founding;
mod observed;
mod refusals;
mod retries;
mod server;
mod untyped;
mod webhooks;
mod wire_bytes;
mod world_first;
