//! Hearing a recording: which there are, and a signed address of each.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::model::Recording;
use super::store;
use crate::ai::speech::format::RecordingFormat;
use crate::app::App;
use crate::domain::documents::actions::download::{Download, KEY_USAGE};
use crate::domain::users::actions::standing;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{TutoringRecordingId, TutoringSessionId, UserId};
use crate::storage::key::ObjectKey;
use crate::storage::signed::{self, Audience, Claim, Method};

/// How long an address is good for.
const ADDRESS: TimeDelta = TimeDelta::minutes(15);

/// The recordings of those of these sessions that the actor may hear.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn of_sessions(
    app: &App,
    actor: &Actor,
    ids: &[TutoringSessionId],
) -> Result<HashMap<TutoringSessionId, Recording>> {
    let reader = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let found = store::of_sessions(&*app.db.read().await?, reader, app.clock.now(), ids).await?;
    Ok(found.into_iter().map(|recording| (recording.session_id, recording)).collect())
}

/// The token of an address `/files/<token>` under which the actor fetches a recording that they have loaded.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub fn claim(app: &App, actor: &Actor, recording: &Recording) -> Result<String> {
    let reader = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let claim = Claim {
        object: recording.id.to_string(),
        audience: Audience::User(reader.uuid()),
        method: Method::Get,
        expires_at: (app.clock.now() + ADDRESS).min(recording.expires_at).timestamp(),
        filename: None,
    };
    Ok(signed::sign(&app.secrets.key_for(KEY_USAGE), &claim))
}

/// The name under which a recording is saved.
#[must_use]
pub fn filename(id: TutoringRecordingId, media_type: &str) -> String {
    let known = RecordingFormat::ALL.into_iter().find(|format| format.media_type() == media_type);
    format!("{id}.{}", known.map_or("audio", RecordingFormat::extension))
}

/// The file of an address, for whom it was made for, if they may still hear it.
///
/// # Errors
/// `NOT_FOUND` when they may not.
pub async fn open(app: &App, reader: UserId, id: TutoringRecordingId) -> Result<Download> {
    let none = || Error::not_found("file");
    if !standing::is_open(app, reader).await? {
        return Err(none());
    }
    let found = store::find(&*app.db.read().await?, reader, app.clock.now(), id).await?;
    let recording = found.ok_or_else(none)?;
    let key: ObjectKey = recording.storage_key.parse().map_err(Error::internal)?;
    let stored = app.storage.get(&key).await?;
    Ok(Download {
        disposition: signed::content_disposition(&filename(id, &recording.media_type)),
        media_type: recording.media_type,
        size: stored.size,
        bytes: stored.bytes,
    })
}
