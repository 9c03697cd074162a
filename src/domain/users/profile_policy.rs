//! What a profile's fields may hold.

use icu_locale_core::Locale;
use serde_json::{Map, Value};

use super::model::ProfileChange;
use super::policy;
use crate::error::{Error, FieldError, Result};

/// Longest organisation and job title, in characters.
const MAX_LINE: usize = 255;
/// Largest preferences, in bytes of JSON.
const MAX_PREFERENCES_BYTES: usize = 16 * 1024;
/// Deepest nesting of preferences.
const MAX_PREFERENCES_DEPTH: usize = 8;
/// Longest language tag: more than any that is in use.
const MAX_LANGUAGE: usize = 64;

const THEMES: [&str; 3] = ["SYSTEM", "LIGHT", "DARK"];
const DIGESTS: [&str; 3] = ["NONE", "DAILY", "WEEKLY"];
/// The path of the preferences in the input.
const PREFERENCES: &str = "preferences";

/// A change as it is stored: texts tidied, empty ones taken as none, names of zones and languages as they are written.
///
/// # Errors
/// BAD_USER_INPUT with every field at fault. `patch` is what is to be merged into the preferences.
pub fn checked_change(change: ProfileChange, patch: Option<&Value>) -> Result<ProfileChange> {
    let mut refused = Vec::new();
    let mut refuse = |name: &str, message: String| refused.push(field(name, message));
    let line =
        |value: Option<Option<String>>| value.map(|text| text.as_deref().map(policy::tidy).filter(|t| !t.is_empty()));
    let full_name = line(change.full_name);
    if let Some(problem) = full_name.iter().flatten().find_map(|name| policy::full_name_problem(name)) {
        refuse("fullName", problem.to_owned());
    }
    let username = change.username.map(|name| name.as_deref().map(policy::folded).filter(|name| !name.is_empty()));
    if let Some(problem) = username.iter().flatten().find_map(|name| policy::username_problem(name)) {
        refuse("username", problem.to_owned());
    }
    let (organization, job_title) = (line(change.organization), line(change.job_title));
    for (name, text) in [("organization", &organization), ("jobTitle", &job_title)] {
        if text.iter().flatten().any(|text| text.chars().count() > MAX_LINE || text.chars().any(char::is_control)) {
            refuse(name, format!("At most {MAX_LINE} characters, and no control characters."));
        }
    }
    let timezone = change.timezone.map(|name| {
        if let Some(name) = time_zone(&name) {
            name
        } else {
            refuse("timezone", "This is no time zone of the IANA database, such as Europe/Berlin.".to_owned());
            name
        }
    });
    let language = change.language.map(|tag| {
        if let Some(tag) = language_tag(&tag) {
            tag
        } else {
            refuse("language", "This is no language tag after BCP 47, such as de or pt-BR.".to_owned());
            tag
        }
    });
    if let Some(patch) = patch {
        refused.extend(preference_problems(patch));
    }
    if !refused.is_empty() {
        return Err(Error::bad_inputs(refused));
    }
    Ok(ProfileChange { full_name, username, organization, job_title, timezone, language, preferences: None })
}

fn field(name: &str, message: String) -> FieldError {
    FieldError { path: format!("input.{name}"), message }
}

/// The name of a time zone as the IANA database writes it; `None` when it has none of that name.
#[must_use]
pub fn time_zone(name: &str) -> Option<String> {
    let zone: chrono_tz::Tz = chrono_tz::Tz::from_str_insensitive(name.trim()).ok()?;
    Some(zone.name().to_owned())
}

/// A language tag as it is written: `pt-br` as `pt-BR`; `None` when it is none.
#[must_use]
pub fn language_tag(tag: &str) -> Option<String> {
    let tag = tag.trim();
    if tag.len() > MAX_LANGUAGE {
        return None;
    }
    Locale::normalize(tag).ok().map(std::borrow::Cow::into_owned).filter(|tag| tag != "und")
}

