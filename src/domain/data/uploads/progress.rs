//! Looking at uploads, and following them while they are worked on.

use std::collections::HashMap;

use super::model::{DatasetUpload, UploadStatus};
use super::store;
use super::taking::missing;
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::data::following::Followed;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::Result;
use crate::events::fact::Topic;
use crate::ids::{DataSourceId, DatasetUploadId, UserId};

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

impl Followed for DatasetUpload {
    type Id = DatasetUploadId;
    type State = (i32, UploadStatus, u32);

    fn topic(id: Self::Id) -> Topic {
        Topic::Dataset(id)
    }

    async fn look(app: &App, reader: UserId, id: Self::Id) -> Result<Self> {
        store::load(&*app.db.read().await?, reader, &[id]).await?.pop().ok_or_else(missing)
    }

    fn state(&self) -> Self::State {
        (self.revision, self.status, self.progress.to_bits())
    }

    fn is_settled(&self) -> bool {
        self.status.is_ended()
    }
}
