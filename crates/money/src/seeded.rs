//! The assets that every new database starts with.

/// Code and scale of each initial asset, without repeats.
pub fn seeded() -> impl Iterator<Item = (&'static str, u8)> {
    FIAT.iter().chain(CRYPTO).copied()
}

/// Whether a code is a currency of ISO 4217, or `CNH`: an asset for bank accounts.
pub fn is_fiat(code: &str) -> bool {
    FIAT.binary_search_by_key(&code, |(fiat, _)| fiat).is_ok()
}

/// In order of their codes: every currency and fund code of ISO 4217 with minor units, with the standard's decimals
/// (`BGN` stays for balances from before Bulgaria's euro), and `CNH`, the offshore yuan.
#[rustfmt::skip] // One asset per line would be three hundred lines that say no more.
const FIAT: &[(&str, u8)] = &[
    ("AED", 2), ("AFN", 2), ("ALL", 2), ("AMD", 2), ("AOA", 2), ("ARS", 2), ("AUD", 2), ("AWG", 2),
    ("AZN", 2), ("BAM", 2), ("BBD", 2), ("BDT", 2), ("BGN", 2), ("BHD", 3), ("BIF", 0), ("BMD", 2),
    ("BND", 2), ("BOB", 2), ("BOV", 2), ("BRL", 2), ("BSD", 2), ("BTN", 2), ("BWP", 2), ("BYN", 2),
    ("BZD", 2), ("CAD", 2), ("CDF", 2), ("CHE", 2), ("CHF", 2), ("CHW", 2), ("CLF", 4), ("CLP", 0),
    ("CNH", 2), ("CNY", 2), ("COP", 2), ("COU", 2), ("CRC", 2), ("CUP", 2), ("CVE", 2), ("CZK", 2),
    ("DJF", 0), ("DKK", 2), ("DOP", 2), ("DZD", 2), ("EGP", 2), ("ERN", 2), ("ETB", 2), ("EUR", 2),
    ("FJD", 2), ("FKP", 2), ("GBP", 2), ("GEL", 2), ("GHS", 2), ("GIP", 2), ("GMD", 2), ("GNF", 0),
    ("GTQ", 2), ("GYD", 2), ("HKD", 2), ("HNL", 2), ("HTG", 2), ("HUF", 2), ("IDR", 2), ("ILS", 2),
    ("INR", 2), ("IQD", 3), ("IRR", 2), ("ISK", 0), ("JMD", 2), ("JOD", 3), ("JPY", 0), ("KES", 2),
    ("KGS", 2), ("KHR", 2), ("KMF", 0), ("KPW", 2), ("KRW", 0), ("KWD", 3), ("KYD", 2), ("KZT", 2),
    ("LAK", 2), ("LBP", 2), ("LKR", 2), ("LRD", 2), ("LSL", 2), ("LYD", 3), ("MAD", 2), ("MDL", 2),
    ("MGA", 2), ("MKD", 2), ("MMK", 2), ("MNT", 2), ("MOP", 2), ("MRU", 2), ("MUR", 2), ("MVR", 2),
    ("MWK", 2), ("MXN", 2), ("MXV", 2), ("MYR", 2), ("MZN", 2), ("NAD", 2), ("NGN", 2), ("NIO", 2),
    ("NOK", 2), ("NPR", 2), ("NZD", 2), ("OMR", 3), ("PAB", 2), ("PEN", 2), ("PGK", 2), ("PHP", 2),
    ("PKR", 2), ("PLN", 2), ("PYG", 0), ("QAR", 2), ("RON", 2), ("RSD", 2), ("RUB", 2), ("RWF", 0),
    ("SAR", 2), ("SBD", 2), ("SCR", 2), ("SDG", 2), ("SEK", 2), ("SGD", 2), ("SHP", 2), ("SLE", 2),
    ("SOS", 2), ("SRD", 2), ("SSP", 2), ("STN", 2), ("SVC", 2), ("SYP", 2), ("SZL", 2), ("THB", 2),
    ("TJS", 2), ("TMT", 2), ("TND", 3), ("TOP", 2), ("TRY", 2), ("TTD", 2), ("TWD", 2), ("TZS", 2),
    ("UAH", 2), ("UGX", 0), ("USD", 2), ("USN", 2), ("UYI", 0), ("UYU", 2), ("UYW", 4), ("UZS", 2),
    ("VED", 2), ("VES", 2), ("VND", 0), ("VUV", 0), ("WST", 2), ("XAD", 2), ("XAF", 0), ("XCD", 2),
    ("XCG", 2), ("XOF", 0), ("XPF", 0), ("YER", 2), ("ZAR", 2), ("ZMW", 2), ("ZWG", 2),
];

