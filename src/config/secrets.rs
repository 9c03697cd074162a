//! The keys that sign and encrypt: given, or made on first start and kept in the data directory.

use std::fs::OpenOptions;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use sha2::Sha256;

use super::auth::AuthConfig;
use super::env::ConfigError;

/// The keys of this installation. All instances that share a database must have the same.
#[derive(Debug, Clone)]
pub struct Secrets {
    key: SecretSlice<u8>,
    /// Encrypts stored credentials.
    pub encryption_key: SecretSlice<u8>,
}

impl Secrets {
    /// Takes the configured secrets; where there are none (development only) those in the data directory, which are
    /// made with mode 0600 when they are not there.
    ///
    /// # Errors
    /// When a key is malformed, or its file cannot be read or written.
    pub fn load(config: &AuthConfig, data_dir: &Path) -> Result<Self, ConfigError> {
        let key = match &config.secret_key {
            Some(key) => key.clone(),
            None => kept("SECRET_KEY", &data_dir.join("secret.key"))?,
        };
        let encryption_key = match &config.encryption_key {
            Some(key) => key.clone(),
            None => kept("ENCRYPTION_KEY", &data_dir.join("encryption.key"))?,
        };
        let encryption_key = BASE64
            .decode(encryption_key.expose_secret())
            .ok()
            .filter(|bytes| bytes.len() == 32)
            .ok_or_else(|| ConfigError::new("ENCRYPTION_KEY", "is not 32 bytes in base64"))?;
        Ok(Self { key: key.expose_secret().as_bytes().to_vec().into(), encryption_key: encryption_key.into() })
    }

    /// A key for one use, so that what is signed for one use never passes in another: HMAC-SHA256 of its name.
    #[must_use]
    pub fn key_for(&self, usage: &str) -> [u8; 32] {
        let mut derived = [0; 32];
        // HMAC takes keys of any length.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.key.expose_secret()) {
            mac.update(usage.as_bytes());
            derived = mac.finalize().into_bytes().into();
        }
        derived
    }
}

/// The secret kept at `path`, made there on the first call.
fn kept(name: &'static str, path: &Path) -> Result<SecretString, ConfigError> {
    let problem = |error: std::io::Error| ConfigError::new(name, format!("{}: {error}", path.display()));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(problem)?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => {
            let fresh = BASE64.encode(rand::random::<[u8; 32]>());
            file.write_all(fresh.as_bytes()).and_then(|()| file.sync_all()).map_err(problem)?;
            Ok(fresh.into())
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let mut text = String::new();
            std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text)).map_err(problem)?;
            let text = text.trim();
            if text.len() < 32 {
                return Err(ConfigError::new(
                    name,
                    format!("{} is damaged: remove it and start again", path.display()),
                ));
            }
            Ok(text.to_owned().into())
        }
        Err(error) => Err(problem(error)),
    }
}
