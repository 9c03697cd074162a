//! Pictures by key.

use std::collections::HashMap;

use crate::app::App;
use crate::domain::dashboards::pictures::exports::following;
use crate::domain::dashboards::pictures::exports::model::PictureExport;
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::PictureExportId;

/// An export of the reader's.
pub struct PictureExportById;

impl Load for PictureExportById {
    type Key = PictureExportId;
    type Value = PictureExport;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        following::load(app, actor, keys).await
    }
}
