//! Statements about external databases and what was found in them. Those that read for somebody join the members of the workspace.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Jsonb, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::entering::Entered;
use super::model::{SourceConnection, StoredConnection};
use crate::db::pool::Connection;
use crate::db::schema::{data_source_connections as connections, data_sources, data_tables};
use crate::domain::data::model::SourceKind;
use crate::domain::workspaces::reading::seen_by;
use crate::error::Result;
use crate::ids::{DataSourceId, UserId, WorkspaceId};

const CONNECTION: &str = "c.source_id, c.host, c.port, c.database_name, c.username, c.tls, c.ca_certificate, c.schemas, c.revision, \
     c.may_write, c.server_version, c.last_checked_at, c.error_code, c.error_message, c.reads_values";

/// How those of these sources are reached that are databases of somebody else's and that `reader` sees.
pub async fn load(mut conn: &Connection, reader: UserId, ids: &[DataSourceId]) -> Result<Vec<SourceConnection>> {
    let seen = diesel::sql_query(format!(
        "SELECT {CONNECTION} FROM data_source_connections c JOIN data_sources s ON s.id = c.source_id {} \
         WHERE c.source_id = ANY ($2)",
        seen_by("s")
    ));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// How a source is reached, with its password, whoever asks; `None` for uploads.
pub async fn find(mut conn: &Connection, id: DataSourceId) -> Result<Option<StoredConnection>> {
    let found = diesel::sql_query(format!(
        "SELECT {CONNECTION}, c.sealed_password FROM data_source_connections c WHERE c.source_id = $1"
    ));
    Ok(found.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// How many databases of somebody else's a workspace has.
pub async fn count(mut conn: &Connection, workspace: WorkspaceId) -> Result<i64> {
    let of_workspace = data_sources::table
        .filter(data_sources::workspace_id.eq(workspace))
        .filter(data_sources::kind.eq(SourceKind::Postgres));
    Ok(of_workspace.count().get_result(&mut conn).await?)
}

/// What was found when somebody looked.
#[derive(Debug, Clone, Copy)]
pub struct Looked<'a> {
    pub may_write: bool,
    pub server_version: &'a str,
    pub now: DateTime<Utc>,
}

/// Stores a source.
pub async fn insert(
    mut conn: &Connection,
    id: DataSourceId,
    workspace: WorkspaceId,
    entered: &Entered,
    sealed_password: &[u8],
    looked: Looked<'_>,
) -> Result<()> {
    diesel::insert_into(data_sources::table)
        .values((
            data_sources::id.eq(id),
            data_sources::workspace_id.eq(workspace),
            data_sources::name.eq(&entered.name),
            data_sources::kind.eq(SourceKind::Postgres),
            data_sources::created_at.eq(looked.now),
            data_sources::updated_at.eq(looked.now),
        ))
        .execute(&mut conn)
        .await?;
    diesel::insert_into(connections::table)
        .values((
            connections::source_id.eq(id),
            connections::host.eq(&entered.host),
            connections::port.eq(entered.port),
            connections::database_name.eq(&entered.database),
            connections::username.eq(&entered.username),
            connections::sealed_password.eq(sealed_password),
            connections::tls.eq(entered.tls),
            connections::ca_certificate.eq(entered.ca_certificate.as_deref()),
            connections::schemas.eq(&entered.schemas),
            connections::may_write.eq(looked.may_write),
            connections::server_version.eq(looked.server_version),
            connections::last_checked_at.eq(looked.now),
            connections::reads_values.eq(entered.reads_values),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Says whether values of a locked source are read.
pub async fn set_reads_values(mut conn: &Connection, id: DataSourceId, reads_values: bool) -> Result<()> {
    diesel::update(connections::table.find(id))
        .set(connections::reads_values.eq(reads_values))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Forgets the values that were read of a source: they are read anew when somebody asks.
pub async fn forget_values(mut conn: &Connection, id: DataSourceId) -> Result<()> {
    diesel::update(data_tables::table.filter(data_tables::source_id.eq(id)))
        .set((data_tables::samples.eq(None::<Value>), data_tables::samples_version.eq(None::<i64>)))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Renames a source.
pub async fn rename(mut conn: &Connection, id: DataSourceId, name: &str, now: DateTime<Utc>) -> Result<()> {
    diesel::update(data_sources::table.find(id))
        .set((data_sources::name.eq(name), data_sources::updated_at.eq(now)))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Changes how a source is reached, if nobody has done so since this revision; says whether. The password stays where there is no new one.
pub async fn change(
    mut conn: &Connection,
    id: DataSourceId,
    revision: i64,
    entered: &Entered,
    sealed_password: Option<&[u8]>,
) -> Result<bool> {
    let present = connections::table.find(id).filter(connections::revision.eq(revision));
    let changed = diesel::update(present)
        .set((
            connections::host.eq(&entered.host),
            connections::port.eq(entered.port),
            connections::database_name.eq(&entered.database),
            connections::username.eq(&entered.username),
            sealed_password.map(|sealed| connections::sealed_password.eq(sealed)),
            connections::tls.eq(entered.tls),
            connections::ca_certificate.eq(entered.ca_certificate.as_deref()),
            connections::schemas.eq(&entered.schemas),
            connections::revision.eq(connections::revision + 1),
        ))
        .execute(&mut conn)
        .await?;
    Ok(changed == 1)
}

/// Writes down that somebody looked, if how the source is reached is still in this revision; says whether.
pub async fn looked(mut conn: &Connection, id: DataSourceId, revision: i64, looked: Looked<'_>) -> Result<bool> {
    let present = connections::table.find(id).filter(connections::revision.eq(revision));
    let written = diesel::update(present)
        .set((
            connections::may_write.eq(looked.may_write),
            connections::server_version.eq(looked.server_version),
            connections::last_checked_at.eq(looked.now),
            connections::error_code.eq(None::<String>),
            connections::error_message.eq(None::<String>),
        ))
        .execute(&mut conn)
        .await?;
    Ok(written == 1)
}

/// Writes down why somebody looked in vain. What was found before stays.
pub async fn looked_in_vain(
    mut conn: &Connection,
    id: DataSourceId,
    revision: i64,
    code: &str,
    message: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let present = connections::table.find(id).filter(connections::revision.eq(revision));
    diesel::update(present)
        .set((
            connections::last_checked_at.eq(now),
            connections::error_code.eq(code),
            connections::error_message.eq(message),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Whether a source has as many runs, questions, texts or results as `many`, or more.
pub async fn is_long(mut conn: &Connection, id: DataSourceId, many: i64) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Length {
        #[diesel(sql_type = Bool)]
        is_long: bool,
    }
    let length = diesel::sql_query(
        "SELECT (SELECT count(*) FROM (SELECT 1 FROM query_runs WHERE source_id = $1 LIMIT $2) r) >= $2 \
         OR (SELECT count(*) FROM (SELECT 1 FROM data_questions WHERE source_id = $1 LIMIT $2) q) >= $2 \
         OR (SELECT count(*) FROM (SELECT 1 FROM insights WHERE source_id = $1 LIMIT $2) i) >= $2 \
         OR (SELECT count(*) FROM (SELECT 1 FROM query_results WHERE source_id = $1 LIMIT $2) p) >= $2 AS is_long",
    );
    let length: Length = length.bind::<SqlUuid, _>(id).bind::<BigInt, _>(many).get_result(&mut conn).await?;
    Ok(length.is_long)
}

/// Takes a locked source from whoever sees it, with the password, and with what stands on its queries; a job removes the rest.
pub async fn hide(mut conn: &Connection, id: DataSourceId) -> Result<()> {
    for known in [
        "DELETE FROM data_source_connections WHERE source_id = $1",
        "DELETE FROM charts WHERE query_id IN (SELECT q.id FROM saved_queries q WHERE q.source_id = $1)",
        "DELETE FROM dashboard_tiles WHERE query_id IN (SELECT q.id FROM saved_queries q WHERE q.source_id = $1)",
        "DELETE FROM alerts WHERE query_id IN (SELECT q.id FROM saved_queries q WHERE q.source_id = $1)",
        "UPDATE data_sources SET workspace_id = NULL WHERE id = $1",
    ] {
        diesel::sql_query(known).bind::<SqlUuid, _>(id).execute(&mut conn).await?;
    }
    Ok(())
}

/// Forgets a source with all that is known of it: tables, runs, results.
pub async fn remove(mut conn: &Connection, id: DataSourceId) -> Result<()> {
    diesel::delete(data_sources::table.find(id)).execute(&mut conn).await?;
    Ok(())
}

/// Puts these tables in the place of those that a locked source has; says whether there are others, or others' columns, than before. `tables` is a list of
/// objects: `id`, `schema_name`, `name`, `description`, `fields`, `row_count`, `byte_size`. Those that stay keep their ids.
pub async fn replace_tables(
    mut conn: &Connection,
    source: DataSourceId,
    tables: &Value,
    now: DateTime<Utc>,
) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Difference {
        #[diesel(sql_type = Bool)]
        is_there: bool,
    }
    let differ = diesel::sql_query(
        "SELECT EXISTS (SELECT FROM (SELECT schema_name, name, description, fields FROM data_tables WHERE source_id = $1) t \
         FULL JOIN jsonb_to_recordset($2) AS n (schema_name text, name text, description text, fields jsonb) \
             ON n.schema_name = t.schema_name AND n.name = t.name \
         WHERE t.name IS NULL OR n.name IS NULL OR t.fields IS DISTINCT FROM n.fields \
             OR t.description IS DISTINCT FROM n.description) AS is_there",
    );
    let difference: Difference =
        differ.bind::<SqlUuid, _>(source).bind::<Jsonb, _>(tables).get_result(&mut conn).await?;
    diesel::sql_query(
        "DELETE FROM data_tables t WHERE t.source_id = $1 AND NOT EXISTS (SELECT FROM jsonb_to_recordset($2) \
             AS n (schema_name text, name text) WHERE n.schema_name = t.schema_name AND n.name = t.name)",
    )
    .bind::<SqlUuid, _>(source)
    .bind::<Jsonb, _>(tables)
    .execute(&mut conn)
    .await?;
    diesel::sql_query(
        "INSERT INTO data_tables AS t (id, source_id, schema_name, name, description, fields, row_count, byte_size, created_at, loaded_at) \
         SELECT n.id, $1, n.schema_name, n.name, n.description, n.fields, n.row_count, n.byte_size, $3, $3 \
         FROM jsonb_to_recordset($2) AS n (id uuid, schema_name text, name text, description text, fields jsonb, \
             row_count bigint, byte_size bigint) \
         ON CONFLICT (source_id, schema_name, name) DO UPDATE SET description = excluded.description, fields = excluded.fields, \
             row_count = excluded.row_count, byte_size = excluded.byte_size, \
             loaded_at = CASE WHEN t.fields = excluded.fields THEN t.loaded_at ELSE excluded.loaded_at END",
    )
    .bind::<SqlUuid, _>(source)
    .bind::<Jsonb, _>(tables)
    .bind::<Timestamptz, _>(now)
    .execute(&mut conn)
    .await?;
    Ok(difference.is_there)
}
