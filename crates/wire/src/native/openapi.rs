//! The OpenAPI 3.1 document of the native API, made from its routes and types.

use super::{Problem, ROUTES, Route, problem};
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// The document: of a twin with its test controls, or of a live server without them.
#[must_use]
pub fn openapi(twin: bool, version: &str) -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut schemas = settings.into_generator();
    let mut paths = Map::new();
    for route in ROUTES.iter().filter(|route| twin || !route.twin_only) {
        let item = paths.entry(route.path).or_insert_with(|| json!({}));
        item[route.method.as_str().to_lowercase()] = operation(route, &mut schemas);
    }
    let failed = json!({
        "description": "The call was not done.",
        "content": { problem::MEDIA_TYPE: { "schema": schemas.subschema_for::<Problem>() } },
    });
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
            "responses": { "Problem": failed },
            "schemas": schemas.take_definitions(true),
        },
    })
}

fn operation(route: &Route, schemas: &mut SchemaGenerator) -> Value {
    let mut operation = json!({
        "summary": route.summary,
        "operationId": operation_id(route),
        "parameters": parameters(route),
        "responses": { "default": { "$ref": "#/components/responses/Problem" } },
    });
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
    if route.open {
        operation["security"] = json!([]);
    }
    operation
}

fn parameters(route: &Route) -> Vec<Value> {
    let in_path = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = in_path
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }));
    let in_query = route.query.iter().map(|parameter| {
        json!({
            "name": parameter.name,
            "in": "query",
            "description": parameter.description,
            "schema": { "type": parameter.kind },
        })
    });
    in_path.chain(in_query).collect()
}

/// `get_v1_merchants_id` and the like: unique, since method and path are.
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
