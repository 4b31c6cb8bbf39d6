//! The few keywords of JSON Schema (draft 2020-12) that `schemas/` uses. An unknown keyword fails, so that no promise
//! in a schema goes unchecked.

use regex::Regex;
use serde_json::Value;

/// What is wrong with a value, with the path to it; empty where it conforms.
pub fn errors(value: &Value, schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(value, schema, schema, "$", &mut found);
    found
}

fn check(value: &Value, schema: &Value, root: &Value, path: &str, found: &mut Vec<String>) {
    let mut fail = |what: String| found.push(format!("{path}: {what}"));
    for (keyword, wanted) in schema.as_object().expect("a schema is an object") {
        let number = |v: &Value| v.as_f64().expect("a bound is a number");
        match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" | "properties" | "items" | "$ref" => {}
            "type" => {
                let types = wanted.as_array().cloned().unwrap_or_else(|| vec![wanted.clone()]);
                if !types.iter().any(|t| is_a(value, t.as_str().expect("a type is a name"))) {
                    fail(format!("not of type {wanted}"));
                }
            }
            "enum" if wanted.as_array().is_some_and(|all| all.contains(value)) => {}
            "enum" => fail(format!("{value} is not one of {wanted}")),
            "required" => {
                for key in wanted.as_array().into_iter().flatten().filter_map(Value::as_str) {
                    if value.is_object() && value.get(key).is_none() {
                        fail(format!("{key} is missing"));
                    }
                }
            }
            "additionalProperties" => {
                assert_eq!(*wanted, Value::Bool(false), "only closed objects are known here");
                for key in value.as_object().into_iter().flatten().map(|(key, _)| key) {
                    if schema["properties"].get(key).is_none() {
                        fail(format!("{key} is not in the schema"));
                    }
                }
            }
            "pattern" => {
                let pattern = Regex::new(wanted.as_str().unwrap_or_default()).expect("a pattern compiles");
                if value.as_str().is_some_and(|text| !pattern.is_match(text)) {
                    fail(format!("{value} does not match {wanted}"));
                }
            }
            "minimum" if value.as_f64().is_some_and(|v| v < number(wanted)) => fail(format!("{value} < {wanted}")),
            "maximum" if value.as_f64().is_some_and(|v| v > number(wanted)) => fail(format!("{value} > {wanted}")),
            "minLength" if value.as_str().is_some_and(|v| (v.len() as f64) < number(wanted)) => {
                fail("too short".into())
            }
            "minItems" if value.as_array().is_some_and(|v| (v.len() as f64) < number(wanted)) => fail("too few".into()),
            "maxItems" if value.as_array().is_some_and(|v| v.len() as f64 > number(wanted)) => fail("too many".into()),
            "minimum" | "maximum" | "minLength" | "minItems" | "maxItems" => {}
            other => panic!("{path}: the keyword {other} is not known here"),
        }
    }
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(name.trim_start_matches('#')).expect("a $ref has a target");
        check(value, target, root, path, found);
    }
    for (key, schema) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        if let Some(value) = value.get(key) {
            check(value, schema, root, &format!("{path}.{key}"), found);
        }
    }
    if let (Some(schema), Some(items)) = (schema.get("items"), value.as_array()) {
        for (n, item) in items.iter().enumerate() {
            check(item, schema, root, &format!("{path}[{n}]"), found);
        }
    }
}

fn is_a(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        other => panic!("the type {other} is not known here"),
    }
}
