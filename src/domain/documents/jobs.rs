//! Work on documents in the background.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::reading::{self, Read, Stop, embed_batch};
use super::retrieval::corpus_store;
use super::retrieval::index_store::ensure_index;
use super::store_work::Reading;
use super::{orphans, store, store_chunks, store_embeddings, vector_costs};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::error::{Error, Result};
use crate::ids::{ChunkId, DocumentId};
use crate::jobs::job::{Attempt, Job, JobError};
use crate::jobs::queue;
use crate::storage::key::{DOCUMENTS, ObjectKey};

/// Reads a document: its text, its passages, their vectors.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProcessDocument {
    pub document_id: DocumentId,
    /// The revision that it was queued for: reading anew queues another, and this one has nothing more to do.
    pub revision: i32,
}

impl Job<App> for ProcessDocument {
    const KIND: &'static str = "documents.process";

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("{}:{}", self.document_id, self.revision))
    }

    async fn run(self, app: App, attempt: Attempt) -> Result<(), JobError> {
        let reading = Reading { document: self.document_id, revision: self.revision };
        let ended = match read(&app, reading, attempt).await {
            Ok(Read::Whole) | Err(Stop::Unwanted) => return Ok(()),
            Ok(Read::WithoutModel) => return Ok(index_if_there_is_a_model(&app).await?),
            Err(Stop::File { code, message }) => reading::fail(&app, reading, code, message).await,
            // To wait for another month is no use; for another try it may be.
            Err(Stop::WithoutVectors(error)) if attempt.is_last || vector_costs::is_refusal(&error) => {
                // Its words can be found, which is worth more than a failure: the vectors follow with the next round of
                // `IndexMissingEmbeddings`.
                tracing::warn!(document = %self.document_id, error = %error.chain(), "a document stays without vectors");
                reading::finish(&app, reading).await
            }
            Err(Stop::Other(error)) if attempt.is_last => {
                let message = "The document could not be processed. Please try again later.".to_owned();
                let failed = reading::fail(&app, reading, "PROCESSING_FAILED".to_owned(), message).await;
                tracing::warn!(document = %self.document_id, error = %error.chain(), "a document could not be processed");
                failed
            }
            Err(Stop::WithoutVectors(error) | Stop::Other(error)) => return Err(JobError::Retry(error)),
        };
        match ended {
            Ok(()) | Err(Stop::Unwanted | Stop::File { .. }) => Ok(()),
            // Not even that could be written down.
            Err(Stop::WithoutVectors(error) | Stop::Other(error)) => Err(JobError::Retry(error)),
        }
    }
}

/// Reads, unless tries have ended without a word before: whoever held the job died of it, or beside it, each time.
async fn read(app: &App, reading: Reading, attempt: Attempt) -> Result<Read, Stop> {
    if attempt.number > ProcessDocument::MAX_ATTEMPTS {
        return Err(Stop::Other(Error::internal("the process died at every try")));
    }
    reading::read(app, reading).await
}

/// A model that came while a document was read without one has looked for passages when these did not count yet: it is
/// asked to look again.
async fn index_if_there_is_a_model(app: &App) -> Result<()> {
    if app.embedder.borrow().is_some() {
        queue::enqueue(&*app.db.write().await?, &app.clock, &IndexMissingEmbeddings {}).await?;
    }
    Ok(())
}

/// Removes a deleted document: its file, then its passages and the row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PurgeDocument {
    pub document_id: DocumentId,
}

impl Job<App> for PurgeDocument {
    const KIND: &'static str = "documents.purge";
    const PRIORITY: i16 = -5;
    /// Over more than half a day: a store of files may be away for a while.
    const MAX_ATTEMPTS: i32 = 20;

    fn dedupe_key(&self) -> Option<String> {
        Some(self.document_id.to_string())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let mut conn = app.db.write().await?;
        let Some((_, key)) = store::find_deleted(&conn, self.document_id).await? else { return Ok(()) };
        let key: ObjectKey = key.parse().map_err(|error| JobError::Fail(Error::internal(error)))?;
        app.storage.delete(&key).await?;
        conn.transaction(async |conn| {
            let Some((owner, _)) = store::find_deleted(conn, self.document_id).await? else { return Ok(()) };
            corpus_store::lock(conn, owner).await?;
            corpus_store::remove_document(conn, owner, self.document_id).await?;
            store_chunks::remove_all(conn, self.document_id).await?;
            store::remove(conn, self.document_id).await
        })
        .await?;
        Ok(())
    }
}

/// Removes files that have had no row for a day: of uploads whose process died between the two.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoveOrphanFiles {}

impl Job<App> for RemoveOrphanFiles {
    const KIND: &'static str = "documents.remove_orphan_files";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        orphans::remove(&app, DOCUMENTS, async |conn, keys| {
            let objects: Vec<DocumentId> = keys.iter().map(|key| DocumentId::from_uuid(key.object())).collect();
            Ok(store::storage_keys(conn, &objects).await?.into_iter().collect())
        })
        .await?;
        Ok(())
    }
}

/// Gives every passage a vector of the present model, and vectors of that length their index: after a start without one,
/// after a change of the model, and after a provider was away. Queued when the model is there, and now and then.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IndexMissingEmbeddings {}

impl Job<App> for IndexMissingEmbeddings {
    const KIND: &'static str = "documents.index_missing_embeddings";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let embedder = app.embedder.borrow().clone();
        let Some(embedder) = embedder else { return Ok(()) };
        // Before there are many of that length: an index of few vectors is made in no time.
        ensure_index(&mut app.db.write().await?, embedder.dimensions()).await?;
        let batch = i64::try_from(embedder.max_batch().max(1)).unwrap_or(i64::MAX);
        let mut after = ChunkId::from_uuid(Uuid::nil());
        loop {
            let conn = app.db.write().await?;
            let missing = store_embeddings::missing(&conn, embedder.model(), after, batch).await?;
            drop(conn);
            let Some((last, _)) = missing.last() else { return Ok(()) };
            after = *last;
            match embed_batch(&app, embedder.as_ref(), missing).await {
                // Theirs are left for a later round.
                Err(error) if vector_costs::is_refusal(&error) => {}
                embedded => embedded?,
            }
        }
    }
}
