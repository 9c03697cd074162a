//! Statements about a workspace's uploads, on connections that are its role's own.

use std::future::Future;
use std::pin::pin;

use tokio::sync::mpsc::Sender;
use tokio_postgres::error::SqlState;
use uuid::Uuid;

use super::idle::Whose;
use super::line::Line;
use super::place::Warehouse;
use super::refusal::RunError;
use super::session::{Finished, Part, Session, Statement};

impl Warehouse {
    /// Runs a statement that came through the gate as the role of a workspace. See [`Session::run`].
    ///
    /// # Errors
    /// Why there is no result, or none that is whole.
    pub async fn run(
        &self,
        workspace: Uuid,
        statement: &Statement,
        parts: &Sender<Part>,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Finished, RunError> {
        let mut cancelled = pin!(cancelled);
        let ready = async {
            // Its own turn first: one workspace takes no more than half of what all have.
            let turn = self.turn(workspace, (self.shared.config.connections / 2).max(1)).await?;
            let slot = self.shared.slots.acquire().await.map_err(|error| RunError::Unavailable(error.to_string()))?;
            let session = match self.shared.idle.take(Whose::Workspace(workspace)).await {
                Some(session) => session,
                None => self.connect(workspace).await?,
            };
            Ok::<_, RunError>((turn, slot, session))
        };
        let (_turn, _slot, session) = tokio::select! {
            ready = ready => ready?,
            () = &mut cancelled => return Err(RunError::Cancelled),
        };
        let finished = session.run(statement, parts, cancelled).await?;
        if finished.is_clean {
            self.shared.idle.keep(Whose::Workspace(workspace), session).await;
        }
        Ok(finished)
    }

    /// A connection of the workspace's role. A role that is not there, or has another password since the secret was exchanged, is made anew.
    async fn connect(&self, workspace: Uuid) -> Result<Session, RunError> {
        let tenant = self.tenant(workspace);
        let connector = self.connector().signed_in_as(&tenant.role, &self.password(&tenant.role));
        let unavailable = |error: &dyn std::fmt::Display| RunError::Unavailable(error.to_string());
        let signing_in = || tokio::time::timeout(connector.patience(), connector.signed_in());
        let silent = |_| unavailable(&"the server says nothing");
        let (client, alive) = match signing_in().await.map_err(silent)? {
            Ok(connected) => connected,
            Err(error) if is_unknown(&error) => {
                let owner = self.owner().await.map_err(|error| unavailable(&error.chain()))?;
                self.provide(&owner, workspace).await.map_err(|error| unavailable(&error.chain()))?;
                signing_in().await.map_err(silent)?.map_err(|error| unavailable(&error))?
            }
            Err(error) => return Err(unavailable(&error)),
        };
        Ok(Session { client, alive, line: Line::Own(Box::new(connector)) })
    }
}

/// Whether the role does not exist or has another password, or the database is not there yet.
fn is_unknown(error: &tokio_postgres::Error) -> bool {
    let unknown = [
        SqlState::INVALID_PASSWORD,
        SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
        SqlState::INVALID_CATALOG_NAME,
        SqlState::INSUFFICIENT_PRIVILEGE,
    ];
    error.code().is_some_and(|code| unknown.contains(code))
}
