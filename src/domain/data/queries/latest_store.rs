//! The newest runs of kept statements with exactly these values.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::QueryRun;
use super::run_store::{FROM, RUN};
use crate::db::pool::Connection;
use crate::domain::workspaces::reading::seen_by;
use crate::error::Result;
use crate::ids::{SavedQueryId, UserId};

/// A run that has ended, and what it was about.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct Ended {
    #[diesel(embed)]
    pub run: QueryRun,
    /// Which of the wanted ones it is, from 1.
    #[diesel(sql_type = BigInt)]
    pub place: i64,
    /// That of the source at which the result was computed; `None` without a result.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub data_version: Option<i64>,
    /// As it ran; `None` for one that was refused before.
    #[diesel(sql_type = Nullable<Text>)]
    pub checked_sql: Option<String>,
}

/// For each of these queries, as it is written now and with the values at the same place of the other list: the newest run whose whole result
/// is there, and the newest that failed since. Each is one walk down an index; what failed before is not looked for, however long ago that
/// was.
fn wanted(seen: &str, first: usize) -> String {
    let second = first + 1;
    let newest = |which: &str| {
        format!(
            "(SELECT {RUN}, k.place, p.data_version, r.checked_sql FROM {FROM} \
             WHERE r.saved_query_id = q.id AND jsonb_hash(r.parameters) = jsonb_hash(k.given::jsonb) \
             AND r.parameters = k.given::jsonb AND r.sql = q.sql AND {which} ORDER BY r.id DESC LIMIT 1)"
        )
    };
    let whole = newest("r.status = 'SUCCEEDED' AND r.result_id IS NOT NULL");
    let failed = newest("r.status = 'FAILED' AND (good.id IS NULL OR r.id > good.id)");
    format!(
        "SELECT l.* FROM unnest(${first}, ${second}) WITH ORDINALITY AS k (query_id, given, place) \
         JOIN saved_queries q ON q.id = k.query_id JOIN data_sources s ON s.id = q.source_id {seen} \
         LEFT JOIN LATERAL {whole} good ON true \
         CROSS JOIN LATERAL (SELECT good.* WHERE good.id IS NOT NULL UNION ALL {failed}) l"
    )
}

/// The newest runs of these queries with these values, each a list of [`Given`](super::identity::Given) in JSON, as far as `reader` sees
/// them.
pub async fn load(
    mut conn: &Connection,
    reader: UserId,
    queries: &[SavedQueryId],
    values: &[&str],
) -> Result<Vec<Ended>> {
    let seen = diesel::sql_query(wanted(&seen_by("s"), 2)).bind::<SqlUuid, _>(reader);
    Ok(seen.bind::<Array<SqlUuid>, _>(queries).bind::<Array<Text>, _>(values).load(&mut conn).await?)
}

/// As [`load`], whoever asks: for work that has found out what may be seen, or is the server's own.
pub async fn find(mut conn: &Connection, queries: &[SavedQueryId], values: &[&str]) -> Result<Vec<Ended>> {
    let found = diesel::sql_query(wanted("", 1));
    Ok(found.bind::<Array<SqlUuid>, _>(queries).bind::<Array<Text>, _>(values).load(&mut conn).await?)
}
