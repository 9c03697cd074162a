//! The log writer: one an instance. It takes all that is pending from all runs and appends it in one statement; while
//! that commits, the next batch gathers. So coalescing follows the load by itself, and no timer is needed.
//!
//! Nothing is shown that is not stored: events reach readers after their commit, never before.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::cursor::Cursor;
use super::event::{Event, EventBody};
use super::feed::Feeds;
use super::log;
use crate::db::error::is_transient;
use crate::db::pool::Db;
use crate::error::Result;
use crate::events::bus::{MAX_PAYLOAD, payload};
use crate::events::fact::Fact;
use crate::ids::{GenerationId, InstanceId};

/// Commands that may wait; a run that writes faster than Postgres commits waits here, and so does its provider.
const QUEUE: usize = 4096;
/// Events in one statement.
const BATCH: usize = 2048;
/// Longest piece of text that is made of several, in bytes.
const COALESCED: usize = 16 * 1024;

/// A request to the writer.
enum Command {
    Append { run: GenerationId, body: EventBody },
    Flush { run: GenerationId, done: oneshot::Sender<Option<Progress>> },
}

/// How far the log of a run is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// The last event.
    pub cursor: Cursor,
    /// Sequence number of the last text; 0 for none.
    pub text_seq: i32,
    /// Sequence number of the last citations; 0 for none.
    pub citations_seq: i32,
}

/// The way to the writer. Cheap to clone.
#[derive(Clone)]
pub struct LogWriter {
    commands: mpsc::Sender<Command>,
}

impl LogWriter {
    /// Starts the writer of `instance`. It ends when the last handle is gone.
    #[must_use]
    pub fn start(db: Db, instance: InstanceId, feeds: Feeds) -> Self {
        let (commands, queue) = mpsc::channel(QUEUE);
        tokio::spawn(Writer { db, instance, feeds, runs: HashMap::new() }.write(queue));
        Self { commands }
    }

    /// Puts a step of a run in line. Waits when the line is full.
    pub async fn append(&self, run: GenerationId, body: EventBody) {
        // The writer lives as long as a handle does.
        let _gone = self.commands.send(Command::Append { run, body }).await;
    }

    /// Waits until all that was put in line for `run` is committed, and closes its log here. `None` when the run is no
    /// longer this instance's.
    pub async fn close(&self, run: GenerationId) -> Option<Progress> {
        let (done, committed) = oneshot::channel();
        self.commands.send(Command::Flush { run, done }).await.ok()?;
        committed.await.ok().flatten()
    }
}

struct Writer {
    db: Db,
    instance: InstanceId,
    feeds: Feeds,
    /// Runs whose log is open; `None` for those that are another's by now, for which nothing more is written.
    runs: HashMap<GenerationId, Option<Progress>>,
}

impl Writer {
    async fn write(mut self, mut queue: mpsc::Receiver<Command>) {
        let mut commands = Vec::new();
        while queue.recv_many(&mut commands, BATCH).await > 0 {
            let mut batch = Batch::default();
            let mut flushes = Vec::new();
            for command in commands.drain(..) {
                match command {
                    Command::Append { run, body } => batch.add(run, body),
                    Command::Flush { run, done } => flushes.push((run, done)),
                }
            }
            let pending = self.number(batch);
            if !pending.is_empty() {
                for run in commit(&self.db, self.instance, &pending).await {
                    self.runs.insert(run, None);
                }
                self.publish(pending);
            }
            for (run, done) in flushes {
                // Whoever waited may have been dropped.
                let _left = done.send(self.runs.remove(&run).unwrap_or(Some(Progress::default())));
            }
        }
    }

