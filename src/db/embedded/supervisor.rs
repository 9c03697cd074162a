//! Keeps Postgres running: one that dies is started again.

use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use super::launch::{Launcher, Postmaster};
use super::place::Place;
use super::{log, orphan};

/// Whether Postgres can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It answers, under this process number.
    Running { pid: i32 },
    /// It died and is being started again.
    Restarting,
    /// It was told to stop, and has.
    Stopped,
}

/// Waits before the first attempt and at most between two.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(30));
/// After running for so long, a death counts as the first one.
const STEADY: Duration = Duration::from_mins(1);
const LOOK_AT_LOG: Duration = Duration::from_mins(1);

pub struct Supervisor {
    pub launcher: Launcher,
    pub postmaster: Postmaster,
    pub state: watch::Sender<State>,
    /// Told, or dropped, to stop Postgres.
    pub stop: oneshot::Receiver<()>,
    /// Holds the locks until Postgres has stopped.
    pub place: Place,
}

impl Supervisor {
    /// Runs until told to stop.
    pub async fn run(mut self) {
        let mut look_at_log = interval(LOOK_AT_LOG);
        look_at_log.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut backoff = BACKOFF.0;
        let mut since = Instant::now();
        loop {
            tokio::select! {
                _ = &mut self.stop => break,
                status = self.postmaster.child.wait() => {
                    let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
                    tracing::error!(status, "Postgres ended unexpectedly; starting it again");
                    self.state.send_replace(State::Restarting);
                    if since.elapsed() > STEADY {
                        backoff = BACKOFF.0;
                    }
                    if !self.restart(&mut backoff).await {
                        break;
                    }
                    since = Instant::now();
                    self.state.send_replace(State::Running { pid: self.postmaster.pid.as_raw_pid() });
                    tracing::info!(pid = self.postmaster.pid.as_raw_pid(), "Postgres is back");
                }
                _ = look_at_log.tick() => {
                    if let Err(error) = log::trim(&self.launcher.log) {
                        tracing::warn!(%error, "the log of Postgres cannot be shortened");
                    }
                }
            }
        }
        self.postmaster.halt().await;
        tracing::info!("Postgres has stopped");
        self.state.send_replace(State::Stopped);
        drop(self.place);
    }

    /// Tries until Postgres is back; `false` when told to stop meanwhile.
    async fn restart(&mut self, backoff: &mut Duration) -> bool {
        loop {
            tokio::select! {
                _ = &mut self.stop => return false,
                () = sleep(*backoff) => {}
            }
            *backoff = (*backoff * 2).min(BACKOFF.1);
            let launcher = &self.launcher;
            // What the dead one left would keep the next from starting.
            let cleared = orphan::clear(&launcher.cluster, &launcher.account, &launcher.name).await;
            match cleared.and_then(|()| launcher.spawn()) {
                Ok(postmaster) => self.postmaster = postmaster,
                Err(error) => {
                    tracing::error!(%error, "Postgres cannot be started again; trying on");
                    continue;
                }
            }
            tokio::select! {
                _ = &mut self.stop => return false,
                ready = self.launcher.ready(&mut self.postmaster) => match ready {
                    Ok(()) => return true,
                    Err(error) => tracing::error!(%error, "Postgres does not come back; trying on"),
                }
            }
            self.postmaster.halt().await;
        }
    }
}
