//! Looking at uploads, and following them while they are worked on.

use std::collections::HashMap;
use std::time::Duration;

use async_stream::try_stream;
use futures::Stream;

use super::model::DatasetUpload;
use super::store;
use super::taking::missing;
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::Result;
use crate::events::fact::Topic;
use crate::ids::{DataSourceId, DatasetUploadId, UserId};

/// How long to wait for news before looking at the row itself, in case nobody is left to tell.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Those of these uploads that the actor sees.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load(
    app: &App,
    actor: &Actor,
    ids: &[DatasetUploadId],
) -> Result<HashMap<DatasetUploadId, DatasetUpload>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = store::load(&*app.db.read().await?, reader, ids).await?;
    Ok(found.into_iter().map(|upload| (upload.id, upload)).collect())
}

/// The uploads of a source, the newest first; none for a source that the actor does not see.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn page(
    app: &App,
    actor: &Actor,
    source: DataSourceId,
    page: &Page<DatasetUploadId>,
) -> Result<Slice<DatasetUpload>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    Ok(page.slice(store::page(&*app.db.read().await?, reader, source, page).await?))
}

/// The upload as it is, then again whenever its status or progress changes, until nothing more happens by itself.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one.
pub async fn follow(
    app: &App,
    actor: &Actor,
    id: DatasetUploadId,
) -> Result<impl Stream<Item = Result<DatasetUpload>> + Send + use<>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    // Listening before the first look makes sure that nothing falls between the two.
    let mut listener = app.bus.listen(Topic::Dataset(id));
    let first = look(app, reader, id).await?;
    let app = app.clone();
    Ok(try_stream! {
        let mut now = first;
        let mut shown = None;
        loop {
            let state = (now.revision, now.status, now.progress.to_bits());
            if shown != Some(state) {
                shown = Some(state);
                yield now.clone();
            }
            if now.status.is_ended() {
                return;
            }
            drop(tokio::time::timeout(LOOK_AGAIN, listener.next()).await);
            now = look(&app, reader, id).await?;
        }
    })
}

async fn look(app: &App, reader: UserId, id: DatasetUploadId) -> Result<DatasetUpload> {
    store::load(&*app.db.read().await?, reader, &[id]).await?.pop().ok_or_else(missing)
}
