//! Which known name a misspelt one resembles.

/// As clap has it for its options.
const ALIKE: f64 = 0.7;

/// The names that resemble `word`, the most alike first; at most three.
pub(crate) fn similar<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let lower = word.to_ascii_lowercase();
    let mut found: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&lower, &name.to_ascii_lowercase()), name))
        .filter(|(alike, _)| *alike > ALIKE)
        .collect();
    found.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    // Whoever is nearly right means that one.
    let least = found.first().map_or(0.0, |(best, _)| best - 0.1);
    found.into_iter().filter(|(alike, _)| *alike >= least).take(3).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_come_first() {
        let names = ["account", "amount", "description", "merchantTradeNo"];
        assert_eq!(similar("acount", names)[0], "account");
        assert_eq!(similar("merchanttradeno", names), ["merchantTradeNo"]);
        assert_eq!(similar("zzz", names), [] as [&str; 0]);
    }
}
