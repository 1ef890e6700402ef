//! Tries combinations of mistakes: none, then one, then two.

use std::borrow::Cow;

use super::{Cause, Finding};

/// Maximum number of hashed bytes for one request. It limits the cost of a diagnosis to some tens of milliseconds.
pub(super) const WORK_MAX: usize = 8 * 1_024 * 1_024;
/// The fixed cost of a try, in bytes.
const TRY: usize = 256;

/// An alternative of a part of the signed text, and its findings. The first of a list is the correct one.
pub(super) struct Part<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    pub(super) findings: Vec<Finding>,
}

impl<'a> Part<'a> {
    /// The correct bytes.
    pub(super) fn right(bytes: &'a [u8]) -> Self {
        Self { bytes: Cow::Borrowed(bytes), findings: Vec::new() }
    }

    pub(super) fn wrong(finding: impl Into<Finding>, bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        Self { bytes: bytes.into(), findings: vec![finding.into()] }
    }
}

/// Adds an alternative unless its bytes are already in the list.
pub(super) fn add<'a>(parts: &mut Vec<Part<'a>>, part: Part<'a>) {
    if parts.iter().all(|known| known.bytes != part.bytes) {
        parts.push(part);
    }
}

/// Adds a header's line, its name with its value, in its usual forms.
pub(super) fn add_lines(parts: &mut Vec<Part<'_>>, name: &'static str, value: &[u8]) {
    for name_written in [name.to_owned(), name.to_ascii_lowercase()] {
        for joint in [":", ": ", "="] {
            let line = [name_written.as_bytes(), joint.as_bytes(), value].concat();
            add(parts, Part::wrong(Finding::of(Cause::HeaderLine, name), line));
        }
    }
}

/// The remaining budget.
pub(super) struct Work {
    left: usize,
    pub(super) tried: u32,
}

impl Work {
    pub(super) fn new(left: usize) -> Self {
        Self { left, tried: 0 }
    }

    /// Spends the cost of a try of this length; false if too little is left.
    pub(super) fn afford(&mut self, length: usize) -> bool {
        let cost = length.saturating_add(TRY);
        let affordable = cost <= self.left;
        if affordable {
            self.left -= cost;
            self.tried += 1;
        }
        affordable
    }
}

/// The result of a search.
pub(super) enum Tried<T> {
    /// A match.
    Found(T),
    /// No match.
    Nothing,
    /// No match before the budget was used up.
    Cut,
}

/// Tries with `fits` every choice of one alternative per list with at most two that are not the first. `lengths` are
/// the lists' lengths; only the first `paired` of each are combined with one of another list. `fits` returns `Err` if
/// the budget is used up.
pub(super) fn search<const N: usize, T>(
    lengths: [usize; N],
    paired: [usize; N],
    mut fits: impl FnMut(&[usize; N]) -> Result<Option<T>, Spent>,
) -> Tried<T> {
    let mut ask = |pick: &[usize; N]| match fits(pick) {
        Ok(None) => None,
        Ok(Some(found)) => Some(Tried::Found(found)),
        Err(Spent) => Some(Tried::Cut),
    };
    if let Some(end) = ask(&[0; N]) {
        return end;
    }
    for (one, other) in pairs::<N>() {
        // A pair of a list with itself is a single mistake.
        let is_single = one == other;
        for first in 1..if is_single { lengths[one] } else { paired[one] } {
            let others = if is_single { first..first + 1 } else { 1..paired[other] };
            for second in others {
                let mut pick = [0; N];
                pick[one] = first;
                pick[other] = second;
                if let Some(end) = ask(&pick) {
                    return end;
                }
            }
        }
    }
    Tried::Nothing
}

/// The budget is used up.
pub(super) struct Spent;

/// Every list alone, then every two.
fn pairs<const N: usize>() -> impl Iterator<Item = (usize, usize)> {
    let single = (0..N).map(|one| (one, one));
    single.chain((0..N).flat_map(|one| (one + 1..N).map(move |other| (one, other))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_with_up_to_two_wrong_is_asked_once_the_simplest_first() {
        let mut asked = Vec::new();
        let end = search([2, 4, 1], [2, 3, 1], |pick| {
            asked.push(*pick);
            Ok(None::<()>)
        });
        assert!(matches!(end, Tried::Nothing));
        // The last of the second list is tried alone.
        let expected = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 2, 0], [0, 3, 0], [1, 1, 0], [1, 2, 0]];
        assert_eq!(asked, expected);
    }

    #[test]
    fn the_work_is_bounded() {
        let mut work = Work::new(1_000);
        let end = search([1_000, 1_000], [1_000, 1_000], |_| {
            if work.afford(100) { Ok(None::<()>) } else { Err(Spent) }
        });
        assert!(matches!(end, Tried::Cut) && work.tried == 2, "{}", work.tried);
        assert!(!work.afford(usize::MAX));
    }
}
