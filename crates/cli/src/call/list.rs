//! The endpoints by family, and the fields of one of them.

use serde_json::{Value, json};
use wire::{
    CATALOGUE,
    catalogue::Entry,
    shape::{Field, Kind},
};

use super::answer::Form;
use crate::{
    output,
    table::{self, Column},
};

/// Shows every endpoint.
pub(super) fn all(form: Form) {
    if form == Form::Json {
        let all: Vec<_> = CATALOGUE.iter().map(object).collect();
        return output::line(format_args!("{:#}", Value::from(all)));
    }
    let mut families: Vec<(&str, Vec<(String, &str)>)> = Vec::new();
    for entry in CATALOGUE {
        let (family, name) = entry.spec.name.rsplit_once('/').unwrap_or(("", entry.spec.name));
        if families.last().is_none_or(|(last, _)| *last != family) {
            families.push((family, Vec::new()));
        }
        if let Some((_, entries)) = families.last_mut() {
            entries.push((format!("  {name}"), entry.spec.summary));
        }
    }
    let text = |(family, entries): &(&str, Vec<(String, &str)>)| {
        let pairs = entries.iter().map(|(name, summary)| (name.as_str(), *summary));
        format!("{family}\n{}", table::pairs(pairs, output::width()))
    };
    output::table(&families.iter().map(text).collect::<Vec<_>>().join("\n\n"));
}

/// Shows one endpoint.
pub(super) fn one(form: Form, entry: &Entry) {
    if form == Form::Json {
        return output::line(format_args!("{:#}", object(entry)));
    }
    let spec = entry.spec;
    let codes = spec.codes.join(", ");
    let about = [
        ("name", spec.name),
        ("path", spec.path),
        ("summary", spec.summary),
        ("codes", codes.as_str()),
        ("scope", spec.scope.map_or("", wire::Scope::as_str)),
    ];
    let about = about.into_iter().filter(|(_, text)| !text.is_empty());
    output::table(&format!(
        "{}\n\n{}",
        table::pairs(about, output::width()),
        fields(&entry.described(), output::width())
    ));
}

/// A row for each field at every depth, with its name as in `--field`.
fn fields(described: &[Field], width: Option<usize>) -> String {
    let mut rows = Vec::new();
    collect(described, "", &mut rows);
    if rows.is_empty() {
        return "no fields".to_owned();
    }
    table::list(&["FIELD", "TYPE", "REQUIRED", "RULES"].map(Column::Text), &rows, width)
}

fn collect(fields: &[Field], before: &str, rows: &mut Vec<[String; 4]>) {
    for field in fields {
        let name = format!("{before}{}", field.name);
        let required = if field.required { "yes" } else { "" };
        rows.push([name.clone(), kind(field), required.to_owned(), field.rules.join("; ")]);
        let entry = if field.list { "[0]." } else { "." };
        collect(&field.fields, &format!("{name}{entry}"), rows);
    }
}

/// The type as `text`, or `list of objects`.
fn kind(field: &Field) -> String {
    let many = match field.kind {
        Kind::Text => "list of texts",
        Kind::Decimal => "list of decimals",
        Kind::Whole => "list of whole numbers",
        Kind::Flag => "list of true or false",
        Kind::Object => "list of objects",
    };
    if field.list { many } else { field.kind.as_str() }.to_owned()
}

fn object(entry: &Entry) -> Value {
    json!({
        "name": entry.spec.name,
        "path": entry.spec.path,
        "summary": entry.spec.summary,
        "fields": objects(&entry.described()),
        "codes": entry.spec.codes,
        "scope": entry.spec.scope.map(wire::Scope::as_str),
    })
}

fn objects(fields: &[Field]) -> Vec<Value> {
    let object = |field: &Field| {
        json!({
            "name": field.name,
            "type": kind(field),
            "required": field.required,
            "rules": field.rules,
            "fields": objects(&field.fields),
        })
    };
    fields.iter().map(object).collect()
}
