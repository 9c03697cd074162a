//! The keys that sign and encrypt: given, or made on first start and kept in the data directory.
//!
//! Of each there is one that is used, and any number of older ones that still count: what they signed is accepted, what
//! they encrypted opens. So a key is exchanged without signing anybody out.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use sha2::Sha256;

use super::auth::AuthConfig;
use super::env::ConfigError;
use super::key_files::KeyFile;

/// The keys of this installation. All instances that share a database must have the same.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// The newest, which signs.
    key: SecretSlice<u8>,
    /// Older ones, newest first.
    previous: Vec<SecretSlice<u8>>,
    /// Encrypt stored credentials: the first is used, the others still open what they sealed.
    pub encryption_keys: Vec<SecretSlice<u8>>,
}

impl Secrets {
    /// Takes the configured secrets; where there are none (development only) those in the data directory, which are
    /// made with mode 0600 when they are not there.
    ///
    /// # Errors
    /// When a key is malformed, or its file cannot be read or written.
    pub fn load(config: &AuthConfig, data_dir: &Path) -> Result<Self, ConfigError> {
        let (key, previous) =
            found(KeyFile::Secret, config.secret_key.as_ref(), &config.secret_key_previous, data_dir)?;
        let (first, others) =
            found(KeyFile::Encryption, config.encryption_key.as_ref(), &config.encryption_key_previous, data_dir)?;
        let mut encryption_keys = vec![encryption_key("ENCRYPTION_KEY", &first)?];
        for other in &others {
            encryption_keys.push(encryption_key("ENCRYPTION_KEY_PREVIOUS", other)?);
        }
        let bytes = |key: &SecretString| SecretSlice::from(key.expose_secret().as_bytes().to_vec());
        Ok(Self { key: bytes(&key), previous: previous.iter().map(bytes).collect(), encryption_keys })
    }

    /// A key for one use, so that what is signed for one use never passes in another: HMAC-SHA256 of its name.
    #[must_use]
    pub fn key_for(&self, usage: &str) -> [u8; 32] {
        derived(&self.key, usage)
    }

    /// As [`Self::key_for`], and the keys of the same use under all older secrets, the newest first: whatever one of them
    /// signed is ours.
    pub fn keys_for(&self, usage: &str) -> impl Iterator<Item = [u8; 32]> {
        std::iter::once(&self.key).chain(&self.previous).map(move |key| derived(key, usage))
    }
}

/// The key that is used, and the older ones.
fn found(
    file: KeyFile,
    given: Option<&SecretString>,
    previous: &[SecretString],
    data_dir: &Path,
) -> Result<(SecretString, Vec<SecretString>), ConfigError> {
    let mut others = previous.to_vec();
    let key = if let Some(key) = given {
        key.clone()
    } else {
        // In this order: who exchanges it writes the older ones first.
        let key = file.load(data_dir)?;
        others.extend(file.load_previous(data_dir)?);
        key
    };
    let mut seen = vec![key.clone()];
    for other in others {
        if seen.iter().all(|one| one.expose_secret() != other.expose_secret()) {
            seen.push(other);
        }
    }
    Ok((key, seen.split_off(1)))
}

fn encryption_key(name: &'static str, key: &SecretString) -> Result<SecretSlice<u8>, ConfigError> {
    let bytes = BASE64.decode(key.expose_secret()).ok().filter(|bytes| bytes.len() == 32);
    bytes.map(SecretSlice::from).ok_or_else(|| ConfigError::new(name, "is not 32 bytes in base64"))
}

fn derived(key: &SecretSlice<u8>, usage: &str) -> [u8; 32] {
    let mut derived = [0; 32];
    // HMAC takes keys of any length.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.expose_secret()) {
        mac.update(usage.as_bytes());
        derived = mac.finalize().into_bytes().into();
    }
    derived
}
