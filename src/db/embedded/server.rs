//! The private Postgres as its owner sees it.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::account::Account;
use super::binaries::Binaries;
use super::error::{EmbeddedError, Result};
use super::launch::Launcher;
use super::password::Password;
use super::place::{self, Place};
use super::settings::Settings;
use super::socket::SocketFolder;
use super::supervisor::{State, Supervisor};
use super::{choose, cluster, orphan};

/// A Postgres of our own that is kept running until [`EmbeddedPostgres::stop`]. When the value is dropped instead,
/// Postgres is stopped in the background.
#[derive(Debug)]
pub struct EmbeddedPostgres {
    url: SecretString,
    binaries: Binaries,
    cluster: PathBuf,
    state: watch::Receiver<State>,
    stop: oneshot::Sender<()>,
    supervisor: JoinHandle<()>,
}

/// Starts a private Postgres in the data directory, made on first use.
pub async fn start(settings: Settings) -> Result<EmbeddedPostgres> {
    let began = Instant::now();
    let place = Place::open(&settings.data_dir).await?;
    let folder = place.cluster();
    let account = Account::for_cluster(&folder)?;
    if !account.reaches(place.room()).await {
        return Err(EmbeddedError::Unreachable { folder: place.room().to_owned(), account: account.name });
    }
    // Process titles are for all to read: a digest tells nothing, and has a length that fits.
    let name = format!("{}-{}", cluster::NAME, place::digest(&folder));
    orphan::clear(&folder, &account, &name).await?;
    let binaries = choose::choose(&place, &account, &settings).await?;
    let password = Password::open(place.home())?;
    cluster::prepare(&place, &account, &binaries, &settings, &password).await?;
    let socket = SocketFolder::open(place.room(), &account)?;
    cluster::configure(&folder, &account, &settings, socket.path(), &name)?;
    let launcher = Launcher {
        cluster: folder,
        log: place.log(),
        account,
        binaries: binaries.clone(),
        password: password.secret,
        socket,
        name,
    };
    let mut postmaster = launcher.spawn()?;
    if let Err(error) = launcher.ready(&mut postmaster).await {
        postmaster.halt().await;
        return Err(error);
    }
    tracing::info!(
        version = binaries.version,
        pid = postmaster.pid.as_raw_pid(),
        account = launcher.account.name,
        milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        "Postgres is ready"
    );
    let url = launcher.url();
    let (state, watched) = watch::channel(State::Running { pid: postmaster.pid.as_raw_pid() });
    let (stop, told) = oneshot::channel();
    let cluster = launcher.cluster.clone();
    let supervisor = Supervisor { launcher, postmaster, state, stop: told, place };
    let supervisor = tokio::spawn(supervisor.run());
    Ok(EmbeddedPostgres { url, binaries, cluster, state: watched, stop, supervisor })
}

impl EmbeddedPostgres {
    /// The address with the password, for database `elenchus` as its owner. It stays the same while the value lives.
    pub fn url(&self) -> SecretString {
        self.url.clone()
    }

    /// The installation that runs, for `pg_dump` and its like.
    pub fn binaries(&self) -> &Binaries {
        &self.binaries
    }

    /// The folder of Postgres's own files (its `PGDATA`).
    pub fn cluster(&self) -> &Path {
        &self.cluster
    }

    /// As Postgres says it: `18.4`.
    pub fn version(&self) -> &str {
        &self.binaries.version
    }

    /// Follows whether Postgres runs.
    pub fn state(&self) -> watch::Receiver<State> {
        self.state.clone()
    }

    /// Stops Postgres and waits for it. Call it last, when nothing needs the database any more.
    pub async fn stop(self) {
        // Either way the supervisor ends; should it have ended already, Postgres was told then.
        let _ = self.stop.send(());
        let _ = self.supervisor.await;
    }
}
