//! Statements about tables with the values that they hold.

use diesel::sql_types::{Array, BigInt, Jsonb, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::model::SampledTable;
use crate::db::pool::Connection;
use crate::domain::workspaces::reading::seen_by;
use crate::error::Result;
use crate::ids::{DataSourceId, DataTableId, UserId};

const TABLE: &str =
    "t.id, t.source_id, t.schema_name, t.name, t.description, t.fields AS columns, t.row_count, t.samples";

/// Tables that a question may be about: as many as a source may have.
const MOST: i64 = 2000;

/// The first 2,000 tables of a source by their names, whoever asks: for work that has found out what may be seen.
pub async fn tables(mut conn: &Connection, source: DataSourceId) -> Result<Vec<SampledTable>> {
    let found =
        format!("SELECT {TABLE} FROM data_tables t WHERE t.source_id = $1 ORDER BY t.name, t.schema_name LIMIT $2");
    Ok(diesel::sql_query(found).bind::<SqlUuid, _>(source).bind::<BigInt, _>(MOST).load(&mut conn).await?)
}

/// The tables of these sources by their names, as far as `reader` sees them.
pub async fn tables_of(mut conn: &Connection, reader: UserId, sources: &[DataSourceId]) -> Result<Vec<SampledTable>> {
    let seen = diesel::sql_query(format!(
        "SELECT {TABLE} FROM data_tables t JOIN data_sources s ON s.id = t.source_id {} WHERE t.source_id = ANY ($2) \
         ORDER BY t.name, t.schema_name",
        seen_by("s")
    ));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(sources).load(&mut conn).await?)
}

/// Keeps the values of a table that were read when its source was at that version, unless it is at another by now: waits for whoever is about to
/// change it.
pub async fn keep(mut conn: &Connection, id: DataTableId, samples: &Value, version: i64) -> Result<()> {
    let kept = diesel::sql_query(
        "WITH s AS MATERIALIZED (SELECT id, data_version FROM data_sources WHERE id = (SELECT source_id FROM data_tables WHERE id = $1) FOR SHARE) \
         UPDATE data_tables t SET samples = $2, samples_version = $3 FROM s \
         WHERE t.id = $1 AND s.id = t.source_id AND s.data_version = $3",
    );
    let kept = kept.bind::<SqlUuid, _>(id).bind::<Jsonb, _>(samples).bind::<BigInt, _>(version);
    kept.execute(&mut conn).await?;
    Ok(())
}
