//! Where things are.
//!
//! The *home* is `DATA_DIR/postgres`: lock, password, log, records. The *room* holds the cluster. They are the same
//! folder, unless we are root and the account that runs Postgres cannot reach the home (`/root`, say, lets nobody in):
//! then the room is a folder below [`BASES`], and the home's file `elsewhere` says which.

use std::ffi::OsStr;
use std::fs::{DirBuilder, File, Permissions};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::account::Account;
use super::error::{EmbeddedError, Result};
use super::lock::{self, Lock};

/// Folders for what another account than root must reach, in order of preference.
pub const BASES: [&str; 2] = ["/var/lib/elenchus-postgres", "/var/tmp/elenchus-postgres"];

/// Follows the room's path in the record once there is a cluster: from then on a missing one is a loss.
const MADE: &[u8] = b"made";

/// The folders of one data directory, locked for this process as long as the value lives.
#[derive(Debug)]
pub struct Place {
    home: PathBuf,
    room: PathBuf,
    _locks: Vec<Lock>,
}

impl Place {
    /// Finds or makes the folders below `data_dir`, and locks them.
    pub async fn open(data_dir: &Path) -> Result<Self> {
        std::fs::create_dir_all(data_dir).map_err(EmbeddedError::disk(data_dir))?;
        let data_dir = data_dir.canonicalize().map_err(EmbeddedError::disk(data_dir))?;
        let us = rustix::process::geteuid();
        let home = data_dir.join("postgres");
        // Passing through is not listing: what is in it has modes of its own.
        let permissions = if us.is_root() { 0o711 } else { 0o700 };
        folder(&home, permissions)?;
        let owner = std::fs::metadata(&home).map_err(EmbeddedError::disk(&home))?.uid();
        if !us.is_root() && owner != us.as_raw() {
            return Err(EmbeddedError::ForeignOwner { folder: home, owner });
        }
        let mut locks = vec![lock::take(&home, &data_dir)?];
        std::fs::set_permissions(&home, Permissions::from_mode(permissions)).map_err(EmbeddedError::disk(&home))?;
        let record = home.join("elsewhere");
        let room = match read_record(&record)? {
            Some((room, made)) if made && !room.join("cluster").exists() => {
                return Err(EmbeddedError::ClusterGone { record, room });
            }
            Some((room, _)) => room,
            None if !us.is_root() || home.join("cluster").exists() => home.clone(),
            None => {
                let account = Account::for_new_cluster()?;
                if account.reaches(&home).await { home.clone() } else { new_room(&data_dir, &record, &account).await? }
            }
        };
        if room != home {
            folder(&room, 0o711)?;
            // A copy of the data directory has the same record.
            locks.push(lock::take(&room, &data_dir)?);
            tracing::info!(folder = %room.display(), "the database is kept outside of the data directory");
        }
        Ok(Self { home, room, _locks: locks })
    }

    pub fn home(&self) -> &Path {
        &self.home
    }

    pub fn room(&self) -> &Path {
        &self.room
    }

    pub fn cluster(&self) -> PathBuf {
        self.room.join("cluster")
    }

    pub fn log(&self) -> PathBuf {
        self.home.join("postgres.log")
    }

    /// Notes that the room has a cluster.
    pub fn record_made(&self) -> Result<()> {
        if self.room == self.home {
            return Ok(());
        }
        write_record(&self.home.join("elsewhere"), &self.room, true)
    }
}

async fn new_room(data_dir: &Path, record: &Path, account: &Account) -> Result<PathBuf> {
    let base = base(account).await?;
    // Never the name of an earlier room: one whose data directory was deleted must not come back to life.
    let name = format!("{}-{}", digest(data_dir), hex::encode(rand::random::<[u8; 4]>()));
    let room = base.join(name);
    write_record(record, &room, false)?;
    Ok(room)
}

/// A folder of root's that `account` can reach.
pub async fn base(account: &Account) -> Result<PathBuf> {
    for base in BASES.map(Path::new) {
        let ours = folder(base, 0o711).is_ok()
            && std::fs::symlink_metadata(base).is_ok_and(|it| it.is_dir() && it.uid() == 0 && it.mode() & 0o022 == 0);
        if ours && account.reaches(base).await {
            return Ok(base.to_owned());
        }
    }
    Err(EmbeddedError::NoRoom { account: account.name.clone(), tried: BASES.join(", ") })
}

/// The first 16 hex digits of a path's SHA-256.
pub fn digest(path: &Path) -> String {
    hex::encode(&Sha256::digest(path.as_os_str().as_bytes())[..8])
}

/// Makes a folder with exactly `mode` unless it is there.
pub fn folder(path: &Path, mode: u32) -> Result<()> {
    match DirBuilder::new().mode(mode).create(path) {
        // Past the umask.
        Ok(()) => std::fs::set_permissions(path, Permissions::from_mode(mode)).map_err(EmbeddedError::disk(path)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(EmbeddedError::Disk { path: path.to_owned(), source }),
    }
}

fn read_record(record: &Path) -> Result<Option<(PathBuf, bool)>> {
    match std::fs::read(record) {
        Ok(bytes) => {
            let mut lines = bytes.split(|byte| *byte == b'\n');
            let room = PathBuf::from(OsStr::from_bytes(lines.next().unwrap_or_default()));
            Ok(room.is_absolute().then(|| (room, lines.next() == Some(MADE))))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(EmbeddedError::Disk { path: record.to_owned(), source }),
    }
}

fn write_record(record: &Path, room: &Path, made: bool) -> Result<()> {
    let mut bytes = room.as_os_str().as_bytes().to_vec();
    bytes.push(b'\n');
    if made {
        bytes.extend_from_slice(MADE);
        bytes.push(b'\n');
    }
    replace(record, &bytes)
}

/// Writes a file of ours (0600) whole or not at all.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    use std::io::Write as _;
    let folder = path.parent().unwrap_or(Path::new("/"));
    let write = || {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        File::open(folder)?.sync_all()
    };
    write().map_err(EmbeddedError::disk(path))
}
