//! The password of the cluster's owner, made on first start and kept in a file that only we can read.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};

use super::error::{EmbeddedError, Result};
use super::place;

#[derive(Debug, Clone)]
pub struct Password {
    pub secret: SecretString,
    /// Whether it was made just now, so that an existing cluster does not know it and [`Password::keep`] must follow.
    pub new: bool,
    path: PathBuf,
}

impl Password {
    /// The password in `home`, or a new one, not yet kept.
    pub fn open(home: &Path) -> Result<Self> {
        let path = home.join("password");
        match std::fs::read_to_string(&path) {
            Ok(text) if !text.trim().is_empty() => {
                Ok(Self { secret: SecretString::from(text.trim().to_owned()), new: false, path })
            }
            Ok(_) => Ok(Self::generate(path)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::generate(path)),
            Err(source) => Err(EmbeddedError::Disk { path, source }),
        }
    }

    fn generate(path: PathBuf) -> Self {
        // Hex: nothing to quote in SQL, in a URL or in a file.
        let secret = SecretString::from(hex::encode(rand::random::<[u8; 24]>()));
        Self { secret, new: true, path }
    }

    /// Writes it to its file, once the cluster knows it.
    pub fn keep(&self) -> Result<()> {
        place::replace(&self.path, self.secret.expose_secret().as_bytes())
    }
}
