//! Signed addresses of files: `/files/<token>`, where the token is the whole permission.
//!
//! A token is `base64url(claim) . base64url(HMAC-SHA256(key, domain || claim))`, the claim in a compact JSON. It names
//! an object by its id, never by a path, so there is nothing in it to traverse; whoever serves it looks the object up
//! and checks that the audience may still see it. HMAC: RFC 2104 with SHA-256, compared in constant time.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Mixed into every signature, so that a token of another kind under the same key is never one of ours.
const DOMAIN: &[u8] = b"elenchus file token 1\0";

/// A token longer than this is refused before it is looked at; the longest that we sign is about half of it.
const MAX_TOKEN_BYTES: usize = 4096;

/// Longest name in a token, in characters.
pub const MAX_FILENAME_CHARS: usize = 200;

/// For whom an address was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Audience {
    /// One person, who must still be allowed to see the object when the address is used.
    #[serde(rename = "u")]
    User(Uuid),
    /// Everybody who holds this share of the object, for as long as the share stands.
    #[serde(rename = "s")]
    Share(String),
}

/// What may be done at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// GET and HEAD.
    #[serde(rename = "g")]
    Get,
    /// PUT.
    #[serde(rename = "p")]
    Put,
}

/// What a token permits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Public id of the object, such as `doc_01h45y…`.
    #[serde(rename = "o")]
    pub object: String,
    #[serde(rename = "a")]
    pub audience: Audience,
    #[serde(rename = "m")]
    pub method: Method,
    /// Unix time in seconds from which on the token is worth nothing.
    #[serde(rename = "e")]
    pub expires_at: i64,
    /// The name under which a browser saves the file; see [`content_disposition`].
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
}

/// Why a token is not honoured. A client is told no more than this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    #[error("the link is not one of ours")]
    Malformed,
    #[error("the link was changed, or the server's key was")]
    Forged,
    #[error("the link is no longer valid; ask for a new one")]
    Expired,
}

/// The token for a claim. `key` is secret and at least 32 bytes.
#[must_use]
pub fn sign(key: &[u8], claim: &Claim) -> String {
    let mut claim = claim.clone();
    claim.filename = claim.filename.map(|name| name.chars().take(MAX_FILENAME_CHARS).collect());
    // A struct of strings and numbers always has a JSON form; an empty claim would verify as malformed.
    let body = serde_json::to_vec(&claim).unwrap_or_default();
    let tag = mac(key, &body).finalize().into_bytes();
    format!("{}.{}", URL_SAFE_NO_PAD.encode(&body), URL_SAFE_NO_PAD.encode(tag))
}

/// The claim of a token that we signed and that has not run out at `now`.
pub fn verify(key: &[u8], token: &str, now: DateTime<Utc>) -> Result<Claim, SignError> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(SignError::Malformed);
    }
    let (body, tag) = token.split_once('.').ok_or(SignError::Malformed)?;
    let body = URL_SAFE_NO_PAD.decode(body).map_err(|_| SignError::Malformed)?;
    let tag = URL_SAFE_NO_PAD.decode(tag).map_err(|_| SignError::Malformed)?;
    mac(key, &body).verify_slice(&tag).map_err(|_| SignError::Forged)?;
    let claim: Claim = serde_json::from_slice(&body).map_err(|_| SignError::Malformed)?;
    if now.timestamp() >= claim.expires_at { Err(SignError::Expired) } else { Ok(claim) }
}

/// As [`verify`], for a token that any one of these keys signed: the newest, or one that it took the place of.
pub fn verify_with_any<K: AsRef<[u8]>>(
    keys: impl IntoIterator<Item = K>,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Claim, SignError> {
    let mut verdict = Err(SignError::Forged);
    for key in keys {
        verdict = verify(key.as_ref(), token, now);
        if verdict != Err(SignError::Forged) {
            break;
        }
    }
    verdict
}

fn mac(key: &[u8], body: &[u8]) -> Hmac<Sha256> {
    // Keys longer than a block are hashed (RFC 2104, section 2), as the trait's fallible constructor would.
    let mut block = [0; 64];
    if let Some(start) = block.get_mut(..key.len()) {
        start.copy_from_slice(key);
    } else {
        block[..32].copy_from_slice(&Sha256::digest(key));
    }
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(DOMAIN);
    mac.update(body);
    mac
}

/// The value of a `Content-Disposition` header that saves a file under `filename` (RFC 6266, RFC 8187): an ASCII form
/// for old clients and the whole name in UTF-8. Nothing in the name can end the header or name a folder.
#[must_use]
pub fn content_disposition(filename: &str) -> String {
    let clean: String = filename
        .chars()
        .filter(|char| !char.is_control() && !is_bidi_control(*char))
        .map(|char| if matches!(char, '/' | '\\') { '_' } else { char })
        .take(MAX_FILENAME_CHARS)
        .collect();
    let clean = match clean.trim_matches(['.', ' ']) {
        "" => "file",
        name => name,
    };
    let plain: String = clean
        .chars()
        .map(|char| if char.is_ascii_alphanumeric() || " .-_()+,=@".contains(char) { char } else { '_' })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", Percent(clean))
}

/// Characters that turn the order of what follows them, with which `exe.pdf` can be shown for `fdp.exe`.
const fn is_bidi_control(char: char) -> bool {
    matches!(char, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Percent-encoding of all but the `attr-char` of RFC 8187.
struct Percent<'a>(&'a str);

impl fmt::Display for Percent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0.bytes() {
            if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
                fmt::Write::write_char(f, char::from(byte))?;
            } else {
                write!(f, "%{byte:02X}")?;
            }
        }
        Ok(())
    }
}
