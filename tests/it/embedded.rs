//! The private Postgres, with real processes.

use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use elenchus::db::embedded::account::Account;
use elenchus::db::embedded::error::EmbeddedError;
use elenchus::db::embedded::server;
use elenchus::db::embedded::settings::Settings;
use elenchus::db::embedded::supervisor::State;
use elenchus::db::requirements;
use rustix::process::Signal;
use secrecy::ExposeSecret as _;
use tokio::time::timeout;
use tokio_postgres::NoTls;

use crate::support::cluster;
use crate::support::private::{
    connect, kept, leave, made, pid, postmaster_of, runs, scratch, scratch_in, settings, signal, start,
};

/// Names the folder that a copy of this program works in.
const FOLDER: &str = "TEST_FOLDER";
/// Longer than anything takes on a slow machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// This program again, running one ignored test in `folder`.
fn again(test: &str, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("embedded::{test}"), "--ignored", "--nocapture"]).env(FOLDER, folder);
    command.stdin(Stdio::null());
    command
}

fn folder_given() -> PathBuf {
    PathBuf::from(std::env::var_os(FOLDER).expect("run by another test"))
}

#[tokio::test]
async fn a_cluster_is_made_once_and_fits() {
    let scratch = scratch();
    let data_dir = scratch.path().join("data");
    let mut with_extra = settings(&data_dir);
    with_extra.extra.push(("work_mem".to_owned(), "3MB".to_owned()));
    let postgres = server::start(with_extra).await.unwrap();
    let client = connect(&postgres).await;
    let row = client
        .query_one(
            "SELECT current_database()::text, current_user::text, current_setting('work_mem'), \
             current_setting('listen_addresses'), current_setting('fsync'), current_setting('max_connections'), \
             (SELECT datcollate || ' ' || pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'elenchus')",
            &[],
        )
        .await
        .unwrap();
    let texts: Vec<&str> = (0..6).map(|column| row.get(column)).collect();
    assert_eq!(texts, ["elenchus", "elenchus", "3MB", "", "off", "10"]);
    let collation: &str = row.get(6);
    assert!(["C.UTF-8 UTF8", "C UTF8"].contains(&collation), "{collation}");

    let info = requirements::check(&client).await.unwrap();
    assert_eq!((info.version.as_str(), info.pgvector_installed), (postgres.version(), false));
    client.batch_execute("CREATE EXTENSION vector; SELECT '[1,2]'::halfvec(2) <=> '[1,2]'").await.unwrap();
    assert!(requirements::check(&client).await.unwrap().pgvector_installed);
    leave(&postgres).await;
    let (url, first) = (postgres.url(), pid(&postgres));
    let state = postgres.state();
    let folder = postgres.cluster().to_owned();
    postgres.stop().await;
    assert_eq!(*state.borrow(), State::Stopped);
    assert!(!runs(first, &folder) && !folder.join("postmaster.pid").exists());

    let postgres = start(&data_dir).await;
    assert_eq!(kept(&postgres).await, 42);
    assert_eq!(postgres.url().expose_secret(), url.expose_secret());
    postgres.stop().await;
}

#[tokio::test]
async fn a_password_is_needed_and_is_ours_to_read() {
    let scratch = scratch();
    let data_dir = made(scratch.path()).await;
    let postgres = start(&data_dir).await;
    let password = data_dir.join("postgres/password");
    let secret = std::fs::read_to_string(&password).unwrap();
    let wrong = postgres.url().expose_secret().replace(&secret, "wrong");
    let Err(refusal) = tokio_postgres::connect(&wrong, NoTls).await else { panic!("let in") };
    assert_eq!(refusal.code().unwrap().code(), "28P01");

    // A lost password file is no lost database.
    leave(&postgres).await;
    postgres.stop().await;
    std::fs::remove_file(&password).unwrap();
    let postgres = start(&data_dir).await;
    assert_eq!(kept(&postgres).await, 42);
    assert_ne!(std::fs::read_to_string(&password).unwrap(), secret);
    let metadata = std::fs::metadata(&password).unwrap();
    assert_eq!((metadata.mode() & 0o777, metadata.uid()), (0o600, rustix::process::geteuid().as_raw()));
    postgres.stop().await;
}

#[tokio::test]
async fn a_second_server_is_refused_by_name() {
    let scratch = scratch();
    let data_dir = made(scratch.path()).await;
    let postgres = start(&data_dir).await;
    let error = server::start(settings(&data_dir)).await.unwrap_err();
    let EmbeddedError::AlreadyRunning { folder, pid: Some(holder) } = &error else { panic!("{error}") };
    assert_eq!((folder, *holder), (&data_dir, std::process::id()));
    assert!(error.to_string().contains(&format!("(process {holder}) already uses")), "{error}");
    // The refused one has harmed nothing.
    assert!(connect(&postgres).await.query_one("SELECT 1", &[]).await.is_ok());
    postgres.stop().await;
}

