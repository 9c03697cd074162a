//! What a provider's failure means, from its status, its words and its headers.
//!
//! Providers name failures in a few dozen words that do not contradict each other, so one table serves all:
//! <https://platform.openai.com/docs/guides/error-codes>, <https://docs.claude.com/en/api/errors>,
//! <https://ai.google.dev/gemini-api/docs/troubleshooting>.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde_json::Value;

use super::error::{ChatError, ChatErrorKind as Kind};

/// Words in a failure's code, type or status, the more exact ones first.
const WORDS: &[(&str, Kind)] = &[
    ("context_length_exceeded", Kind::ContextTooLong),
    ("string_above_max_length", Kind::ContextTooLong),
    ("request_too_large", Kind::ContextTooLong),
    ("content_filter", Kind::ContentFiltered),
    ("content_policy_violation", Kind::ContentFiltered),
    ("insufficient_quota", Kind::Unauthorized),
    ("billing", Kind::Unauthorized),
    ("invalid_api_key", Kind::Unauthorized),
    ("api_key_invalid", Kind::Unauthorized),
    ("authentication_error", Kind::Unauthorized),
    ("permission_error", Kind::Unauthorized),
    ("unauthenticated", Kind::Unauthorized),
    ("permission_denied", Kind::Unauthorized),
    ("model_not_found", Kind::NotConfigured),
    ("not_found", Kind::NotConfigured),
    ("rate_limit", Kind::RateLimited),
    ("resource_exhausted", Kind::RateLimited),
    ("too_many_requests", Kind::RateLimited),
    ("overloaded", Kind::Overloaded),
    ("unavailable", Kind::Overloaded),
    ("api_error", Kind::ServerError),
    ("server_error", Kind::ServerError),
    ("timeout_error", Kind::ServerError),
    ("deadline_exceeded", Kind::ServerError),
    ("internal", Kind::ServerError),
];

/// Phrases in a failure's message, for what only the message tells.
const PHRASES: &[(&str, Kind)] = &[
    ("maximum context length", Kind::ContextTooLong),
    ("context window", Kind::ContextTooLong),
    ("prompt is too long", Kind::ContextTooLong),
    ("input token count", Kind::ContextTooLong),
    ("exceed context limit", Kind::ContextTooLong),
    ("api key not valid", Kind::Unauthorized),
    ("api key expired", Kind::Unauthorized),
    ("credit balance is too low", Kind::Unauthorized),
];

/// Longest wait that is believed; beyond it a header is taken for nonsense.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// The failure that a response with an error status reports.
#[must_use]
pub fn from_response(status: u16, headers: &HeaderMap, body: &[u8], now: DateTime<Utc>) -> ChatError {
    let value: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let report = report(&value);
    let kind = classify(Some(status), report);
    ChatError::new(kind)
        .with_retry_after(wait_from_headers(headers, now).or_else(|| wait_from_report(report)))
        .with_source(format!("HTTP {status}{}", names(report)))
}

/// The failure that an event, or a body with a success status, reports; `None` when it reports none.
#[must_use]
pub fn from_value(value: &Value) -> Option<ChatError> {
    let report = report(value);
    let is_report = value.get("error").is_some_and(|error| !error.is_null())
        || value.get("object").and_then(Value::as_str) == Some("error")
        || value.get(0).is_some_and(|first| first.get("error").is_some());
    is_report.then(|| {
        let status = report.get("code").and_then(status_of);
        ChatError::new(classify(status, report))
            .with_retry_after(wait_from_report(report))
            .with_source(format!("error in the stream{}", names(report)))
    })
}

/// The part of a body that describes the failure. Gemini may wrap it in a list, others in `error`, some in nothing.
fn report(value: &Value) -> &Value {
    let value = value.get(0).unwrap_or(value);
    value.get("error").filter(|error| !error.is_null()).unwrap_or(value)
}

fn status_of(code: &Value) -> Option<u16> {
    let number = code.as_u64().or_else(|| code.as_str()?.parse().ok())?;
    u16::try_from(number).ok().filter(|status| (400..600).contains(status))
}

fn classify(status: Option<u16>, report: &Value) -> Kind {
    let mut words: Vec<String> = ["code", "type", "status"]
        .iter()
        .filter_map(|field| report.get(*field).and_then(Value::as_str))
        .map(str::to_ascii_lowercase)
        .collect();
    let details = report.get("details").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    words.extend(
        details.iter().filter_map(|detail| detail.get("reason").and_then(Value::as_str)).map(str::to_ascii_lowercase),
    );
    let message = report.as_str().or_else(|| report.get("message").and_then(Value::as_str)).unwrap_or_default();
    let message = message.to_ascii_lowercase();
    let by_word = WORDS.iter().find(|(word, _)| words.iter().any(|said| said.contains(word)));
    let by_phrase = PHRASES.iter().find(|(phrase, _)| message.contains(phrase));
    match (by_phrase.or(by_word), status) {
        (Some((_, kind)), _) => *kind,
        (None, Some(status)) => by_status(status),
        (None, None) if words.iter().any(|word| word.contains("invalid")) => Kind::BadRequest,
        (None, None) => Kind::ServerError,
    }
}

