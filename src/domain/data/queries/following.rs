//! A run until its end.

use std::time::Duration;

use async_stream::try_stream;
use futures::Stream;
use serde_json::Value;

use super::history::{self, ROWS_MAX, Window};
use super::model::QueryRun;
use super::run_store as store;
use crate::app::App;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::events::fact::Topic;
use crate::ids::{QueryRunId, UserId};

/// How long to wait for news before looking at the row itself, in case nobody is left to tell.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// What has become of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct News {
    pub run: QueryRun,
    /// How many rows are before these.
    pub offset: usize,
    /// Those that came, 1,000 at most.
    pub rows: Vec<Vec<Value>>,
}

/// A run, if the actor sees it.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn run(app: &App, actor: &Actor, id: QueryRunId) -> Result<QueryRun> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    look(app, reader, id).await
}

/// As [`run`], for an address that was made for somebody: whoever calls this has found out that their account is open.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn run_of_reader(app: &App, reader: UserId, id: QueryRunId) -> Result<QueryRun> {
    look(app, reader, id).await
}

/// The run as it is when it has ended, or after this time.
///
/// # Errors
/// As [`run`].
pub async fn wait(app: &App, actor: &Actor, id: QueryRunId, longest: Duration) -> Result<QueryRun> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut listener = app.bus.listen(Topic::QueryRun(id));
    let ended = async {
        loop {
            let now = look(app, reader, id).await?;
            if now.is_ended() {
                return Ok(now);
            }
            drop(tokio::time::timeout(LOOK_AGAIN, listener.next()).await);
        }
    };
    match tokio::time::timeout(longest, ended).await {
        Ok(ended) => ended,
        Err(_) => look(app, reader, id).await,
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
    let first = look(app, reader, id).await?;
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
            if is_more || shown != Some((now.status, now.cancel_requested_at)) {
                shown = Some((now.status, now.cancel_requested_at));
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
            now = look(&app, reader, id).await?;
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

async fn look(app: &App, reader: UserId, id: QueryRunId) -> Result<QueryRun> {
    let found = store::load(&*app.db.read().await?, reader, &[id]).await?.pop();
    found.ok_or_else(|| Error::not_found("query run"))
}
