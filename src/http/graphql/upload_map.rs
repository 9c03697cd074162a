//! The `map` of an upload: which file goes to which variable.
//!
//! GraphQL multipart request specification, version 2: <https://github.com/jaydenseric/graphql-multipart-request-spec>.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::failure::Failure;

/// Names that reach an object's prototype in other languages; no variable of ours is called so.
const FORBIDDEN: [&str; 3] = ["__proto__", "prototype", "constructor"];

/// For each part's name the paths in dots that its file goes to, each beginning with `variables.`.
pub type UploadMap = BTreeMap<String, Vec<String>>;

/// Reads the map and holds it against the variables.
///
/// # Errors
/// When it is not an object of lists of paths, is empty, has more than `max_files` paths, or a path is forbidden, there
/// twice, or leads to anything but a null.
pub fn read(text: &[u8], variables: &Map<String, Value>, max_files: usize) -> Result<UploadMap, Failure> {
    let value: Value = serde_json::from_slice(text)
        .map_err(|error| Failure::malformed(format!("`map` is not valid JSON: {error}.")))?;
    let Value::Object(entries) = value else {
        return Err(Failure::malformed("`map` must be an object of lists of paths."));
    };
    if entries.is_empty() {
        return Err(Failure::malformed("`map` names no file: send a JSON request instead."));
    }
    let mut seen = BTreeSet::new();
    let mut map = UploadMap::new();
    for (part, paths) in entries {
        let Value::Array(paths) = paths else {
            return Err(Failure::malformed("`map` must be an object of lists of paths."));
        };
        if part.is_empty() || paths.is_empty() {
            return Err(Failure::malformed("`map` has a file without a name or without a path."));
        }
        let mut kept = Vec::with_capacity(paths.len().min(max_files));
        for path in paths {
            let Value::String(path) = path else {
                return Err(Failure::malformed("`map` must be an object of lists of paths."));
            };
            leads_to_null(&path, variables)?;
            if !seen.insert(path.clone()) {
                return Err(Failure::malformed(format!("`map` has the path {path:?} more than once.")));
            }
            if seen.len() > max_files {
                return Err(super::body::too_large_failure(format!("Too many files: at most {max_files}.")));
            }
            kept.push(path);
        }
        map.insert(part, kept);
    }
    Ok(map)
}

fn leads_to_null(path: &str, variables: &Map<String, Value>) -> Result<(), Failure> {
    let nowhere =
        || Failure::malformed(format!("`map` has the path {path:?}, which leads to no variable that is null."));
    let mut segments = path.strip_prefix("variables.").ok_or_else(nowhere)?.split('.');
    let first = segments.next().ok_or_else(nowhere)?;
    if path.split('.').any(|segment| segment.is_empty() || FORBIDDEN.contains(&segment)) {
        return Err(nowhere());
    }
    let mut value = variables.get(first).ok_or_else(nowhere)?;
    for segment in segments {
        value = match value {
            Value::Object(fields) => fields.get(segment),
            Value::Array(items) => segment.parse::<usize>().ok().and_then(|index| items.get(index)),
            _ => None,
        }
        .ok_or_else(nowhere)?;
    }
    if value.is_null() { Ok(()) } else { Err(nowhere()) }
}
