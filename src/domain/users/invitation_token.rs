//! The token of an invitation: 32 random bytes, of which the database keeps only the SHA-256.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

/// Lets secret scanners recognise a token that was put where it does not belong.
const MARK: &str = "eli_";

/// A new token, and what the database keeps of it.
#[must_use]
pub fn generate() -> (SecretString, [u8; 32]) {
    let secret = rand::random::<[u8; 32]>();
    (format!("{MARK}{}", BASE64.encode(secret)).into(), Sha256::digest(secret).into())
}

/// What the database keeps of a token; `None` for what cannot be one.
#[must_use]
pub fn hash(token: &SecretString) -> Option<[u8; 32]> {
    let secret: [u8; 32] = BASE64.decode(token.expose_secret().trim().strip_prefix(MARK)?).ok()?.try_into().ok()?;
    Some(Sha256::digest(secret).into())
}
