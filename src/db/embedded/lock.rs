//! One server on one data directory.
//!
//! An advisory lock of the operating system: it dies with its holder, so that no lock file is ever stale.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::error::{EmbeddedError, Result};

/// Locks `folder`'s file `lock` until the returned file is dropped. `shown` is the folder that a refusal names.
pub fn take(folder: &Path, shown: &Path) -> Result<File> {
    let path = folder.join("lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(EmbeddedError::disk(&path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // The holder's process number only makes the message better.
            let pid = file.read_to_string(&mut holder).ok().and_then(|_| holder.trim().parse().ok());
            return Err(EmbeddedError::AlreadyRunning { folder: shown.to_owned(), pid });
        }
        Err(TryLockError::Error(source)) => return Err(EmbeddedError::Disk { path, source }),
    }
    file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(EmbeddedError::disk(&path))?;
    Ok(file)
}
