//! Other processes: started, stopped, and what they use of processor and memory by `/proc`.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use elenchus::db::embedded::server::EmbeddedPostgres;
use elenchus::db::embedded::supervisor::State;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

use crate::{Outcome, limit};

/// Longest wait for a server's first words, and for its end.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server of ours. Killed when it is dropped.
pub struct Child {
    pub address: SocketAddr,
    /// Number of the process.
    pub pid: i32,
    process: tokio::process::Child,
}

impl Child {
    /// The release server, as anybody would start it, on this database and this provider.
    ///
    /// # Errors
    /// When it does not start; its log is shown then.
    pub async fn product(database: &str, folder: &Path, provider: SocketAddr) -> Outcome<Self> {
        let data = folder.join("data");
        std::fs::create_dir_all(&data)?;
        let log = folder.join("server.log");
        let mut command = Command::new(env!("CARGO_BIN_EXE_elenchus"));
        command
            .arg("serve")
            .env_clear()
            .envs(std::env::vars().filter(|(name, _)| name == "PATH" || name == "HOME"))
            .env("PORT", "0")
            .env("DATA_DIR", &data)
            .env("DATABASE_URL", database)
            .env("EMBEDDING_MODEL", "none")
            .env("RATE_LIMIT_DEFAULT", "0")
            .env("RATE_LIMIT_SIGN_IN", "0")
            .env("RATE_LIMIT_CHAT", "0")
            .env("CHAT_MODEL", "openai/bench")
            .env("OPENAI_BASE_URL", format!("http://{provider}/v1"))
            .env("OPENAI_API_KEY", "x")
            // A `.env` of whoever runs this is none of its business.
            .current_dir(folder)
            .stderr(std::fs::File::create(&log)?);
        let started = Self::start(command, "Elenchus is running at http://").await;
        started.map_err(|error| {
            let log = std::fs::read_to_string(&log).unwrap_or_default();
            format!("the server did not start: {error}\n{log}").into()
        })
    }

    /// This very program in its other part.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn limit(database: &str) -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(limit::ARGUMENT).env("DATABASE_URL", database);
        Self::start(command, limit::MARK).await
    }

    async fn start(mut command: Command, mark: &str) -> Outcome<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let pid = i32::try_from(child.id().ok_or("it ended at once")?)?;
        let mut lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
        let address = timeout(PATIENCE, async {
            while let Some(line) = lines.next_line().await? {
                if let Some((_, address)) = line.split_once(mark) {
                    return Ok(address.trim().parse()?);
                }
            }
            Outcome::Err("it ended".into())
        });
        let address = address.await??;
        // Read on, so that it never waits for a full pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { address, pid, process: child })
    }

    /// Asks it to stop, and kills it when it does not.
    pub async fn stop(mut self) {
        let asked = rustix::process::Pid::from_raw(self.pid)
            .is_some_and(|pid| rustix::process::kill_process(pid, rustix::process::Signal::TERM).is_ok());
        if !asked || timeout(PATIENCE, self.process.wait()).await.is_err() {
            // It may have ended meanwhile.
            let _gone = self.process.kill().await;
        }
    }
}

/// The number of Postgres's first process.
///
/// # Errors
/// When it does not run.
pub fn postmaster(postgres: &EmbeddedPostgres) -> Outcome<i32> {
    let state = postgres.state();
    let state = state.borrow();
    match *state {
        State::Running { pid } => Ok(pid),
        State::Restarting | State::Stopped => Err("Postgres does not run".into()),
    }
}

/// Processor time of a process, and of the children that it has and had.
#[must_use]
pub fn cpu(pid: i32) -> Duration {
    let living = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = living.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let ticks: u64 =
        numbers.filter_map(stat).filter(|stat| stat.pid == pid || stat.parent == pid).map(|it| it.ticks).sum();
    // In hundredths of a second, as the kernel counts for `/proc` wherever Linux runs.
    Duration::from_millis(ticks * 1000 / rustix::param::clock_ticks_per_second())
}

struct Stat {
    pid: i32,
    parent: i32,
    ticks: u64,
}

/// Fields of `/proc/<pid>/stat` by proc(5): 4 is the parent, 14 to 17 the times, those of ended children included.
fn stat(pid: i32) -> Option<Stat> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in brackets may hold anything.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11..15)?.iter().filter_map(|field| field.parse::<u64>().ok()).sum();
    Some(Stat { pid, parent: fields.get(1)?.parse().ok()?, ticks })
}

/// Memory that a process has in RAM, in KiB.
#[must_use]
pub fn resident(pid: i32) -> i64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
