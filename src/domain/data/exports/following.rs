//! Looking at one's files of results, and following them while they are written.

use std::collections::HashMap;
use std::time::Duration;

use futures::Stream;

use super::model::ResultExport;
use super::{store, watching};
use crate::app::App;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::events::fact::Topic;
use crate::ids::{QueryRunId, ResultExportId, UserId};

/// Those of these exports that are the actor's.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load(app: &App, actor: &Actor, ids: &[ResultExportId]) -> Result<HashMap<ResultExportId, ResultExport>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = store::load(&*app.db.read().await?, reader, ids).await?;
    let now = app.clock.now();
    Ok(found.into_iter().map(|export| (export.id, export.at(now))).collect())
}

/// The actor's newest exports of each of these runs, the newest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn of_runs(app: &App, actor: &Actor, runs: &[QueryRunId]) -> Result<HashMap<QueryRunId, Vec<ResultExport>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let now = app.clock.now();
    let mut of: HashMap<QueryRunId, Vec<ResultExport>> = HashMap::new();
    for export in store::of_runs(&*app.db.read().await?, reader, runs).await? {
        of.entry(export.run_id).or_default().push(export.at(now));
    }
    Ok(of)
}

/// The export as it is when it has ended, or after this time.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub(super) async fn wait(app: &App, actor: &Actor, id: ResultExportId, longest: Duration) -> Result<ResultExport> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    watching::wait(app.bus.listen(Topic::ResultExport(id)), longest, || look(app, reader, id)).await
}

/// The export as it is, then again whenever its status or progress changes, until it has ended.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn follow(
    app: &App,
    actor: &Actor,
    id: ResultExportId,
) -> Result<impl Stream<Item = Result<ResultExport>> + Send + use<>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    // Listening before the first look makes sure that nothing falls between the two.
    let listener = app.bus.listen(Topic::ResultExport(id));
    let first = look(app, reader, id).await?;
    let app = app.clone();
    Ok(watching::follow(listener, first, move || {
        let app = app.clone();
        async move { look(&app, reader, id).await }
    }))
}

async fn look(app: &App, reader: UserId, id: ResultExportId) -> Result<ResultExport> {
    let found = store::load(&*app.db.read().await?, reader, &[id]).await?.pop();
    found.map(|export| export.at(app.clock.now())).ok_or_else(|| Error::not_found("result export"))
}
