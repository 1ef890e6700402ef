//! x
pub mod replay;
