//! Statements about somebody else's database.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use tokio::sync::mpsc::Sender;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use super::database::Database;
use super::dial::SignedIn;
use crate::warehouse::idle::Whose;
use crate::warehouse::line::Line;
use crate::warehouse::place::Warehouse;
use crate::warehouse::refusal::RunError;
use crate::warehouse::session::{Finished, Part, Session, Statement};

/// Connections to one database at once, of this instance.
const AT_ONCE: usize = 2;

/// A database that statements are about.
#[derive(Debug, Clone)]
pub struct Target {
    /// Whose idle connections these are.
    pub source: Uuid,
    /// One more with every change of what was entered: older connections are not used again.
    pub revision: i64,
    pub database: Database,
}

impl Warehouse {
    /// Runs a statement that came through the gate on somebody else's database. See [`Session::run`].
    ///
    /// # Errors
    /// Why there is no result, or none that is whole.
    pub async fn run_outside(
        &self,
        target: &Target,
        statement: &Statement,
        parts: &Sender<Part>,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Finished, RunError> {
        let mut cancelled = pin!(cancelled);
        let whose = Whose::Source(target.source, target.revision);
        let ready = async {
            // The database's own turn first: who waits for that takes no place from others.
            let turn = self.turn(target.source, AT_ONCE).await?;
            let slot = self.shared.slots.acquire().await.map_err(|error| RunError::Unavailable(error.to_string()))?;
            let session = match self.shared.idle.take(whose).await {
                Some(session) => session,
                None => self.session(&target.database).await?,
            };
            Ok::<_, RunError>((turn, slot, session))
        };
        let (_turn, _slot, session) = tokio::select! {
            ready = ready => ready?,
            () = &mut cancelled => return Err(RunError::Cancelled),
        };
        let finished = session.run(statement, parts, cancelled).await?;
        if finished.is_clean {
            self.shared.idle.keep(whose, session).await;
        }
        Ok(finished)
    }

    /// Lets go of the connections to a database that wait for its next statement.
    pub async fn forget_outside(&self, source: Uuid) {
        self.shared.idle.let_go(|whose| matches!(whose, Whose::Source(of, _) if of == source)).await;
    }

    /// A turn of a workspace or of a database, of which so many are had at once.
    pub(in crate::warehouse) async fn turn(
        &self,
        whose: Uuid,
        at_once: usize,
    ) -> Result<OwnedSemaphorePermit, RunError> {
        let mut turns = self.shared.turns.lock().await;
        // Those that nobody holds or waits for.
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        let turn = Arc::clone(turns.entry(whose).or_insert_with(|| Arc::new(Semaphore::new(at_once))));
        drop(turns);
        turn.acquire_owned().await.map_err(|error| RunError::Unavailable(error.to_string()))
    }

    async fn session(&self, database: &Database) -> Result<Session, RunError> {
        let SignedIn { client, alive, outside } = self.let_in_to_ask(database).await.map_err(RunError::Outside)?;
        Ok(Session { client, alive, line: Line::Outside(outside) })
    }
}
