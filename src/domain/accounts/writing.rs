//! A copy of all that is one person's is written.

use bytes::Bytes;
use chrono::TimeDelta;
use futures::StreamExt as _;

use super::archive::Archive;
use super::contents_store::{self, FileKind, OwnFile};
use super::keeping::{self, KEPT};
use super::model::{DataExport, ExportStatus};
use super::naming::public;
use super::sections::{SECTIONS, Section};
use super::store;
use crate::app::App;
use crate::domain::courses::recordings::fetching;
use crate::error::{Error, Result};
use crate::ids::{DataExportId, DatasetUploadId, DocumentId, TutoringRecordingId, UserId};
use crate::storage::key::ObjectKey;

/// Rows read at once.
const PAGE: i64 = 200;
/// The part of the work that is done when all but the files is written.
const ROWS_PART: f32 = 0.1;
/// What the archive says of itself.
const READ_ME: &str = "A copy of all that is kept of your account.\n\n\
    profile, sign_ins, identities, api_keys, conversations, messages, tutoring_sessions, tutoring_recordings,\n\
    moderation_flags, documents, generations, workspaces, data_uploads, data_questions, query_runs, saved_queries, charts,\n\
    dashboards, insights, prompt_templates, glossary_terms, alerts, scheduled_reports, notifications, courses, weeks and\n\
    audit_trail (.json) hold a list each; workspaces are those that you work in, and what is listed of them is what you\n\
    made there; courses are those that you teach or attend, weeks those of the courses that are yours; ids are those of\n\
    the API. The folders documents and data hold your files as you uploaded them, each behind its id; the folder\n\
    recordings what was kept of your voice.\n\
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
            let name = name_of(&file);
            let lower = name.to_lowercase();
            let is_packed = file.kind == FileKind::Recording
                || [".pdf", ".docx", ".zip", ".xlsx", ".parquet"].iter().any(|end| lower.ends_with(end));
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

/// What a file is called in the copy: no two are called the same.
fn name_of(file: &OwnFile) -> String {
    match file.kind {
        FileKind::Document => format!("documents/{}-{}", DocumentId::from_uuid(file.id), file.filename),
        FileKind::Dataset => format!("data/{}-{}", DatasetUploadId::from_uuid(file.id), file.filename),
        FileKind::Recording => {
            let recording = TutoringRecordingId::from_uuid(file.id);
            format!("recordings/{}", fetching::filename(recording, &file.media_type))
        }
    }
}
