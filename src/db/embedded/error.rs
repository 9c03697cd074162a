//! Why the private Postgres does not run, with what to do about it.

use std::path::{Path, PathBuf};

use crate::wheels::WheelError;

pub type Result<T, E = EmbeddedError> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    #[error(
        "another server{} already uses the data directory {}: stop it, or set DATA_DIR to another folder",
        .pid.map(|pid| format!(" (process {pid})")).unwrap_or_default(), .folder.display()
    )]
    AlreadyRunning { folder: PathBuf, pid: Option<u32> },
    #[error("{}: {source}", .path.display())]
    Disk { path: PathBuf, source: std::io::Error },
    #[error(
        "Postgres does not run as root, and this machine has neither an account \"postgres\" nor \"nobody\" to run it \
         as: start the server as an ordinary user, or set DATABASE_URL"
    )]
    NoAccount,
    #[error("{} belongs to user {owner}: start the server as that user, or as root", .folder.display())]
    ForeignOwner { folder: PathBuf, owner: u32 },
    #[error("the account {account} that runs Postgres cannot reach {}: allow it to pass the folders above", .folder.display())]
    Unreachable { folder: PathBuf, account: String },
    #[error(
        "the account {account} that runs Postgres needs a folder that it can reach, and none of these is one: \
         {tried}. Set DATA_DIR to a folder such as /srv/elenchus, or start the server as an ordinary user"
    )]
    NoRoom { account: String, tried: String },
    #[error(
        "the database is gone: {} says that it was in {}. Bring it back, or delete that file to begin with an empty \
         database", .record.display(), .room.display()
    )]
    ClusterGone { record: PathBuf, room: PathBuf },
    #[error("{} is not a Postgres cluster: move it away to begin with an empty database", .folder.display())]
    NotACluster { folder: PathBuf },
    #[error(
        "the database in {} was made by Postgres {major}, and no Postgres {major} with pgvector 0.8 or later is \
         installed: install it (Debian: apt install postgresql-{major}-pgvector), or set DATABASE_URL",
        .folder.display()
    )]
    NoBinaries { folder: PathBuf, major: u32 },
    #[error(
        "there is no Postgres to run: {source}. Or install Postgres with pgvector (Debian: apt install \
         postgresql-pgvector or postgresql-<version>-pgvector; macOS: brew install postgresql@18 pgvector), or set \
         DATABASE_URL"
    )]
    Wheel { source: WheelError },
    #[error("the Postgres in {} does not start on this machine: {detail}", .bin.display())]
    BrokenBinaries { bin: PathBuf, detail: String },
    #[error("{tool} failed: {detail}")]
    Tool { tool: &'static str, detail: String },
    #[error("{name:?} is not a setting that postgresql.conf can hold")]
    Setting { name: String },
    #[error("no folder is fit for Postgres's socket: {detail}")]
    Socket { detail: String },
    #[error("Postgres does not start: {detail}. Its log is {}", .log.display())]
    StartUp { detail: String, log: PathBuf },
    #[error("Postgres (process {pid}) in {} does not stop", .folder.display())]
    Stuck { folder: PathBuf, pid: i32 },
}

impl EmbeddedError {
    /// Names the path that an I/O error is about, for `map_err`.
    pub fn disk(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Disk { path: path.to_owned(), source }
    }
}
