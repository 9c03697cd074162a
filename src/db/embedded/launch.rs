//! Starting Postgres, waiting until it answers, and stopping it.

use std::path::PathBuf;
use std::time::Duration;

use rustix::process::{Pid, Signal};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::process::Child;
use tokio::time::{Instant, sleep, timeout};
use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;

use super::account::Account;
use super::binaries::Binaries;
use super::cluster::NAME;
use super::error::{EmbeddedError, Result};
use super::log;
use super::orphan::SIGNALS;
use super::socket::{PORT, SocketFolder};

/// Closes what we may have inherited ourselves and never marked (a job server of make, say), then becomes Postgres.
/// Files that we open are closed by the system.
const BECOME: &str = "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; exec \"$@\"";
/// Without an answer of any kind for so long, Postgres counts as not starting.
const SILENCE: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(10);

/// All that it takes to start Postgres on one cluster, again and again.
#[derive(Debug)]
pub struct Launcher {
    pub cluster: PathBuf,
    pub log: PathBuf,
    pub account: Account,
    pub binaries: Binaries,
    pub password: SecretString,
    pub socket: SocketFolder,
    /// In the title of every process of the cluster.
    pub name: String,
}

impl Launcher {
    /// Starts Postgres; it is not ready yet.
    pub fn spawn(&self) -> Result<Postmaster> {
        self.socket.sweep()?;
        log::trim(&self.log)?;
        let log_start = log::length(&self.log);
        let log = log::open(&self.log)?;
        let errors = log.try_clone().map_err(EmbeddedError::disk(&self.log))?;
        let mut command = self.account.command("/bin/sh", &self.cluster);
        command
            .args(["-c", BECOME, "sh"])
            .arg(self.binaries.postgres())
            .arg("-D")
            .arg(&self.cluster)
            .stdout(log)
            .stderr(errors)
            // A Ctrl-C is for us: Postgres is needed until we have drained.
            .process_group(0)
            .kill_on_drop(false);
        let failed = |detail: String| EmbeddedError::StartUp { detail, log: self.log.clone() };
        let child = command.spawn().map_err(|error| failed(error.to_string()))?;
        let pid = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        let pid = pid.ok_or_else(|| failed("it ended at once".to_owned()))?;
        Ok(Postmaster { child, pid, log_start })
    }

    /// Waits until Postgres answers and has our database. Recovery after a crash may take its time.
    pub async fn ready(&self, postmaster: &mut Postmaster) -> Result<()> {
        let failed = |detail: String| EmbeddedError::StartUp { detail, log: self.log.clone() };
        let mut heard = Instant::now();
        let mut said = heard;
        loop {
            if let Ok(Some(status)) = postmaster.child.try_wait() {
                let words = log::last_words(&self.log, postmaster.log_start);
                return Err(failed(words.unwrap_or_else(|| format!("it ended ({status})"))));
            }
            match self.connect(NAME).await {
                Ok(_) => return Ok(()),
                Err(error) => match error.code() {
                    Some(code) if *code == SqlState::CANNOT_CONNECT_NOW || *code == SqlState::TOO_MANY_CONNECTIONS => {
                        heard = Instant::now();
                        if said.elapsed() > Duration::from_secs(5) {
                            said = Instant::now();
                            tracing::info!("Postgres is recovering");
                        }
                    }
                    Some(code) if *code == SqlState::INVALID_CATALOG_NAME => {
                        self.create_database().await.map_err(|error| failed(error.to_string()))?;
                    }
                    Some(_) => return Err(failed(error.to_string())),
                    None if heard.elapsed() > SILENCE => return Err(failed(format!("it does not answer ({error})"))),
                    None => {}
                },
            }
            sleep(POLL).await;
        }
    }

    async fn connect(&self, database: &str) -> Result<tokio_postgres::Client, tokio_postgres::Error> {
        let (client, connection) = tokio_postgres::Config::new()
            .host_path(self.socket.path())
            .port(PORT)
            .user(NAME)
            .password(self.password.expose_secret())
            .dbname(database)
            .connect_timeout(Duration::from_secs(10))
            .connect(NoTls)
            .await?;
        // Ends with the client.
        tokio::spawn(connection);
        Ok(client)
    }

    async fn create_database(&self) -> Result<(), tokio_postgres::Error> {
        tracing::info!(database = NAME, "creating the database");
        let client = self.connect("postgres").await?;
        client.batch_execute(&format!("CREATE DATABASE {NAME}")).await
    }

    /// How a client connects. The socket's folder stands percent-encoded in place of the host.
    pub fn url(&self) -> SecretString {
        use std::fmt::Write as _;
        let mut folder = String::new();
        for byte in self.socket.path().bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
                folder.push(char::from(byte));
            } else {
                // Writing to a string cannot fail.
                let _ = write!(folder, "%{byte:02X}");
            }
        }
        SecretString::from(format!("postgres://{NAME}:{}@{folder}:{PORT}/{NAME}", self.password.expose_secret()))
    }
}

/// A running Postgres that is our child.
#[derive(Debug)]
pub struct Postmaster {
    pub child: Child,
    pub pid: Pid,
    /// Bytes in the log when it started.
    log_start: u64,
}

impl Postmaster {
    /// Stops it: its sessions are cut off, and what they committed is kept.
    pub async fn halt(&mut self) {
        for (signal, patience) in SIGNALS {
            self.signal(signal);
            if timeout(patience, self.child.wait()).await.is_ok() {
                return;
            }
            tracing::warn!(pid = self.pid.as_raw_pid(), "Postgres does not stop; insisting");
        }
    }

    fn signal(&self, signal: Signal) {
        // Until it is waited for, its number is not given to another process.
        if self.child.id().is_some() {
            // It may have ended by itself, which is what was wanted.
            let _ = rustix::process::kill_process(self.pid, signal);
        }
    }
}

impl Drop for Postmaster {
    /// When the runtime goes away without [`Postmaster::halt`], Postgres is at least told.
    fn drop(&mut self) {
        self.signal(Signal::INT);
    }
}
