//! Looking at statements that are kept.

use std::collections::HashMap;

use super::model::SavedQuery;
use super::store;
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::db::pool::Connection;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{DataSourceId, SavedQueryId, UserId};

/// Those of these queries that the actor sees.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load(app: &App, actor: &Actor, ids: &[SavedQueryId]) -> Result<HashMap<SavedQueryId, SavedQuery>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = store::load(&*app.db.read().await?, reader, ids).await?;
    Ok(found.into_iter().map(|query| (query.id, query)).collect())
}

/// The query, if the actor sees it.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn query(app: &App, actor: &Actor, id: SavedQueryId) -> Result<SavedQuery> {
    load(app, actor, &[id]).await?.remove(&id).ok_or_else(missing)
}

/// All queries that the actor sees, the newest first; with `search` those that have it in name, description or question.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn page(
    app: &App,
    actor: &Actor,
    search: Option<&str>,
    page: &Page<SavedQueryId>,
) -> Result<Slice<SavedQuery>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    Ok(page.slice(store::page(&*app.db.read().await?, reader, search, page).await?))
}

/// The same page of the queries of each of these sources, as far as the actor sees them, the newest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn pages_of(
    app: &App,
    actor: &Actor,
    sources: &[DataSourceId],
    page: &Page<SavedQueryId>,
) -> Result<HashMap<DataSourceId, Slice<SavedQuery>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut of: HashMap<DataSourceId, Vec<SavedQuery>> = HashMap::new();
    for query in store::pages(&*app.db.read().await?, reader, sources, page).await? {
        of.entry(query.source_id).or_default().push(query);
    }
    Ok(of.into_iter().map(|(source, queries)| (source, page.slice(queries))).collect())
}

/// The query for somebody who is about to change it or what hangs on it, in a transaction: nobody else does until that ends. What they may
/// in its workspace is not looked at.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn lock(conn: &Connection, editor: UserId, id: SavedQueryId) -> Result<SavedQuery> {
    store::lock(conn, editor, id).await?.ok_or_else(missing)
}

/// Those of these queries that are there, for the domain's own use: **nothing is authorised here**.
///
/// # Errors
/// When Postgres does not answer.
pub async fn find_many(conn: &Connection, ids: &[SavedQueryId]) -> Result<Vec<SavedQuery>> {
    store::find_many(conn, ids).await
}

/// What is said of a query that is not there for whoever asks.
pub(super) fn missing() -> Error {
    Error::not_found("saved query")
}
