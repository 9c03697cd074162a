//! The token in the link of a mail: 32 random bytes, of which the database keeps only the SHA-256.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::model::{MailPurpose, MailToken};
use crate::error::{Error, Result};

/// Lets secret scanners recognise a token that was put where it does not belong.
const PREFIX: &str = "elm_";
/// The input that holds a token.
const FIELD: &str = "input.token";

/// How long a link is good for once its mail has left.
#[must_use]
pub const fn lifetime(purpose: MailPurpose) -> TimeDelta {
    match purpose {
        MailPurpose::ResetPassword => TimeDelta::hours(1),
        MailPurpose::VerifyEmail | MailPurpose::ChangeEmail => TimeDelta::hours(24),
    }
}

/// A new token, and what the database keeps of it.
#[must_use]
pub fn generate() -> (SecretString, [u8; 32]) {
    let bytes = rand::random::<[u8; 32]>();
    (format!("{PREFIX}{}", BASE64.encode(bytes)).into(), Sha256::digest(bytes).into())
}

/// What the database keeps of a token.
///
/// # Errors
/// As [`unknown`], for what cannot be one.
pub fn hash(token: &SecretString) -> Result<[u8; 32]> {
    let text = token.expose_secret().trim().strip_prefix(PREFIX).ok_or_else(unknown)?;
    let bytes: [u8; 32] = BASE64.decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(unknown)?;
    Ok(Sha256::digest(bytes).into())
}

/// A link that never was, or is not good any more: no answer tells which.
#[must_use]
pub fn unknown() -> Error {
    Error::new(crate::error::ErrorCode::NotFound, "This link is not valid any more. Please ask for a new one.")
        .with_field(FIELD)
}

/// Whether a link can be used now.
///
/// # Errors
/// CONFLICT when it was used before, `NOT_FOUND` when its time is over.
pub fn require_good(token: &MailToken, now: DateTime<Utc>) -> Result<()> {
    if token.used_at.is_some() {
        // Whoever clicks twice has nothing to fear, and should not be told to ask for another.
        return Err(Error::conflict("This link has been used already.").with_field(FIELD));
    }
    if token.expires_at.is_some_and(|expires_at| now < expires_at) { Ok(()) } else { Err(unknown()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_nothing_else_does() {
        let (token, kept) = generate();
        assert_eq!(hash(&token).unwrap(), kept);
        let text = token.expose_secret().to_owned();
        assert_eq!((text.len(), hash(&format!(" {text}\n").into()).unwrap()), (47, kept), "as it is pasted");
        for other in ["", "elm_", &text[4..], &format!("{text}A"), &text.replacen("elm", "elr", 1)] {
            assert!(hash(&other.to_owned().into()).is_err(), "{other}");
        }
    }
}
