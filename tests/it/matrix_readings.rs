//! What is read of everybody's things, by queries made from the schema, and what the answers show.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::support::sdl::{Field, Sdl};

/// What the roots of queries are asked with, but for those that are asked by hand. A new one needs a line.
const ROOTS: &[(&str, &str)] = &[
    ("search", "(query: \"zanzibar quagmire\", mode: KEYWORD)"),
    ("courses", ""),
    ("dataSources", ""),
    ("queries", ""),
    ("dashboards", ""),
    ("sharedDashboards", ""),
    ("analytics", "(range: {days: 1})"),
];

/// Roots that only administrators read. What they show is whatever anybody has.
pub const ADMINISTRATORS: &[&str] = &["auditTrail", "budgets", "installationAnalytics", "invitations", "users"];

/// What fields are asked with that must have arguments. A new one needs a line.
pub const REQUIRED: &[(&str, &str, &str)] = &[
    ("Course", "week", "(number: 1)"),
    ("Course", "analytics", "(range: {days: 1})"),
    ("User", "analytics", "(range: {days: 1})"),
];

/// Large enough for queries that select everything.
pub const ROOMY: &[(&str, &str)] = &[
    ("MAX_QUERY_BYTES", "1000000"),
    ("MAX_QUERY_FIELDS", "10000"),
    ("MAX_QUERY_ALIASES", "10000"),
    ("MAX_COST", "10000000"),
    ("MAX_COST_ADMIN", "10000000"),
    ("MAX_COST_ANONYMOUS", "10000000"),
];

pub struct Reading {
    pub root: String,
    pub query: String,
    pub variables: Value,
}

/// Reads all that hangs on the viewer, on these ids, and on the other roots; every list behind `cursor`, if one is given.
pub fn readings(sdl: &Sdl, ids: &[String], cursor: Option<&str>) -> Vec<Reading> {
    let arguments = |name: &str, field: &Field| {
        let required = REQUIRED.iter().find(|(kind, each, _)| (*kind, *each) == (name, field.name.as_str()));
        let needs = field.arguments.values().any(|must| *must);
        assert!(required.is_some() || !needs, "{name}.{} needs arguments: say which in REQUIRED", field.name);
        let required = required.map(|(_, _, given)| (*given).to_owned());
        match cursor.filter(|_| field.arguments.contains_key("after")) {
            Some(cursor) if required.is_none() => format!("(first: 100, after: {cursor:?})"),
            _ => required.unwrap_or_default(),
        }
    };
    let kinds = sdl.nodes().iter().map(|kind| format!("... on {kind} {}", sdl.select(kind, &arguments)));
    let kinds = kinds.collect::<Vec<_>>().join(" ");
    let reading = |root: &str, query: String, variables| Reading { root: root.to_owned(), query, variables };
    let mut all = Vec::new();
    for root in &sdl.objects["Query"] {
        let name = root.name.as_str();
        match name {
            "viewer" => {
                all.push(reading(name, format!("{{ viewer {} }}", sdl.select("Viewer", &arguments)), json!({})));
            }
            // What each has is looked at by `nodes`, which finds them in the same way, all at once.
            "node" => all.extend(ids.iter().map(|id| {
                reading(name, "query ($id: ID!) { node(id: $id) { __typename id } }".to_owned(), json!({ "id": id }))
            })),
            "nodes" => {
                let query = format!("query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename id {kinds} }} }}");
                all.push(reading(name, query, json!({ "ids": ids })));
            }
            "course" => all.extend(ids.iter().filter(|id| id.starts_with("course_")).map(|id| {
                let query = sdl.select("Course", &arguments);
                reading(name, format!("query ($id: ID!) {{ course(id: $id) {query} }}"), json!({ "id": id }))
            })),
            "dashboardSharedWithMe" => all.extend(ids.iter().filter(|id| id.starts_with("dashboard_")).map(|id| {
                let query = sdl.select("SharedDashboard", &arguments);
                let query = format!("query ($id: ID!) {{ dashboardSharedWithMe(id: $id) {query} }}");
                reading(name, query, json!({ "id": id }))
            })),
            // Whoever has a token may: in `dashboard_shares_links.rs`. Times of a report follow from what is asked alone.
            "sharedDashboard" | "reportTimes" => {}
            _ if ADMINISTRATORS.contains(&name) => {}
            _ => {
                let given = ROOTS.iter().find(|(root, _)| *root == name);
                let (_, given) =
                    given.unwrap_or_else(|| panic!("Query.{name} is new: say in ROOTS what to ask it with"));
                all.push(reading(
                    name,
                    format!("{{ {name}{given} {} }}", sdl.select(&root.kind, &arguments)),
                    json!({}),
                ));
            }
        }
    }
    all
}

pub fn owned<'a>(ids: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    ids.into_iter().map(str::to_owned).collect()
}

/// The fields that an answer has a value for, by their aliases.
pub fn shown(answer: &Value, seen: &mut BTreeSet<String>) {
    match answer {
        Value::Object(fields) => {
            for (name, value) in fields {
                let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
                if let Some((kind, field)) = name.split_once("__").filter(|(kind, _)| !kind.is_empty() && !empty) {
                    seen.insert(format!("{kind}.{field}"));
                }
                shown(value, seen);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| shown(value, seen)),
        _ => {}
    }
}

/// All cursors of an answer.
pub fn cursors(answer: &Value, found: &mut BTreeSet<String>) {
    match answer {
        Value::Object(fields) => {
            for (name, value) in fields {
                if let Some(cursor) = value.as_str().filter(|_| name.to_lowercase().contains("cursor")) {
                    found.insert(cursor.to_owned());
                }
                cursors(value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| cursors(value, found)),
        _ => {}
    }
}

/// An answer without the time of the last request, which is written down later than it is answered.
pub fn timeless(answer: Value) -> Value {
    without(answer, "User__lastSeenAt")
}

/// An answer without the fields of that alias.
pub fn without(mut answer: Value, alias: &str) -> Value {
    fn forget(value: &mut Value, alias: &str) {
        match value {
            Value::Object(fields) => {
                fields.remove(alias);
                fields.values_mut().for_each(|value| forget(value, alias));
            }
            Value::Array(values) => values.iter_mut().for_each(|value| forget(value, alias)),
            _ => {}
        }
    }
    forget(&mut answer, alias);
    answer
}
