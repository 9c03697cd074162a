//! The two tokens of a sign-in.
//!
//! The access token is a JWT (RFC 7519) under HMAC-SHA256 that names account and sign-in and nothing else: role and
//! standing come from the database at every request. Its `kid` says which of the installation's secrets signed it, so that
//! a secret is exchanged without signing anybody out.
//!
//! The first refresh token of a sign-in is 32 random bytes, each further one HMAC-SHA256 of the one before, so that whoever
//! exchanges the same token twice in a moment gets the same again. The database keeps only their SHA-256, which is enough for
//! values that cannot be guessed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::config::secrets::Secrets;
use crate::error::{Error, Result};
use crate::ids::{LoginSessionId, UserId};

/// Who made the token.
const ISSUER: &str = "elenchus";
/// What our key signs here, so that a signature from another use never passes.
const KEY_USAGE: &str = "access-token";
/// Names the key to us after it has been changed; tells nothing about it.
const KEY_ID_USAGE: &str = "access-token-id";
/// What our key derives refresh tokens for.
const REFRESH_USAGE: &str = "refresh-token";
/// Ours have about 300 bytes.
const MAX_ACCESS_TOKEN: usize = 1024;
/// How far another instance's clock may be ahead of ours.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(60);
/// Lets secret scanners recognise a refresh token that was put where it does not belong.
const REFRESH_PREFIX: &str = "elr_";

/// What an access token says, found to be ours and of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    pub user: UserId,
    pub session: LoginSessionId,
    pub expires_at: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: UserId,
    sid: LoginSessionId,
    /// Whole seconds since the epoch.
    iat: i64,
    /// Whole seconds since the epoch.
    exp: i64,
}

/// The header that we write, for the key that this names.
fn header(key_id: &[u8; 32]) -> Header {
    Header { kid: Some(hex::encode(key_id.first_chunk::<8>().unwrap_or(&[0; 8]))), ..Header::new(Algorithm::HS256) }
}

/// An access token for one sign-in. `expires_at` counts in whole seconds.
///
/// # Errors
/// INTERNAL when signing fails.
pub fn sign_access(secrets: &Secrets, now: DateTime<Utc>, access: Access) -> Result<SecretString> {
    let claims = Claims {
        iss: ISSUER.to_owned(),
        sub: access.user,
        sid: access.session,
        iat: now.timestamp(),
        exp: access.expires_at.timestamp(),
    };
    let key = EncodingKey::from_secret(&secrets.key_for(KEY_USAGE));
    jsonwebtoken::encode(&header(&secrets.key_for(KEY_ID_USAGE)), &claims, &key)
        .map(SecretString::from)
        .map_err(Error::internal)
}

/// Reads an access token; `None` for whatever is not ours, not whole, or not of now.
#[must_use]
pub fn read_access(secrets: &Secrets, now: DateTime<Utc>, token: &str) -> Option<Access> {
    if token.len() > MAX_ACCESS_TOKEN {
        return None;
    }
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&[ISSUER]);
    validation.set_required_spec_claims(&["exp", "iss", "sub"]);
    // The library would ask the machine's clock; ours is asked below.
    validation.validate_exp = false;
    // Nothing but a header that we write: no other key id, no address of a key, no critical extension.
    let claimed = jsonwebtoken::decode_header(token).ok()?;
    let known = secrets.keys_for(KEY_ID_USAGE).zip(secrets.keys_for(KEY_USAGE));
    let (_, key) = known.into_iter().find(|(id, _)| header(id) == claimed)?;
    let claims = jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(&key), &validation).ok()?.claims;
    let expires_at = DateTime::from_timestamp(claims.exp, 0)?;
    let issued_at = DateTime::from_timestamp(claims.iat, 0)?;
    let current = now < expires_at && issued_at <= now + CLOCK_SKEW;
    current.then_some(Access { user: claims.sub, session: claims.sid, expires_at })
}

/// A refresh token, and what the database keeps of it.
pub struct Refresh {
    pub token: SecretString,
    pub hash: [u8; 32],
}

impl Refresh {
    /// The first one of a sign-in.
    #[must_use]
    pub fn generate() -> Self {
        Self::of(&rand::random())
    }

    /// The tokens that another may be exchanged for: the one that the newest secret makes of it, then those that older
    /// secrets would have made.
    #[must_use]
    pub fn successors(secrets: &Secrets, token: &SecretString) -> Vec<Self> {
        let Some(bytes) = refresh_bytes(token) else { return Vec::new() };
        let keys = secrets.keys_for(REFRESH_USAGE);
        // HMAC takes keys of any length.
        let macs = keys.filter_map(|key| Hmac::<Sha256>::new_from_slice(&key).ok());
        macs.map(|mac| Self::of(&mac.chain_update(bytes).finalize().into_bytes().into())).collect()
    }

    fn of(bytes: &[u8; 32]) -> Self {
        let token = format!("{REFRESH_PREFIX}{}", BASE64.encode(bytes)).into();
        Self { token, hash: Sha256::digest(bytes).into() }
    }
}

/// What the database keeps of a refresh token; `None` for what cannot be one.
#[must_use]
pub fn refresh_hash(token: &SecretString) -> Option<[u8; 32]> {
    Some(Sha256::digest(refresh_bytes(token)?).into())
}

fn refresh_bytes(token: &SecretString) -> Option<[u8; 32]> {
    BASE64.decode(token.expose_secret().strip_prefix(REFRESH_PREFIX)?).ok()?.try_into().ok()
}
