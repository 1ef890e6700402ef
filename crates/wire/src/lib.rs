//! The contract that both sides of the wire share: endpoints, envelopes, codes, signatures, validation.
//!
//! Each public operation of a provider is one file with one request type, one reply type and the rules of its
//! page; server and client are both generic over [`Endpoint`]. Reading is liberal (a string field takes an
//! integer, a decimal takes a string, `null` is absent, unknown fields are ignored), writing has one canonical
//! form. Nothing here does I/O or looks at a clock.
#![warn(missing_docs)]

pub mod binance_pay;
pub mod catalogue;
pub mod decimal;
pub mod decode;
pub mod endpoint;
pub mod escape;
pub mod json;
pub mod mask;
pub mod misspelt;
pub mod native;
pub mod shape;
pub mod text;
pub mod unserved;
pub mod validate;
pub mod world_first;

pub use catalogue::{CATALOGUE, ENDPOINTS, endpoints};
pub use endpoint::{DecodeError, Dialect, Endpoint, Scope, Spec, UnderWay};
pub use validate::{Check, Invalid, Validate, Why};
