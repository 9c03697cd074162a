//! Finding out when reports are sent.

use async_graphql::{Context, Object, Result};
use chrono::{DateTime, Utc};

use crate::domain::dashboards::reports::reading;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;

/// The part of the root that tells times.
#[derive(Default)]
pub struct ReportsQuery;

/// What can be read.
#[Object]
impl ReportsQuery {
    /// The next times of what could be the `cron` and `timeZone` of a report. A time that the clock skips comes at the first moment behind the
    /// gap, one that it shows twice the first time alone. BAD_USER_INPUT, with the argument at fault, for what is no schedule, comes more
    /// often than every 15 minutes, or never.
    #[expect(clippy::unused_async, reason = "a field of the graph is a future, whatever it needs")]
    async fn report_times(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Five fields: minute, hour, day of the month, month, day of the week.")] cron: String,
        #[graphql(desc = "Whose clock they mean, as the IANA database calls it.")] time_zone: String,
        #[graphql(desc = "How many, 1 to 100.", default = 5)] count: i32,
    ) -> Result<Vec<DateTime<Utc>>> {
        reading::times(app(ctx), actor(ctx), &cron, &time_zone, count).map_err(to_graphql)
    }
}
