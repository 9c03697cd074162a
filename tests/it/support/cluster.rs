//! One Postgres for all tests of a run: not durable, kept between runs so that it starts warm, and never outliving the
//! run, however that ends.

use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::{Mutex, OnceLock};

use elenchus::db::embedded::error::EmbeddedError;
use elenchus::db::embedded::server::{self, EmbeddedPostgres};
use elenchus::db::embedded::settings::Settings;
use secrecy::ExposeSecret as _;
use std::os::unix::process::CommandExt as _;
use tokio::sync::watch;
use tokio_postgres::NoTls;

use super::folders::kept;

/// Starts the name of every database that a test makes. What is left of a run that crashed is dropped by the next.
pub const DATABASE_PREFIX: &str = "test_";

/// Runs of the tests at once, each of which needs a cluster of its own.
const RUNS: u32 = 8;

/// Waits for the end of the run, which closes its input, and stops the Postgres of the cluster in `$1`.
const WATCHDOG: &str = "cat >/dev/null; pid=$(head -n 1 \"$1/postmaster.pid\") && kill -INT \"$pid\"";

type Url = Result<String, String>;

static URL: OnceLock<watch::Receiver<Option<Url>>> = OnceLock::new();
/// Open as long as this process lives.
static LIFE_LINE: Mutex<Option<ChildStdin>> = Mutex::new(None);

/// The address of the run's Postgres as its superuser, database `elenchus`. The first call starts it.
pub async fn admin_url() -> &'static str {
    static READY: OnceLock<Url> = OnceLock::new();
    let mut watched = URL.get_or_init(in_its_own_thread).clone();
    let url = watched.wait_for(Option::is_some).await.expect("the thread of Postgres lives").clone();
    match READY.get_or_init(|| url.expect("waited for")) {
        Ok(url) => url,
        Err(error) => panic!("the Postgres of the tests does not run: {error}"),
    }
}

/// A folder for fetched wheels that all runs share.
pub fn wheel_cache() -> PathBuf {
    kept().join("wheels")
}

/// Each test has a runtime of its own, which ends with it: Postgres needs one that stays.
fn in_its_own_thread() -> watch::Receiver<Option<Url>> {
    let (sender, receiver) = watch::channel(None);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            match start().await {
                Ok(postgres) => {
                    sender.send_replace(Some(Ok(postgres.url().expose_secret().to_owned())));
                    std::future::pending::<()>().await;
                }
                Err(error) => {
                    sender.send_replace(Some(Err(error)));
                }
            }
        });
    });
    receiver
}

async fn start() -> Result<EmbeddedPostgres, String> {
    for run in 1..=RUNS {
        let data_dir = kept().join(format!("cluster-{run}"));
        let mut settings = Settings::new(&data_dir);
        settings.wheel_cache = wheel_cache();
        settings.durable = false;
        settings.max_connections = 200;
        match server::start(settings).await {
            Ok(postgres) => {
                watch_over(postgres.cluster()).map_err(|error| error.to_string())?;
                drop_leftovers(postgres.url().expose_secret()).await.map_err(|error| error.to_string())?;
                return Ok(postgres);
            }
            Err(EmbeddedError::AlreadyRunning { .. }) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    Err(format!("{RUNS} runs of the tests are under way"))
}

fn watch_over(cluster: &Path) -> std::io::Result<()> {
    let mut watchdog = Command::new("/bin/sh")
        .args(["-c", WATCHDOG, "sh"])
        .arg(cluster)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // A Ctrl-C ends the run; the watchdog comes after it.
        .process_group(0)
        .spawn()?;
    *LIFE_LINE.lock().expect("nobody panics with it") = watchdog.stdin.take();
    Ok(())
}

async fn drop_leftovers(url: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    let pattern = format!("^{DATABASE_PREFIX}");
    for row in client.query("SELECT quote_ident(datname) FROM pg_database WHERE datname ~ $1", &[&pattern]).await? {
        let name: String = row.get(0);
        client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await?;
    }
    // Roles belong to the cluster: those that read what tests uploaded, or were somebody else's, stay behind when their databases go.
    let roles = "SELECT quote_ident(rolname) FROM pg_roles WHERE rolname ~ '^(elenchus_[0-9a-f]{16}|test)_'";
    for row in client.query(roles, &[]).await? {
        let name: String = row.get(0);
        client.batch_execute(&format!("DROP ROLE {name}")).await?;
    }
    Ok(())
}
