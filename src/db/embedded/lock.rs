//! One server on one data directory.
//!
//! An advisory lock of the operating system: it dies with its holder, so that no lock file is ever stale.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::error::{EmbeddedError, Result};

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct Lock(File);

impl Drop for Lock {
    /// Closing the file is not enough: a process that another thread is just starting shares it until it runs its program,
    /// and would hold the lock for as long.
    fn drop(&mut self) {
        // The lock ends with the last copy of the file in any case.
        let _held_a_little_longer = self.0.unlock();
    }
}

/// Locks `folder`'s file `lock`. `shown` is the folder that a refusal names.
pub fn take(folder: &Path, shown: &Path) -> Result<Lock> {
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
    Ok(Lock(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_of_the_file_does_not_keep_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let lock = take(folder.path(), folder.path()).unwrap();
        // As a process has it between its beginning and its program.
        let copy = lock.0.try_clone().unwrap();
        assert!(matches!(take(folder.path(), folder.path()), Err(EmbeddedError::AlreadyRunning { .. })));
        drop(lock);
        assert!(take(folder.path(), folder.path()).is_ok());
        drop(copy);
    }
}
