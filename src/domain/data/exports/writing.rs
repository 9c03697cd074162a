//! A file of a result is written, page by page: what waits in memory is a few of them, however many there are.

use std::fs::File;

use serde_json::Value;
use tempfile::NamedTempFile;
use tokio::sync::mpsc;

use super::keeping::KEPT;
use super::model::{Refused, ResultExport};
use super::store;
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::data::queries::model::PAGE_ROWS;
use crate::domain::data::queries::{result_store, run_store};
use crate::error::{Error, Result};
use crate::events::fact::Fact;
use crate::exporting::format::Format;
use crate::exporting::problem::ExportError;
use crate::exporting::rows::Options;
use crate::exporting::survey::Survey;
use crate::exporting::writer::TableWriter;
use crate::ids::{QueryResultId, ResultExportId};
use crate::storage::key::ObjectKey;
use crate::warehouse::cells::CellColumn;

/// Pages under way between the database and the thread that writes.
const UNDER_WAY: usize = 2;
/// Steps in which progress is told.
const STEPS: usize = 20;

/// What is sent to the thread that writes.
enum Part {
    /// Rows to be looked at, before the first is written.
    Look(Vec<Vec<Value>>),
    /// All were looked at, if that was needed.
    Begin,
    Rows(Vec<Vec<Value>>),
    /// All are there.
    End,
}

/// What the thread that writes is given.
struct Sheet {
    format: Format,
    columns: Vec<CellColumn>,
    options: Options,
    file: File,
}

/// The result that is written.
struct Rows {
    result: QueryResultId,
    count: usize,
}

impl Rows {
    fn pages(&self) -> usize {
        self.count.div_ceil(PAGE_ROWS)
    }
}

/// Writes the file, unless it is written or nobody wants it any more. Begun anew after a failure.
///
/// # Errors
/// When Postgres, the store of files or the disk fails; what is the result's or the format's is written down with the export.
pub(super) async fn write(app: &App, id: ResultExportId) -> Result<()> {
    let Some(export) = wanted(app, id).await? else { return Ok(()) };
    let run = run_store::load(&*app.db.write().await?, export.user_id, &[export.run_id]).await?.pop();
    // Its maker may have left the workspace since.
    let Some(run) = run else { return fail(app, id, gone()).await };
    let (Some(result), Some(columns), Some(count)) = (run.result_id, run.columns, run.row_count) else {
        return fail(app, id, gone()).await;
    };
    let columns: Vec<CellColumn> = serde_json::from_value(columns).map_err(Error::internal)?;
    let rows = Rows { result, count: usize::try_from(count).map_err(Error::internal)? };
    tell(app, id, 0.0).await?;
    let staged = NamedTempFile::new_in(app.storage.temp_dir()).map_err(unwritable)?;
    let sheet = Sheet {
        format: export.format.into(),
        columns,
        options: Options {
            neutralises: export.is_neutralised,
            has_mark: export.is_for_excel,
            made_at: export.created_at,
            temp_dir: app.storage.temp_dir().to_owned(),
        },
        file: staged.reopen().map_err(unwritable)?,
    };
    let needs_look = sheet.format.needs_survey();
    let (sender, parts) = mpsc::channel(UNDER_WAY);
    let filling = tokio::task::spawn_blocking(move || fill(sheet, parts));
    let fed = feed(app, id, &rows, needs_look, sender).await;
    let filled = filling.await.map_err(Error::internal)?;
    if !fed? {
        return fail(app, id, gone()).await;
    }
    match filled {
        Ok(()) => keep(app, &export, count, staged).await,
        Err(ExportError::Refused(message)) => fail(app, id, Refused { code: "DOES_NOT_FIT", message }).await,
        Err(ExportError::Io(error)) => Err(unwritable(error)),
    }
}

/// Says that it will not come.
///
/// # Errors
/// When Postgres does not answer.
pub(super) async fn give_up(app: &App, id: ResultExportId) -> Result<()> {
    let message = "Something went wrong on our side. Please try again.".to_owned();
    fail(app, id, Refused { code: "PROCESSING_FAILED", message }).await
}

async fn wanted(app: &App, id: ResultExportId) -> Result<Option<ResultExport>> {
    let found = store::find(&*app.db.write().await?, id).await?;
    Ok(found.filter(|export| !export.status.is_ended()))
}

