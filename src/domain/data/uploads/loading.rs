//! A file looked at and loaded: every value checked before the database sees it, and nothing there unless all of them fit.

use std::fs::File;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::model::{DatasetUpload, LoadMode, Plan, UploadStatus};
use super::step;
use super::store::{self, Progressed};
use super::tabulating::{self, Readable};
use super::telling::{self, Course, tell};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::data::model::DataSource;
use crate::domain::data::source_store::{self, Loaded};
use crate::error::{Error, ErrorCode, Result};
use crate::events::fact::Fact;
use crate::ids::DatasetUploadId;
use crate::storage::key::ObjectKey;
use crate::tabular::column::Column;
use crate::tabular::dialect::{Dialect, FileFormat};
use crate::tabular::inspect::{self, Inspection};
use crate::tabular::problem::{Problems, TableError};
use crate::tabular::{convert, names};
use crate::warehouse::loading::{self as warehouse, Chunk, Load, Loading, NewColumn};

/// Bytes that go to the database at once.
const CHUNK: usize = 256 * 1024;
/// Chunks under way.
const CHUNKS: usize = 4;

/// Why a file is no table: a stable code, and a sentence for whoever brought it.
struct Refused(&'static str, String);

/// What came of reading a file through.
struct ReadThrough {
    problems: Problems,
}

/// Does what is wanted of an upload at this revision.
///
/// # Errors
/// What is of the moment; what is the file's is written down with it.
pub(super) async fn process(app: &App, id: DatasetUploadId, revision: i32) -> Result<()> {
    let upload = store::find(&*app.db.write().await?, id).await?.filter(|upload| upload.revision == revision);
    let Some(upload) = upload.filter(|upload| !upload.status.is_ended()) else { return Ok(()) };
    let plan: Plan = serde_json::from_value(upload.plan.clone()).map_err(Error::internal)?;
    if !tell(app, &upload, UploadStatus::Inspecting, Progressed::default()).await? {
        return Ok(());
    }
    let key: ObjectKey = upload.storage_key.parse().map_err(Error::internal)?;
    let file = app.storage.open_file(&key).await?;
    let format: FileFormat = upload.format.parse().map_err(Error::internal)?;
    let Readable { mut file, hints, sheets } = match tabulating::readable(app, file, format, plan.hints.clone()).await?
    {
        Ok(readable) => readable,
        Err(error) => return fail(app, &upload, Refused(tabulating::code(error.code), error.message), None).await,
    };
    let inspected = tokio::task::spawn_blocking(move || {
        let found = inspect::inspect(&mut file, format, &hints);
        (file, found)
    });
    let (file, found) = inspected.await.map_err(Error::internal)?;
    let found = match found {
        Ok(found) => found,
        Err(TableError::Refused(message)) => return fail(app, &upload, Refused("NO_TABLE", message), None).await,
        Err(TableError::Io(error)) => return Err(unreadable(error)),
    };
    let columns = match step::planned(&found.columns, &plan) {
        Ok(columns) => columns,
        Err(message) => return fail(app, &upload, Refused("COLUMNS", message), None).await,
    };
    let found = Inspection { columns, sheets, ..found };
    let stored = Some(serde_json::to_value(&found).map_err(Error::internal)?);
    let inspected = Progressed { inspection: stored, problems: problems(&found.problems)?, ..Progressed::default() };
    if !plan.loads {
        tell(app, &upload, UploadStatus::Inspected, Progressed { progress: 1.0, ..inspected }).await?;
        return Ok(());
    }
    if !found.problems.is_empty() {
        let refused = bad_rows(found.problems.count);
        tell(app, &upload, UploadStatus::Inspecting, inspected).await?;
        return fail(app, &upload, refused, None).await;
    }
    let looked_at = Progressed { progress: Course::new(found.rows).progress(), ..inspected };
    if !tell(app, &upload, UploadStatus::Loading, looked_at).await? {
        return Ok(());
    }
    load(app, &upload, &plan, found, file, format).await
}

/// Says that an upload could not be worked on, after the last try.
///
/// # Errors
/// When Postgres does not answer.
pub(super) async fn give_up(app: &App, id: DatasetUploadId, revision: i32, error: &Error) -> Result<()> {
    let upload = store::find(&*app.db.write().await?, id).await?.filter(|upload| upload.revision == revision);
    let Some(upload) = upload.filter(|upload| !upload.status.is_ended()) else { return Ok(()) };
    // What is missing of a store somebody can see to.
    let message = match error.code() {
        ErrorCode::UpstreamUnavailable => error.message().to_owned(),
        _ => "Something went wrong on our side. Please try again.".to_owned(),
    };
    fail(app, &upload, Refused("PROCESSING_FAILED", message), None).await
}

async fn load(
    app: &App,
    upload: &DatasetUpload,
    plan: &Plan,
    found: Inspection,
    file: File,
    format: FileFormat,
) -> Result<()> {
    let table = plan.table.clone().unwrap_or_else(|| names::table(&upload.filename));
    let conn = app.db.write().await?;
    let Some(source) = source_store::lock(&conn, upload.source_id).await? else { return Ok(()) };
    let existing = source_store::table_named(&conn, source.id, &table).await?;
    drop(conn);
    let columns = match (plan.mode, existing) {
        (LoadMode::Replace, _) => found.columns,
        (LoadMode::Append, None) => {
            let message = format!("There is no table {table} to add rows to.");
            return fail(app, upload, Refused("NO_SUCH_TABLE", message), None).await;
        }
        (LoadMode::Append, Some(existing)) => {
            let known: Vec<Column> = serde_json::from_value(existing.columns).map_err(Error::internal)?;
            match step::fitted(&found.columns, &known) {
                Ok(columns) => columns,
                Err(message) => return fail(app, upload, Refused("COLUMNS", message), None).await,
            }
        }
    };
    let new: Vec<NewColumn> =
        columns.iter().map(|column| NewColumn { name: column.name.clone(), sql_type: column.kind.sql() }).collect();
    let loading = if plan.mode == LoadMode::Append { Loading::Append } else { Loading::Replace };
    let (chunks, receiver) = mpsc::channel(CHUNKS);
    let (dialect, converted) = (found.dialect, columns.clone());
    let (course, over) = (Arc::new(Course::new(found.rows)), CancellationToken::new());
    let stepping = Arc::clone(&course);
    let reading =
        tokio::task::spawn_blocking(move || read_through(file, format, (&dialect, &converted), &chunks, &stepping));
    let workspace = source.workspace_id.uuid();
    let wanted = Load { once: (upload.id.uuid(), upload.revision), table: &table, columns: &new, loading };
    let working = async {
        let done = tokio::join!(app.warehouse.load(workspace, wanted, receiver), reading);
        over.cancel();
        done
    };
    let ((loaded, read), ()) = tokio::join!(working, telling::follow(app, upload, &course, &over));
    let read = read.map_err(Error::internal)?.map_err(unreadable)?;
    if !read.problems.is_empty() {
        return fail(app, upload, bad_rows(read.problems.count), problems(&read.problems)?).await;
    }
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(error) if error.code() == ErrorCode::Conflict => {
            return fail(app, upload, Refused("VALUES", error.message().to_owned()), None).await;
        }
        Err(error) => return Err(error),
    };
    finish(app, upload, plan, &source, &table, columns, &loaded).await
}

