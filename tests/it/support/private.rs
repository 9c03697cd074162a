//! Private clusters that a test may maltreat, and a row to be found again in them.

use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use elenchus::db::embedded::server::{self, EmbeddedPostgres};
use elenchus::db::embedded::settings::Settings;
use elenchus::db::embedded::supervisor::State;
use rustix::process::{Pid, Signal};
use secrecy::ExposeSecret as _;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls};

use super::cluster::wheel_cache;
use super::folders;

/// A folder that every account can reach; in memory where there is room, since clusters are large.
pub fn scratch() -> TempDir {
    const ROOM: u64 = 2 << 30;
    let memory = Path::new("/dev/shm");
    let roomy = rustix::fs::statvfs(memory).is_ok_and(|it| it.f_bavail.saturating_mul(it.f_frsize) >= ROOM);
    scratch_in(if roomy { memory } else { Path::new("/tmp") })
}

pub fn scratch_in(parent: &Path) -> TempDir {
    let folder = tempfile::tempdir_in(parent).unwrap();
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    folder
}

pub fn settings(data_dir: &Path) -> Settings {
    Settings { wheel_cache: wheel_cache(), durable: false, max_connections: 10, ..Settings::new(data_dir) }
}

pub async fn start(data_dir: &Path) -> EmbeddedPostgres {
    server::start(settings(data_dir)).await.unwrap()
}

/// A data directory with a cluster in it, without the seconds that making one takes: a copy of one that each run makes
/// anew, so that nothing of another machine or version is in it.
pub async fn made(parent: &Path) -> PathBuf {
    static SEED: OnceCell<()> = OnceCell::const_new();
    let seed = folders::kept().join("seed");
    // Another run of the tests must not make it anew while we copy.
    let lock = File::create(seed.with_extension("lock")).unwrap();
    SEED.get_or_init(async || {
        lock.lock().unwrap();
        if seed.exists() {
            std::fs::remove_dir_all(&seed).unwrap();
        }
        start(&seed).await.stop().await;
        lock.unlock().unwrap();
    })
    .await;
    lock.lock_shared().unwrap();
    let copy = parent.join("data");
    assert!(Command::new("cp").arg("-a").args([&seed, &copy]).status().unwrap().success());
    copy
}

pub async fn connect(postgres: &EmbeddedPostgres) -> Client {
    let (client, connection) = tokio_postgres::connect(postgres.url().expose_secret(), NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Leaves a row behind, to be found again.
pub async fn leave(postgres: &EmbeddedPostgres) {
    let client = connect(postgres).await;
    client.batch_execute("CREATE TABLE kept AS SELECT 42 AS n").await.unwrap();
    client.batch_execute("CHECKPOINT").await.unwrap();
}

pub async fn kept(postgres: &EmbeddedPostgres) -> i32 {
    connect(postgres).await.query_one("SELECT n FROM kept", &[]).await.unwrap().get(0)
}

pub fn pid(postgres: &EmbeddedPostgres) -> i32 {
    match *postgres.state().borrow() {
        State::Running { pid } => pid,
        other => panic!("{other:?}"),
    }
}

pub fn signal(pid: i32, signal: Signal) {
    rustix::process::kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
}

pub fn postmaster_of(folder: &Path) -> i32 {
    let text = std::fs::read_to_string(folder.join("postmaster.pid")).unwrap();
    text.lines().next().unwrap().parse().unwrap()
}

/// Whether a Postgres of this folder runs under this number.
pub fn runs(pid: i32, folder: &Path) -> bool {
    let title = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&title).contains(folder.to_str().unwrap())
}
