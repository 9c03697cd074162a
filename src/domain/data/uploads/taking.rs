//! Taking files in, and having them loaded in another way.

use std::fs::File;
use std::path::Path;

use serde_json::json;
use tempfile::NamedTempFile;

use super::jobs::LoadDataset;
use super::model::{DatasetUpload, LoadMode, NewUpload, Plan};
use super::{store, tenant_store};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::data::source_store;
use crate::domain::documents::policy::clean_filename;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::domain::workspaces::policy::require_editor;
use crate::domain::workspaces::reading;
use crate::error::{Error, ErrorCode, Result};
use crate::ids::{DatasetUploadId, WorkspaceId};
use crate::jobs::queue;
use crate::storage::copy::{self, Copied};
use crate::storage::key::{DATASETS, ObjectKey};
use crate::tabular::dialect::FileFormat;
use crate::tabular::problem::TableError;
use crate::tabular::{names, sniff};
use crate::trace::work;

/// The input that holds the file.
const FIELD: &str = "input.file";
/// Changes of columns in one plan.
const CHANGES_MAX: usize = 1000;
/// Characters of the name of a sheet; Excel gives them 31.
const SHEET_CHARS: usize = 255;

/// A file that has arrived.
#[derive(Debug)]
pub struct Incoming {
    /// `None` for the personal workspace.
    pub workspace: Option<WorkspaceId>,
    /// As the uploader calls it; may be anything.
    pub filename: String,
    /// Read from its start.
    pub file: File,
    pub plan: Plan,
}

/// A file that may be kept.
struct Checked {
    filename: String,
    format: FileFormat,
    sha256: Vec<u8>,
    byte_size: u64,
    copy: NamedTempFile,
    plan: Plan,
}

/// Keeps a file and queues the work on it.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown workspace, FORBIDDEN for a viewer; `PAYLOAD_TOO_LARGE`, `UNSUPPORTED_MEDIA_TYPE` or BAD_USER_INPUT for
/// the file and for what is wanted of it.
pub async fn upload(app: &App, actor: &Actor, incoming: Incoming) -> Result<DatasetUpload> {
    let uploader = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    require_plan(&incoming.plan)?;
    let workspace = match incoming.workspace {
        Some(id) => id,
        None => reading::personal(app, actor).await?.workspace.id,
    };
    require_editor(reading::role(&*app.db.read().await?, uploader, workspace).await?)?;
    let (folder, most) = (app.storage.temp_dir().to_owned(), app.config.documents.max_bytes);
    let checked = tokio::task::spawn_blocking(move || check(incoming, &folder, most));
    let checked = checked.await.map_err(Error::internal)??;
    // From here on in a task of its own: a caller that goes away leaves no file without its row.
    let (app, actor) = (app.clone(), actor.clone());
    let kept = async move { keep(&app, &actor, workspace, checked).await };
    tokio::spawn(work::within(work::current(), kept)).await.map_err(Error::internal)?
}

/// Has a file loaded, in another way than before or for the first time.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown upload, FORBIDDEN for a viewer, CONFLICT while it is worked on, BAD_USER_INPUT for the plan.
pub async fn load(app: &App, actor: &Actor, id: DatasetUploadId, plan: Plan) -> Result<DatasetUpload> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_plan(&plan)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let upload = store::lock(conn, id).await?.ok_or_else(missing)?;
        let source = source_store::load(conn, editor, &[upload.source_id]).await?.pop().ok_or_else(missing)?;
        require_editor(reading::lock_role(conn, editor, source.workspace_id).await?)?;
        if !upload.status.is_ended() {
            return Err(Error::conflict("This file is being worked on."));
        }
        let stored = serde_json::to_value(&plan).map_err(Error::internal)?;
        let revision = store::plan_anew(conn, id, &stored, app.clock.now()).await?;
        queue::enqueue(conn, &app.clock, &LoadDataset { upload_id: id, revision }).await?;
        store::find(conn, id).await?.ok_or_else(missing)
    })
    .await
}

/// Copies a file to where the store takes it from, and finds out what it is from that very copy.
fn check(mut incoming: Incoming, folder: &Path, most: u64) -> Result<Checked> {
    let filename = clean_filename(&incoming.filename);
    let Copied { file: mut copy, sha256, byte_size } =
        copy::copy(&mut incoming.file, folder, most).map_err(unreadable)?;
    if byte_size > most {
        let message = format!("The file is larger than {most} bytes.");
        return Err(Error::new(ErrorCode::PayloadTooLarge, message).with_field(FIELD));
    }
    if byte_size == 0 {
        return Err(Error::bad_input(FIELD, "The file is empty."));
    }
    let format = sniff::format(copy.as_file_mut(), &filename).map_err(|error| match error {
        TableError::Refused(message) => Error::new(ErrorCode::UnsupportedMediaType, message).with_field(FIELD),
        TableError::Io(error) => unreadable(error),
    })?;
    Ok(Checked { filename, format, sha256, byte_size, copy, plan: incoming.plan })
}

