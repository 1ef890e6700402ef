//! The endpoints by family, and what one of them takes.

use comfy_table::{Table, presets::NOTHING};
use serde_json::json;
use wire::{CATALOGUE, catalogue::Entry};

use super::answer::Form;
use crate::output::{self, trimmed};

/// Shows every endpoint.
pub(super) fn all(form: Form) {
    if form == Form::Json {
        let all: Vec<_> = CATALOGUE.iter().map(object).collect();
        return output::line(format_args!("{:#}", serde_json::Value::from(all)));
    }
    let mut families: Vec<(&str, Table)> = Vec::new();
    for entry in CATALOGUE {
        let (family, name) = entry.spec.name.rsplit_once('/').unwrap_or(("", entry.spec.name));
        if families.last().is_none_or(|(last, _)| *last != family) {
            let mut table = Table::new();
            table.load_style(NOTHING);
            families.push((family, table));
        }
        if let Some((_, table)) = families.last_mut() {
            table.add_row([format!("  {name}"), entry.spec.summary.to_owned()]);
        }
    }
    let texts = families.iter().map(|(family, table)| format!("{family}\n{}", trimmed(table)));
    output::line(texts.collect::<Vec<_>>().join("\n\n"));
}

/// Shows one.
pub(super) fn one(form: Form, entry: &Entry) {
    if form == Form::Json {
        return output::line(format_args!("{:#}", object(entry)));
    }
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.add_rows([
        ["name", entry.spec.name],
        ["path", entry.spec.path],
        ["summary", entry.spec.summary],
        ["fields", &entry.fields().join(", ")],
        ["codes", &entry.spec.codes.join(", ")],
        ["scope", entry.spec.scope.map_or("", wire::Scope::as_str)],
    ]);
    output::line(trimmed(&table));
}

fn object(entry: &Entry) -> serde_json::Value {
    json!({
        "name": entry.spec.name,
        "path": entry.spec.path,
        "summary": entry.spec.summary,
        "fields": entry.fields(),
        "codes": entry.spec.codes,
        "scope": entry.spec.scope.map(wire::Scope::as_str),
    })
}
