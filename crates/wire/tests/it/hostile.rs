//! Bodies that no honest client sends: never a panic, never a word of theirs in our answer.

use crate::table::entries;
use proptest::prelude::*;
use serde_json::Value;

/// Stands for whatever a caller might send; no field, rule or code contains it.
const MARKER: &str = "zq7marker";

fn sample(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../samples")
        .join(name)
        .join("request.json");
    std::fs::read(path).unwrap()
}

/// Every value that is `whole` with one of its parts, at any depth, replaced by `part`.
fn variants(whole: &Value, part: &Value) -> Vec<Value> {
    let mut all = vec![part.clone()];
    match whole {
        Value::Object(fields) => {
            for (name, value) in fields {
                for variant in variants(value, part) {
                    let mut copy = fields.clone();
                    copy.insert(name.clone(), variant);
                    all.push(Value::Object(copy));
                }
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                for variant in variants(value, part) {
                    let mut copy = items.clone();
                    copy[index] = variant;
                    all.push(Value::Array(copy));
                }
            }
        }
        _ => {}
    }
    all
}

#[test]
fn refusals_do_not_repeat_the_callers_input() {
    let long = format!("{MARKER} {}", "é\\".repeat(400));
    let parts = [
        Value::from(format!("{MARKER}, expected {MARKER} at line 1 column 1")),
        Value::from(format!("must {MARKER}")),
        Value::from(format!("missing field `{MARKER}`")),
        Value::from(long),
        serde_json::json!([MARKER]),
        serde_json::json!({ MARKER: MARKER }),
    ];
    let mut refused = 0;
    for entry in entries() {
        let whole: Value = serde_json::from_slice(&sample(entry.spec.name)).unwrap();
        for body in parts.iter().flat_map(|part| variants(&whole, part)) {
            let body = serde_json::to_vec(&body).unwrap();
            let Err(invalid) = (entry.request)(&body) else { continue };
            refused += 1;
            let message = (entry.invalid)(&invalid).message;
            assert!(!message.contains(MARKER), "{}: {message}", entry.spec.name);
            assert!((1..=256).contains(&message.chars().count()));
        }
    }
    assert!(refused > 200, "only {refused} bodies were refused");
}

#[test]
fn a_field_left_out_is_absent_or_named() {
    let mut named = 0;
    for entry in entries() {
        let whole: Value = serde_json::from_slice(&sample(entry.spec.name)).unwrap();
        for name in whole.as_object().unwrap().keys() {
            for absent in [None, Some(Value::Null), Some(Value::from(""))] {
                let mut body = whole.as_object().unwrap().clone();
                match absent {
                    None => drop(body.remove(name)),
                    Some(value) => drop(body.insert(name.clone(), value)),
                }
                let Err(invalid) = (entry.request)(&serde_json::to_vec(&body).unwrap()) else { continue };
                assert_eq!(invalid.why, wire::Why::Missing, "{} {name}", entry.spec.name);
                let alternative =
                    ["prepayId", "splitOrderNo", "currency", "fromAmount"].contains(&&*invalid.field);
                let counterpart =
                    alternative || invalid.field.starts_with("fiat") || invalid.field == "orderAmount";
                assert!(invalid.field == *name || counterpart, "{} {name}: {invalid}", entry.spec.name);
                named += 1;
            }
        }
    }
    assert!(named > 60, "only {named} fields were missed");
}

/// The same at any depth. Binance Pay's pages tie fields to each other in more ways.
#[test]
fn a_part_left_out_is_absent_or_missing() {
    let mut named = 0;
    for entry in entries().iter().filter(|entry| entry.spec.name.starts_with("world_first/")) {
        let whole: Value = serde_json::from_slice(&sample(entry.spec.name)).unwrap();
        for body in variants(&whole, &Value::Null) {
            let Err(invalid) = (entry.request)(&serde_json::to_vec(&body).unwrap()) else { continue };
            let expected = if body.is_null() { wire::Why::NotAnObject } else { wire::Why::Missing };
            assert_eq!(invalid.why, expected, "{} {body}: {invalid}", entry.spec.name);
            named += 1;
        }
    }
    assert!(named > 40, "only {named} parts were missed");
}

#[test]
fn a_number_that_is_too_large_is_out_of_range_and_not_malformed() {
    let mut refused = std::collections::BTreeSet::new();
    for entry in entries() {
        let whole: Value = serde_json::from_slice(&sample(entry.spec.name)).unwrap();
        for body in variants(&whole, &Value::from("word")).iter().map(Value::to_string) {
            let read = |json: &str| (entry.request)(body.replace("\"word\"", json).as_bytes());
            let of_number = ["must be a whole number", "must be a decimal number"];
            let is_number = read("\"word\"").is_err_and(|invalid| of_number.contains(&&*invalid.rule));
            // What wants another field beside it is another matter.
            if !is_number || read("5").is_err_and(|invalid| invalid.why == wire::Why::Missing) {
                continue;
            }
            let digits = "9".repeat(60);
            for number in [digits.clone(), format!("-{digits}"), format!("\"{digits}\"")] {
                match read(&number) {
                    Err(invalid) => {
                        let is_range = matches!(invalid.why, wire::Why::Value | wire::Why::Length);
                        assert!(is_range, "{} {invalid}", entry.spec.name);
                        refused.insert(format!("{} {}", entry.spec.name, invalid.field));
                    }
                    // What is too much has a code of its own there, which the handler answers.
                    Ok(_) => assert!(entry.spec.name.starts_with("world_first/fund/"), "{}", entry.spec.name),
                }
            }
        }
    }
    assert!(refused.len() > 12, "{refused:?}");
}

