//! Fetching a document's file by a signed address.

use bytes::Bytes;
use chrono::TimeDelta;
use futures::stream::BoxStream;

use crate::app::App;
use crate::domain::documents::actions::read;
use crate::domain::documents::store;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{DocumentId, UserId};
use crate::storage::key::ObjectKey;
use crate::storage::signed::{self, Audience, Claim, Method};

/// What the signing key is for.
pub const KEY_USAGE: &str = "files";
/// How long an address is good for when the caller does not say, in seconds.
pub const DEFAULT_EXPIRY_SECONDS: i32 = 3600;
/// Longest life of an address, in seconds.
pub const MAX_EXPIRY_SECONDS: i32 = 7 * 24 * 3600;

/// The token of an address `/files/<token>` under which the actor fetches the document's file.
///
/// # Errors
/// As [`read::get`]; BAD_USER_INPUT for a life of less than a second or more than seven days.
pub async fn download_claim(
    app: &App,
    actor: &Actor,
    id: DocumentId,
    expires_in_seconds: Option<i32>,
) -> Result<String> {
    let viewer = actor.require_may(Permission::ReadOwnDocuments)?.user.id;
    let seconds = expires_in_seconds.unwrap_or(DEFAULT_EXPIRY_SECONDS);
    if !(1..=MAX_EXPIRY_SECONDS).contains(&seconds) {
        let message = format!("Give 1 to {MAX_EXPIRY_SECONDS} seconds.");
        return Err(Error::bad_input("expiresInSeconds", message));
    }
    let document = read::get(app, actor, id).await?;
    let expires_at = app.clock.now() + TimeDelta::seconds(i64::from(seconds));
    let claim = Claim {
        object: document.id.to_string(),
        audience: Audience::User(viewer.uuid()),
        method: Method::Get,
        expires_at: expires_at.timestamp(),
        filename: Some(document.filename),
    };
    Ok(signed::sign(&app.secrets.key_for(KEY_USAGE), &claim))
}

/// A file on its way to a client. To be sent as an attachment with `X-Content-Type-Options: nosniff`.
pub struct Download {
    /// The header `Content-Disposition`: an attachment, under the document's name.
    pub disposition: String,
    pub media_type: String,
    /// Bytes in all.
    pub size: u64,
    pub bytes: BoxStream<'static, Result<Bytes>>,
}

/// The file of an address, if whom it was made for may still see it.
///
/// # Errors
/// `NOT_FOUND` for whatever keeps it from being served: what is wrong with a token is nobody's business.
pub async fn open_download(app: &App, token: &str) -> Result<Download> {
    let none = || Error::not_found("file");
    let claim = signed::verify_with_any(app.secrets.keys_for(KEY_USAGE), token, app.clock.now())
        .map_err(|error| none().with_source(error))?;
    let (Audience::User(viewer), Method::Get) = (&claim.audience, claim.method) else { return Err(none()) };
    let id: DocumentId = claim.object.parse().map_err(|_| none())?;
    let viewer = UserId::from_uuid(*viewer);
    let found = store::find_for_open_account(&*app.db.read().await?, viewer, app.clock.now(), id).await?;
    let document = found.ok_or_else(none)?;
    let key: ObjectKey = document.storage_key.parse().map_err(Error::internal)?;
    let stored = app.storage.get(&key).await?;
    Ok(Download {
        disposition: signed::content_disposition(&document.filename),
        media_type: document.media_type,
        size: stored.size,
        bytes: stored.bytes,
    })
}
