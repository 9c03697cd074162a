//! The rules of accounts, as pure functions.

use chrono::{DateTime, TimeDelta, Utc};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::model::Role;

/// Longest path of RFC 5321, section 4.5.3.1.3, without its angle brackets.
pub const MAX_EMAIL_CHARS: usize = 254;
/// RFC 5321, section 4.5.3.1.1.
const MAX_EMAIL_LOCAL_BYTES: usize = 64;
pub const MIN_USERNAME_CHARS: usize = 2;
pub const MAX_USERNAME_CHARS: usize = 64;
pub const MAX_NAME_CHARS: usize = 255;
pub const MAX_LABEL_CHARS: usize = 100;

/// What people may call themselves without asking anybody.
const SELF_CHOSEN: [Role; 2] = [Role::Member, Role::Student];

/// A name or address as it is kept and looked for: without space around it, and in one Unicode form (NFC).
#[must_use]
pub fn tidy(text: &str) -> String {
    text.trim().nfc().collect()
}

/// An e-mail address or username as it is kept and looked for: tidy, and in lower case if it has other letters than those
/// of ASCII. The indexes fold the case of names with `lower()`, which knows the letters of ASCII everywhere and others only
/// in some collations: Жанна and жанна would be two people.
#[must_use]
pub fn folded(name: &str) -> String {
    let name = tidy(name);
    if name.is_ascii() { name } else { tidy(&name.to_lowercase()) }
}

/// Why this is not an e-mail address; `None` when it may be one. Whether mail arrives, only mail can tell.
#[must_use]
pub fn email_problem(email: &str) -> Option<&'static str> {
    const SHAPE: &str = "This is not an e-mail address.";
    if email.chars().count() > MAX_EMAIL_CHARS {
        return Some("An e-mail address has at most 254 characters.");
    }
    let Some((local, domain)) = email.split_once('@') else { return Some(SHAPE) };
    let printable = !email.chars().any(|character| character.is_whitespace() || character.is_control());
    let local_fits = (1..=MAX_EMAIL_LOCAL_BYTES).contains(&local.len());
    let labels = domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    (!printable || !local_fits || !labels || domain.contains('@')).then_some(SHAPE)
}

/// Whether an address is of one of these domains, given in lower case; of any where there are none. A domain is no part of
/// another: sub.example.org is listed by itself.
#[must_use]
pub fn is_of(email: &str, domains: &[String]) -> bool {
    let domain = folded(email).rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    domains.is_empty() || domain.is_some_and(|domain| domains.contains(&domain))
}

/// Why this cannot be a username. It has no @, so that it is never taken for somebody's e-mail address.
#[must_use]
pub fn username_problem(username: &str) -> Option<&'static str> {
    if !(MIN_USERNAME_CHARS..=MAX_USERNAME_CHARS).contains(&username.chars().count()) {
        return Some("A username has 2 to 64 characters.");
    }
    let allowed = |character: char| {
        character.is_alphanumeric() || matches!(character, '.' | '_' | '-') || is_combining_mark(character)
    };
    // Many scripts write vowels as marks on a letter; a mark on nothing is none.
    let starts_well = username.chars().next().is_some_and(|first| !is_combining_mark(first));
    (!starts_well || !username.chars().all(allowed))
        .then_some("A username consists of letters, digits, dots, underscores and hyphens.")
}

/// Why this cannot be somebody's full name.
#[must_use]
pub fn full_name_problem(name: &str) -> Option<&'static str> {
    if name.chars().count() > MAX_NAME_CHARS {
        return Some("A name has at most 255 characters.");
    }
    name.chars().any(char::is_control).then_some("A name has no control characters.")
}

/// Why this cannot be what somebody calls a thing of theirs.
#[must_use]
pub fn label_problem(label: &str) -> Option<&'static str> {
    let fits = (1..=MAX_LABEL_CHARS).contains(&label.chars().count()) && !label.chars().any(char::is_control);
    (!fits).then_some("A name has 1 to 100 characters, none of them a control character.")
}

/// Whether people may take this role when they register themselves.
#[must_use]
pub fn may_choose(role: Role) -> bool {
    SELF_CHOSEN.contains(&role)
}

/// What a refresh token's row and its session say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshState {
    pub used_at: Option<DateTime<Utc>>,
    pub expires_at: DateTime<Utc>,
    pub session_expires_at: DateTime<Utc>,
    pub session_revoked: bool,
    /// The account is active and not deleted.
    pub account_open: bool,
}

/// What becomes of a refresh token that is presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshVerdict {
    /// A new pair of tokens is due.
    Honour,
    /// It was used a moment ago: what it was exchanged for is given once more, if that is unused.
    Repeat,
    /// It is worth nothing any more.
    Refuse,
    /// It was used long enough ago: one of two holders is not its owner, and the session ends for both.
    Reuse,
}

/// Judges a refresh token. Within `grace` of its first use it gives the same again, since two windows of one browser may
/// both have read it before either could store the next. It never gives another: then a thief who is as quick as a window
/// would have a line of tokens of their own, whose use nobody would notice.
#[must_use]
pub fn judge_refresh(state: RefreshState, now: DateTime<Utc>, grace: TimeDelta) -> RefreshVerdict {
    if state.session_revoked || state.session_expires_at <= now {
        return RefreshVerdict::Refuse;
    }
    if state.used_at.is_some_and(|used_at| now - used_at > grace) {
        return RefreshVerdict::Reuse;
    }
    if state.expires_at <= now || !state.account_open {
        return RefreshVerdict::Refuse;
    }
    if state.used_at.is_some() { RefreshVerdict::Repeat } else { RefreshVerdict::Honour }
}
