//! Changing, reading anew and deleting documents.

use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::documents::jobs::{ProcessDocument, PurgeDocument};
use crate::domain::documents::model::{Document, DocumentChange};
use crate::domain::documents::policy::checked_change;
use crate::domain::documents::retrieval::corpus_store;
use crate::domain::documents::{store, store_chunks, store_texts};
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::events::fact::Fact;
use crate::ids::DocumentId;
use crate::jobs::queue;

/// Changes what a person may say about a document.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one, BAD_USER_INPUT with the fields at fault, UNAUTHENTICATED for nobody.
pub async fn update(app: &App, actor: &Actor, id: DocumentId, change: DocumentChange) -> Result<Document> {
    let viewer = actor.require_may(Permission::ManageOwnDocuments)?.user.id;
    let change = checked_change(change)?;
    let changed = store::update(&*app.db.write().await?, viewer, id, &change, app.clock.now()).await?;
    changed.ok_or_else(|| Error::not_found("document"))
}

/// Reads a document anew, as if it had just been uploaded. What was read before is dropped at once, and a reading that
/// is under way has nothing more to say.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one, UNAUTHENTICATED for nobody.
pub async fn reprocess(app: &App, actor: &Actor, id: DocumentId) -> Result<Document> {
    let viewer = actor.require_may(Permission::ManageOwnDocuments)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let reset = store::reset(conn, viewer, id, app.clock.now()).await?;
        let document = reset.ok_or_else(|| Error::not_found("document"))?;
        corpus_store::lock(conn, document.owner_id).await?;
        corpus_store::remove_document(conn, document.owner_id, id).await?;
        store_chunks::remove_all(conn, id).await?;
        store_texts::remove(conn, id).await?;
        queue::enqueue(conn, &app.clock, &ProcessDocument { document_id: id, revision: document.revision }).await?;
        app.bus.publish(conn, &Fact::DocumentProgressed { document: id }).await?;
        Ok(document)
    })
    .await
}

/// Deletes a document: gone for every reader at once; its file, text and passages are removed by a job.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one, UNAUTHENTICATED for nobody.
pub async fn delete(app: &App, actor: &Actor, id: DocumentId) -> Result<()> {
    let viewer = actor.require_may(Permission::ManageOwnDocuments)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let now = app.clock.now();
        if !store::mark_deleted(conn, viewer, id, now).await? {
            return Err(Error::not_found("document"));
        }
        audit::record(conn, now, actor, Entry::new(Action::DocumentDeleted).on(id)).await?;
        queue::enqueue(conn, &app.clock, &PurgeDocument { document_id: id }).await?;
        app.bus.publish(conn, &Fact::DocumentProgressed { document: id }).await?;
        Ok(())
    })
    .await
}
