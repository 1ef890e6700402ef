//! The countinghouse program.
fn main() {}
