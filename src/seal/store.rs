//! Sealed values wherever they are. The names in these statements are those of [`Column`], never a caller's.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bytea, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::columns::Column;
use crate::db::pool::Connection;
use crate::error::Result;

/// A sealed value and its row.
#[derive(Debug, QueryableByName)]
pub struct Sealed {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Bytea)]
    pub value: Vec<u8>,
}

/// How many values begin alike.
#[derive(Debug, QueryableByName)]
pub struct Count {
    #[diesel(sql_type = Bytea)]
    pub head: Vec<u8>,
    #[diesel(sql_type = BigInt)]
    pub values: i64,
}

/// How many values of a column are sealed with which key, told by their first `head_bytes`.
///
/// # Errors
/// When Postgres does not answer.
pub async fn count(mut conn: &Connection, column: &Column, head_bytes: i64) -> Result<Vec<Count>> {
    let Column { table, value, .. } = column;
    let counted = diesel::sql_query(format!(
        "SELECT substring({value} FROM 1 FOR $1::int) AS head, count(*) AS values FROM {table} \
         WHERE {value} IS NOT NULL GROUP BY 1"
    ));
    Ok(counted.bind::<BigInt, _>(head_bytes).load(&mut conn).await?)
}

/// The next values, by their rows' ids, that do not begin with `head`.
///
/// # Errors
/// When Postgres does not answer.
pub async fn others(
    mut conn: &Connection,
    column: &Column,
    head: &[u8],
    after: Uuid,
    limit: i64,
) -> Result<Vec<Sealed>> {
    let Column { table, id, value, .. } = column;
    let found = diesel::sql_query(format!(
        "SELECT {id} AS id, {value} AS value FROM {table} \
         WHERE {id} > $1 AND substring({value} FROM 1 FOR length($2)) <> $2 ORDER BY {id} LIMIT $3"
    ));
    let found = found.bind::<SqlUuid, _>(after).bind::<Bytea, _>(head).bind::<BigInt, _>(limit);
    Ok(found.load(&mut conn).await?)
}

/// Puts a value in the place of what was read; `false` when that has changed since.
///
/// # Errors
/// When Postgres does not answer.
pub async fn replace(mut conn: &Connection, column: &Column, read: &Sealed, new: &[u8]) -> Result<bool> {
    let Column { table, id, value, .. } = column;
    let replaced = diesel::sql_query(format!("UPDATE {table} SET {value} = $3 WHERE {id} = $1 AND {value} = $2"));
    let replaced = replaced.bind::<SqlUuid, _>(read.id).bind::<Bytea, _>(&read.value).bind::<Bytea, _>(new);
    Ok(replaced.execute(&mut conn).await? > 0)
}