/// The file first, then its row and its job in one transaction: a row is never without its file.
async fn keep(app: &App, actor: &Actor, workspace: WorkspaceId, checked: Checked) -> Result<DatasetUpload> {
    let (uploader, now) = (actor.require_may(Permission::ManageOwnData)?.user.id, app.clock.now());
    let id = DatasetUploadId::generate(now);
    let key = ObjectKey::of(DATASETS, workspace.uuid(), id.uuid()).map_err(Error::internal)?;
    app.storage.put_file(&key, &checked.copy.into_temp_path()).await?;
    let byte_size = i64::try_from(checked.byte_size).map_err(Error::internal)?;
    let plan = serde_json::to_value(&checked.plan).map_err(Error::internal)?;
    let mut conn = app.db.write().await?;
    let inserted: Result<DatasetUpload> = conn
        .transaction(async |conn| {
            require_editor(reading::lock_role(conn, uploader, workspace).await?)?;
            tenant_store::note(conn, workspace, now).await?;
            let source = source_store::uploads(conn, workspace, now).await?;
            let new = NewUpload {
                id,
                source_id: source.id,
                uploader_id: uploader,
                filename: checked.filename.clone(),
                format: checked.format.as_str(),
                byte_size,
                sha256: checked.sha256.clone(),
                storage_key: key.to_string(),
                plan: plan.clone(),
                now,
            };
            insert(app, conn, actor, &new).await
        })
        .await;
    if inserted.is_err() {
        // When the answer to the commit was lost, the row may be there after all; then, and when that cannot be learnt, the file
        // stays: one without a row is found later.
        let known = async { store::known(&*app.db.write().await?, &[key.to_string()]).await };
        if known.await.is_ok_and(|known| known.is_empty())
            && let Err(error) = app.storage.delete(&key).await
        {
            tracing::warn!(upload = %id, error = %error.chain(), "a failed upload left its file in the store");
        }
    }
    inserted
}

async fn insert(app: &App, conn: &Connection, actor: &Actor, new: &NewUpload) -> Result<DatasetUpload> {
    store::insert(conn, new).await?;
    queue::enqueue(conn, &app.clock, &LoadDataset { upload_id: new.id, revision: 1 }).await?;
    // By what it holds: its name is the person's own.
    let file = json!({ "format": new.format, "byteSize": new.byte_size, "sha256": hex::encode(&new.sha256) });
    audit::record(conn, new.now, actor, Entry::new(Action::DatasetUploaded).on(new.id).after(file)).await?;
    store::find(conn, new.id).await?.ok_or_else(missing)
}

fn require_plan(plan: &Plan) -> Result<()> {
    let wrong_name = "A name is lower case letters, digits and underscores, begins with a letter, has 59 bytes at most and is no word of SQL.";
    if plan.table.as_ref().is_some_and(|table| !names::is_name(table)) {
        return Err(Error::bad_input("input.table", wrong_name));
    }
    if plan.mode == LoadMode::Append && plan.table.is_none() {
        return Err(Error::bad_input("input.table", "Say which table the rows are added to."));
    }
    let is_sheet = |sheet: &String| sheet.chars().count() <= SHEET_CHARS && !sheet.chars().any(char::is_control);
    if plan.hints.sheet.as_ref().is_some_and(|sheet| !is_sheet(sheet)) {
        let message = format!("The name of a sheet has {SHEET_CHARS} characters at most, and no control characters.");
        return Err(Error::bad_input("input.dialect.sheet", message));
    }
    if plan.columns.len() > CHANGES_MAX {
        return Err(Error::bad_input("input.columns", format!("At most {CHANGES_MAX} columns.")));
    }
    let wrong = plan.columns.iter().position(|it| it.rename.as_ref().is_some_and(|name| !names::is_name(name)));
    match wrong {
        Some(place) => Err(Error::bad_input(format!("input.columns.{place}.rename"), wrong_name)),
        None => Ok(()),
    }
}

/// What is said of an upload that is not there for whoever asks.
pub(super) fn missing() -> Error {
    Error::not_found("dataset upload")
}

/// A disk that is full, or fails.
fn unreadable(error: std::io::Error) -> Error {
    Error::unavailable("The file could not be taken in.").with_source(error)
}
