//! Division of integers with explicit rounding.

/// The rounding of a result between two units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// Toward zero.
    Down,
    /// Away from zero.
    Up,
    /// To the nearest, and a tie to the even one (banker's).
    HalfEven,
}

impl Rounding {
    /// `numerator / denominator` in whole units; `denominator` is above zero. `None` when the quotient is
    /// 2^127, which only the lowest numerator reaches.
    pub(crate) fn divide(self, numerator: i128, denominator: u128) -> Option<i128> {
        debug_assert!(denominator > 0);
        let magnitude = numerator.unsigned_abs();
        let (quotient, remainder) = (magnitude / denominator, magnitude % denominator);
        let up = match self {
            Rounding::Down => false,
            Rounding::Up => remainder > 0,
            // Compared without doubling the remainder, which could overflow.
            Rounding::HalfEven => match remainder.cmp(&(denominator - remainder)) {
                std::cmp::Ordering::Less => false,
                std::cmp::Ordering::Greater => true,
                std::cmp::Ordering::Equal => quotient % 2 == 1,
            },
        };
        let rounded = i128::try_from(quotient).ok()? + i128::from(up);
        Some(if numerator < 0 { -rounded } else { rounded })
    }

    /// The rounded quotient of a number other than zero, below it if `negative`, and one more than twice as large.
    pub(crate) fn of_a_trace(self, negative: bool) -> i128 {
        match (self, negative) {
            (Rounding::Down | Rounding::HalfEven, _) => 0,
            (Rounding::Up, false) => 1,
            (Rounding::Up, true) => -1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Rounding::{Down, HalfEven, Up};

    #[test]
    fn rounds_on_both_sides_of_zero() {
        let cases = [
            (5, 2, 2, 3, 2),
            (7, 2, 3, 4, 4),
            (8, 3, 2, 3, 3),
            (7, 3, 2, 3, 2),
            (6, 3, 2, 2, 2),
            (0, 3, 0, 0, 0),
        ];
        for (numerator, denominator, down, up, even) in cases {
            for (rounding, expected) in [(Down, down), (Up, up), (HalfEven, even)] {
                assert_eq!(
                    rounding.divide(numerator, denominator),
                    Some(expected),
                    "{numerator}/{denominator} {rounding:?}"
                );
                assert_eq!(
                    rounding.divide(-numerator, denominator),
                    Some(-expected),
                    "-{numerator}/{denominator}"
                );
            }
        }
    }

    #[test]
    fn stands_the_widest_operands() {
        assert_eq!(HalfEven.divide(i128::MAX, u128::MAX), Some(0));
        assert_eq!(Up.divide(i128::MIN + 1, u128::MAX), Some(-1));
        assert_eq!(Down.divide(i128::MAX, 1), Some(i128::MAX));
        assert_eq!(Down.divide(i128::MIN, 1), None);
    }
}
