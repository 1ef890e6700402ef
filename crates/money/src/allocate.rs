//! Allocates an amount by weights without losing a unit.

use crate::amount::Amount;

/// Allocates `total` in proportion to `weights` by the largest remainder: each share is within one unit of its exact
/// part, the shares sum exactly to `total`, and of equal remainders the earlier wins. A weight of zero gets nothing;
/// a negative total is allocated like its absolute value, with negative shares.
///
/// `None` when there are no weights or all are zero.
pub fn allocate(total: Amount, weights: &[u64]) -> Option<Vec<Amount>> {
    // Fewer than 2^64 weights cannot overflow their sum.
    let sum: u128 = weights.iter().copied().map(u128::from).sum();
    if sum == 0 {
        return None;
    }
    let magnitude = u128::from(total.as_units().unsigned_abs());
    // 64 bits times 64 bits fit 128.
    let mut shares: Vec<u128> = weights.iter().map(|weight| magnitude * u128::from(*weight) / sum).collect();
    let given: u128 = shares.iter().sum();
    let left = usize::try_from(magnitude - given).ok()?;
    if left > 0 {
        let remainder = |at: &usize| magnitude * u128::from(weights[*at]) % sum;
        let mut order: Vec<usize> = (0..weights.len()).collect();
        // The sort is stable, so the earlier of equal remainders wins.
        order.sort_by_key(|at| std::cmp::Reverse(remainder(at)));
        // Each remainder is below the sum of weights and they sum to `left` times it, so more than `left` of them are
        // above zero: no zero weight is reached.
        for at in order.into_iter().take(left) {
            shares[at] += 1;
        }
    }
    shares.into_iter().map(|share| signed(share, total.is_negative())).collect()
}

fn signed(magnitude: u128, negative: bool) -> Option<Amount> {
    let units = i128::try_from(magnitude).ok()?;
    Amount::narrow(if negative { -units } else { units }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(total: i64, weights: &[u64]) -> Option<Vec<i64>> {
        let amounts = allocate(Amount::units(total), weights)?;
        Some(amounts.into_iter().map(Amount::as_units).collect())
    }

    #[test]
    fn gives_what_is_left_to_the_largest_remainder() {
        assert_eq!(shares(10, &[1, 1, 1]), Some(vec![4, 3, 3]));
        assert_eq!(shares(100, &[1, 2, 4]), Some(vec![14, 29, 57]));
        assert_eq!(shares(-10, &[1, 1, 1]), Some(vec![-4, -3, -3]));
        assert_eq!(shares(1, &[0, 1, 0, 1]), Some(vec![0, 1, 0, 0]));
        assert_eq!(shares(0, &[3, 4]), Some(vec![0, 0]));
    }

    #[test]
    fn stands_the_extremes() {
        assert_eq!(shares(i64::MIN, &[u64::MAX]), Some(vec![i64::MIN]));
        let halves = shares(i64::MAX, &[u64::MAX, u64::MAX]).unwrap();
        assert_eq!(halves, vec![i64::MAX / 2 + 1, i64::MAX / 2]);
    }

    #[test]
    fn needs_a_weight() {
        assert_eq!(shares(10, &[]), None);
        assert_eq!(shares(10, &[0, 0]), None);
    }
}
