//! A student agrees to a recording, and hands one in.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use chrono::TimeDelta;
use serde_json::json;
use tempfile::TempPath;

use super::model::NewRecording;
use super::{removal, store};
use crate::ai::speech::format::RecordingFormat;
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::courses::tutoring::model::Session;
use crate::domain::courses::tutoring::{ending, store as sessions};
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::error::{Error, ErrorCode, Result};
use crate::ids::{TutoringRecordingId, TutoringSessionId, UserId};
use crate::storage::copy::{self, Copied};
use crate::storage::key::{ObjectKey, RECORDINGS};
use crate::trace::work;

/// The input that holds the file.
const FIELD: &str = "input.recording";
/// What a file's first bytes tell of what it is.
const HEAD: u64 = 16;
/// What is taken.
pub const ACCEPTED: &str = "FLAC, MP3, MP4, Ogg, WAV and WebM";

/// Writes down that the actor agrees that a recording of their session is kept, or does not agree any more: then there is none.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown session, CONFLICT for one of which what was said is deleted.
pub async fn set_consent(app: &App, actor: &Actor, id: TutoringSessionId, consents: bool) -> Result<Session> {
    let student = actor.require_may(Permission::ManageOwnConversations)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let session = own(conn, id, student).await?;
        let (had, now) = (session.recording_consented_at, app.clock.now());
        if had.is_some() == consents {
            return Ok(session);
        }
        if consents && session.transcript_deleted_at.is_some() {
            return Err(deleted());
        }
        store::set_consent(conn, id, consents.then_some(now)).await?;
        if !consents {
            removal::remove_in(app, conn, &[id]).await?;
        }
        let entry = Entry::new(Action::RecordingConsented).on(id).after(json!({ "consents": consents }));
        audit::record(conn, now, actor, entry).await?;
        own(conn, id, student).await
    })
    .await
}

/// Keeps a recording of a session of the actor's, in the place of one before.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown session; FORBIDDEN without consent and in a course that takes none; CONFLICT when what
/// was said is deleted; `PAYLOAD_TOO_LARGE`, `UNSUPPORTED_MEDIA_TYPE` or BAD_USER_INPUT for the file.
pub async fn upload(app: &App, actor: &Actor, id: TutoringSessionId, file: File) -> Result<Session> {
    let student = actor.require_may(Permission::ManageOwnConversations)?.user.id;
    require_verified(app, actor)?;
    let conn = app.db.write().await?;
    let session = sessions::find(&conn, id).await?.filter(|session| session.student_id == student);
    require_taken(&conn, &session.ok_or_else(ending::missing)?).await?;
    drop(conn);
    let (folder, most) = (app.storage.temp_dir().to_owned(), app.config.documents.max_bytes);
    let checked = tokio::task::spawn_blocking(move || {
        let copied = copy::copy(&mut { file }, &folder, most).map_err(unreadable)?;
        checked(copied, most, FIELD)
    });
    let (format, byte_size, path) = checked.await.map_err(Error::internal)??;
    // From here on in a task of its own: a caller that goes away leaves no file without its row.
    let (app, actor) = (app.clone(), actor.clone());
    let kept = async move { keep(&app, &actor, id, (format, byte_size, path)).await };
    tokio::spawn(work::within(work::current(), kept)).await.map_err(Error::internal)?
}

/// What a copy is, by what it holds.
///
/// # Errors
/// `PAYLOAD_TOO_LARGE`, `UNSUPPORTED_MEDIA_TYPE` or BAD_USER_INPUT for `field`.
pub fn checked(mut copied: Copied, most: u64, field: &str) -> Result<(RecordingFormat, u64, TempPath)> {
    if copied.byte_size > most {
        let message = format!("The recording is larger than {most} bytes.");
        return Err(Error::new(ErrorCode::PayloadTooLarge, message).with_field(field));
    }
    if copied.byte_size == 0 {
        return Err(Error::bad_input(field, "The recording is empty."));
    }
    let mut head = Vec::new();
    let file = copied.file.as_file_mut();
    file.take(HEAD).read_to_end(&mut head).map_err(unreadable)?;
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let format = RecordingFormat::of_content(&head).ok_or_else(|| {
        let message = format!("This is no recording. Accepted are {ACCEPTED}.");
        Error::new(ErrorCode::UnsupportedMediaType, message).with_field(field)
    })?;
    Ok((format, copied.byte_size, copied.file.into_temp_path()))
}

/// The file first, then the row: a row is never without its file.
async fn keep(
    app: &App,
    actor: &Actor,
    id: TutoringSessionId,
    (format, byte_size, path): (RecordingFormat, u64, TempPath),
) -> Result<Session> {
    let (student, now) = (actor.require_may(Permission::ManageOwnConversations)?.user.id, app.clock.now());
    let recording = TutoringRecordingId::generate(now);
    let key = ObjectKey::of(RECORDINGS, student.uuid(), recording.uuid()).map_err(Error::internal)?;
    app.storage.put_file(&key, &path).await?;
    let byte_size = i64::try_from(byte_size).map_err(Error::internal)?;
    let inserted = async {
        let mut conn = app.db.write().await?;
        conn.transaction(async |conn| {
            let session = own(conn, id, student).await?;
            let days = require_taken(conn, &session).await?;
            removal::remove_in(app, conn, &[id]).await?;
            let new = NewRecording {
                id: recording,
                session_id: id,
                storage_key: key.to_string(),
                media_type: format.media_type(),
                byte_size,
                created_at: now,
                expires_at: now + TimeDelta::days(i64::from(days)),
            };
            store::insert(conn, &new).await?;
            let file = json!({ "mediaType": new.media_type, "byteSize": byte_size });
            audit::record(conn, now, actor, Entry::new(Action::RecordingUploaded).on(id).after(file)).await?;
            Ok(session)
        })
        .await
    };
    let inserted: Result<Session> = inserted.await;
    if inserted.is_err() {
        // When the answer to the commit was lost, the row may be there after all; then, and when that cannot be learnt, the file
        // stays: one without a row is found later.
        let known = async { store::known(&*app.db.write().await?, &[key.to_string()]).await };
        if known.await.is_ok_and(|known| known.is_empty())
            && let Err(error) = app.storage.delete(&key).await
        {
            tracing::warn!(session = %id, error = %error.chain(), "a failed upload left its recording in the store");
        }
    }
    inserted
}

async fn own(conn: &Connection, id: TutoringSessionId, student: UserId) -> Result<Session> {
    let session = sessions::lock(conn, id).await?.filter(|session| session.student_id == student);
    session.ok_or_else(ending::missing)
}

/// For how many days a recording of this session would be kept.
async fn require_taken(conn: &Connection, session: &Session) -> Result<i32> {
    if session.transcript_deleted_at.is_some() {
        return Err(deleted());
    }
    if session.recording_consented_at.is_none() {
        return Err(Error::forbidden("You have not agreed that a recording is kept."));
    }
    let days = match session.course_id {
        Some(course) => store::days(conn, course).await?,
        None => 0,
    };
    if days > 0 { Ok(days) } else { Err(Error::forbidden("This course takes no recordings.")) }
}

fn deleted() -> Error {
    Error::conflict("What was said in this session is deleted.")
}

/// A disk that is full, or fails.
pub fn unreadable(error: std::io::Error) -> Error {
    Error::unavailable("The recording could not be taken in.").with_source(error)
}