/// Writes down what came in. The rows are there already: until then the source's version is the old one, so that what was computed
/// from the old rows is not taken for the new.
async fn finish(
    app: &App,
    upload: &DatasetUpload,
    plan: &Plan,
    source: &DataSource,
    table: &str,
    columns: Vec<Column>,
    came: &warehouse::Loaded,
) -> Result<()> {
    let (rows, bytes) = (i64::try_from(came.rows).map_err(Error::internal)?, came.bytes);
    let columns = serde_json::to_value(columns).map_err(Error::internal)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        // Another worker may have been faster, which took this one for dead.
        let present = store::lock(conn, upload.id).await?.filter(|it| it.revision == upload.revision);
        if present.is_none_or(|it| it.status.is_ended()) {
            return Ok(());
        }
        let now = app.clock.now();
        let is_appended = plan.mode == LoadMode::Append;
        let columns = columns.clone();
        let loaded = Loaded { source: source.id, name: table, columns, rows, bytes, is_appended, now };
        let id = source_store::record(conn, &loaded).await?;
        let done = Progressed { progress: 1.0, row_count: Some(rows), table: Some(id), ..Progressed::default() };
        store::progress(conn, upload.id, upload.revision, UploadStatus::Loaded, &done, now).await?;
        app.bus.publish(conn, &Fact::DatasetProgressed { upload: upload.id }).await
    })
    .await
}

/// Reads a file to its end and sends its lines; none any more after the first that does not fit, and no end then.
fn read_through(
    mut file: File,
    format: FileFormat,
    (dialect, columns): (&Dialect, &[Column]),
    chunks: &mpsc::Sender<Chunk>,
    course: &Course,
) -> std::io::Result<ReadThrough> {
    let mut problems = Problems::default();
    let mut rows = inspect::open(&mut file, format, dialect).map_err(std::io::Error::other)?;
    let mut lines = Vec::with_capacity(CHUNK * 2);
    let mut is_wanted = true;
    while let Some(row) = rows.read()? {
        course.step();
        let wrong = match row {
            Ok(record) => convert::line(&record, columns, dialect, &mut lines).err().unwrap_or_default(),
            Err(problem) => vec![problem],
        };
        for problem in wrong {
            problems.add(problem);
        }
        if lines.len() >= CHUNK || !problems.is_empty() {
            let full = Bytes::from(std::mem::replace(&mut lines, Vec::with_capacity(CHUNK * 2)));
            // The rest is read all the same, to tell every line that does not fit.
            is_wanted = is_wanted && problems.is_empty() && chunks.blocking_send(Chunk::Lines(full)).is_ok();
        }
    }
    if problems.is_empty() && is_wanted && chunks.blocking_send(Chunk::Lines(Bytes::from(lines))).is_ok() {
        // Nobody there means that the database has refused already.
        let _refused = chunks.blocking_send(Chunk::End);
    }
    Ok(ReadThrough { problems })
}

async fn fail(
    app: &App,
    upload: &DatasetUpload,
    Refused(code, message): Refused,
    problems: Option<serde_json::Value>,
) -> Result<()> {
    let failed = Progressed { error: Some((code, message)), problems, ..Progressed::default() };
    tell(app, upload, UploadStatus::Failed, failed).await?;
    Ok(())
}

fn bad_rows(count: u64) -> Refused {
    let lines = if count == 1 { "One value or line does".to_owned() } else { format!("{count} values or lines do") };
    Refused("BAD_ROWS", format!("{lines} not fit. Nothing was loaded."))
}

fn problems(found: &Problems) -> Result<Option<serde_json::Value>> {
    if found.is_empty() {
        return Ok(None);
    }
    serde_json::to_value(found).map(Some).map_err(Error::internal)
}

fn unreadable(error: std::io::Error) -> Error {
    Error::unavailable("The file could not be read.").with_source(error)
}
