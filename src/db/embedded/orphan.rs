//! What an earlier run left behind: a Postgres whose server was killed, the last processes of a Postgres that was
//! killed itself, or a `postmaster.pid` whose number now belongs to something else.
//!
//! Called with the folder's lock held, so whatever runs on the cluster is nobody's.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, Signal};
use tokio::time::{Instant, sleep};

use super::account::Account;
use super::error::{EmbeddedError, Result};
use super::processes::{self, Process};
use super::socket;

/// From asking politely to not asking, and how long each gets: fast shutdown, immediate shutdown, the system's.
pub const SIGNALS: [(Signal, Duration); 3] = [
    (Signal::INT, Duration::from_secs(30)),
    (Signal::QUIT, Duration::from_secs(10)),
    (Signal::KILL, Duration::from_secs(10)),
];

const POLL: Duration = Duration::from_millis(10);

/// Ends all of Postgres that still runs on `cluster`. `name` is the cluster's name, which its processes bear.
pub async fn clear(cluster: &Path, account: &Account, name: &str) -> Result<()> {
    if let Some(file) = PidFile::read(cluster)? {
        match processes::find(file.pid) {
            Some(process) if is_postmaster(&process, cluster, account) => {
                tracing::info!(pid = file.pid.as_raw_pid(), "stopping the Postgres of a server that was killed");
                stop(&process, &SIGNALS, cluster, |now| is_postmaster(now, cluster, account)).await?;
            }
            Some(_) => {
                tracing::info!(pid = file.pid.as_raw_pid(), "postmaster.pid is stale: that process is another one");
                file.disown()?;
            }
            None => {}
        }
        if let Some(folder) = &file.socket {
            socket::forget(folder);
        }
    }
    let title = format!("postgres: {name}: ");
    let left = |process: &Process| process.uid == account.uid && process.title.starts_with(&title);
    for process in processes::all().iter().filter(|process| left(process)) {
        // Their postmaster is gone, so there is nothing that they could finish.
        stop(process, &SIGNALS[1..], cluster, left).await?;
    }
    Ok(())
}

/// Whether it is the Postgres of `cluster`, and not a process that has got its number since.
fn is_postmaster(process: &Process, cluster: &Path, account: &Account) -> bool {
    let Some((program, arguments)) = process.title.split_once(" -D ") else { return false };
    // The folder that it was started in, or, where the data directory was moved since, the one that it works in.
    let here = arguments == cluster.to_string_lossy() || process.folder.as_deref() == Some(cluster);
    process.uid == account.uid && program.ends_with("/postgres") && here
}

/// Signals a process until `same` no longer takes what runs under its number.
async fn stop(
    process: &Process,
    signals: &[(Signal, Duration)],
    cluster: &Path,
    same: impl Fn(&Process) -> bool,
) -> Result<()> {
    let lives = || processes::find(process.pid).is_some_and(|now| same(&now));
    for (signal, patience) in signals {
        // It may be gone already; whether it is, the next lines see.
        let _ = rustix::process::kill_process(process.pid, *signal);
        let patience_ends = Instant::now() + *patience;
        while lives() {
            if Instant::now() >= patience_ends {
                break;
            }
            sleep(POLL).await;
        }
        if !lives() {
            return Ok(());
        }
    }
    Err(EmbeddedError::Stuck { folder: cluster.to_owned(), pid: process.pid.as_raw_pid() })
}

struct PidFile {
    path: PathBuf,
    text: String,
    pid: Pid,
    /// Line 5.
    socket: Option<PathBuf>,
}

impl PidFile {
    fn read(cluster: &Path) -> Result<Option<Self>> {
        let path = cluster.join("postmaster.pid");
        let text = match std::fs::read(&path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(EmbeddedError::Disk { path, source }),
        };
        let mut lines = text.lines();
        let pid = lines.next().and_then(|line| line.trim().parse().ok()).and_then(Pid::from_raw);
        let socket = lines.nth(3).filter(|line| line.starts_with('/')).map(PathBuf::from);
        let Some(pid) = pid else {
            // Cut short by a crash: Postgres would refuse to start, for fear of one that is just starting.
            std::fs::remove_file(&path).map_err(EmbeddedError::disk(&path))?;
            return Ok(None);
        };
        Ok(Some(Self { path, text, pid, socket }))
    }

    /// Puts our number in place of the other process's. Postgres takes its parent's number for stale, where another
    /// one would stop it; the rest of the file it needs, to see whether anything still uses the shared memory.
    fn disown(&self) -> Result<()> {
        let rest = self.text.split_once('\n').map_or("", |(_, rest)| rest);
        let text = format!("{}\n{rest}", std::process::id());
        std::fs::write(&self.path, text).map_err(EmbeddedError::disk(&self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_postgres_of_this_very_cluster_is_ours() {
        let account = Account { name: "x".into(), uid: 7, gid: 7, switch: false };
        let process = |title: &str, uid| Process { pid: Pid::INIT, uid, title: title.to_owned(), folder: None };
        let ours = |process: &Process| is_postmaster(process, Path::new("/a b/cluster"), &account);
        assert!(ours(&process("/usr/lib/postgresql/18/bin/postgres -D /a b/cluster", 7)));
        assert!(!ours(&process("/usr/lib/postgresql/18/bin/postgres -D /a b/cluster", 8)));
        assert!(!ours(&process("/usr/lib/postgresql/18/bin/postgres -D /a b/cluster2", 7)));
        assert!(!ours(&process("vim -D /a b/cluster", 7)));
        let moved = Process { folder: Some("/a b/cluster".into()), ..process("/bin/postgres -D /old/cluster", 7) };
        assert!(ours(&moved));
    }
}
