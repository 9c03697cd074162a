//! Asking for a copy of all that is one's own, and fetching it.

use bytes::Bytes;
use chrono::TimeDelta;
use futures::{StreamExt as _, stream};

use super::jobs::WriteExport;
use super::keeping::key;
use super::model::{DataExport, ExportStatus};
use super::store;
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::courses::recordings::fetching;
use crate::domain::courses::tutoring::progress;
use crate::domain::dashboards::pictures::exports::fetching as pictures;
use crate::domain::data::exports::fetching as results;
use crate::domain::documents::actions::download::{self, Download};
use crate::domain::users::actions::standing;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{CourseId, DataExportId, UserId};
use crate::jobs::queue;
use crate::storage::signed::{self, Audience, Claim, Method};

/// The name under which a browser saves it.
const NAME: &str = "my-data.zip";
/// How long an address is good for.
const ADDRESS: TimeDelta = TimeDelta::hours(1);

/// Has a copy written of all that is the actor's.
///
/// # Errors
/// CONFLICT while another one is, UNAUTHENTICATED for nobody, FORBIDDEN for an API key.
pub async fn export_my_data(app: &App, actor: &Actor) -> Result<DataExport> {
    let owner = actor.require_may(Permission::ManageOwnAccount)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let export = store::insert(conn, owner, app.clock.now()).await?;
        let export = export.ok_or_else(|| Error::conflict("A copy of your data is being written already."))?;
        audit::record(conn, app.clock.now(), actor, Entry::new(Action::DataExported).on(export.id)).await?;
        queue::enqueue(conn, &app.clock, &WriteExport { id: export.id }).await?;
        Ok(export)
    })
    .await
}

/// The actor's newest copy; `None` when there is none, or its time is over.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for an API key.
pub async fn newest(app: &App, actor: &Actor) -> Result<Option<DataExport>> {
    let owner = actor.require_may(Permission::ManageOwnAccount)?.user.id;
    store::newest(&*app.db.read().await?, owner, app.clock.now()).await
}

/// The token of an address `/files/<token>` under which the actor fetches the copy; `None` while it cannot be fetched.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for an API key, `NOT_FOUND` for a foreign copy.
pub fn download_claim(app: &App, actor: &Actor, export: &DataExport) -> Result<Option<String>> {
    let owner = actor.require_may(Permission::ManageOwnAccount)?.user.id;
    if export.user_id != owner {
        return Err(Error::not_found("data export"));
    }
    if export.status != ExportStatus::Ready {
        return Ok(None);
    }
    let claim = Claim {
        object: export.id.to_string(),
        audience: Audience::User(owner.uuid()),
        method: Method::Get,
        expires_at: (app.clock.now() + ADDRESS).timestamp(),
        filename: Some(NAME.to_owned()),
    };
    Ok(Some(signed::sign(&app.secrets.key_for(download::KEY_USAGE), &claim)))
}

/// The file of an address: a copy's, a table's, a recording's, a result's, a picture's or a document's, if whom it was made for may still see it.
///
/// # Errors
/// `NOT_FOUND` for whatever keeps it from being served.
pub async fn open_download(app: &App, token: &str) -> Result<Download> {
    let none = || Error::not_found("file");
    let now = app.clock.now();
    let claim = signed::verify_with_any(app.secrets.keys_for(download::KEY_USAGE), token, now);
    let claim = claim.map_err(|error| none().with_source(error))?;
    let (Audience::User(viewer), Method::Get) = (&claim.audience, claim.method) else { return Err(none()) };
    if let Some(course) = progress::table_of(&claim.object) {
        return open_table(app, UserId::from_uuid(*viewer), course).await;
    }
    if let Ok(recording) = claim.object.parse() {
        return fetching::open(app, UserId::from_uuid(*viewer), recording).await;
    }
    if let Ok(export) = claim.object.parse() {
        return results::open(app, UserId::from_uuid(*viewer), export).await;
    }
    if let Ok(export) = claim.object.parse() {
        return pictures::open(app, UserId::from_uuid(*viewer), export).await;
    }
    let Ok(id) = claim.object.parse::<DataExportId>() else { return download::open_download(app, token).await };
    let export = store::find(&*app.db.read().await?, id).await?.ok_or_else(none)?;
    let is_live = export.status == ExportStatus::Ready && export.expires_at.is_some_and(|end| now < end);
    if !is_live || export.user_id.uuid() != *viewer {
        return Err(none());
    }
    let stored = app.storage.get(&key(export.user_id, id)?).await?;
    Ok(Download {
        disposition: signed::content_disposition(NAME),
        media_type: "application/zip".to_owned(),
        size: stored.size,
        bytes: stored.bytes,
    })
}

/// What a class did in tutoring sessions, made as it is fetched.
async fn open_table(app: &App, viewer: UserId, course: CourseId) -> Result<Download> {
    if !standing::is_open(app, viewer).await? {
        return Err(Error::not_found("file"));
    }
    let table = progress::table(app, viewer, course).await?;
    Ok(Download {
        disposition: signed::content_disposition(&table.filename),
        media_type: "text/csv; charset=utf-8".to_owned(),
        size: u64::try_from(table.text.len()).unwrap_or(0),
        bytes: stream::once(async { Ok(Bytes::from(table.text)) }).boxed(),
    })
}