    /// Gives each step its place in the log of its run.
    fn number(&mut self, batch: Batch) -> Vec<(GenerationId, Event)> {
        let mut pending = Vec::with_capacity(batch.steps.len());
        for (run, body) in batch.steps {
            let Some(progress) = self.runs.entry(run).or_insert(Some(Progress::default())) else { continue };
            progress.cursor.seq += 1;
            match &body {
                EventBody::Text(text) => {
                    progress.text_seq = progress.cursor.seq;
                    progress.cursor.offset =
                        progress.cursor.offset.saturating_add(i32::try_from(text.len()).unwrap_or(i32::MAX));
                }
                EventBody::Citations(_) => progress.citations_seq = progress.cursor.seq,
                EventBody::End(_) => {}
            }
            pending.push((run, Event { cursor: progress.cursor, body }));
        }
        pending
    }

    /// Hands committed events to the readers here, run by run.
    fn publish(&self, pending: Vec<(GenerationId, Event)>) {
        let mut by_run: HashMap<GenerationId, Vec<Event>> = HashMap::new();
        for (run, event) in pending {
            by_run.entry(run).or_default().push(event);
        }
        for (run, events) in by_run {
            let is_ours = self.runs.get(&run).is_some_and(Option::is_some);
            if let Some(feed) = self.feeds.held(run).filter(|_| is_ours) {
                feed.push(events);
            }
        }
    }
}

/// Steps that go into one statement.
#[derive(Default)]
struct Batch {
    steps: Vec<(GenerationId, EventBody)>,
    /// Where the last step of each run is.
    last: HashMap<GenerationId, usize>,
}

impl Batch {
    /// Adds a step. Text that follows text of the same run becomes one step: readers get less to handle, and the log
    /// less to keep.
    fn add(&mut self, run: GenerationId, body: EventBody) {
        if let EventBody::Text(more) = &body
            && let Some(last) = self.last.get(&run)
            && let Some((_, EventBody::Text(text))) = self.steps.get_mut(*last)
            && text.len() + more.len() <= COALESCED
        {
            *text = format!("{text}{more}").into();
            return;
        }
        self.last.insert(run, self.steps.len());
        self.steps.push((run, body));
    }
}

/// Appends until Postgres has it, however long that takes: the events are shown to nobody before. Returns the runs
/// that are no longer this instance's.
async fn commit(db: &Db, instance: InstanceId, pending: &[(GenerationId, Event)]) -> Vec<GenerationId> {
    let mut pause = Duration::from_millis(50);
    loop {
        match try_commit(db, instance, pending).await {
            Ok(owned) => {
                let mut lost: Vec<_> = pending.iter().map(|(run, _)| *run).filter(|run| !owned.contains(run)).collect();
                lost.sort_unstable();
                lost.dedup();
                return lost;
            }
            Err(error) if is_transient(&error) => {
                tracing::warn!(error = %error.chain(), "the log waits for Postgres");
            }
            Err(error) => {
                // Only a defect of ours comes here; the runs end and say so instead of hanging.
                tracing::error!(error = %error.chain(), "the log cannot be written");
                return pending.iter().map(|(run, _)| *run).collect();
            }
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(1));
    }
}

async fn try_commit(db: &Db, instance: InstanceId, pending: &[(GenerationId, Event)]) -> Result<Vec<GenerationId>> {
    let mut rows = Vec::with_capacity(pending.len());
    let mut newest: HashMap<GenerationId, i32> = HashMap::new();
    for (run, event) in pending {
        rows.push(event.to_row(*run)?);
        newest.insert(*run, event.cursor.seq);
    }
    let notifications = notifications(instance, &newest.into_iter().collect::<Vec<_>>())?;
    let conn = db.write().await?;
    metrics::histogram!("elenchus_log_batch_rows").record(f64::from(u32::try_from(rows.len()).unwrap_or(u32::MAX)));
    log::append(&conn, instance, rows, notifications).await
}

/// As few notifications as Postgres's limit on their length allows.
fn notifications(by: InstanceId, runs: &[(GenerationId, i32)]) -> Result<Vec<String>> {
    // An id of 30 characters, a number of 10, and what JSON puts around them.
    const ONE: usize = 50;
    let at_once = (MAX_PAYLOAD - 200) / ONE;
    runs.chunks(at_once).map(|runs| payload(&Fact::GenerationsLogged { by, runs: runs.to_vec() })).collect()
}
