//! Texts, whole numbers and decimals: liberal in, canonical out, no digit lost.

use proptest::prelude::*;
use wire::{
    decimal::{Decimal, DecimalText},
    text::{Digits, LongWhole, Text, Whole},
};

fn read<T: serde::de::DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).ok()
}

fn written<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap()
}

#[test]
fn texts() {
    for (json, text) in [
        (r#""abc""#, "abc"),
        ("1309477640981204290", "1309477640981204290"),
        ("29383937493038367292000000000000000000000001", "29383937493038367292000000000000000000000001"),
        ("-5", "-5"),
        (r#""a\"\\\né\ud83c\udf66""#, "a\"\\\né🍦"),
        (r#""""#, ""),
    ] {
        assert_eq!(read::<Text>(json).as_deref(), Some(text), "{json}");
    }
    for json in ["null", "true", "1.0", "1e3", "[]", "{}", r#""\ud83c""#, "01", ""] {
        assert_eq!(read::<Text>(json), None, "{json}");
    }
}

#[test]
fn whole_numbers() {
    assert_eq!(read::<Whole>("9223372036854775807"), Some(Whole(i64::MAX)));
    assert_eq!(read::<Whole>(r#""-12""#), Some(Whole(-12)));
    for json in ["9223372036854775808", "1.0", r#""+1""#, r#""""#, "null", "true", r#""1 ""#] {
        assert_eq!(read::<Whole>(json), None, "{json}");
    }
    assert_eq!(read::<Digits>("18446744073709551615"), Some(Digits(u64::MAX)));
    assert_eq!(read::<Digits>(r#""98765987""#), Some(Digits(98_765_987)));
    for json in ["-1", r#""01""#, r#""+1""#, "1.5", "null"] {
        assert_eq!(read::<Digits>(json), None, "{json}");
    }
    assert_eq!(written(&(Whole(-3), Digits(7))), "[-3,7]");
}

#[test]
fn whole_numbers_of_any_size() {
    let nines = "9".repeat(40);
    for (json, number, digits) in [
        ("7", "7", 1),
        (r#""007""#, "7", 1),
        ("-12", "-12", 2),
        ("-0", "0", 1),
        (r#""000""#, "0", 1),
        (nines.as_str(), nines.as_str(), 40),
    ] {
        let read = read::<LongWhole>(json).unwrap();
        assert_eq!((written(&read).as_str(), read.digits()), (number, digits), "{json}");
        assert_eq!(self::read::<LongWhole>(number), Some(read));
    }
    for json in ["1.0", "1e3", r#""+1""#, r#""""#, r#""-""#, "null", "true", r#""1 ""#, "[1]"] {
        assert_eq!(read::<LongWhole>(json), None, "{json}");
    }
    let clamped = |json: &str| read::<LongWhole>(json).unwrap().clamped();
    assert_eq!([clamped("-5"), clamped(&nines), clamped(&format!("-{nines}"))], [-5, i64::MAX, i64::MIN]);
    for number in [0, -1, i64::MAX, i64::MIN] {
        assert_eq!(LongWhole::from(number).clamped(), number);
    }
}

#[test]
fn decimals() {
    for (json, number) in [
        ("2.5", "2.5"),
        ("2.500", "2.5"),
        ("2E+1", "20"),
        ("0E-8", "0"),
        ("-0.0", "0"),
        ("990000.00000000", "990000"),
        (r#""0.01""#, "0.01"),
        ("179.54201695", "179.54201695"),
        ("1e-8", "0.00000001"),
        ("123456789012345678901234567890.12345678", "123456789012345678901234567890.12345678"),
    ] {
        let value: Decimal = read(json).unwrap_or_else(|| panic!("{json}"));
        assert_eq!(written(&value), number, "{json}");
        let text: DecimalText = read(json).unwrap();
        assert_eq!(written(&text), format!("\"{number}\""), "{json}");
    }
    for json in ["null", "true", r#""""#, r#""1,5""#, r#"" 1""#, r#""NaN""#, "1e999999999", "[1]"] {
        assert_eq!(read::<Decimal>(json), None, "{json}");
    }
}

proptest! {
    #[test]
    fn an_integer_of_any_size_keeps_its_digits(digits in "-?(0|[1-9][0-9]{0,80})") {
        prop_assert_eq!(read::<Text>(&digits), Some(Text::from(digits)));
    }

    #[test]
    fn a_text_comes_back_as_it_went(text in any::<String>()) {
        let text = Text::from(text);
        prop_assert_eq!(read::<Text>(&written(&text)), Some(text));
    }

    #[test]
    fn a_decimal_comes_back_as_it_went(mantissa in -(10_i128.pow(37))..10_i128.pow(37), scale in 0_u8..=30) {
        let value = money::Decimal::new(mantissa, scale).unwrap();
        let plain = written(&Decimal(value));
        prop_assert!(!plain.contains(['e', 'E']), "{}", plain);
        prop_assert_eq!(&written(&DecimalText(value)), &format!("\"{plain}\""));
        prop_assert_eq!(read::<Decimal>(&plain), Some(Decimal(value)));
        prop_assert_eq!(read::<DecimalText>(&plain), Some(DecimalText(value)));
    }
}