/// PHP's json_encode writes an empty map so.
#[test]
fn an_empty_array_is_no_parameters_and_else_no_object() {
    let mut taken = 0;
    for entry in entries() {
        for body in ["[]", " [ \r\n\t] "] {
            match (entry.request)(body.as_bytes()) {
                Ok(_) => {
                    assert!(entry.spec.body_optional, "{}", entry.spec.name);
                    taken += 1;
                }
                Err(invalid) => {
                    assert!(!entry.spec.body_optional, "{}", entry.spec.name);
                    let message = (entry.invalid)(&invalid).message;
                    assert_eq!(message, "the request body must be a JSON object, not an array");
                }
            }
        }
        for body in ["[1]", "[{}]", "[", "[\u{b}]", "[]]"] {
            assert_eq!((entry.request)(body.as_bytes()).unwrap_err().why, wire::Why::NotAnObject, "{body}");
        }
    }
    assert!(taken > 0);
}

#[test]
fn no_text_has_control_characters() {
    let mut refused = 0;
    for text in ["a\0b", "\0", "a\r", "\u{85}"] {
        let text = Value::from(text);
        for entry in entries() {
            let whole: Value = serde_json::from_slice(&sample(entry.spec.name)).unwrap();
            for body in variants(&whole, &text) {
                match (entry.request)(&serde_json::to_vec(&body).unwrap()) {
                    // An unknown word, a number that is none: each has its own rule.
                    Err(invalid) => refused += usize::from(invalid.why == wire::Why::Chars),
                    // What no field holds is ignored.
                    Ok(written) => {
                        let written: Value = serde_json::from_slice(&written).unwrap();
                        assert!(!written.to_string().contains(&text.to_string()[1..]), "{}", entry.spec.name);
                    }
                }
            }
        }
    }
    assert!(refused > 200, "only {refused} texts were refused for their characters");
}

#[test]
fn deep_nesting_is_refused_or_ignored() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for entry in entries() {
        let sample = String::from_utf8(sample(entry.spec.name)).unwrap();
        let ignored = sample.replacen('{', &format!("{{\"unknown\":{deep},"), 1).replace(",}", "}");
        assert!((entry.request)(ignored.as_bytes()).is_ok(), "{}", entry.spec.name);
        let whole: Value = serde_json::from_str(&sample).unwrap();
        for name in whole.as_object().unwrap().keys() {
            let body = format!("{{\"{name}\":{deep}}}");
            assert_eq!((entry.request)(body.as_bytes()).unwrap_err().why, wire::Why::Missing);
            let unclosed = format!("{{\"{name}\":{}", "[".repeat(100_000));
            assert_eq!((entry.request)(unclosed.as_bytes()).unwrap_err().why, wire::Why::NotAnObject);
        }
    }
}

#[test]
fn a_key_given_twice_is_refused() {
    for entry in entries() {
        let sample = String::from_utf8(sample(entry.spec.name)).unwrap();
        let whole: Value = serde_json::from_str(&sample).unwrap();
        for (name, value) in whole.as_object().unwrap() {
            let body = sample.replacen('{', &format!("{{\"{name}\":{value},"), 1);
            let invalid = (entry.request)(body.as_bytes()).unwrap_err();
            assert_eq!((invalid.why, &*invalid.field), (wire::Why::Missing, name.as_str()));
            assert_eq!(invalid.rule, "must be given once");
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for entry in entries() {
            let _ = (entry.request)(&bytes);
            let _ = (entry.reply)(&bytes);
        }
    }

    #[test]
    fn any_damage_to_a_good_body_is_read_without_panic(
        which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), cut in any::<bool>(), byte in any::<u8>()
    ) {
        let entries = entries();
        let entry = which.get(&entries);
        let mut body = sample(entry.spec.name);
        let at = at.index(body.len());
        if cut { body.truncate(at) } else { body[at] = byte }
        if let Err(invalid) = (entry.request)(&body) {
            prop_assert!((entry.invalid)(&invalid).message.chars().count() <= 256);
        }
    }

    #[test]
    fn any_message_fits(text in "\\PC{0,400}") {
        let fault = wire::binance_pay::Fault::new(&wire::binance_pay::codes::UNKNOWN_ERROR).because(&text);
        prop_assert_eq!(fault.message(), text.chars().take(256).collect::<String>());
        let fault = wire::world_first::Fault::new(&wire::world_first::codes::SYSTEM_ERROR).because(&text);
        prop_assert_eq!(fault.message(), text.chars().take(256).collect::<String>());
    }
}