/// Sends all rows to the thread that writes, twice if they have to be looked at first. Says whether they were all there; that the thread
/// has ended before is for it to say.
async fn feed(
    app: &App,
    id: ResultExportId,
    rows: &Rows,
    needs_look: bool,
    sender: mpsc::Sender<Part>,
) -> Result<bool> {
    let passes = if needs_look { 2 } else { 1 };
    let (mut done, mut told) = (0, 0);
    for pass in 1..=passes {
        let is_last = pass == passes;
        if is_last && sender.send(Part::Begin).await.is_err() {
            return Ok(true);
        }
        let mut seen = 0;
        for place in 0..rows.pages() {
            let Some(page) = page(app, rows.result, place).await? else { return Ok(false) };
            seen += page.len();
            let part = if is_last { Part::Rows(page) } else { Part::Look(page) };
            if sender.send(part).await.is_err() {
                return Ok(true);
            }
            done += 1;
            let step = done * STEPS / (rows.pages() * passes).max(1);
            if step > told && step < STEPS {
                told = step;
                tell(app, id, f32::from(u8::try_from(step).unwrap_or(0)) / 20.0).await?;
            }
        }
        if seen != rows.count {
            return Ok(false);
        }
    }
    // Whoever is gone by now has said why.
    drop(sender.send(Part::End).await);
    Ok(true)
}

/// A page of the rows; `None` when the result was removed meanwhile.
async fn page(app: &App, result: QueryResultId, place: usize) -> Result<Option<Vec<Vec<Value>>>> {
    let place = i32::try_from(place).map_err(Error::internal)?;
    let page = result_store::result_pages(&*app.db.write().await?, &[result], &[place], &[place]).await?.pop();
    page.map(|page| serde_json::from_value(page.rows).map_err(Error::internal)).transpose()
}

/// Writes what comes, on a thread of its own.
fn fill(sheet: Sheet, mut parts: mpsc::Receiver<Part>) -> Result<(), ExportError> {
    let cut_off = || ExportError::Io(std::io::Error::other("the rows came to no end"));
    let mut survey = Survey::new(&sheet.columns);
    loop {
        match parts.blocking_recv() {
            Some(Part::Look(rows)) => survey.look(&rows),
            Some(Part::Begin) => break,
            _ => return Err(cut_off()),
        }
    }
    let mut writer = TableWriter::begin(sheet.format, &sheet.columns, &survey, &sheet.options, sheet.file)?;
    loop {
        match parts.blocking_recv() {
            Some(Part::Rows(rows)) => writer.add(&rows)?,
            Some(Part::End) => return writer.end(),
            _ => return Err(cut_off()),
        }
    }
}

/// Takes the file into the store, and says that it can be fetched.
async fn keep(app: &App, export: &ResultExport, rows: i32, staged: NamedTempFile) -> Result<()> {
    let path = staged.into_temp_path();
    let size = tokio::fs::metadata(&path).await.map_err(unwritable)?.len();
    let size = i64::try_from(size).map_err(Error::internal)?;
    // Whoever left meanwhile gets nothing more.
    if wanted(app, export.id).await?.is_none() {
        return Ok(());
    }
    let key: ObjectKey = export.storage_key.parse().map_err(Error::internal)?;
    app.storage.put_file(&key, &path).await?;
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    let is_kept: Result<bool> = conn
        .transaction(async |conn| {
            let is_kept = store::succeed(conn, export.id, rows, size, now, now + KEPT).await?;
            app.bus.publish(conn, &Fact::ResultExportProgressed { export: export.id }).await?;
            Ok(is_kept)
        })
        .await;
    if !is_kept? && !store::is_ready(&conn, export.id).await? {
        drop(conn);
        // Not another worker's, which would be the same: there is no row any more that would remove it.
        return app.storage.delete(&key).await;
    }
    tracing::info!(event = "result_exported", user = %export.user_id, export = %export.id, rows, size, "a result was exported");
    Ok(())
}

async fn tell(app: &App, id: ResultExportId, progress: f32) -> Result<()> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        store::progress(conn, id, progress).await?;
        app.bus.publish(conn, &Fact::ResultExportProgressed { export: id }).await
    })
    .await
}

async fn fail(app: &App, id: ResultExportId, refused: Refused) -> Result<()> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        store::fail(conn, id, &refused, app.clock.now()).await?;
        app.bus.publish(conn, &Fact::ResultExportProgressed { export: id }).await
    })
    .await
}

fn gone() -> Refused {
    let message = "The result is not there any more. Run the statement again.".to_owned();
    Refused { code: "RESULT_GONE", message }
}

/// A disk that is full, or fails.
fn unwritable(error: std::io::Error) -> Error {
    Error::unavailable("The file could not be written.").with_source(error)
}
