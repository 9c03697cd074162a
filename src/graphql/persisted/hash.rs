//! The name of a document: the SHA-256 of its text.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// SHA-256 of a document's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DocumentHash(pub [u8; 32]);

impl DocumentHash {
    #[must_use]
    pub fn of(document: &str) -> Self {
        Self(Sha256::digest(document.as_bytes()).into())
    }
}

impl FromStr for DocumentHash {
    type Err = hex::FromHexError;

    /// 64 hexadecimal digits, as `extensions.persistedQuery.sha256Hash` has them, with or without `sha256:` before.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.strip_prefix("sha256:").unwrap_or(text), &mut bytes)?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for DocumentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}
