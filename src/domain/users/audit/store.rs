//! Every query on the audit trail.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Timestamptz};
use diesel_async::RunQueryDsl;

use super::model::{AuditEvent, AuditFilter, NewAuditEvent};
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::audit_events;
use crate::error::Result;
use crate::ids::AuditEventId;

/// Rows that one statement removes, so that none takes long.
const PURGED_AT_ONCE: i32 = 5000;

/// Adds events; those of one transaction, or one alone.
pub async fn insert(mut conn: &Connection, events: &[NewAuditEvent]) -> Result<()> {
    diesel::insert_into(audit_events::table).values(events).execute(&mut conn).await?;
    Ok(())
}

/// A page of the events that the filter lets through, newest first; one row more than the page. Only those that happened
/// to `account`, where one is given.
pub async fn page(
    mut conn: &Connection,
    account: Option<&str>,
    filter: &AuditFilter,
    page: &Page<AuditEventId>,
) -> Result<Vec<AuditEvent>> {
    let mut query = matching(account, filter);
    // The id begins with the time: the newest are at the end of the primary key.
    query = match (page.cursor, page.is_backward()) {
        (Some(cursor), false) => query.filter(audit_events::id.lt(cursor)),
        (Some(cursor), true) => query.filter(audit_events::id.gt(cursor)),
        (None, _) => query,
    };
    query = if page.is_backward() { query.order(audit_events::id.asc()) } else { query.order(audit_events::id.desc()) };
    Ok(query.limit(page.limit()).select(AuditEvent::as_select()).load(&mut conn).await?)
}

/// How many events [`page`] goes through.
pub async fn count(mut conn: &Connection, account: Option<&str>, filter: &AuditFilter) -> Result<i64> {
    Ok(matching(account, filter).count().get_result(&mut conn).await?)
}

fn matching<'a>(account: Option<&'a str>, filter: &'a AuditFilter) -> audit_events::BoxedQuery<'a, Pg> {
    let mut query = audit_events::table.into_boxed();
    if let Some(account) = account {
        query = query.filter(audit_events::account.eq(account));
    }
    if !filter.actions.is_empty() {
        query = query.filter(audit_events::action.eq_any(&filter.actions));
    }
    if let Some(account) = &filter.account {
        query = query.filter(audit_events::account.eq(account));
    }
    if let Some(actor) = &filter.actor {
        query = query.filter(audit_events::actor.eq(actor).or(audit_events::actor_account.eq(actor)));
    }
    if let Some(object) = &filter.object {
        query = query.filter(audit_events::object.eq(object));
    }
    if let Some(since) = filter.since {
        query = query.filter(audit_events::id.ge(AuditEventId::earliest(since)));
    }
    if let Some(until) = filter.until {
        query = query.filter(audit_events::id.lt(AuditEventId::earliest(until)));
    }
    query
}

#[derive(QueryableByName)]
struct Purged {
    #[diesel(sql_type = BigInt)]
    purged: i64,
}

/// Removes events from before `before`, some thousands at once, and says how many. The database keeps the youngest
/// whatever is asked for.
pub async fn purge(mut conn: &Connection, before: DateTime<Utc>) -> Result<i64> {
    let row: Purged = diesel::sql_query("SELECT purge_audit_events($1, $2) AS purged")
        .bind::<Timestamptz, _>(before)
        .bind::<Integer, _>(PURGED_AT_ONCE)
        .get_result(&mut conn)
        .await?;
    Ok(row.purged)
}
