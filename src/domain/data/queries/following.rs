//! A run until its end.

use async_stream::try_stream;
use chrono::{DateTime, Utc};
use futures::Stream;
use serde_json::Value;

use super::history::{self, ROWS_MAX, Window};
use super::model::{QueryRun, RunStatus};
use super::run_store as store;
use crate::app::App;
use crate::domain::data::following::{Followed, LOOK_AGAIN};
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::events::fact::Topic;
use crate::ids::{QueryRunId, UserId};

/// What has become of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct News {
    pub run: QueryRun,
    /// How many rows are before these.
    pub offset: usize,
    /// Those that came, 1,000 at most.
    pub rows: Vec<Vec<Value>>,
}

impl Followed for QueryRun {
    type Id = QueryRunId;
    type State = (RunStatus, Option<DateTime<Utc>>);

    fn topic(id: Self::Id) -> Topic {
        Topic::QueryRun(id)
    }

    async fn look(app: &App, reader: UserId, id: Self::Id) -> Result<Self> {
        let found = store::load(&*app.db.read().await?, reader, &[id]).await?.pop();
        found.ok_or_else(|| Error::not_found("query run"))
    }

    fn state(&self) -> Self::State {
        (self.status, self.cancel_requested_at)
    }

    fn is_settled(&self) -> bool {
        self.is_ended()
    }
}

/// The run as it is, and again whenever its status changes; with `after`, its rows behind that many as they come, until it has ended and
/// all are told.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn follow(
    app: &App,
    actor: &Actor,
    id: QueryRunId,
    after: Option<usize>,
) -> Result<impl Stream<Item = Result<News>> + Send + use<>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    // Listening before the first look makes sure that nothing falls between the two.
    let mut listener = app.bus.listen(Topic::QueryRun(id));
    let first = QueryRun::look(app, reader, id).await?;
    let app = app.clone();
    Ok(try_stream! {
        let mut now = first;
        let mut shown = None;
        let mut told = after.unwrap_or(0);
        loop {
            let rows = match after {
                Some(_) => behind(&app, &now, told).await?,
                None => Vec::new(),
            };
            let is_more = !rows.is_empty();
            let state = Some(now.state());
            if is_more || shown != state {
                shown = state;
                let offset = told;
                told += rows.len();
                yield News { run: now.clone(), offset, rows };
            }
            if is_more {
                // There may be others behind these.
                continue;
            }
            if now.is_ended() {
                return;
            }
            drop(tokio::time::timeout(LOOK_AGAIN, listener.next()).await);
            now = QueryRun::look(&app, reader, id).await?;
        }
    })
}

/// The next rows that are stored, as many as are told at once.
async fn behind(app: &App, run: &QueryRun, told: usize) -> Result<Vec<Vec<Value>>> {
    let there = run.row_count.and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
    let Some(result) = run.result_id.filter(|_| told < there) else { return Ok(Vec::new()) };
    let window = Window { result, first: ROWS_MAX.min(there - told), offset: told };
    history::window(&*app.db.read().await?, window).await
}

/// The run when it has ended, for the domain's own use: **nothing is authorised here**. `None` when it is gone.
///
/// # Errors
/// When Postgres does not answer.
pub async fn end_of(app: &App, id: QueryRunId) -> Result<Option<QueryRun>> {
    let mut listener = app.bus.listen(Topic::QueryRun(id));
    loop {
        let found = store::find(&*app.db.read().await?, id).await?;
        if found.as_ref().is_none_or(QueryRun::is_ended) {
            return Ok(found);
        }
        drop(tokio::time::timeout(LOOK_AGAIN, listener.next()).await);
    }
}
