//! The OpenAPI 3.1 document of the native API, made from its routes and types.

use super::{Problem, ROUTES, Route, problem};
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// The document: of a twin with its test controls, or of a live server without them.
pub fn openapi(twin: bool, version: &str) -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut schemas = settings.into_generator();
    let mut paths = Map::new();
    for route in ROUTES.iter().filter(|route| twin || !route.twin_only) {
        let item = paths.entry(route.path).or_insert_with(|| json!({}));
        item[route.method.as_str().to_lowercase()] = operation(route, &mut schemas);
    }
    let problem = json!({ problem::MEDIA_TYPE: { "schema": schemas.subschema_for::<Problem>() } });
    let problems = PROBLEMS.iter().map(|(_, name, description)| {
        ((*name).to_owned(), json!({ "description": description, "content": problem }))
    });
    let problems: Map<String, Value> = problems.collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Countinghouse native API",
            "version": version,
            "license": { "name": "Apache-2.0 OR MIT" },
        },
        "security": [{ "admin": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "admin": { "type": "http", "scheme": "bearer" } },
            "responses": problems,
            "schemas": schemas.take_definitions(true),
        },
    })
}

/// The refusals of calls: the status, the name of its entry, and its meaning.
const PROBLEMS: [(&str, &str, &str); 13] = [
    ("400", "Malformed", "The request is not understood."),
    ("401", "Unauthorized", "The admin token is missing or wrong."),
    ("404", "Unknown", "What the path or the body names does not exist."),
    ("406", "NotAcceptable", "None of the media types that `Accept` names can be had."),
    ("408", "LateBody", "The body did not arrive in time."),
    ("409", "Conflict", "It does not go with what exists."),
    ("410", "Gone", "The file was kept for its time and is gone."),
    ("413", "TooLarge", "The body is too large: at most 4 MiB are read."),
    ("415", "MediaType", "The body is of a media type that is not taken here."),
    ("416", "Range", "The file has no such range."),
    ("422", "Invalid", "A value breaks a rule."),
    ("503", "Busy", "Nothing was done; try again later."),
    ("5XX", "Failed", "Something broke, or was not done in time: it may have been done."),
];

/// The [`PROBLEMS`] that a route may answer.
fn refusals(route: &Route) -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str)> {
    let has_names = route.names().next().is_some();
    PROBLEMS.iter().filter(move |(status, ..)| match *status {
        "400" | "422" | "503" | "5XX" => true,
        "401" => !route.open,
        "408" | "413" | "415" => route.takes_body(),
        "404" if has_names => true,
        status => route.refuses.iter().any(|refused| refused.to_string() == status),
    })
}

fn operation(route: &Route, schemas: &mut SchemaGenerator) -> Value {
    let mut operation = json!({
        "summary": route.summary,
        "operationId": operation_id(route),
        "parameters": parameters(route, schemas),
        "responses": {},
    });
    for (status, name, _) in refusals(route) {
        operation["responses"][status] = json!({ "$ref": format!("#/components/responses/{name}") });
    }
    if let Some(request) = route.request {
        operation["requestBody"] =
            json!({ "required": true, "content": { "application/json": { "schema": request(schemas) } } });
    }
    let success = &mut operation["responses"][route.status.to_string()];
    *success = json!({ "description": "Done." });
    if let Some(response) = route.response {
        success["content"] = json!({ "application/json": { "schema": response(schemas) } });
    }
    for media_type in route.file {
        success["content"][media_type] = json!({ "schema": { "type": "string" } });
    }
    if route.refuses.contains(&416) {
        operation["responses"]["206"] = json!({ "description": "The part that `Range` asks for." });
        operation["responses"]["304"] =
            json!({ "description": "It is the file that `If-None-Match` names." });
    }
    if route.open {
        operation["security"] = json!([]);
    }
    operation
}

fn parameters(route: &Route, schemas: &mut SchemaGenerator) -> Vec<Value> {
    let in_path = route
        .names()
        .map(|(name, rule)| json!({ "name": name, "in": "path", "required": true, "schema": rule.schema() }));
    let mut parameters: Vec<Value> = in_path.collect();
    // The type of a query is an object of its parameters; it is not referenced as a whole.
    let Some(query) = route.query.map(|query| query_schema(query, schemas)) else { return parameters };
    let required = query["required"].as_array().cloned().unwrap_or_default();
    for (name, schema) in query["properties"].as_object().into_iter().flatten() {
        let mut schema = schema.clone();
        let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        parameters.push(json!({
            "name": name,
            "in": "query",
            "required": required.iter().any(|required| required == name),
            "description": description,
            "schema": present(schema),
        }));
    }
    parameters
}

fn query_schema(query: super::routes::SchemaOf, schemas: &mut SchemaGenerator) -> Value {
    let reference = query(schemas).to_value();
    let name = reference["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    let found = name.and_then(|name| schemas.definitions_mut().remove(name));
    found.expect("a query is a struct, whose schema was just added")
}

/// The schema of a parameter that is present: an absent one needs no `null`.
fn present(mut schema: Value) -> Value {
    if let Some(types) = schema["type"].as_array_mut() {
        types.retain(|kind| kind != "null");
        if let [one] = &types[..] {
            schema["type"] = one.clone();
        }
    }
    if let Some(choices) = schema["anyOf"].as_array_mut() {
        choices.retain(|choice| choice["type"] != "null");
        if let [one] = &choices[..] {
            let one = one.clone();
            let fields = schema.as_object_mut().expect("it has choices");
            fields.remove("anyOf");
            fields.remove("default");
            fields.extend(one.as_object().cloned().unwrap_or_default());
        }
    }
    if let Some(fields) = schema.as_object_mut() {
        fields.retain(|name, value| {
            !(value.is_null() && matches!(name.as_str(), "type" | "anyOf" | "default"))
        });
    }
    schema
}

/// An id such as `get_v1_merchants_id`: unique, since method and path are.
fn operation_id(route: &Route) -> String {
    let path: String = route
        .path
        .chars()
        .filter(|c| !matches!(c, '{' | '}'))
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    format!("{}{path}", route.method.as_str().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
                fields.values().for_each(|field| references(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = openapi(true, "1.2.3");
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > ROUTES.len(), "{found:?}");
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
        let names: Vec<&str> =
            document["components"]["schemas"].as_object().unwrap().keys().map(String::as_str).collect();
        assert!(names.contains(&"MerchantPage") && names.contains(&"Fixtures"), "{names:?}");
    }

    #[test]
    fn a_live_document_has_no_test_controls() {
        let (twin, live) = (openapi(true, "1"), openapi(false, "1"));
        for path in ["/v1/deposits", "/v1/orders/{prepay_id}/pay"] {
            assert!(twin["paths"][path].is_object() && live["paths"][path].is_null(), "{path}");
        }
        assert!(live["components"]["schemas"]["PostDeposit"].is_null());
        assert!(live["paths"]["/v1/merchants/{id}"]["patch"].is_object());
    }

    #[test]
    fn operations_are_told_apart() {
        let ids: HashSet<String> = ROUTES.iter().map(operation_id).collect();
        assert_eq!(ids.len(), ROUTES.len());
        assert!(ids.contains("delete_v1_merchants_id_api_keys_key"));
    }
}
