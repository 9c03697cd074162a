//! The token of a link: 32 random bytes, of which the database keeps only the SHA-256.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

/// Lets secret scanners recognise a token that was put where it does not belong.
const MARK: &str = "eld_";

/// A new token, and what the database keeps of it.
#[must_use]
pub fn token() -> (SecretString, Vec<u8>) {
    let bytes = rand::random::<[u8; 32]>();
    (format!("{MARK}{}", BASE64.encode(bytes)).into(), Sha256::digest(bytes).to_vec())
}

/// What the database keeps of a token; `None` for what cannot be one.
#[must_use]
pub fn token_hash(token: &SecretString) -> Option<Vec<u8>> {
    let text = token.expose_secret().trim().strip_prefix(MARK)?;
    let bytes: [u8; 32] = BASE64.decode(text).ok()?.try_into().ok()?;
    Some(Sha256::digest(bytes).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_nothing_else_does() {
        let (token, kept) = token();
        assert_eq!(token_hash(&token), Some(kept.clone()));
        let text = token.expose_secret();
        assert_eq!(text.len(), 47);
        assert_eq!(token_hash(&format!(" {text}\n").into()), Some(kept.clone()));
        for other in ["", "eld_", &text[4..], &text[..46], &text.replacen("eld", "elc", 1)] {
            assert_eq!(token_hash(&other.to_owned().into()), None, "{other}");
        }
        assert_ne!(self::token().1, kept);
    }
}
