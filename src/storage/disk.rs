//! Puts a file into its place on this machine: whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::incoming;

/// Moves `from` to `to`. The bytes are on the disk before the name is, so that even after a power cut a name stands
/// for a whole file. Across filesystems the file is copied into `staging`, which is on the filesystem of `to`, first.
pub(super) fn place(from: &Path, to: &Path, staging: &Path) -> io::Result<()> {
    let file = OpenOptions::new().read(true).write(true).open(from)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    file.sync_all()?;
    let parent = to.parent().ok_or(io::ErrorKind::InvalidInput)?;
    incoming::create(parent)?;
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => copy(file, from, to, staging)?,
        other => other?,
    }
    File::open(parent)?.sync_all()
}

fn copy(mut file: File, from: &Path, to: &Path, staging: &Path) -> io::Result<()> {
    let mut staged = tempfile::NamedTempFile::new_in(staging)?;
    io::copy(&mut file, &mut staged)?;
    staged.as_file().sync_all()?;
    staged.persist(to)?;
    fs::remove_file(from)
}
