//! Reading documents, their texts and their passages.

use std::collections::HashMap;

use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::documents::model::{Chunk, Document, DocumentFilter};
use crate::domain::documents::{store, store_chunks, store_texts};
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{ChunkId, DocumentId};

/// The document, if the actor may see it.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one, UNAUTHENTICATED for nobody.
pub async fn get(app: &App, actor: &Actor, id: DocumentId) -> Result<Document> {
    let viewer = actor.require_may(Permission::ReadOwnDocuments)?.user.id;
    let found = store::find(&*app.db.read().await?, viewer, app.clock.now(), id).await?;
    found.ok_or_else(|| Error::not_found("document"))
}

/// A page of the actor's documents, newest first.
pub async fn list(
    app: &App,
    actor: &Actor,
    page: &Page<DocumentId>,
    filter: &DocumentFilter,
) -> Result<Slice<Document>> {
    let viewer = actor.require_may(Permission::ReadOwnDocuments)?.user.id;
    let rows = store::list(&*app.db.read().await?, viewer, &cleaned(filter), page).await?;
    Ok(page.slice(rows))
}

/// How many documents the list has in all.
pub async fn count(app: &App, actor: &Actor, filter: &DocumentFilter) -> Result<i64> {
    let viewer = actor.require_may(Permission::ReadOwnDocuments)?.user.id;
    store::count(&*app.db.read().await?, viewer, &cleaned(filter)).await
}

/// Postgres takes no NUL in a text, and no column has one: a replacement finds as little.
fn cleaned(filter: &DocumentFilter) -> DocumentFilter {
    let clean = |text: &Option<String>| text.as_ref().map(|text| text.replace('\0', "\u{FFFD}"));
    DocumentFilter {
        status: filter.status,
        category: clean(&filter.category),
        jurisdiction: clean(&filter.jurisdiction),
        practice_area: clean(&filter.practice_area),
        keyword: clean(&filter.keyword),
        search: clean(&filter.search),
    }
}

/// The document's text from the character `from` up to and without `to`, in Unicode scalar values; each defaults to the
/// end of the text on its side. `None` while there is no text.
///
/// # Errors
/// As [`get`]; BAD_USER_INPUT for a negative offset or an end before the start.
pub async fn text(
    app: &App,
    actor: &Actor,
    id: DocumentId,
    from: Option<i32>,
    to: Option<i32>,
) -> Result<Option<String>> {
    let viewer = actor.require_may(Permission::ReadOwnDocuments)?.user.id;
    let from = from.unwrap_or(0);
    let to = to.unwrap_or(i32::MAX);
    if from < 0 {
        return Err(Error::bad_input("fromChar", "Give a character from 0 on."));
    }
    if to < from {
        return Err(Error::bad_input("toChar", "The end lies before the start."));
    }
    let slice = store_texts::slice(&*app.db.read().await?, viewer, app.clock.now(), id, from, to - from).await?;
    if slice.is_none() {
        get(app, actor, id).await?;
    }
    Ok(slice)
}

/// A page of a document's passages in the order of its text; the cursor is a passage's position.
///
/// # Errors
/// As [`get`].
pub async fn chunks(app: &App, actor: &Actor, id: DocumentId, page: &Page<i32>) -> Result<Slice<Chunk>> {
    get(app, actor, id).await?;
    let mut pages = chunk_pages(app, actor, &[id], page).await?;
    Ok(pages.remove(&id).unwrap_or_default())
}

/// The same page of the passages of each of many documents, in one statement. Documents without passages, and those
/// that the actor may not see, are left out.
pub async fn chunk_pages(
    app: &App,
    actor: &Actor,
    ids: &[DocumentId],
    page: &Page<i32>,
) -> Result<HashMap<DocumentId, Slice<Chunk>>> {
    let viewer = actor.require_may(Permission::ReadOwnDocuments)?.user.id;
    let rows = store_chunks::pages(&*app.db.read().await?, viewer, app.clock.now(), ids, page).await?;
    let mut by_document: HashMap<DocumentId, Vec<Chunk>> = HashMap::new();
    for row in rows {
        by_document.entry(row.document_id).or_default().push(row);
    }
    Ok(by_document.into_iter().map(|(id, rows)| (id, page.slice(rows))).collect())
}

/// Those of the documents that the actor may see, by id.
pub async fn load_documents(app: &App, actor: &Actor, ids: &[DocumentId]) -> Result<HashMap<DocumentId, Document>> {
    let viewer = actor.require_may(Permission::ReadOwnDocuments)?.user.id;
    let found = store::load(&*app.db.read().await?, viewer, app.clock.now(), ids).await?;
    Ok(found.into_iter().map(|document| (document.id, document)).collect())
}

/// Those of the passages that the actor may see, by id.
pub async fn load_chunks(app: &App, actor: &Actor, ids: &[ChunkId]) -> Result<HashMap<ChunkId, Chunk>> {
    let viewer = actor.require_may(Permission::ReadOwnDocuments)?.user.id;
    let found = store_chunks::load(&*app.db.read().await?, viewer, app.clock.now(), ids).await?;
    Ok(found.into_iter().map(|chunk| (chunk.id, chunk)).collect())
}
