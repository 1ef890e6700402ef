//! The reference of the settings, docs/configuration.md, against the options themselves.

use super::options;

const PAGE: &str = include_str!("../../../../../docs/configuration.md");

/// The rows of the table below a heading, without its head, cell by cell.
fn rows(heading: &str) -> Vec<Vec<&'static str>> {
    let after = PAGE.split_once(&format!("\n## {heading}\n")).expect("the page has the heading").1;
    let section = after.split("\n## ").next().unwrap_or(after);
    let rows = section.lines().filter(|line| line.starts_with("| ") || line.starts_with("|`"));
    rows.skip(1).map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect()).collect()
}

#[test]
fn every_option_has_its_row_in_order() {
    let expected: Vec<String> = options()
        .map(|option| {
            let flag = option.get_long().expect("every option is long");
            let value = &option.get_value_names().expect("every option has a value")[0];
            let variable =
                option.get_env().and_then(|name| name.to_str()).expect("every option is a variable");
            format!("| `--{flag} {value}` | `{variable}` | `{}` |", option.get_id())
        })
        .collect();
    let rows = rows("Options");
    // What stands in the file only has no option, and what names the file is no setting.
    let is_setting = |row: &&Vec<&str>| row[0] != "(none)" && row[2] != "(none)";
    let found: Vec<String> =
        rows.iter().filter(is_setting).map(|row| format!("| {} |", row.join(" | "))).collect();
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.len(), expected.len());
}

#[test]
fn every_key_has_its_meaning_and_its_default() {
    let rows = rows("Meaning and defaults");
    let keys: Vec<String> = options().map(|option| option.get_id().to_string()).collect();
    for row in &rows {
        let key = row[0].trim_matches('`');
        assert!(keys.iter().any(|known| known == key), "{key} is not a setting");
        assert_eq!(row.len(), 4, "{key}");
    }
    let mut compared = 0;
    for option in options() {
        let key = option.get_id().as_str();
        let row = rows.iter().find(|row| row[0].trim_matches('`') == key);
        let row = row.unwrap_or_else(|| panic!("{key} has no row"));
        let help = option.get_help().expect("every option says what it is").to_string();
        let Some((_, default)) = help.split_once("[default: ") else { continue };
        let default = default.split(']').next().unwrap_or(default);
        // What depends on something else is told in words.
        if !default.contains(' ') {
            assert_eq!(row[1].replace(['`', ','], ""), default, "{key}");
            compared += 1;
        }
    }
    assert!(compared > 20, "only {compared} defaults were compared");
}