#[tokio::test]
async fn postgres_is_started_again_when_it_is_killed() {
    let scratch = scratch();
    let data_dir = made(scratch.path()).await;
    let postgres = start(&data_dir).await;
    leave(&postgres).await;
    // Busy, so that it does not notice by itself that its postmaster is gone.
    let busy = connect(&postgres).await;
    let query = tokio::spawn(async move { busy.batch_execute("SELECT count(*) FROM generate_series(1, 1e12)").await });
    let mut state = postgres.state();
    let first = pid(&postgres);
    signal(first, Signal::KILL);
    timeout(PATIENCE, state.wait_for(|state| *state == State::Restarting)).await.unwrap().unwrap();
    timeout(PATIENCE, state.wait_for(|state| matches!(state, State::Running { .. }))).await.unwrap().unwrap();
    assert_ne!(pid(&postgres), first);
    assert!(query.await.unwrap().is_err());
    assert_eq!(kept(&postgres).await, 42);
    postgres.stop().await;
}

#[tokio::test]
async fn a_stale_pid_file_is_seen_through() {
    let scratch = scratch();
    let data_dir = made(scratch.path()).await;
    let postgres = start(&data_dir).await;
    leave(&postgres).await;
    let file = postgres.cluster().join("postmaster.pid");
    let text = std::fs::read_to_string(&file).unwrap();
    postgres.stop().await;
    // Another process of the same account, which Postgres itself would take for a running server.
    let account = Account::for_cluster(file.parent().unwrap()).unwrap();
    let mut other = account.command("sleep", Path::new("/")).arg("600").spawn().unwrap();
    let stale = text.replacen(text.lines().next().unwrap(), &other.id().unwrap().to_string(), 1);
    std::fs::write(&file, stale).unwrap();
    let postgres = start(&data_dir).await;
    assert_eq!(kept(&postgres).await, 42);
    assert_eq!(other.try_wait().unwrap(), None);
    other.kill().await.unwrap();
    postgres.stop().await;

    // Cut short by a crash; and what an initdb cut short leaves.
    std::fs::write(&file, "").unwrap();
    let unfinished = file.parent().unwrap().parent().unwrap().join("new-1/data");
    std::fs::create_dir_all(&unfinished).unwrap();
    let postgres = start(&data_dir).await;
    assert_eq!(kept(&postgres).await, 42);
    assert!(!unfinished.exists());
    postgres.stop().await;
}

