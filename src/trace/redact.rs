//! What of a text may be written down.
//!
//! Causes are written for developers, and now and then repeat what somebody typed: Postgres quotes a value that it cannot
//! read, a panic quotes the string that was cut in the middle of a character. Quoted words that look like a name stay,
//! for without them a cause says nothing; anything else in quotes goes, and so does all that looks like a credential or an
//! e-mail address, wherever it stands.

use std::borrow::Cow;

/// Stands for what was taken out.
const GONE: &str = "…";
/// Longest quoted word that is taken for a name.
const LONGEST_NAME: usize = 40;
/// How keys of providers and of our own begin.
const KEYS: [&str; 8] = ["sk-", "sk_", "pk_", "eyJ", "ghp_", "AIza", "xoxb-", "AKIA"];

/// The text without credentials, e-mail addresses and quoted prose.
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    without_quotes(text, is_name)
}

/// As [`redact`], without anything in quotes: for what leaves the house.
#[must_use]
pub fn redact_all(text: &str) -> Cow<'_, str> {
    without_quotes(text, |_| false)
}

/// Whether a credential stands in the text, as far as its beginning tells.
#[must_use]
pub fn has_credential(text: &str) -> bool {
    has_key(text)
}

fn without_quotes(text: &str, may_stay: impl Fn(&str) -> bool) -> Cow<'_, str> {
    if !text.contains(['"', '`', '\'', '@', '“', '«']) && !has_key(text) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let close = match first {
            '"' | '`' => Some(first),
            '“' => Some('”'),
            '«' => Some('»'),
            // Elsewhere it is an apostrophe.
            '\'' if !before.is_alphanumeric() => Some('\''),
            _ => None,
        };
        let inner = &rest[first.len_utf8()..];
        let end = close.and_then(|close| closing(inner, close).map(|end| (close, end)));
        before = first;
        if let Some((close, end)) = end {
            let quoted = &inner[..end];
            kept.push(first);
            kept.push_str(if may_stay(quoted) { quoted } else { GONE });
            kept.push(close);
            before = close;
            rest = &inner[end + close.len_utf8()..];
        } else if close.is_some() && first != '\'' {
            // A quotation that was cut off.
            kept.push(first);
            kept.push_str(GONE);
            break;
        } else {
            kept.push(first);
            rest = inner;
        }
    }
    Cow::Owned(words(&kept))
}

/// Where a quotation ends; a quote after a backslash is a part of it.
fn closing(text: &str, close: char) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if character == close {
            return Some(at);
        }
    }
    None
}

/// A name of a column, a file, a setting: no prose, no address, no secret.
fn is_name(quoted: &str) -> bool {
    quoted.len() <= LONGEST_NAME
        && quoted.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./:".contains(&byte))
        && !has_key(quoted)
}

fn has_key(text: &str) -> bool {
    KEYS.iter().any(|key| text.contains(key)) || text.to_ascii_lowercase().contains("bearer ")
}

/// Takes out e-mail addresses, passwords in addresses, and words that begin like a key, or come after `Bearer`.
fn words(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut is_token = false;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        let is_key = KEYS.iter().any(|key| bare.contains(key));
        if is_address(bare) || is_key || is_token {
            kept.push_str(GONE);
            kept.push_str(&word[bare.len()..]);
        } else {
            kept.push_str(word);
        }
        is_token = bare.eq_ignore_ascii_case("bearer");
    }
    kept
}

/// An e-mail address, or an address that may hold a password.
fn is_address(word: &str) -> bool {
    word.split_once('@').is_some_and(|(before, after)| before.contains("://") || after.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_goes_and_names_stay() {
        for (text, kept) in [
            ("nothing to hide", "nothing to hide"),
            ("relation \"users\" does not exist", "relation \"users\" does not exist"),
            ("invalid value: \"my dear diary\"", "invalid value: \"…\""),
            ("it is inside 'é' (bytes 2..4) of `my dear diary`", "it is inside '…' (bytes 2..4) of `…`"),
            ("the user's own text isn't here", "the user's own text isn't here"),
            ("said \"a \\\" b c\" and went", "said \"…\" and went"),
            ("cut \"off in the mid", "cut \"…"),
            ("Key (email)=(ada@example.org) is there", "Key … is there"),
            ("postgres://me:hunter2@host/db refused", "… refused"),
            ("header Bearer abc.def was sent", "header Bearer … was sent"),
            ("Incorrect API key provided: sk-test-123.", "Incorrect API key provided: …"),
            ("token \"eyJhbGciOi.x.y\"", "token \"…\""),
            ("model openai/small@384", "model openai/small@384"),
        ] {
            assert_eq!(redact(text), kept, "{text}");
        }
        assert_eq!(redact_all("relation \"users\" isn't there"), "relation \"…\" isn't there");
    }
}
