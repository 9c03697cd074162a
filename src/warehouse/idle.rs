//! Connections that wait for the next statement of whoever had them.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use uuid::Uuid;

use super::session::Session;

/// How long a connection is kept that nobody uses.
const IDLE: Duration = Duration::from_mins(1);

/// Whom a connection serves, and nobody else ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Whose {
    /// The role of a workspace, in the database of uploaded data.
    Workspace(Uuid),
    /// A source that is somebody else's database, in one revision of what was entered.
    Source(Uuid, i64),
}

/// A connection that waits.
struct Waiting {
    whose: Whose,
    since: Instant,
    session: Session,
}

/// All that wait.
pub(super) struct Idle {
    /// How many at most.
    most: usize,
    waiting: Mutex<Vec<Waiting>>,
}

impl Idle {
    pub(super) fn new(most: usize) -> Self {
        Self { most, waiting: Mutex::new(Vec::new()) }
    }

    /// A connection that waits, if there is one.
    pub(super) async fn take(&self, whose: Whose) -> Option<Session> {
        let mut waiting = self.waiting.lock().await;
        waiting.retain(|one| one.since.elapsed() < IDLE && one.session.is_alive());
        let place = waiting.iter().position(|one| one.whose == whose)?;
        Some(waiting.swap_remove(place).session)
    }

    /// Lets a connection wait.
    pub(super) async fn keep(&self, whose: Whose, session: Session) {
        let mut waiting = self.waiting.lock().await;
        if waiting.len() >= self.most {
            // The oldest is the first.
            waiting.remove(0);
        }
        waiting.push(Waiting { whose, since: Instant::now(), session });
    }

    /// Lets go of connections that wait.
    pub(super) async fn let_go(&self, of: impl Fn(Whose) -> bool) {
        self.waiting.lock().await.retain(|one| !of(one.whose));
    }
}
