//! Statements about the processes that write: their rows are their pulse.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::db::pool::Connection;
use crate::db::schema::instances;
use crate::error::Result;
use crate::ids::InstanceId;

/// Says that this process lives.
pub async fn beat(mut conn: &Connection, instance: InstanceId, version: &str) -> Result<()> {
    diesel::sql_query(
        "INSERT INTO instances (id, version) VALUES ($1, $2) \
         ON CONFLICT (id) DO UPDATE SET heartbeat_at = clock_timestamp()",
    )
    .bind::<SqlUuid, _>(instance)
    .bind::<Text, _>(version)
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// Says that this process has gone in good order.
pub async fn retire(mut conn: &Connection, instance: InstanceId) -> Result<()> {
    diesel::delete(instances::table.find(instance)).execute(&mut conn).await?;
    Ok(())
}

/// Forgets processes that were silent for so long, in milliseconds; their runs then belong to nobody.
pub async fn bury(mut conn: &Connection, silence_ms: i64) -> Result<usize> {
    let buried = diesel::sql_query(
        "DELETE FROM instances WHERE heartbeat_at < clock_timestamp() - $1 * interval '1 millisecond'",
    )
    .bind::<BigInt, _>(silence_ms)
    .execute(&mut conn)
    .await?;
    Ok(buried)
}
