//! What an agent shows when it asks what to say in a session, and what is in the address of a reply that is read aloud: a JWT
//! (RFC 7519) under HMAC-SHA256 that names one thing and the sign-in of whom it was made for. It opens that thing and nothing else,
//! and for as long as both hold.

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::config::secrets::Secrets;
use crate::domain::users::tokens::Access;
use crate::error::{Error, Result};
use crate::ids::{LoginSessionId, UserId};

/// Who made the token.
const ISSUER: &str = "elenchus";
/// Ours have about 350 bytes.
const MAX_TOKEN: usize = 1024;

/// What a token is for. What was signed for one never passes for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Speaking in a session.
    Speak,
    /// Hearing a message.
    Hear,
}

impl Use {
    /// What our key signs it for.
    const fn key_usage(self) -> &'static str {
        match self {
            Self::Speak => "voice-token",
            Self::Hear => "speech-token",
        }
    }
}

/// What a token says, found to be ours and of now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leave {
    /// Whose sign-in it rests on.
    pub access: Access,
    /// What it opens.
    pub object: String,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: UserId,
    sid: LoginSessionId,
    /// What it opens.
    obj: String,
    /// Whole seconds since the epoch.
    exp: i64,
}

/// The token of a leave, which ends with `leave.access.expires_at`, in whole seconds.
///
/// # Errors
/// INTERNAL when signing fails.
pub fn sign(secrets: &Secrets, purpose: Use, leave: Leave) -> Result<SecretString> {
    let claims = Claims {
        iss: ISSUER.to_owned(),
        sub: leave.access.user,
        sid: leave.access.session,
        obj: leave.object,
        exp: leave.access.expires_at.timestamp(),
    };
    let key = EncodingKey::from_secret(&secrets.key_for(purpose.key_usage()));
    jsonwebtoken::encode(&header(), &claims, &key).map(SecretString::from).map_err(Error::internal)
}

/// Reads a token; `None` for whatever is not ours, not whole, or not of now.
#[must_use]
pub fn read(secrets: &Secrets, purpose: Use, now: DateTime<Utc>, token: &SecretString) -> Option<Leave> {
    let token = token.expose_secret();
    if token.len() > MAX_TOKEN || jsonwebtoken::decode_header(token).ok()? != header() {
        return None;
    }
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&[ISSUER]);
    validation.set_required_spec_claims(&["exp", "iss", "sub"]);
    // The library would ask the machine's clock; ours is asked below.
    validation.validate_exp = false;
    let decoded = secrets.keys_for(purpose.key_usage()).find_map(|key| {
        let key = DecodingKey::from_secret(&key);
        jsonwebtoken::decode::<Claims>(token, &key, &validation).ok()
    });
    let claims = decoded?.claims;
    let expires_at = DateTime::from_timestamp(claims.exp, 0)?;
    let access = Access { user: claims.sub, session: claims.sid, expires_at };
    (now < expires_at).then_some(Leave { access, object: claims.obj })
}

fn header() -> Header {
    Header::new(Algorithm::HS256)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::config::auth::AuthConfig;
    use crate::config::env::Env;
    use crate::config::server::Environment;

    #[test]
    fn a_token_opens_its_session_until_it_ends() {
        let secret = "0123456789abcdef0123456789abcdef0123";
        let env = Env::from_pairs([("SECRET_KEY", secret)]);
        let folder = tempfile::tempdir().unwrap();
        let secrets =
            Secrets::load(&AuthConfig::from_env(&env, Environment::Development).unwrap(), folder.path()).unwrap();
        let now = "2026-03-01T10:00:00Z".parse().unwrap();
        let access = Access {
            user: UserId::generate(now),
            session: LoginSessionId::generate(now),
            expires_at: now + TimeDelta::seconds(300),
        };
        let leave = Leave { access, object: "tutoring_1".to_owned() };
        let token = sign(&secrets, Use::Speak, leave.clone()).unwrap();
        let at = |seconds| now + TimeDelta::seconds(seconds);
        assert_eq!(read(&secrets, Use::Speak, at(299), &token), Some(leave));
        assert_eq!(read(&secrets, Use::Speak, at(300), &token), None);
        assert_eq!(read(&secrets, Use::Hear, now, &token), None);
        // A signature, a header or a body of another.
        let text = token.expose_secret();
        let mut parts: Vec<&str> = text.split('.').collect();
        let flipped = if parts[2].starts_with('A') { "B" } else { "A" }.to_owned() + &parts[2][1..];
        parts[2] = &flipped;
        assert_eq!(read(&secrets, Use::Speak, now, &parts.join(".").into()), None);
        let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.", text.split('.').nth(1).unwrap());
        for forged in [none, String::new(), "a.b.c".to_owned(), "x".repeat(4000)] {
            assert_eq!(read(&secrets, Use::Speak, now, &forged.into()), None);
        }
        // An access token is no leave to speak, and the other way round.
        let access_token = crate::domain::users::tokens::sign_access(&secrets, now, access).unwrap();
        assert_eq!(read(&secrets, Use::Speak, now, &access_token), None);
        assert_eq!(crate::domain::users::tokens::read_access(&secrets, now, text), None);
    }
}
