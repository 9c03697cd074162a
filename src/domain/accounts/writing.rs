//! A copy of all that is one person's is written.

use bytes::Bytes;
use chrono::TimeDelta;
use futures::StreamExt as _;
use serde_json::Value;
use uuid::Uuid;

use super::archive::Archive;
use super::contents_store::{self, SECTIONS, Section};
use super::keeping::{self, KEPT};
use super::model::{DataExport, ExportStatus};
use super::store;
use crate::app::App;
use crate::domain::courses::recordings::fetching;
use crate::domain::notifications::model::{Subject, SubjectKind};
use crate::error::{Error, Result};
use crate::ids::{
    ApiKeyId, AuditEventId, ConversationId, CourseId, CourseMemberId, DataExportId, DocumentId, GenerationId,
    LoginSessionId, MessageId, ModerationFlagId, NotificationId, TutoringRecordingId, TutoringSessionId, UserId,
    WeekId, WorkspaceId, WorkspaceMemberId,
};
use crate::storage::key::ObjectKey;

/// Rows read at once.
const PAGE: i64 = 200;
/// The part of the work that is done when all but the files is written.
const ROWS_PART: f32 = 0.1;
/// What the archive says of itself.
const READ_ME: &str = "A copy of all that is kept of your account.\n\n\
    profile, sign_ins, identities, api_keys, conversations, messages, tutoring_sessions, tutoring_recordings,\n\
    moderation_flags, documents, generations, workspaces, notifications, courses, weeks and audit_trail (.json) hold a list each;\n\
    workspaces are those that you work in, courses those that you teach or attend, weeks those of the courses that are\n\
    yours; ids are those of the API. The folder documents\n\
    holds your files as you uploaded them, each behind the id of its document; the folder recordings what was kept of\n\
    your voice.\n\
    Times are in UTC, money is in US dollars. Passwords, keys and tokens are not among it.\n";

/// Writes the copy, unless it is written or nobody wants it any more. Begun anew after a failure.
///
/// # Errors
/// When Postgres, the store of files or the disk fails.
pub async fn write(app: &App, id: DataExportId) -> Result<()> {
    let Some(export) = wanted(app, id).await? else { return Ok(()) };
    let owner = export.user_id;
    let staged = tempfile::NamedTempFile::new_in(app.storage.temp_dir()).map_err(Error::internal)?;
    let mut archive = Archive::begin(staged.reopen().map_err(Error::internal)?);
    archive.file("README.txt".to_owned(), false).await?;
    archive.write(Bytes::from_static(READ_ME.as_bytes())).await?;
    for section in SECTIONS {
        write_rows(app, &mut archive, section, owner).await?;
    }
    write_files(app, &mut archive, &export).await?;
    Box::pin(archive.end()).await?;
    let path = staged.into_temp_path();
    let size = tokio::fs::metadata(&path).await.map_err(Error::internal)?.len();
    // Whoever left meanwhile has nothing more here.
    if wanted(app, id).await?.is_none() {
        return Ok(());
    }
    app.storage.put_file(&keeping::key(owner, id)?, &path).await?;
    let now = app.clock.now();
    let size = i64::try_from(size).map_err(Error::internal)?;
    if !store::end(&*app.db.write().await?, id, Some(size), now, now + KEPT).await? {
        return app.storage.delete(&keeping::key(owner, id)?).await;
    }
    for old in store::older(&*app.db.write().await?, owner, id).await? {
        keeping::remove(app, old, owner).await?;
    }
    tracing::info!(event = "data_exported", user = %owner, export = %id, size, "a copy of an account was written");
    Ok(())
}

/// Says that it will not come.
///
/// # Errors
/// When Postgres does not answer.
pub async fn give_up(app: &App, id: DataExportId) -> Result<()> {
    let now = app.clock.now();
    store::end(&*app.db.write().await?, id, None, now, now + TimeDelta::days(1)).await?;
    Ok(())
}

async fn wanted(app: &App, id: DataExportId) -> Result<Option<DataExport>> {
    let found = store::find(&*app.db.write().await?, id).await?;
    Ok(found.filter(|export| export.status == ExportStatus::Running))
}

/// A file with a list of rows.
async fn write_rows(app: &App, archive: &mut Archive, section: &Section, owner: UserId) -> Result<()> {
    archive.file(format!("{}.json", section.name), false).await?;
    let (mut after, mut text) = (None, "[".to_owned());
    loop {
        let (rows, last) = contents_store::page(&*app.db.write().await?, section, owner, after, PAGE).await?;
        for row in rows {
            text.push_str(if text.len() == 1 && after.is_none() { "\n" } else { ",\n" });
            text.push_str(&public(row, section.kind).to_string());
        }
        archive.write(std::mem::take(&mut text).into()).await?;
        let Some(last) = last else { break };
        after = Some(last);
    }
    archive.write(Bytes::from_static(b"\n]\n")).await
}

