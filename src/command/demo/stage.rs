//! What all of the demo acts with: its accounts' password, their actors, and documents that are read before they are used.

use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::time::Duration;

use chrono::TimeDelta;
use futures::StreamExt as _;

use crate::app::App;
use crate::domain::documents::actions::progress;
use crate::domain::documents::actions::upload::Incoming;
use crate::domain::documents::model::{Document, ProcessingStatus};
use crate::domain::users::actor::{Actor, Credential, SignedIn};
use crate::domain::users::model::User;
use crate::error::{Error, Result};
use crate::ids::LoginSessionId;

/// Of every account of the demo.
pub const PASSWORD: &str = "demo-elenchus-2026";
/// How long to wait for documents to be read, and for a reply. Both go on by themselves afterwards.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Nobody signed in: the operator acts for the account.
#[must_use]
pub fn actor_of(app: &App, user: User) -> Actor {
    let expires_at = app.clock.now() + TimeDelta::hours(1);
    let credential = Credential::Session(LoginSessionId::generate(app.clock.now()));
    Actor::somebody(SignedIn { user, credential, expires_at })
}

/// A file to be uploaded.
///
/// # Errors
/// When there is no room for it.
pub fn incoming(filename: &str, bytes: &[u8]) -> Result<Incoming> {
    Ok(Incoming { filename: filename.to_owned(), file: file(bytes)? })
}

/// A file with this in it, at its start.
///
/// # Errors
/// When there is no room for it.
pub fn file(bytes: &[u8]) -> Result<File> {
    let mut file = tempfile::tempfile().map_err(Error::internal)?;
    file.write_all(bytes).and_then(|()| file.rewind()).map_err(Error::internal)?;
    Ok(file)
}

/// Whether all documents are read in time. One that cannot be read is no reason to wait.
///
/// # Errors
/// When Postgres does not answer.
pub async fn until_read(app: &App, actor: &Actor, documents: Vec<Document>) -> Result<bool> {
    let ids = documents.into_iter().map(|document| document.id).collect();
    let changes = progress::follow_progress(app, actor, ids).await?;
    let reading = async {
        let mut changes = std::pin::pin!(changes);
        while let Some(document) = changes.next().await {
            let document = document?;
            match document.status {
                ProcessingStatus::Ready => {
                    tracing::info!(filename = document.filename, passages = document.chunk_count, "read");
                }
                ProcessingStatus::Failed => {
                    let problem = document.error_message.unwrap_or_default();
                    tracing::warn!(filename = document.filename, problem, "not read");
                }
                ProcessingStatus::Pending | ProcessingStatus::Processing => {}
            }
        }
        Ok::<_, Error>(())
    };
    match tokio::time::timeout(PATIENCE, reading).await {
        Ok(read) => read.map(|()| true),
        Err(_) => Ok(false),
    }
}