fn by_status(status: u16) -> Kind {
    match status {
        401..=403 => Kind::Unauthorized,
        // Redirects are not followed: a key must not travel to another host.
        300..=399 | 404 | 405 | 410 => Kind::NotConfigured,
        413 => Kind::ContextTooLong,
        429 => Kind::RateLimited,
        503 | 529 => Kind::Overloaded,
        408 | 409 | 425 | 500..=599 => Kind::ServerError,
        _ => Kind::BadRequest,
    }
}

/// `retry-after-ms`, else `Retry-After` in seconds or as a date, which is held against the response's own `Date` where
/// there is one, as the two machines' clocks may differ.
fn wait_from_headers(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let wait = if let Some(millis) = text("retry-after-ms").and_then(|text| text.parse::<f64>().ok()) {
        Duration::try_from_secs_f64(millis / 1000.0).ok()?
    } else {
        let after = text(RETRY_AFTER.as_str())?;
        if let Ok(seconds) = after.parse::<f64>() {
            Duration::try_from_secs_f64(seconds).ok()?
        } else {
            let until = DateTime::parse_from_rfc2822(after).ok()?;
            let now = text(DATE.as_str())
                .and_then(|date| DateTime::parse_from_rfc2822(date).ok())
                .map_or(now, |date| date.to_utc());
            (until.to_utc() - now).to_std().unwrap_or(Duration::ZERO)
        }
    };
    (wait <= LONGEST_WAIT).then_some(wait)
}

/// Gemini's `google.rpc.RetryInfo`: `"retryDelay": "7.5s"`.
fn wait_from_report(report: &Value) -> Option<Duration> {
    let details = report.get("details")?.as_array()?;
    let delay = details.iter().find_map(|detail| detail.get("retryDelay")?.as_str())?;
    let wait = Duration::try_from_secs_f64(delay.strip_suffix('s')?.parse().ok()?).ok()?;
    (wait <= LONGEST_WAIT).then_some(wait)
}

/// What a failure calls itself, for the log. Its sentence is left out: providers repeat the prompt in it, and keys.
fn names(report: &Value) -> String {
    let is_name = |text: &&str| {
        text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.[]".contains(&byte))
    };
    let name = |key: &str| report.get(key)?.as_str().filter(is_name).map(|name| format!(", {key} {name}"));
    ["type", "code", "status", "param", "reason"].into_iter().filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;
    use reqwest::header::HeaderValue;
    use serde_json::json;

    use super::*;

    #[test]
    fn waits_are_read_in_every_form() {
        type Headers = &'static [(&'static str, &'static str)];
        let now = Utc.with_ymd_and_hms(2026, 1, 1, 12, 0, 0).unwrap();
        let cases: &[(Headers, Option<u64>)] = &[
            (&[("retry-after", "7")], Some(7000)),
            (&[("retry-after", "0.5")], Some(500)),
            (&[("retry-after-ms", "250"), ("retry-after", "9")], Some(250)),
            (&[("retry-after", "Thu, 01 Jan 2026 12:00:30 GMT")], Some(30_000)),
            (
                &[("retry-after", "Thu, 01 Jan 2026 10:00:05 GMT"), ("date", "Thu, 01 Jan 2026 10:00:00 GMT")],
                Some(5000),
            ),
            (&[("retry-after", "Thu, 01 Jan 2026 11:00:00 GMT")], Some(0)),
            (&[("retry-after", "-3")], None),
            (&[("retry-after", "soon")], None),
            (&[("retry-after", "999999999")], None),
            (&[], None),
        ];
        for (given, millis) in cases {
            let headers = given.iter().map(|(n, v)| (n.parse().unwrap(), HeaderValue::from_static(v))).collect();
            assert_eq!(wait_from_headers(&headers, now), millis.map(Duration::from_millis), "{given:?}");
        }
    }

    #[test]
    fn kinds_are_told_apart() {
        let cases = [
            (
                400,
                json!({"error": {"code": "context_length_exceeded", "type": "invalid_request_error"}}),
                Kind::ContextTooLong,
            ),
            (
                400,
                json!({"type": "error", "error": {"type": "invalid_request_error", "message": "prompt is too long: 9 > 8"}}),
                Kind::ContextTooLong,
            ),
            (
                400,
                json!({"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "API key not valid."}}),
                Kind::Unauthorized,
            ),
            (
                400,
                json!({"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "Bad field"}}),
                Kind::BadRequest,
            ),
            (429, json!({"error": {"code": "insufficient_quota"}}), Kind::Unauthorized),
            (429, json!([{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED"}}]), Kind::RateLimited),
            (529, json!({"type": "error", "error": {"type": "overloaded_error"}}), Kind::Overloaded),
            (503, json!({"error": {"code": 503, "status": "UNAVAILABLE"}}), Kind::Overloaded),
            (500, json!("<html>"), Kind::ServerError),
            (404, json!({"error": {"code": "model_not_found"}}), Kind::NotConfigured),
            (302, json!(null), Kind::NotConfigured),
            (422, json!({"detail": "no"}), Kind::BadRequest),
        ];
        for (status, body, kind) in cases {
            let body = body.to_string();
            let error = from_response(status, &HeaderMap::new(), body.as_bytes(), DateTime::UNIX_EPOCH);
            assert_eq!(error.kind, kind, "{status} {body}");
        }
    }
}
