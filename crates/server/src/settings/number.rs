//! Settings that are whole numbers from one bound to another.

use super::declare::{Written, parsed};
use serde::Deserialize;
use std::{ffi::OsStr, marker::PhantomData, time::Duration};
use toml::Value;

/// A whole number of a unit from `MIN` to `MAX`.
#[derive(Debug, Deserialize)]
#[serde(try_from = "u64", bound = "")]
pub struct Bounded<U, const MIN: u64, const MAX: u64>(u64, #[serde(skip)] PhantomData<U>);

/// What a number counts, and so what the program has of it.
pub trait Unit {
    /// What the program has.
    type Plain;

    /// What the program has of a number, which is within the bounds of its setting.
    fn plain(number: u64) -> Self::Plain;

    /// The number of it.
    fn number(plain: &Self::Plain) -> u64;
}

/// Time in units of so many milliseconds.
#[derive(Debug)]
pub enum Time<const MS: u64> {}

/// Time in milliseconds.
pub type Millis = Time<1>;
/// Time in seconds.
pub type Seconds = Time<1_000>;
/// Time in minutes.
pub type Minutes = Time<60_000>;
/// Time in hours.
pub type Hours = Time<3_600_000>;

impl<const MS: u64> Unit for Time<MS> {
    type Plain = Duration;

    fn plain(number: u64) -> Duration {
        Duration::from_millis(number * MS)
    }

    fn number(plain: &Duration) -> u64 {
        u64::try_from(plain.as_millis()).unwrap_or(u64::MAX) / MS
    }
}

impl Unit for usize {
    type Plain = usize;

    fn plain(number: u64) -> usize {
        usize::try_from(number).expect("bounded by the setting's type")
    }

    fn number(plain: &usize) -> u64 {
        u64::try_from(*plain).unwrap_or(u64::MAX)
    }
}

impl Unit for u32 {
    type Plain = u32;

    fn plain(number: u64) -> u32 {
        u32::try_from(number).expect("bounded by the setting's type")
    }

    fn number(plain: &u32) -> u64 {
        (*plain).into()
    }
}

impl<U, const MIN: u64, const MAX: u64> TryFrom<u64> for Bounded<U, MIN, MAX> {
    type Error = String;
    fn try_from(number: u64) -> Result<Self, String> {
        if (MIN..=MAX).contains(&number) {
            Ok(Self(number, PhantomData))
        } else {
            Err(format!("{number} is out of range, expected a whole number from {MIN} to {MAX}"))
        }
    }
}

impl<U: Unit, const MIN: u64, const MAX: u64> Written for Bounded<U, MIN, MAX> {
    type Plain = U::Plain;

    fn read(text: &OsStr) -> Result<Self, String> {
        let number = parsed::<u64>(text);
        number.map_err(|_| format!("expected a whole number from {MIN} to {MAX}"))?.try_into()
    }

    fn plain(self) -> U::Plain {
        U::plain(self.0)
    }

    fn shown(plain: &U::Plain) -> Option<Value> {
        Some(shown::<U>(plain))
    }
}

/// The number as it is written.
pub(super) fn shown<U: Unit>(plain: &U::Plain) -> Value {
    i64::try_from(U::number(plain)).unwrap_or(i64::MAX).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_bounded() {
        type Milliseconds = Bounded<Millis, 1, 600_000>;
        assert_eq!(Milliseconds::read("600000".as_ref()).unwrap().plain(), Duration::from_secs(600));
        for bad in ["0", "600001", "-1", "1.5", ""] {
            let error = Milliseconds::read(bad.as_ref()).unwrap_err();
            assert!(error.contains("from 1 to 600000"), "{bad}: {error}");
        }
    }
}