/// What is wrong with the keys of ours in preferences: `theme` and `notifications`. Others belong to clients.
fn preference_problems(patch: &Value) -> Vec<FieldError> {
    let Some(keys) = patch.as_object() else {
        return vec![field(PREFERENCES, "This must be a JSON object.".to_owned())];
    };
    let mut problems = Vec::new();
    let is_word = |value: &Value, words: &[&str]| value.as_str().is_some_and(|word| words.contains(&word));
    if let Some(theme) = keys.get("theme").filter(|theme| !theme.is_null())
        && !is_word(theme, &THEMES)
    {
        problems.push(field("preferences.theme", format!("Give {}.", THEMES.join(", "))));
    }
    match keys.get("notifications") {
        None | Some(Value::Null) => {}
        Some(Value::Object(choices)) => {
            for (name, value) in choices.iter().filter(|(_, value)| !value.is_null()) {
                let path = format!("preferences.notifications.{name}");
                match name.as_str() {
                    "email" | "inApp" if !value.is_boolean() => {
                        problems.push(field(&path, "Give true or false.".to_owned()));
                    }
                    "digest" if !is_word(value, &DIGESTS) => {
                        problems.push(field(&path, format!("Give {}.", DIGESTS.join(", "))));
                    }
                    "email" | "inApp" | "digest" => {}
                    _ => {
                        problems.push(field(&path, "There is no such choice: email, inApp and digest are.".to_owned()));
                    }
                }
            }
        }
        Some(_) => problems.push(field("preferences.notifications", "This must be a JSON object.".to_owned())),
    }
    if has_nul(patch) {
        problems.push(field(PREFERENCES, "A NUL character cannot be stored.".to_owned()));
    }
    problems
}

/// Whether there is a NUL in any text of it, which `jsonb` refuses.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Refuses preferences that are too large when all is merged.
///
/// # Errors
/// BAD_USER_INPUT.
pub fn require_fitting(preferences: &Value) -> Result<()> {
    let size = preferences.to_string().len();
    if size > MAX_PREFERENCES_BYTES {
        let message =
            format!("Preferences have at most {MAX_PREFERENCES_BYTES} bytes of JSON; these would have {size}.");
        return Err(Error::bad_input("input.preferences", message));
    }
    if depth(preferences) > MAX_PREFERENCES_DEPTH {
        let message = format!("Preferences are nested at most {MAX_PREFERENCES_DEPTH} deep.");
        return Err(Error::bad_input("input.preferences", message));
    }
    Ok(())
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// A JSON merge patch (RFC 7396): what the patch names is replaced, null removes it, the rest stays.
#[must_use]
pub fn merged(target: Value, patch: Value) -> Value {
    let Value::Object(patch) = patch else { return patch };
    let mut target = match target {
        Value::Object(target) => target,
        _ => Map::new(),
    };
    for (name, value) in patch {
        if value.is_null() {
            target.remove(&name);
        } else {
            let before = target.remove(&name).unwrap_or(Value::Null);
            target.insert(name, merged(before, value));
        }
    }
    Value::Object(target)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn zones_and_languages_have_one_spelling() {
        for (given, kept) in [("europe/berlin", "Europe/Berlin"), (" UTC ", "UTC"), ("Asia/Kolkata", "Asia/Kolkata")] {
            assert_eq!(time_zone(given).as_deref(), Some(kept));
        }
        for bad in ["", "Berlin", "Mars/Olympus", "posix/Europe/Berlin", "../etc/localtime", "+02:00"] {
            assert_eq!(time_zone(bad), None, "{bad}");
        }
        for (given, kept) in [
            ("EN", "en"),
            ("pt-br", "pt-BR"),
            ("ZH-hant-tw", "zh-Hant-TW"),
            ("de-DE-u-co-phonebk", "de-DE-u-co-phonebk"),
        ] {
            assert_eq!(language_tag(given).as_deref(), Some(kept));
        }
        for bad in ["", "e", "english language", "de_DE!", "und", "-", &"a-".repeat(40)] {
            assert_eq!(language_tag(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_patch_is_merged_as_the_rfc_says() {
        // The examples of RFC 7396, appendix A, whose target and patch are objects.
        for (target, patch, result) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            assert_eq!(merged(target, patch), result);
        }
    }
}
