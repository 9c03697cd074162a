//! Looking at one's pictures, and following them while they are drawn.

use std::collections::HashMap;
use std::time::Duration;

use futures::Stream;

use super::model::PictureExport;
use super::store;
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::data::exports::watching;
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

/// The export as it is when it has ended, or after this time.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub(super) async fn wait(app: &App, actor: &Actor, id: PictureExportId, longest: Duration) -> Result<PictureExport> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    watching::wait(app.bus.listen(Topic::PictureExport(id)), longest, || look(app, reader, id)).await
}

/// The export as it is, then again whenever its status or progress changes, until it has ended.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn follow(
    app: &App,
    actor: &Actor,
    id: PictureExportId,
) -> Result<impl Stream<Item = Result<PictureExport>> + Send + use<>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    // Listening before the first look makes sure that nothing falls between the two.
    let listener = app.bus.listen(Topic::PictureExport(id));
    let first = look(app, reader, id).await?;
    let app = app.clone();
    Ok(watching::follow(listener, first, move || {
        let app = app.clone();
        async move { look(&app, reader, id).await }
    }))
}

async fn look(app: &App, reader: UserId, id: PictureExportId) -> Result<PictureExport> {
    let now = app.clock.now();
    let found = store::load(&*app.db.read().await?, reader, &[id], now).await?.pop();
    found.map(|export| export.at(now)).ok_or_else(|| Error::not_found("picture export"))
}
