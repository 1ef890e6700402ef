//! A house under test.
