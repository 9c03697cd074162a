//! Statements about sources and their tables. All that read them for somebody join the members of the workspace.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Jsonb, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::model::{DataSource, DataTable, SourceKind};
use crate::db::pool::Connection;
use crate::db::schema::{data_sources, data_tables};
use crate::domain::workspaces::reading::{seen_by, there};
use crate::error::Result;
use crate::events::bus::Bus;
use crate::events::fact::Fact;
use crate::ids::{DataSourceId, DataTableId, UserId, WorkspaceId};

const SOURCE: &str = "s.id, s.workspace_id, s.name, s.kind, s.data_version, s.created_at, s.updated_at";
const TABLE: &str = "t.id, t.source_id, t.name, t.description, t.fields AS columns, t.row_count, t.byte_size, t.created_at, t.loaded_at, \
     t.schema_name";

/// Those of these sources that `reader` sees.
pub async fn load(mut conn: &Connection, reader: UserId, ids: &[DataSourceId]) -> Result<Vec<DataSource>> {
    let seen = diesel::sql_query(format!("SELECT {SOURCE} FROM data_sources s {} WHERE s.id = ANY ($2)", seen_by("s")));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// Those of these sources that are there, of workspaces that are, whoever asks: for work that has found out what may be seen, or is the
/// server's own.
pub async fn find_many(mut conn: &Connection, ids: &[DataSourceId]) -> Result<Vec<DataSource>> {
    let found = diesel::sql_query(format!("SELECT {SOURCE} FROM data_sources s {} WHERE s.id = ANY ($1)", there("s")));
    Ok(found.bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// As [`find_many`], of one.
pub async fn find(mut conn: &Connection, id: DataSourceId) -> Result<Option<DataSource>> {
    let found = format!("SELECT {SOURCE} FROM data_sources s {} WHERE s.id = $1", there("s"));
    Ok(diesel::sql_query(found).bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// The sources of these workspaces that `reader` sees, by their names.
pub async fn of_workspaces(
    mut conn: &Connection,
    reader: UserId,
    workspaces: &[WorkspaceId],
) -> Result<Vec<DataSource>> {
    let seen = diesel::sql_query(format!(
        "SELECT {SOURCE} FROM data_sources s {} WHERE s.workspace_id = ANY ($2) ORDER BY s.name, s.id",
        seen_by("s")
    ));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(workspaces).load(&mut conn).await?)
}

/// All sources that `reader` sees, by their names.
pub async fn all(mut conn: &Connection, reader: UserId) -> Result<Vec<DataSource>> {
    let seen = format!("SELECT {SOURCE} FROM data_sources s {} ORDER BY s.name, s.id LIMIT 1000", seen_by("s"));
    Ok(diesel::sql_query(seen).bind::<SqlUuid, _>(reader).load(&mut conn).await?)
}

/// The tables of these sources, as far as `reader` sees them, by their names.
pub async fn tables(mut conn: &Connection, reader: UserId, sources: &[DataSourceId]) -> Result<Vec<DataTable>> {
    let seen = diesel::sql_query(format!(
        "SELECT {TABLE} FROM data_tables t JOIN data_sources s ON s.id = t.source_id {} WHERE t.source_id = ANY ($2) \
         ORDER BY t.name, t.schema_name",
        seen_by("s")
    ));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(sources).load(&mut conn).await?)
}

/// Those of these tables that `reader` sees.
pub async fn load_tables(mut conn: &Connection, reader: UserId, ids: &[DataTableId]) -> Result<Vec<DataTable>> {
    let seen = diesel::sql_query(format!(
        "SELECT {TABLE} FROM data_tables t JOIN data_sources s ON s.id = t.source_id {} WHERE t.id = ANY ($2)",
        seen_by("s")
    ));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// The source of a workspace's uploads, which is made when there is none.
pub async fn uploads(mut conn: &Connection, workspace: WorkspaceId, now: DateTime<Utc>) -> Result<DataSource> {
    diesel::insert_into(data_sources::table)
        .values((
            data_sources::id.eq(DataSourceId::generate(now)),
            data_sources::workspace_id.eq(workspace),
            data_sources::name.eq("Uploads"),
            data_sources::kind.eq(SourceKind::Uploads),
            data_sources::created_at.eq(now),
            data_sources::updated_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(&mut conn)
        .await?;
    let found = diesel::sql_query(format!(
        "SELECT {SOURCE} FROM data_sources s WHERE s.workspace_id = $1 AND s.kind = 'UPLOADS'"
    ));
    Ok(found.bind::<SqlUuid, _>(workspace).get_result(&mut conn).await?)
}

/// Locks a source, so that one change of its tables comes after the other; nothing when it is gone.
pub async fn lock(mut conn: &Connection, id: DataSourceId) -> Result<Option<DataSource>> {
    let locked =
        format!("SELECT {SOURCE} FROM data_sources s WHERE s.id = $1 AND s.workspace_id IS NOT NULL FOR NO KEY UPDATE");
    Ok(diesel::sql_query(locked).bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// The table of that name of a source.
pub async fn table_named(mut conn: &Connection, source: DataSourceId, name: &str) -> Result<Option<DataTable>> {
    let found = format!("SELECT {TABLE} FROM data_tables t WHERE t.source_id = $1 AND t.name = $2");
    let found = diesel::sql_query(found).bind::<SqlUuid, _>(source).bind::<Text, _>(name);
    Ok(found.get_result(&mut conn).await.optional()?)
}

/// The schemas and names of all tables of a source; those of uploads have no schema here.
pub async fn table_names(mut conn: &Connection, source: DataSourceId) -> Result<Vec<(Option<String>, String)>> {
    let of_source = data_tables::table.filter(data_tables::source_id.eq(source));
    Ok(of_source.select((data_tables::schema_name, data_tables::name)).load(&mut conn).await?)
}

/// What is known of a table that was loaded.
#[derive(Debug, Clone)]
pub struct Loaded<'a> {
    pub source: DataSourceId,
    pub name: &'a str,
    pub columns: Value,
    /// All rows, or those that were added.
    pub rows: i64,
    pub bytes: i64,
    /// Whether they were added to those that were there.
    pub is_appended: bool,
    pub now: DateTime<Utc>,
}

/// Writes down that a table of a locked source was loaded, and that its data are other ones from now on.
pub async fn record(mut conn: &Connection, loaded: &Loaded<'_>) -> Result<DataTableId> {
    #[derive(QueryableByName)]
    struct Table {
        #[diesel(sql_type = SqlUuid)]
        id: DataTableId,
    }
    // What is added to a table leaves its columns.
    let recorded = diesel::sql_query(
        "INSERT INTO data_tables AS t (id, source_id, name, fields, row_count, byte_size, created_at, loaded_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7) \
         ON CONFLICT (source_id, schema_name, name) DO UPDATE SET loaded_at = $7, byte_size = $6, samples = NULL, samples_version = NULL, \
             fields = CASE WHEN $8 THEN t.fields ELSE $4 END, \
             row_count = CASE WHEN $8 THEN t.row_count + $5 ELSE $5 END RETURNING id",
    )
    .bind::<SqlUuid, _>(DataTableId::generate(loaded.now))
    .bind::<SqlUuid, _>(loaded.source)
    .bind::<Text, _>(loaded.name)
    .bind::<Jsonb, _>(&loaded.columns)
    .bind::<BigInt, _>(loaded.rows)
    .bind::<BigInt, _>(loaded.bytes)
    .bind::<Timestamptz, _>(loaded.now)
    .bind::<diesel::sql_types::Bool, _>(loaded.is_appended);
    let table: Table = recorded.get_result(&mut conn).await?;
    touch(conn, loaded.source, loaded.now).await?;
    Ok(table.id)
}

/// Says that the data of a source are other ones from now on, also to whoever follows what is made of them.
pub async fn touch(mut conn: &Connection, source: DataSourceId, now: DateTime<Utc>) -> Result<()> {
    diesel::update(data_sources::table.find(source))
        .set((data_sources::data_version.eq(data_sources::data_version + 1), data_sources::updated_at.eq(now)))
        .execute(&mut conn)
        .await?;
    Bus::default().publish(conn, &Fact::SourceChanged { source }).await
}

/// Forgets a table.
pub async fn remove_table(mut conn: &Connection, id: DataTableId) -> Result<()> {
    diesel::delete(data_tables::table.find(id)).execute(&mut conn).await?;
    Ok(())
}
