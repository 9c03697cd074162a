//! Pictures of people.
//!
//! What is served was drawn anew, in squares of 64, 256 and 512 pixels: nothing of an uploaded file but its visible pixels
//! is kept. An address holds the SHA-256 of the picture. Whoever has it may see it, signed in or not, since faces are shown
//! beside names; nobody can guess it, and another picture has another address.

use std::fs::File;
use std::io::Write as _;

use futures::StreamExt as _;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::users::account_store;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::model::User;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, ErrorCode, Result};
use crate::extraction::picture::drawing::SIDES;
use crate::extraction::picture::format;
use crate::extraction::report::ExtractCode;
use crate::ids::UserId;
use crate::storage::key::{AVATARS, ObjectKey};
use crate::storage::store::Stored;

/// Largest file that is taken, in bytes.
const MAX_BYTES: u64 = 5 * 1024 * 1024;
/// The input that holds the file.
const FIELD: &str = "input.file";
/// What is served.
pub const MEDIA_TYPE: &str = "image/webp";

/// Makes this picture the actor's, in the place of the one before.
///
/// # Errors
/// `PAYLOAD_TOO_LARGE`, `UNSUPPORTED_MEDIA_TYPE` or BAD_USER_INPUT for the file, UNAUTHENTICATED for nobody,
/// UPSTREAM_UNAVAILABLE when the store of files does not answer.
pub async fn upload_avatar(app: &App, actor: &Actor, mut file: File) -> Result<User> {
    actor.require_may(Permission::ManageOwnAccount)?;
    let looked = tokio::task::spawn_blocking(move || {
        let length = file.metadata()?.len();
        let kind = format::detect(&mut file)?;
        Ok::<_, std::io::Error>((length, kind, file))
    });
    let unreadable = |error: std::io::Error| Error::unavailable("The file could not be taken in.").with_source(error);
    let (length, kind, file) = looked.await.map_err(Error::internal)?.map_err(unreadable)?;
    if length > MAX_BYTES {
        let message = format!("The picture is larger than {MAX_BYTES} bytes.");
        return Err(Error::new(ErrorCode::PayloadTooLarge, message).with_field(FIELD));
    }
    if kind.is_none() {
        let message = format!("This is no picture. Accepted are {}.", format::ACCEPTED);
        return Err(Error::new(ErrorCode::UnsupportedMediaType, message).with_field(FIELD));
    }
    let drawn = app.extractor.draw(file).await.map_err(|error| match error.code {
        ExtractCode::Unavailable => Error::unavailable(error.message),
        _ => Error::bad_input(FIELD, error.message),
    })?;
    let hash: [u8; 32] = drawn.iter().fold(Sha256::new(), sha2::Digest::chain_update).finalize().into();
    // In a task of its own: a caller that goes away leaves no half of a picture.
    let (app, actor) = (app.clone(), actor.clone());
    tokio::spawn(async move { keep(&app, &actor, hash, drawn).await }).await.map_err(Error::internal)?
}

/// The files first, then the row: an address never leads nowhere. What is left of a failure goes with the account.
async fn keep(app: &App, actor: &Actor, hash: [u8; 32], drawn: Vec<Vec<u8>>) -> Result<User> {
    let owner = actor.require_id()?;
    for (side, picture) in SIDES.into_iter().zip(drawn) {
        let folder = app.storage.temp_dir().to_owned();
        let written = tokio::task::spawn_blocking(move || {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(&picture)?;
            file.flush()?;
            Ok::<_, std::io::Error>(file.into_temp_path())
        });
        let full = |error: std::io::Error| Error::unavailable("The picture could not be kept.").with_source(error);
        let path = written.await.map_err(Error::internal)?.map_err(full)?;
        app.storage.put_file(&key(owner, &hash, side)?, &path).await?;
    }
    replace(app, actor, Some(&hash)).await
}

/// Takes the actor's picture away. That there is none is as good.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn remove_avatar(app: &App, actor: &Actor) -> Result<User> {
    actor.require_may(Permission::ManageOwnAccount)?;
    replace(app, actor, None).await
}

async fn replace(app: &App, actor: &Actor, hash: Option<&[u8; 32]>) -> Result<User> {
    let (owner, now) = (actor.require_id()?, app.clock.now());
    let mut conn = app.db.write().await?;
    let (before, user) = conn
        .transaction(async |conn| {
            let before = account_store::lock(conn, owner).await?.ok_or_else(|| Error::not_found("account"))?;
            let before = before.avatar_hash.and_then(|hash| <[u8; 32]>::try_from(hash).ok());
            let after = account_store::set_avatar(conn, owner, hash, now).await?;
            if before.as_ref() != hash {
                let shown = |hash: Option<&[u8; 32]>| json!({"sha256": hash.map(hex::encode)});
                let entry = Entry::new(Action::AvatarChanged).before(shown(before.as_ref())).after(shown(hash));
                audit::record(conn, now, actor, entry).await?;
            }
            Ok::<_, Error>((before, after))
        })
        .await?;
    drop(conn);
    if let Some(before) = before.filter(|before| hash != Some(before)) {
        for side in SIDES {
            if let Err(error) = app.storage.delete(&key(user.id, &before, side)?).await {
                tracing::warn!(user = %user.id, error = %error.chain(), "an old picture stays in the store");
            }
        }
    }
    Ok(user)
}

/// The path of the smallest square that is at least so large, or else of the largest.
#[must_use]
pub fn path(hash: &[u8], wanted: u32) -> String {
    let side = SIDES.into_iter().find(|side| *side >= wanted).unwrap_or(SIDES[SIDES.len() - 1]);
    format!("/avatars/{}/{side}", hex::encode(hash))
}

/// The picture at an address: open to everybody who has it, while an account has that picture.
///
/// # Errors
/// `NOT_FOUND` for whatever keeps it from being shown.
pub async fn open_avatar(app: &App, hash: &str, side: &str) -> Result<Stored> {
    let none = || Error::not_found("picture");
    let side = SIDES.into_iter().find(|one| one.to_string() == side).ok_or_else(none)?;
    let bytes: [u8; 32] = hex::decode(hash).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(none)?;
    if hex::encode(bytes) != hash {
        // One address a picture.
        return Err(none());
    }
    let owner = account_store::owner_of_avatar(&*app.db.read().await?, &bytes).await?.ok_or_else(none)?;
    app.storage.get(&key(owner, &bytes, side)?).await
}

/// Where the square of that side is kept: below its owner, by what the picture is.
fn key(owner: UserId, hash: &[u8; 32], side: u32) -> Result<ObjectKey> {
    let named = Sha256::new().chain_update(hash).chain_update(side.to_be_bytes()).finalize();
    let object = named.first_chunk::<16>().map(|start| Uuid::from_bytes(*start)).unwrap_or_default();
    ObjectKey::of(AVATARS, owner.uuid(), object).map_err(Error::internal)
}

/// Removes all files of an account from one room of the store.
///
/// # Errors
/// When the store of files does not answer; what is left then is left to another try.
pub async fn remove_files(app: &App, room: &str, owner: UserId) -> Result<()> {
    let folder = format!("{room}/{}", owner.uuid().hyphenated());
    // By the clock of the store, which may be ahead of ours.
    let mut files = app.storage.list(&folder, app.clock.now() + chrono::TimeDelta::days(36_500));
    while let Some(key) = files.next().await {
        app.storage.delete(&key?).await?;
    }
    Ok(())
}
