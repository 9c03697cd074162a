//! Taking files in.

use std::fs::File;
use std::path::Path;

use serde_json::json;
use tempfile::NamedTempFile;

use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::documents::jobs::ProcessDocument;
use crate::domain::documents::model::{Document, NewDocument, ProcessingStatus};
use crate::domain::documents::policy::clean_filename;
use crate::domain::documents::store;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::error::{Error, ErrorCode, Result};
use crate::extraction::media::{self, MediaError, MediaKind};
use crate::ids::{DocumentId, UserId};
use crate::jobs::queue;
use crate::storage::copy::{self, Copied};
use crate::storage::key::ObjectKey;
use crate::trace::work;

/// A file that has arrived.
#[derive(Debug)]
pub struct Incoming {
    /// As the uploader calls it; may be anything.
    pub filename: String,
    /// Read from its start.
    pub file: File,
}

/// Stores files and queues their reading, all of them or none.
///
/// # Errors
/// UNAUTHENTICATED for nobody; BAD_USER_INPUT, `PAYLOAD_TOO_LARGE` or `UNSUPPORTED_MEDIA_TYPE` with the file at fault as
/// `input.files.<n>`; UPSTREAM_UNAVAILABLE when the store of files or the database does not answer.
pub async fn upload(app: &App, actor: &Actor, files: Vec<Incoming>) -> Result<Vec<Document>> {
    let owner = actor.require_may(Permission::ManageOwnDocuments)?.user.id;
    require_verified(app, actor)?;
    if files.is_empty() {
        return Err(Error::bad_input("input.files", "Give at least one file."));
    }
    let most = app.config.documents.max_files;
    if files.len() > most {
        return Err(Error::bad_input("input.files", format!("At most {most} files at once.")));
    }
    let mut checked = Vec::with_capacity(files.len());
    for (at, incoming) in files.into_iter().enumerate() {
        let (folder, most) = (app.storage.temp_dir().to_owned(), app.config.documents.max_bytes);
        let path = format!("input.files.{at}");
        let one = tokio::task::spawn_blocking(move || check(incoming, &path, &folder, most)).await;
        checked.push(one.map_err(Error::internal)??);
    }
    // From here on in a task of its own: a caller that goes away leaves no file without its row.
    let (app, actor) = (app.clone(), actor.clone());
    let kept = work::within(work::current(), async move { keep(&app, &actor, owner, checked).await });
    tokio::spawn(kept).await.map_err(Error::internal)?
}

/// A file that may be kept.
struct Checked {
    filename: String,
    kind: MediaKind,
    sha256: Vec<u8>,
    byte_size: u64,
    copy: NamedTempFile,
}

/// Copies a file to where the store takes it from, and finds out what it is from that very copy.
fn check(mut incoming: Incoming, path: &str, folder: &Path, most: u64) -> Result<Checked> {
    let filename = clean_filename(&incoming.filename);
    let unreadable = |error: std::io::Error| Error::unavailable("The file could not be taken in.").with_source(error);
    let Copied { file: mut copy, sha256, byte_size } =
        copy::copy(&mut incoming.file, folder, most).map_err(unreadable)?;
    if byte_size > most {
        let message = format!("The file is larger than {most} bytes.");
        return Err(Error::new(ErrorCode::PayloadTooLarge, message).with_field(path));
    }
    if byte_size == 0 {
        return Err(Error::bad_input(path, "The file is empty."));
    }
    let kind = media::detect(copy.as_file_mut(), &filename).map_err(|error| match error {
        MediaError::Unsupported(message) => Error::new(ErrorCode::UnsupportedMediaType, message).with_field(path),
        MediaError::Io(error) => unreadable(error),
    })?;
    Ok(Checked { filename, kind, sha256, byte_size, copy })
}

/// Files first, then rows and jobs in one transaction: a row is never without its file.
async fn keep(app: &App, actor: &Actor, owner: UserId, files: Vec<Checked>) -> Result<Vec<Document>> {
    let now = app.clock.now();
    let mut rows = Vec::with_capacity(files.len());
    let mut keys = Vec::with_capacity(files.len());
    let stored = async {
        for file in files {
            let id = DocumentId::generate(now);
            let key = ObjectKey::document(owner.uuid(), id.uuid());
            let path = file.copy.into_temp_path();
            app.storage.put_file(&key, &path).await?;
            rows.push(NewDocument {
                id,
                owner_id: owner,
                filename: file.filename,
                media_type: file.kind.mime(),
                byte_size: i64::try_from(file.byte_size).map_err(Error::internal)?,
                sha256: file.sha256,
                storage_key: key.to_string(),
                status: ProcessingStatus::Pending,
                created_at: now,
                updated_at: now,
            });
            keys.push((id, key));
        }
        Ok(())
    };
    let stored: Result<()> = stored.await;
    let inserted = match stored {
        Ok(()) => insert(app, actor, &rows).await,
        Err(error) => Err(error),
    };
    if let Err(error) = inserted {
        discard(app, &keys).await;
        return Err(error);
    }
    let ids: Vec<DocumentId> = rows.iter().map(|row| row.id).collect();
    let mut documents = store::load(&*app.db.write().await?, owner, now, &ids).await?;
    documents.sort_by_key(|document| ids.iter().position(|id| *id == document.id));
    Ok(documents)
}

async fn insert(app: &App, actor: &Actor, rows: &[NewDocument]) -> Result<()> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        store::insert(conn, rows).await?;
        for row in rows {
            queue::enqueue(conn, &app.clock, &ProcessDocument { document_id: row.id, revision: 1 }).await?;
        }
        // By what it holds: its name is the person's own.
        let uploaded = rows.iter().map(|row| {
            let file =
                json!({"mediaType": row.media_type, "byteSize": row.byte_size, "sha256": hex::encode(&row.sha256)});
            Entry::new(Action::DocumentUploaded).on(row.id).after(file)
        });
        audit::record_all(conn, app.clock.now(), actor, uploaded.collect()).await
    })
    .await
}

/// Removes the files of a failed upload. When the answer to the commit was lost, the rows may be there after all: then,
/// and when that cannot be learnt, the files stay.
async fn discard(app: &App, keys: &[(DocumentId, ObjectKey)]) {
    let ids: Vec<DocumentId> = keys.iter().map(|(id, _)| *id).collect();
    let existing = async { store::existing(&*app.db.write().await?, &ids).await };
    let Ok(existing) = existing.await else {
        tracing::warn!(?ids, "a failed upload may have left its files in the store");
        return;
    };
    for (id, key) in keys.iter().filter(|(id, _)| !existing.contains(id)) {
        if let Err(error) = app.storage.delete(key).await {
            tracing::warn!(document = %id, error = %error.chain(), "a failed upload left its file in the store");
        }
    }
}
