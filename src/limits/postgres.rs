//! The count in Postgres: one row a class and caller, changed by one statement.

use std::time::Duration;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Double, Text};
use diesel_async::RunQueryDsl;

use super::class::{Class, Rate};
use crate::db::pool::Connection;
use crate::db::schema::rate_limits;
use crate::error::Result;

/// The generic cell rate algorithm in one statement: gives 0 when `cost` was taken, and else how long it will be before
/// it can be. All times are Postgres's, in seconds, so that the clocks of instances do not matter.
struct Take<'a> {
    class: &'static str,
    key: &'a str,
    /// What is taken, as the time in which it comes back.
    cost: f64,
    /// The whole allowance, likewise.
    period: f64,
}

impl QueryId for Take<'_> {
    type QueryId = Take<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for Take<'_> {
    type SqlType = Double;
}

impl<Conn> diesel::RunQueryDsl<Conn> for Take<'_> {}

impl QueryFragment<Pg> for Take<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH asked AS (SELECT ");
        out.push_bind_param::<Text, _>(&self.class)?;
        out.push_sql(" AS class, ");
        out.push_bind_param::<Text, _>(&self.key)?;
        out.push_sql(" AS key, clock_timestamp() AS now, make_interval(secs => ");
        out.push_bind_param::<Double, _>(&self.cost)?;
        out.push_sql(") AS cost, make_interval(secs => ");
        out.push_bind_param::<Double, _>(&self.period)?;
        out.push_sql(
            ") AS period), \
             taken AS (INSERT INTO rate_limits AS r (class, key, full_at) SELECT class, key, now + cost FROM asked \
                 ON CONFLICT (class, key) DO UPDATE SET full_at = greatest(r.full_at, (SELECT now FROM asked)) + (SELECT cost FROM asked) \
                 WHERE greatest(r.full_at, (SELECT now FROM asked)) + (SELECT cost FROM asked) <= (SELECT now + period FROM asked) \
                 RETURNING 0::float8 AS wait) \
             SELECT wait FROM taken UNION ALL \
             SELECT greatest(extract(epoch FROM r.full_at + cost - period - now)::float8, 0.001) \
             FROM asked JOIN rate_limits r USING (class, key) WHERE NOT EXISTS (SELECT FROM taken)",
        );
        Ok(())
    }
}

/// Takes `count` of the allowance. `None` when it was there, else how long until it will be.
///
/// # Errors
/// When Postgres does not answer.
pub async fn take(mut conn: &Connection, class: Class, key: &str, count: u32, rate: Rate) -> Result<Option<Duration>> {
    let period = rate.period.as_secs_f64();
    let cost = rate.interval().as_secs_f64() * f64::from(count);
    let take = Take { class: class.as_str(), key, cost: cost.min(period), period };
    let waits: Vec<f64> = take.load(&mut conn).await?;
    // No row: it was refused, and removed as whole again in the same moment.
    let wait = waits.into_iter().next().unwrap_or(0.001);
    Ok((wait > 0.0).then(|| Duration::from_secs_f64(wait)))
}

/// Gives a caller the whole allowance back.
///
/// # Errors
/// When Postgres does not answer.
pub async fn forget(mut conn: &Connection, class: Class, key: &str) -> Result<()> {
    diesel::delete(rate_limits::table.find((class.as_str(), key))).execute(&mut conn).await?;
    Ok(())
}

/// Removes rows that say nothing any more.
///
/// # Errors
/// When Postgres does not answer.
pub async fn prune(mut conn: &Connection) -> Result<usize> {
    let whole = rate_limits::table.filter(rate_limits::full_at.lt(diesel::dsl::now));
    Ok(diesel::delete(whole).execute(&mut conn).await?)
}