/// The files as they were uploaded.
async fn write_files(app: &App, archive: &mut Archive, export: &DataExport) -> Result<()> {
    let count = contents_store::count_files(&*app.db.write().await?, export.user_id).await?;
    let (mut after, mut written) = (None, 0_u16);
    loop {
        let files = contents_store::files(&*app.db.write().await?, export.user_id, after, PAGE).await?;
        let Some(last) = files.last() else { return Ok(()) };
        after = Some(last.id);
        for file in files {
            let key: ObjectKey = file.storage_key.parse().map_err(Error::internal)?;
            let stored = match app.storage.get(&key).await {
                // Deleted since the page was read.
                Err(error) if error.code() == crate::error::ErrorCode::NotFound => continue,
                stored => stored?,
            };
            let name = match &file.filename {
                Some(filename) => format!("documents/{}-{filename}", DocumentId::from_uuid(file.id)),
                None => format!(
                    "recordings/{}",
                    fetching::filename(TutoringRecordingId::from_uuid(file.id), &file.media_type)
                ),
            };
            let lower = name.to_lowercase();
            let is_packed = file.filename.is_none() || [".pdf", ".docx", ".zip"].iter().any(|end| lower.ends_with(end));
            archive.file(name, is_packed).await?;
            let mut bytes = stored.bytes;
            while let Some(part) = bytes.next().await {
                archive.write(part?).await?;
            }
            written = written.saturating_add(1);
            let share = f32::from(written) / f32::from(u16::try_from(count.max(1)).unwrap_or(u16::MAX));
            let progress = ROWS_PART + (0.99 - ROWS_PART) * share.min(1.0);
            store::set_progress(&*app.db.write().await?, export.id, progress).await?;
        }
    }
}

/// A row with the ids that the API knows in the place of those in the tables.
fn public(mut row: Value, kind: &str) -> Value {
    let Some(columns) = row.as_object_mut() else { return row };
    let subject_kind = columns.get("subject_kind").and_then(Value::as_str).and_then(|kind| kind.parse().ok());
    for (name, value) in columns.iter_mut() {
        let kind = match name.as_str() {
            "id" => kind,
            "subject" => {
                if let Some(kind) = subject_kind {
                    name_subject(value, kind);
                }
                continue;
            }
            "conversation_id" => "conv",
            "course_id" => "course",
            "workspace_id" => "workspace",
            "parent_id" | "message_id" => "msg",
            "generation_id" => "gen",
            "document_ids" => "doc",
            "session_id" => "tutoring",
            _ => continue,
        };
        match value {
            Value::Array(ids) => ids.iter_mut().for_each(|id| name_it(id, kind)),
            id => name_it(id, kind),
        }
    }
    row
}

/// What a notification is about, by its public id.
fn name_subject(value: &mut Value, kind: SubjectKind) {
    let Some(id) = value.as_str().and_then(|text| Uuid::try_parse(text).ok()) else { return };
    *value = Value::String(Subject { kind, id }.to_string());
}

fn name_it(value: &mut Value, kind: &str) {
    let Some(uuid) = value.as_str().and_then(|text| Uuid::try_parse(text).ok()) else { return };
    let id = match kind {
        "user" => UserId::from_uuid(uuid).to_string(),
        "sess" => LoginSessionId::from_uuid(uuid).to_string(),
        "conv" => ConversationId::from_uuid(uuid).to_string(),
        "msg" => MessageId::from_uuid(uuid).to_string(),
        "doc" => DocumentId::from_uuid(uuid).to_string(),
        "gen" => GenerationId::from_uuid(uuid).to_string(),
        "course" => CourseId::from_uuid(uuid).to_string(),
        "member" => CourseMemberId::from_uuid(uuid).to_string(),
        "workspace" => WorkspaceId::from_uuid(uuid).to_string(),
        "notification" => NotificationId::from_uuid(uuid).to_string(),
        "wsmember" => WorkspaceMemberId::from_uuid(uuid).to_string(),
        "week" => WeekId::from_uuid(uuid).to_string(),
        "key" => ApiKeyId::from_uuid(uuid).to_string(),
        "tutoring" => TutoringSessionId::from_uuid(uuid).to_string(),
        "recording" => TutoringRecordingId::from_uuid(uuid).to_string(),
        "flag" => ModerationFlagId::from_uuid(uuid).to_string(),
        "audit" => AuditEventId::from_uuid(uuid).to_string(),
        _ => return,
    };
    *value = Value::String(id);
}
