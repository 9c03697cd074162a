//! The folder of Postgres's socket.

use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::account::Account;
use super::error::{EmbeddedError, Result};
use super::place;

/// Names the socket's file: no TCP port is opened.
pub const PORT: u16 = 5432;
/// Starts the name of a socket folder outside of the data directory.
const PREFIX: &str = "elenchus-";

/// A folder that only the account of Postgres (and root) can enter, empty until Postgres starts.
#[derive(Debug)]
pub struct SocketFolder {
    path: String,
    /// Removes a folder outside of the room when we are done with it.
    _temporary: Option<TempDir>,
}

impl SocketFolder {
    /// `socket` in the room, or a new folder in `/tmp` where that does not work: a socket's whole path has at most 107
    /// bytes (103 on macOS), and some file systems that are shared with a virtual machine hold none.
    ///
    /// Takes away what an earlier Postgres left behind, so none may run.
    pub fn open(room: &Path, account: &Account) -> Result<Self> {
        let own = room.join("socket");
        if own.exists() {
            std::fs::remove_dir_all(&own).map_err(EmbeddedError::disk(&own))?;
        }
        place::folder(&own, 0o700)?;
        if let (Some(path), Ok(())) = (plain(&own), holds_sockets(&own)) {
            account.own(&own)?;
            return Ok(Self { path, _temporary: None });
        }
        std::fs::remove_dir(&own).map_err(EmbeddedError::disk(&own))?;
        let mut why = String::new();
        // Not the user's own folder for temporary files: its path is long on macOS, and another account's is closed.
        for parent in ["/tmp", "/var/tmp"] {
            let made = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent);
            match made.and_then(|made| holds_sockets(made.path()).map(|()| made)) {
                Ok(made) => {
                    account.own(made.path())?;
                    let path = made.path().to_string_lossy().into_owned();
                    return Ok(Self { path, _temporary: Some(made) });
                }
                Err(error) => why = format!("{parent}: {error}"),
            }
        }
        Err(EmbeddedError::Socket { detail: why })
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    /// Takes away the files of a Postgres that died here: were its number in use again, the next would not start.
    pub fn sweep(&self) -> Result<()> {
        let folder = Path::new(&self.path);
        for entry in std::fs::read_dir(folder).map_err(EmbeddedError::disk(folder))? {
            let path = entry.map_err(EmbeddedError::disk(folder))?.path();
            std::fs::remove_file(&path).map_err(EmbeddedError::disk(&path))?;
        }
        Ok(())
    }
}

/// Removes the socket folder of a Postgres that is no more, if it was one outside of a room.
pub fn forget(folder: &Path) {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let temporary = [Path::new("/tmp"), Path::new("/var/tmp")].contains(&folder.parent().unwrap_or(folder));
    if temporary && name.starts_with(PREFIX) {
        // An empty folder more in /tmp is no reason to stop.
        let _ = std::fs::remove_dir_all(folder);
    }
}

/// The path as text, if a configuration file and a URL can hold it.
fn plain(path: &Path) -> Option<String> {
    path.to_str().filter(|text| !text.contains(char::is_control)).map(str::to_owned)
}

/// Tries it: the name has the length of Postgres's.
fn holds_sockets(folder: &Path) -> std::io::Result<()> {
    let probe: PathBuf = folder.join(".s.PGSQL.test");
    let listener = UnixListener::bind(&probe)?;
    drop(listener);
    std::fs::remove_file(&probe)
}
