//! Looking at one's pictures, and following them while they are drawn.

use std::collections::HashMap;

use super::model::PictureExport;
use super::store;
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::data::exports::model::ExportStatus;
use crate::domain::data::following::Followed;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::events::fact::Topic;
use crate::ids::{PictureExportId, UserId};

/// Those of these exports that are the actor's.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load(
    app: &App,
    actor: &Actor,
    ids: &[PictureExportId],
) -> Result<HashMap<PictureExportId, PictureExport>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let now = app.clock.now();
    let found = store::load(&*app.db.read().await?, reader, ids, now).await?;
    Ok(found.into_iter().map(|export| (export.id, export.at(now))).collect())
}

/// The actor's exports, the newest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn page(app: &App, actor: &Actor, page: &Page<PictureExportId>) -> Result<Slice<PictureExport>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let now = app.clock.now();
    let found = store::page(&*app.db.read().await?, reader, page, now).await?;
    Ok(page.slice(found.into_iter().map(|export| export.at(now)).collect()))
}

impl Followed for PictureExport {
    type Id = PictureExportId;
    type State = (ExportStatus, u32);

    fn topic(id: Self::Id) -> Topic {
        Topic::PictureExport(id)
    }

    async fn look(app: &App, reader: UserId, id: Self::Id) -> Result<Self> {
        let now = app.clock.now();
        let found = store::load(&*app.db.read().await?, reader, &[id], now).await?.pop();
        found.map(|export| export.at(now)).ok_or_else(|| Error::not_found("picture export"))
    }

    fn state(&self) -> Self::State {
        (self.status, self.progress.to_bits())
    }

    fn is_settled(&self) -> bool {
        self.status.is_ended()
    }
}
