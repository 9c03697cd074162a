//! Keys that the server made itself, as files in the data directory: `secret.key` and `encryption.key`, and beside each,
//! once it was exchanged, `….previous` with the older ones, a line each, the newest first.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use secrecy::{ExposeSecret, SecretString};

use super::env::ConfigError;

/// One of the two keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFile {
    /// Signs tokens and addresses of files.
    Secret,
    /// Encrypts what is stored.
    Encryption,
}

impl KeyFile {
    /// The setting that stands in for the file.
    #[must_use]
    pub const fn setting(self) -> &'static str {
        match self {
            Self::Secret => "SECRET_KEY",
            Self::Encryption => "ENCRYPTION_KEY",
        }
    }

    /// Its name in the data directory.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Secret => "secret.key",
            Self::Encryption => "encryption.key",
        }
    }

    fn path(self, data_dir: &Path) -> PathBuf {
        data_dir.join(self.name())
    }

    fn path_of_previous(self, data_dir: &Path) -> PathBuf {
        data_dir.join(format!("{}.previous", self.name()))
    }

    /// The key, made with mode 0600 when it is not there.
    ///
    /// # Errors
    /// When its file cannot be read or written, or is damaged.
    pub fn load(self, data_dir: &Path) -> Result<SecretString, ConfigError> {
        let path = self.path(data_dir);
        let problem = |error: io::Error| self.problem(&path, &error);
        std::fs::create_dir_all(data_dir).map_err(problem)?;
        match create(&path) {
            Ok(mut file) => {
                let fresh = fresh();
                write(&mut file, fresh.expose_secret()).map_err(problem)?;
                Ok(fresh)
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => self.read(&path),
            Err(error) => Err(problem(error)),
        }
    }

    /// The older keys, newest first; none when the key was never exchanged.
    ///
    /// # Errors
    /// When their file cannot be read, or is damaged.
    pub fn load_previous(self, data_dir: &Path) -> Result<Vec<SecretString>, ConfigError> {
        let path = self.path_of_previous(data_dir);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.problem(&path, &error)),
        };
        let keys = text.lines().map(str::trim).filter(|line| !line.is_empty());
        keys.map(|key| self.checked(&path, key)).collect()
    }

    /// Makes a new key, and keeps the present one among the older ones. Whatever the moment of a crash, no key is lost: at
    /// worst the present one stands in both files.
    ///
    /// # Errors
    /// When there is no key yet, or a file cannot be read or written.
    pub fn rotate(self, data_dir: &Path) -> Result<(), ConfigError> {
        let (path, previous) = (self.path(data_dir), self.path_of_previous(data_dir));
        let lock_path = data_dir.join(format!("{}.lock", self.name()));
        let locked = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&lock_path);
        let lock = locked.map_err(|error| self.problem(&lock_path, &error))?;
        lock.lock().map_err(|error| self.problem(&lock_path, &error))?;
        let mut older = vec![self.read(&path)?];
        older.extend(self.load_previous(data_dir)?);
        let lines = older.iter().map(ExposeSecret::expose_secret).collect::<Vec<_>>().join("\n");
        replace(&previous, &lines).map_err(|error| self.problem(&previous, &error))?;
        replace(&path, fresh().expose_secret()).map_err(|error| self.problem(&path, &error))
    }

    fn read(self, path: &Path) -> Result<SecretString, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| self.problem(path, &error))?;
        self.checked(path, text.trim())
    }

    fn checked(self, path: &Path, key: &str) -> Result<SecretString, ConfigError> {
        if key.len() < 32 {
            let problem = format!("{} is damaged: remove it and start again", path.display());
            return Err(ConfigError::new(self.setting(), problem));
        }
        Ok(key.to_owned().into())
    }

    fn problem(self, path: &Path, error: &io::Error) -> ConfigError {
        ConfigError::new(self.setting(), format!("{}: {error}", path.display()))
    }
}

fn fresh() -> SecretString {
    BASE64.encode(rand::random::<[u8; 32]>()).into()
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

fn write(file: &mut File, text: &str) -> io::Result<()> {
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Puts a file in the place of another at once: nobody ever reads half of it.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut draft = tempfile::Builder::new().prefix(".key-").tempfile_in(folder)?;
    write(draft.as_file_mut(), text)?;
    draft.persist(path)?;
    File::open(folder)?.sync_all()
}
