//! JSON Schema in Gemini's words.
//!
//! Gemini reads a part of `OpenAPI` 3.0's schema object and refuses fields that it does not know:
//! <https://ai.google.dev/api/caching#Schema>.

use serde_json::{Map, Value, json};

/// Fields that are taken as they are.
const KEPT: &[&str] = &[
    "title",
    "description",
    "nullable",
    "required",
    "maxItems",
    "minItems",
    "minProperties",
    "maxProperties",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "propertyOrdering",
];

/// Nesting deeper than this is cut.
const MAX_DEPTH: usize = 16;

/// `schema` as Gemini takes it: references are written out, what has no equivalent is left out.
#[must_use]
pub fn convert(schema: &Value) -> Value {
    at(schema, schema, 0, &mut Vec::new())
}

/// `open` holds the references that are being written out: a schema that holds itself has no end, so it is cut there.
fn at<'a>(schema: &'a Value, root: &'a Value, depth: usize, open: &mut Vec<&'a str>) -> Value {
    let anything = || json!({ "type": "STRING" });
    let Some(fields) = schema.as_object().filter(|_| depth < MAX_DEPTH) else { return anything() };
    if let Some(name) = fields.get("$ref").and_then(Value::as_str) {
        let target = name.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        let Some(target) = target.filter(|_| !open.contains(&name)) else { return anything() };
        open.push(name);
        let out = at(target, root, depth + 1, open);
        open.pop();
        return out;
    }
    let mut out = Map::new();
    for name in KEPT {
        if let Some(value) = fields.get(*name) {
            out.insert((*name).to_owned(), value.clone());
        }
    }
    if let Some(kind) = fields.get("type") {
        kinds(kind, &mut out);
    }
    if let Some(format) = fields.get("format").and_then(Value::as_str)
        && matches!(format, "date-time" | "int32" | "int64" | "float" | "double")
    {
        out.insert("format".to_owned(), json!(format));
    }
    let constant = fields.get("const").map(std::slice::from_ref);
    let values = fields.get("enum").and_then(Value::as_array).map(Vec::as_slice).or(constant).unwrap_or_default();
    let words: Vec<_> = values.iter().filter(|value| value.is_string()).cloned().collect();
    if !words.is_empty() && words.len() == values.len() {
        out.insert("type".to_owned(), json!("STRING"));
        out.insert("format".to_owned(), json!("enum"));
        out.insert("enum".to_owned(), Value::Array(words));
    }
    if let Some(properties) = fields.get("properties").and_then(Value::as_object) {
        let properties = properties.iter().map(|(name, value)| (name.clone(), at(value, root, depth + 1, open)));
        out.insert("properties".to_owned(), Value::Object(properties.collect()));
    }
    if let Some(items) = fields.get("items") {
        out.insert("items".to_owned(), at(items, root, depth + 1, open));
    }
    if let Some(choices) = fields.get("anyOf").or_else(|| fields.get("oneOf")).and_then(Value::as_array) {
        out.insert("anyOf".to_owned(), choices.iter().map(|choice| at(choice, root, depth + 1, open)).collect());
    }
    Value::Object(out)
}

/// `["string", "null"]` becomes a nullable `STRING`.
fn kinds(kind: &Value, out: &mut Map<String, Value>) {
    let listed = kind.as_array().map_or_else(|| std::slice::from_ref(kind), Vec::as_slice);
    let mut names = listed.iter().filter_map(Value::as_str);
    if let Some(name) = names.clone().find(|name| *name != "null") {
        out.insert("type".to_owned(), json!(name.to_ascii_uppercase()));
    }
    if names.any(|name| name == "null") {
        out.insert("nullable".to_owned(), json!(true));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speaks_geminis_words() {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "additionalProperties": false,
            "required": ["tags"],
            "properties": {
                "tags": { "type": "array", "items": { "$ref": "#/$defs/tag" } },
                "note": { "type": ["string", "null"], "format": "uri" },
                "kind": { "const": "a" },
                "self": { "$ref": "#/nowhere" },
            },
            "$defs": { "tag": { "type": "string", "enum": ["x", "y"] } },
        });
        let expected = json!({
            "type": "OBJECT",
            "required": ["tags"],
            "properties": {
                "tags": { "type": "ARRAY", "items": { "type": "STRING", "format": "enum", "enum": ["x", "y"] } },
                "note": { "type": "STRING", "nullable": true },
                "kind": { "type": "STRING", "format": "enum", "enum": ["a"] },
                "self": { "type": "STRING" },
            },
        });
        assert_eq!(convert(&schema), expected);
    }

    #[test]
    fn ends_on_a_schema_that_holds_itself() {
        let schema = json!({ "type": "object", "properties": { "next": { "$ref": "#" } } });
        let one = json!({ "type": "OBJECT", "properties": { "next": { "type": "STRING" } } });
        let two = json!({ "type": "OBJECT", "properties": { "next": one } });
        assert_eq!(convert(&schema), two);
    }
}
