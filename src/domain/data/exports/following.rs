//! Looking at one's files of results, and following them while they are written.

use std::collections::HashMap;

use super::model::{ExportStatus, ResultExport};
use super::store;
use crate::app::App;
use crate::domain::data::following::Followed;
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

impl Followed for ResultExport {
    type Id = ResultExportId;
    type State = (ExportStatus, u32);

    fn topic(id: Self::Id) -> Topic {
        Topic::ResultExport(id)
    }

    async fn look(app: &App, reader: UserId, id: Self::Id) -> Result<Self> {
        let found = store::load(&*app.db.read().await?, reader, &[id]).await?.pop();
        found.map(|export| export.at(app.clock.now())).ok_or_else(|| Error::not_found("result export"))
    }

    fn state(&self) -> Self::State {
        (self.status, self.progress.to_bits())
    }

    fn is_settled(&self) -> bool {
        self.status.is_ended()
    }
}
