//! Statements about which workspaces have something outside of the main database.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::pool::Connection;
use crate::db::schema::{warehouse_tenants, workspaces};
use crate::error::Result;
use crate::ids::WorkspaceId;

/// Writes down that a workspace will have something there.
pub async fn note(mut conn: &Connection, workspace: WorkspaceId, now: DateTime<Utc>) -> Result<()> {
    diesel::insert_into(warehouse_tenants::table)
        .values((warehouse_tenants::workspace.eq(workspace.uuid()), warehouse_tenants::created_at.eq(now)))
        .on_conflict_do_nothing()
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Those whose workspace is gone, `limit` at most.
pub async fn left(mut conn: &Connection, limit: i64) -> Result<Vec<Uuid>> {
    let living = workspaces::table.filter(workspaces::id.eq(warehouse_tenants::workspace)).select(workspaces::id);
    let left = warehouse_tenants::table.filter(diesel::dsl::not(diesel::dsl::exists(living)));
    let left = left.order(warehouse_tenants::workspace).limit(limit).select(warehouse_tenants::workspace);
    Ok(left.load(&mut conn).await?)
}

/// Those of these that are noted.
pub async fn known(mut conn: &Connection, workspaces: &[Uuid]) -> Result<HashSet<Uuid>> {
    let known = warehouse_tenants::table.filter(warehouse_tenants::workspace.eq_any(workspaces));
    Ok(known.select(warehouse_tenants::workspace).load(&mut conn).await?.into_iter().collect())
}

/// Forgets one of which nothing is left.
pub async fn forget(mut conn: &Connection, workspace: Uuid) -> Result<()> {
    diesel::delete(warehouse_tenants::table.find(workspace)).execute(&mut conn).await?;
    Ok(())
}