/// 8 decimals, or 2 where the supply is so large that 8 would leave too small a range in an `i64`.
#[rustfmt::skip] // As above.
const CRYPTO: &[(&str, u8)] = &[
    ("1INCH", 8), ("AAVE", 8), ("ADA", 8), ("ALGO", 8), ("APE", 8), ("APT", 8), ("ARB", 8), ("ATOM", 8),
    ("AVAX", 8), ("AXS", 8), ("BAND", 8), ("BAT", 8), ("BCH", 8), ("BETH", 8), ("BNB", 8), ("BTC", 8),
    ("BUSD", 8), ("CAKE", 8), ("CHZ", 8), ("COMP", 8), ("CRV", 8), ("DAI", 8), ("DASH", 8), ("DOGE", 8),
    ("DOT", 8), ("DYDX", 8), ("EGLD", 8), ("ENJ", 8), ("EOS", 8), ("ETC", 8), ("ETH", 8), ("EURI", 8),
    ("FDUSD", 8), ("FIL", 8), ("FTM", 8), ("GALA", 8), ("GMT", 8), ("GRT", 8), ("HBAR", 8), ("ICP", 8),
    ("IMX", 8), ("INJ", 8), ("IOTA", 8), ("JUP", 8), ("KAVA", 8), ("KSM", 8), ("LDO", 8), ("LINK", 8),
    ("LTC", 8), ("MANA", 8), ("MATIC", 8), ("MBOX", 8), ("MINA", 8), ("MKR", 8), ("NEAR", 8), ("NEO", 8),
    ("ONE", 8), ("OP", 8), ("POL", 8), ("PYTH", 8), ("QNT", 8), ("ROSE", 8), ("RUNE", 8), ("SAND", 8),
    ("SEI", 8), ("SNX", 8), ("SOL", 8), ("STX", 8), ("SUI", 8), ("SUSHI", 8), ("SXP", 8), ("THETA", 8),
    ("TIA", 8), ("TON", 8), ("TRX", 8), ("TUSD", 8), ("TWT", 8), ("UNI", 8), ("USDC", 8), ("USDP", 8),
    ("USDT", 8), ("VET", 8), ("WBETH", 8), ("WBTC", 8), ("WLD", 8), ("XLM", 8), ("XMR", 8), ("XRP", 8),
    ("XTZ", 8), ("ZEC", 8), ("ZIL", 8),
    // Crypto with a huge supply.
    ("1000SATS", 2), ("BONK", 2), ("BTTC", 2), ("FLOKI", 2), ("LUNC", 2), ("PEPE", 2), ("SHIB", 2),
    ("WIN", 2), ("XEC", 2),
];

#[cfg(test)]
mod tests {
    use super::{FIAT, is_fiat, seeded};
    use crate::Asset;
    use std::collections::BTreeMap;

    #[test]
    fn every_seeded_asset_is_valid_and_named_once() {
        let mut seen = BTreeMap::new();
        for (code, scale) in seeded() {
            Asset::new(code, scale).unwrap();
            assert_eq!(seen.insert(code, scale), None, "{code} stands twice");
        }
        let expected = [
            ("EUR", 2),
            ("JPY", 0),
            ("KWD", 3),
            ("CLF", 4),
            ("CNH", 2),
            ("BTC", 8),
            ("USDT", 8),
            ("MBOX", 8),
            ("SHIB", 2),
        ];
        for (code, scale) in expected {
            assert_eq!(seen.get(code), Some(&scale), "{code}");
        }
    }
    #[test]
    fn fiat_is_told_from_crypto() {
        assert!(FIAT.is_sorted(), "it is searched by halves");
        for code in ["AED", "CNH", "JPY", "KWD", "USD", "ZWG"] {
            assert!(is_fiat(code), "{code}");
        }
        for code in ["USDT", "BTC", "ADA", "OP", "USDX", "ZZZ", "A", "EURI"] {
            assert!(!is_fiat(code), "{code}");
        }
    }
}
