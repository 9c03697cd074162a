//! Takes secrets out of what is recorded. Whoever records is careful; this is the second lock.

use serde_json::{Map, Value};

use crate::trace::redact::has_credential;

/// Stands for what was taken out.
const GONE: &str = "[redacted]";
/// Words in the name of a field that holds a secret.
const SECRET: [&str; 19] = [
    "password",
    "passwords",
    "passphrase",
    "passwd",
    "secret",
    "secrets",
    "token",
    "tokens",
    "key",
    "keys",
    "hash",
    "hashes",
    "credential",
    "credentials",
    "authorization",
    "cookie",
    "otp",
    "totp",
    "recovery",
];
/// Longest value that is kept, as JSON, in bytes: the trail says what changed and is no copy of it.
const LONGEST: usize = 8192;

/// The value without secrets, and of bounded length.
#[must_use]
pub fn redacted(value: Value) -> Value {
    let value = without_secrets(value);
    let length = value.to_string().len();
    if length <= LONGEST {
        return value;
    }
    Value::Object(Map::from_iter([("omittedBytes".to_owned(), Value::from(length))]))
}

fn without_secrets(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| {
                // Whether there is one is no secret, nor how many a model may read.
                let counts = value.is_number() && name.to_lowercase().ends_with("tokens");
                let stays = value.is_null() || value.is_boolean() || counts || !is_secret(&name);
                let value = if stays { without_secrets(value) } else { Value::from(GONE) };
                (name, value)
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.into_iter().map(without_secrets).collect(),
        Value::String(text) if has_credential(&text) => Value::from(GONE),
        // Postgres has no such character in its JSON.
        Value::String(text) if text.contains('\0') => Value::from(text.replace('\0', "")),
        plain => plain,
    }
}

/// Whether a word of the name smells of a secret: `newPassword`, `api_key`, but not `keyword`.
fn is_secret(name: &str) -> bool {
    let mut words = vec![String::new()];
    for character in name.chars() {
        if !character.is_alphanumeric() || character.is_uppercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(character.to_lowercase().filter(|letter| letter.is_alphanumeric()));
        }
    }
    // A name that shouts has no small letters to part its words.
    let whole = name.to_lowercase();
    let mut words = words.iter().map(String::as_str).chain(whole.split(|c: char| !c.is_alphanumeric()));
    words.any(|word| SECRET.contains(&word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_go_and_the_rest_stays() {
        let value = json!({
            "role": "ADMIN", "newPassword": "eleven purple ducks", "api_key": "k", "APIKey": "k", "API_KEY": "k",
            "KEY": "k", "keywords": ["rent"], "monkey": "see", "hasPassword": true, "refreshToken": null,
            "maxTokens": 7, "token": 123_456, "passwordHash": "$argon2id$", "nested": [{"clientSecret": {"deep": 1}, "language": "en"}],
            "comment": "my key is sk-test-123", "nul": "a\0b",
        });
        let expected = json!({
            "role": "ADMIN", "newPassword": GONE, "api_key": GONE, "APIKey": GONE, "API_KEY": GONE,
            "KEY": GONE, "keywords": ["rent"], "monkey": "see", "hasPassword": true, "refreshToken": null,
            "maxTokens": 7, "token": GONE, "passwordHash": GONE, "nested": [{"clientSecret": GONE, "language": "en"}],
            "comment": GONE, "nul": "ab",
        });
        assert_eq!(redacted(value), expected);
    }

    #[test]
    fn a_long_value_is_only_measured() {
        let long = json!({"text": "x".repeat(LONGEST)});
        assert_eq!(redacted(long.clone()), json!({"omittedBytes": long.to_string().len()}));
        let short = json!({"text": "x".repeat(2 * LONGEST - long.to_string().len())});
        assert_eq!(redacted(short.clone()), short);
    }
}
