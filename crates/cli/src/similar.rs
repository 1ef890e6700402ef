//! Finds the known names that a misspelt one resembles.

/// The names that resemble `word` most, if any: one letter in three may be wrong, missing, extra or swapped with its
/// neighbour, in upper or lower case. At most three.
pub(crate) fn similar<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let lower = word.to_ascii_lowercase();
    let most = (lower.chars().count() / 3).max(1);
    let apart = |name: &'a str| (strsim::damerau_levenshtein(&lower, &name.to_ascii_lowercase()), name);
    let found: Vec<(usize, &str)> =
        names.into_iter().map(apart).filter(|(apart, _)| *apart <= most).collect();
    let least = found.iter().map(|(apart, _)| *apart).min();
    found.into_iter().filter(|(apart, _)| Some(*apart) == least).take(3).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_are_found() {
        let names = ["account", "amount", "description", "merchantTradeNo"];
        assert_eq!(similar("descripton", names), ["description"]);
        assert_eq!(similar("acmount", names), ["account", "amount"]);
        assert_eq!(similar("merchanttradeno", names), ["merchantTradeNo"]);
        assert_eq!(similar("zzz", names), [] as [&str; 0]);
    }
}
