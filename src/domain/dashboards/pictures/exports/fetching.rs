//! Fetching a picture by a signed address.

use chrono::TimeDelta;

use super::model::PictureExport;
use super::store;
use crate::app::App;
use crate::domain::data::exports::model::ExportStatus;
use crate::domain::documents::actions::download::{Download, KEY_USAGE};
use crate::domain::users::actions::standing;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{PictureExportId, UserId};
use crate::storage::key::ObjectKey;
use crate::storage::signed::{self, Audience, Claim, Method};

/// How long an address is good for, at most.
const ADDRESS: TimeDelta = TimeDelta::hours(1);

/// The token of an address `/files/<token>` under which the actor fetches a picture of theirs; `None` unless it is READY.
///
/// # Errors
/// UNAUTHENTICATED for nobody, `NOT_FOUND` for a foreign one.
pub fn claim(app: &App, actor: &Actor, export: &PictureExport) -> Result<Option<String>> {
    let maker = actor.require_may(Permission::ReadOwnData)?.user.id;
    if export.user_id != maker {
        return Err(Error::not_found("picture export"));
    }
    if export.status != ExportStatus::Ready {
        return Ok(None);
    }
    let claim = Claim {
        object: export.id.to_string(),
        audience: Audience::User(maker.uuid()),
        method: Method::Get,
        expires_at: (app.clock.now() + ADDRESS).min(export.expires_at).timestamp(),
        filename: None,
    };
    Ok(Some(signed::sign(&app.secrets.key_for(KEY_USAGE), &claim)))
}

/// The file of an address, for whom it was made for, if they may still see what is on it.
///
/// # Errors
/// `NOT_FOUND` when they may not, or its time is over.
pub async fn open(app: &App, reader: UserId, id: PictureExportId) -> Result<Download> {
    let none = || Error::not_found("file");
    if !standing::is_open(app, reader).await? {
        return Err(none());
    }
    let now = app.clock.now();
    let found = store::load(&*app.db.read().await?, reader, &[id], now).await?.pop();
    let export = found.map(|export| export.at(now)).filter(|it| it.status == ExportStatus::Ready);
    let export = export.ok_or_else(none)?;
    let key: ObjectKey = export.storage_key.parse().map_err(Error::internal)?;
    let stored = app.storage.get(&key).await?;
    let what = if export.chart_id.is_some() { "chart" } else { "dashboard" };
    let filename = format!("{what}-{}.{}", export.created_at.format("%Y%m%d-%H%M%S"), export.format.extension());
    Ok(Download {
        disposition: signed::content_disposition(&filename),
        media_type: export.format.media_type().to_owned(),
        size: stored.size,
        bytes: stored.bytes,
    })
}
