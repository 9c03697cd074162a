//! Looking at sources and tables.

use std::collections::HashMap;

use super::external::model::SourceConnection;
use super::external::store as connection_store;
use super::model::{DataSource, DataTable};
use super::source_store as store;
use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{DataSourceId, DataTableId, WorkspaceId};

/// All sources that the actor sees, by their names, 1,000 at most.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn sources(app: &App, actor: &Actor) -> Result<Vec<DataSource>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    store::all(&*app.db.read().await?, reader).await
}

/// Those of these sources that the actor sees.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load_sources(app: &App, actor: &Actor, ids: &[DataSourceId]) -> Result<HashMap<DataSourceId, DataSource>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = store::load(&*app.db.read().await?, reader, ids).await?;
    Ok(found.into_iter().map(|source| (source.id, source)).collect())
}

/// The source, if the actor sees it.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn source(app: &App, actor: &Actor, id: DataSourceId) -> Result<DataSource> {
    load_sources(app, actor, &[id]).await?.remove(&id).ok_or_else(missing_source)
}

/// The sources of these workspaces, as far as the actor sees them.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn sources_of(
    app: &App,
    actor: &Actor,
    workspaces: &[WorkspaceId],
) -> Result<HashMap<WorkspaceId, Vec<DataSource>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut of: HashMap<WorkspaceId, Vec<DataSource>> = HashMap::new();
    for source in store::of_workspaces(&*app.db.read().await?, reader, workspaces).await? {
        of.entry(source.workspace_id).or_default().push(source);
    }
    Ok(of)
}

/// The tables of these sources, as far as the actor sees them.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn tables_of(
    app: &App,
    actor: &Actor,
    sources: &[DataSourceId],
) -> Result<HashMap<DataSourceId, Vec<DataTable>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut of: HashMap<DataSourceId, Vec<DataTable>> = HashMap::new();
    for table in store::tables(&*app.db.read().await?, reader, sources).await? {
        of.entry(table.source_id).or_default().push(table);
    }
    Ok(of)
}

/// How those of these sources are reached that are databases of somebody else's, as far as the actor sees them. Every member of the workspace
/// is told; the password nobody is.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn connections_of(
    app: &App,
    actor: &Actor,
    sources: &[DataSourceId],
) -> Result<HashMap<DataSourceId, SourceConnection>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = connection_store::load(&*app.db.read().await?, reader, sources).await?;
    Ok(found.into_iter().map(|connection| (connection.source_id, connection)).collect())
}

/// Those of these tables that the actor sees.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load_tables(app: &App, actor: &Actor, ids: &[DataTableId]) -> Result<HashMap<DataTableId, DataTable>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = store::load_tables(&*app.db.read().await?, reader, ids).await?;
    Ok(found.into_iter().map(|table| (table.id, table)).collect())
}

/// Those of these sources that are there, for the domain's own use: **nothing is authorised here**.
///
/// # Errors
/// When Postgres does not answer.
pub async fn find_many(conn: &Connection, ids: &[DataSourceId]) -> Result<Vec<DataSource>> {
    store::find_many(conn, ids).await
}

/// What is said of a source that is not there for whoever asks.
pub(super) fn missing_source() -> Error {
    Error::not_found("data source")
}
