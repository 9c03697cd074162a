//! The folder for files that are still arriving.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is older was left by a process that died: no upload takes a day.
const LEFTOVER_AGE: Duration = Duration::from_hours(24);

/// The folder within a store on this machine, so that a finished file is moved and not copied.
pub(super) fn beside(folder: &Path) -> io::Result<PathBuf> {
    let incoming = folder.join(".incoming");
    create(&incoming)?;
    clean(&incoming)?;
    Ok(incoming)
}

/// The folder of a server whose files go to a bucket, among the machine's temporary files.
pub(super) fn of_machine() -> io::Result<PathBuf> {
    let user = rustix::process::getuid().as_raw();
    let incoming = std::env::temp_dir().join(format!("elenchus-incoming-{user}"));
    create(&incoming)?;
    // The parent is open to everybody: somebody else may have been first with that name.
    let found = fs::symlink_metadata(&incoming)?;
    if !found.is_dir() || found.uid() != user || found.mode() & 0o077 != 0 {
        let problem = format!("{} belongs to somebody else; remove it or set TMPDIR", incoming.display());
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, problem));
    }
    clean(&incoming)?;
    Ok(incoming)
}

/// Creates a folder that only this user may enter.
pub(super) fn create(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Removes files that nobody will finish. One that cannot be removed is left to the next start.
fn clean(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let age = entry.metadata().and_then(|found| found.modified()).ok().and_then(|at| at.elapsed().ok());
        if age.is_some_and(|age| age > LEFTOVER_AGE)
            && let Err(error) = fs::remove_file(entry.path())
        {
            tracing::warn!(path = %entry.path().display(), %error, "cannot remove a leftover upload");
        }
    }
    Ok(())
}