#[tokio::test]
async fn the_postgres_of_a_killed_server_is_taken_over() {
    let scratch = scratch();
    let data_dir = made(scratch.path()).await;
    let mut owner = again("owner_that_waits", &data_dir).stdout(Stdio::null()).spawn().unwrap();
    let announced = data_dir.join("ready");
    timeout(PATIENCE, async {
        while !announced.exists() {
            assert_eq!(owner.try_wait().unwrap(), None);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .unwrap();
    let folder = PathBuf::from(std::fs::read_to_string(&announced).unwrap());
    let orphan = postmaster_of(&folder);
    owner.kill().unwrap();
    owner.wait().unwrap();
    assert!(runs(orphan, &folder));
    let postgres = start(&data_dir).await;
    assert!(!runs(orphan, &folder));
    assert_ne!(pid(&postgres), orphan);
    assert_eq!(kept(&postgres).await, 42);
    postgres.stop().await;
}

#[tokio::test]
#[ignore = "run by another test, in a process of its own"]
async fn owner_that_waits() {
    let folder = folder_given();
    let postgres = start(&folder).await;
    leave(&postgres).await;
    let unannounced = folder.join("unannounced");
    std::fs::write(&unannounced, postgres.cluster().to_str().unwrap()).unwrap();
    std::fs::rename(unannounced, folder.join("ready")).unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_dropped_server_stops_postgres_and_the_next_waits_for_it() {
    let scratch = scratch();
    let data_dir = made(scratch.path()).await;
    let postgres = start(&data_dir).await;
    leave(&postgres).await;
    let mut state = postgres.state();
    drop(postgres);
    timeout(PATIENCE, state.wait_for(|state| *state == State::Stopped)).await.unwrap().unwrap();
    // The lock is given back right after.
    let postgres = timeout(PATIENCE, async {
        loop {
            match server::start(settings(&data_dir)).await {
                Err(EmbeddedError::AlreadyRunning { .. }) => tokio::task::yield_now().await,
                other => break other.unwrap(),
            }
        }
    })
    .await
    .unwrap();
    assert_eq!(kept(&postgres).await, 42);
    postgres.stop().await;
}

#[tokio::test]
async fn unusual_paths_work() {
    let scratch = scratch();
    let odd = format!("it's \"odd\", 100% ünlike\\{}", "x".repeat(100));
    let data_dir = scratch.path().join(odd);
    let postgres = start(&data_dir).await;
    // Too long for a socket in it.
    assert!(!postgres.url().expose_secret().contains("odd"));
    leave(&postgres).await;
    postgres.stop().await;
    let shorter = scratch.path().join("it's \"odd\", 100% ü\\");
    std::fs::rename(&data_dir, &shorter).unwrap();
    let postgres = start(&shorter).await;
    assert!(postgres.url().expose_secret().contains("odd%22%2C%20100%25"));
    assert_eq!(kept(&postgres).await, 42);
    postgres.stop().await;
}

#[tokio::test]
async fn nothing_but_our_cluster_is_taken_for_it() {
    let scratch = scratch();
    std::fs::create_dir_all(scratch.path().join("postgres/cluster")).unwrap();
    let error = server::start(settings(scratch.path())).await.unwrap_err();
    assert!(matches!(error, EmbeddedError::NotACluster { .. }), "{error}");

    let data_dir = made(scratch.path()).await;
    let bad = Settings { extra: vec![("no_such_setting".into(), "1".into())], ..settings(&data_dir) };
    let error = server::start(bad).await.unwrap_err().to_string();
    assert!(error.contains("postgresql.conf") && error.contains("contains errors"), "{error}");
    // And the failed start holds no lock.
    start(&data_dir).await.stop().await;
}

#[tokio::test]
async fn root_keeps_the_cluster_where_the_other_account_reaches_it() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let scratch = scratch();
    let closed = scratch.path().join("closed");
    std::fs::DirBuilder::new().mode(0o700).create(&closed).unwrap();
    let data_dir = closed.join("data");
    // The wheel's programs cannot be reached there either.
    let mut settings = settings(&data_dir);
    let cache = closed.join("wheels");
    if cluster::wheel_cache().exists() {
        let copied = Command::new("cp").arg("-a").args([&cluster::wheel_cache(), &cache]).status().unwrap();
        assert!(copied.success());
    }
    settings.wheel_cache = cache;
    let postgres = server::start(settings.clone()).await.unwrap();
    let folder = postgres.cluster().to_owned();
    assert!(!folder.starts_with(&closed), "{}", folder.display());
    assert!(!postgres.binaries().bin.starts_with(&closed), "{:?}", postgres.binaries());
    assert_ne!(std::fs::metadata(&folder).unwrap().uid(), 0);
    leave(&postgres).await;

    // A copy of the data directory would be a second server on the one cluster.
    let copy = closed.join("copy");
    assert!(Command::new("cp").arg("-a").args([&data_dir, &copy]).status().unwrap().success());
    let error = server::start(Settings { data_dir: copy, ..settings.clone() }).await.unwrap_err();
    assert!(matches!(error, EmbeddedError::AlreadyRunning { .. }), "{error}");
    postgres.stop().await;

    let postgres = server::start(settings.clone()).await.unwrap();
    assert_eq!(kept(&postgres).await, 42);
    postgres.stop().await;
    let room = folder.parent().unwrap();
    std::fs::remove_dir_all(room).unwrap();
    let error = server::start(settings).await.unwrap_err();
    assert!(matches!(&error, EmbeddedError::ClusterGone { room: gone, .. } if gone == room), "{error}");
    std::fs::remove_dir_all(room).unwrap_or_default();
}

#[tokio::test]
async fn an_ordinary_user_keeps_everything_in_the_data_directory() {
    let scratch = scratch();
    if !rustix::process::geteuid().is_root() {
        return stays_in(scratch.path()).await;
    }
    // The wheel is fetched by root, so that the other user finds it.
    made(scratch.path()).await;
    let account = Account::for_new_cluster().unwrap();
    let home = scratch.path().join("home");
    std::fs::DirBuilder::new().mode(0o700).create(&home).unwrap();
    std::os::unix::fs::chown(&home, Some(account.uid), Some(account.gid)).unwrap();
    // The program may lie where that user cannot run it.
    let elsewhere = scratch_in(Path::new("/tmp"));
    let (here, program) = (std::env::current_exe().unwrap(), elsewhere.path().join("program"));
    std::fs::hard_link(&here, &program).or_else(|_| std::fs::copy(&here, &program).map(drop)).unwrap();
    let output = Command::new(&program)
        .args(["--exact", "embedded::ordinary_user", "--ignored"])
        .env(FOLDER, &home)
        .current_dir("/")
        .uid(account.uid)
        .gid(account.gid)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(home.join("data/postgres/cluster/PG_VERSION").exists());
}

#[tokio::test]
#[ignore = "run by another test, as another user"]
async fn ordinary_user() {
    assert!(!rustix::process::geteuid().is_root());
    stays_in(&folder_given()).await;
}

async fn stays_in(folder: &Path) {
    let data_dir = folder.join("data");
    let postgres = start(&data_dir).await;
    assert_eq!(postgres.cluster(), data_dir.join("postgres/cluster"));
    leave(&postgres).await;
    postgres.stop().await;
    let postgres = start(&data_dir).await;
    assert_eq!(kept(&postgres).await, 42);
    postgres.stop().await;
}

#[tokio::test]
async fn the_cluster_of_the_tests_is_there() {
    let (client, connection) = tokio_postgres::connect(cluster::admin_url().await, NoTls).await.unwrap();
    tokio::spawn(connection);
    let name = format!("{}embedded_{}", cluster::DATABASE_PREFIX, std::process::id());
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    client.batch_execute(&format!("DROP DATABASE {name}")).await.unwrap();
}
