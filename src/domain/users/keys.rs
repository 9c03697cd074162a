//! API keys as text: `elk_1f0a9c3d_` and 43 characters that nobody can guess.
//!
//! The eight digits are the part by which people recognise a key and the database finds it; they prove nothing. The rest
//! is 32 random bytes, of which only the SHA-256 is kept, which is enough for a value that cannot be guessed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};

/// Tells a key from an access token, and lets secret scanners recognise one that was put where it does not belong.
const MARK: &str = "elk_";
/// Digits of the part that is shown.
const PREFIX_CHARS: usize = 8;

/// A key that was just made.
pub struct Fresh {
    /// Shown once, to whoever made it.
    pub text: SecretString,
    pub prefix: String,
    /// What the database keeps of the secret part.
    pub hash: [u8; 32],
}

/// A new key.
#[must_use]
pub fn generate() -> Fresh {
    let prefix = hex::encode(rand::random::<[u8; PREFIX_CHARS / 2]>());
    let secret = rand::random::<[u8; 32]>();
    let text = SecretString::from(format!("{MARK}{prefix}_{}", BASE64.encode(secret)));
    Fresh { text, prefix, hash: Sha256::digest(secret).into() }
}

/// Whether a text would be a key, and no access token.
#[must_use]
pub fn is_marked(text: &str) -> bool {
    text.starts_with(MARK)
}

/// A key as the database knows it, prefix and hash; `None` for what cannot be one.
#[must_use]
pub fn read(text: &str) -> Option<(&str, [u8; 32])> {
    let (prefix, secret) = text.strip_prefix(MARK)?.split_once('_')?;
    let secret: [u8; 32] = BASE64.decode(secret).ok()?.try_into().ok()?;
    (prefix.len() == PREFIX_CHARS).then(|| (prefix, Sha256::digest(secret).into()))
}

/// What people see of a key: enough to recognise it.
#[must_use]
pub fn shown(prefix: &str) -> String {
    format!("{MARK}{prefix}")
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_key_reads_back_and_nothing_else_does() {
        let fresh = generate();
        let text = fresh.text.expose_secret();
        assert_eq!((text.len(), is_marked(text)), (56, true));
        assert_eq!(read(text), Some((fresh.prefix.as_str(), fresh.hash)));
        assert!(text.starts_with(&format!("{}_", shown(&fresh.prefix))));
        for broken in [&text[..55], &text[4..], "elk_", "elk__", &text.replacen("elk_", "elr_", 1), &format!("{text}A")]
        {
            assert_eq!(read(broken), None, "{broken}");
        }
        assert_ne!(generate().text.expose_secret(), text);
    }
}
