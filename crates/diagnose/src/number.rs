//! Numbers as written by languages that keep them as floats. This is a mistake to detect: no calculation uses these
//! numbers.

/// The language that wrote a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writer {
    /// JavaScript, and Go for values of no known type: every number is a float.
    Script,
    /// Python and others: integers stay, the rest are floats.
    Python,
}

/// A JSON number as that language writes it; `None` if it is not a number or too large for the language.
pub(super) fn rewritten(number: &str, writer: Writer) -> Option<String> {
    let is_integer = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if writer == Writer::Python && is_integer {
        return None;
    }
    #[expect(clippy::disallowed_types, reason = "what a float does to a number is what is looked for")]
    let float: f64 = number.parse().ok()?;
    if !float.is_finite() {
        return None;
    }
    let size = float.abs();
    let (smallest, largest) = match writer {
        Writer::Script => (1e-6, 1e21),
        Writer::Python => (1e-4, 1e16),
    };
    if size != 0.0 && (size < smallest || size >= largest) {
        return Some(with_exponent(&format!("{float:e}"), writer));
    }
    let plain = if size == 0.0 { "0".to_owned() } else { float.to_string() };
    Some(if writer == Writer::Python && !plain.contains('.') { plain + ".0" } else { plain })
}

/// `1e21` as `1e+21`, and for Python `1e-7` as `1e-07`.
fn with_exponent(text: &str, writer: Writer) -> String {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    let width = if writer == Writer::Python { 2 } else { 1 };
    format!("{mantissa}e{sign}{digits:0>width$}")
}

#[cfg(test)]
mod tests {
    use super::{Writer::*, *};

    #[test]
    fn numbers_are_written_as_each_language_does() {
        // The output of node and python3 for these.
        for (number, script, python) in [
            ("155661443313674176", "155661443313674180", None),
            ("1309477640981204290", "1309477640981204200", None),
            ("9007199254740993", "9007199254740992", None),
            ("25.10", "25.1", Some("25.1")),
            ("25.00", "25", Some("25.0")),
            ("1E2", "100", Some("100.0")),
            ("-0.5", "-0.5", Some("-0.5")),
            ("0.0000001", "1e-7", Some("1e-07")),
            ("1e21", "1e+21", Some("1e+21")),
            ("12345678901234567890123", "1.2345678901234568e+22", None),
            ("0.00", "0", Some("0.0")),
            ("1e400", "", Some("")),
        ] {
            let expected = Some(script.to_owned()).filter(|text| !text.is_empty());
            assert_eq!(rewritten(number, Script), expected, "{number}");
            let expected = python.map(str::to_owned).filter(|text| !text.is_empty());
            assert_eq!(rewritten(number, Python), expected, "{number}");
        }
    }
}
