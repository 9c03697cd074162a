//! A picture is drawn, tile by tile, and taken into the store.

use tempfile::NamedTempFile;

use super::keeping::KEPT;
use super::model::{LeftOut, PictureExport};
use super::store;
use crate::app::App;
use crate::charts::failure::RenderError;
use crate::charts::png;
use crate::charts::render::options::RenderOptions;
use crate::db::pool::Transactional as _;
use crate::domain::dashboards::boards::{store as boards, values};
use crate::domain::dashboards::charts::store as charts;
use crate::domain::dashboards::pictures::drawing::{self, Drawing, Drawn, Plan};
use crate::domain::dashboards::pictures::format::PictureFormat;
use crate::domain::dashboards::pictures::frames::{Content, Look};
use crate::domain::dashboards::pictures::paper;
use crate::domain::dashboards::pictures::press::press;
use crate::domain::data::exports::model::Refused;
use crate::domain::data::queries::latest::{self, Asked};
use crate::domain::data::saved::{reading as queries, values as parameters};
use crate::error::{Error, Result};
use crate::events::fact::Fact;
use crate::ids::{ChartId, DashboardId, PictureExportId};
use crate::storage::key::ObjectKey;

/// Steps in which progress is told.
const STEPS: usize = 20;

/// A picture, and what is not on it; or why there is none.
type Picture = std::result::Result<(Vec<u8>, Vec<LeftOut>), Refused>;

/// Draws the picture, unless it is drawn or nobody wants it any more. Begun anew after a failure.
///
/// # Errors
/// When Postgres, the store of files or the disk fails, or too many others draw; what is the chart's or the result's is written down.
pub(super) async fn write(app: &App, id: PictureExportId) -> Result<()> {
    let Some(export) = wanted(app, id).await? else { return Ok(()) };
    // Its maker may have left the workspace since, or the share may be over.
    let now = app.clock.now();
    let seen = store::load(&*app.db.write().await?, export.user_id, &[id], now).await?;
    if seen.is_empty() {
        return fail(app, id, &gone()).await;
    }
    tell(app, id, 0.0).await?;
    let made = match (export.chart_id, export.dashboard_id) {
        (Some(chart), _) => of_chart(app, &export, chart).await?,
        (None, Some(dashboard)) => of_dashboard(app, &export, dashboard).await?,
        (None, None) => Err(gone()),
    };
    match made {
        Ok((bytes, left_out)) => keep(app, &export, bytes, &left_out).await,
        Err(refused) => fail(app, id, &refused).await,
    }
}

/// Says that it will not come.
///
/// # Errors
/// When Postgres does not answer.
pub(super) async fn give_up(app: &App, id: PictureExportId) -> Result<()> {
    let message = "Something went wrong on our side. Please try again.".to_owned();
    fail(app, id, &Refused { code: "PROCESSING_FAILED", message }).await
}

async fn wanted(app: &App, id: PictureExportId) -> Result<Option<PictureExport>> {
    let found = store::find(&*app.db.write().await?, id).await?;
    Ok(found.filter(|export| !export.status.is_ended()))
}

/// The newest result of the chart's query with the values that it has by itself.
async fn of_chart(app: &App, export: &PictureExport, id: ChartId) -> Result<Picture> {
    let conn = app.db.write().await?;
    let Some(chart) = charts::find_many(&conn, &[id]).await?.pop() else { return Ok(Err(gone())) };
    let Some(query) = queries::find_many(&conn, &[chart.query_id]).await?.pop() else { return Ok(Err(gone())) };
    let asked = Asked::new(query.id, &parameters::given(&query.declared()?, &[])?)?;
    let standing = latest::find(&conn, std::slice::from_ref(&asked)).await?.remove(&asked);
    drop(conn);
    let Some(result) = standing.and_then(|standing| standing.result) else {
        let message = "There is no result yet. Run the query first.".to_owned();
        return Ok(Err(Refused { code: "NO_RESULT", message }));
    };
    let side = |side: i32| u32::try_from(side).unwrap_or(0);
    let (width, height) = (side(export.width), side(export.height.unwrap_or_default()));
    let options = RenderOptions { width, height, theme: export.theme.into(), title: Some(chart.title.clone()) };
    let drawn = match drawing::chart(app, &chart, &result.run, options).await? {
        Ok((svg, _)) => match export.format {
            PictureFormat::Svg => Ok(svg.into_bytes()),
            PictureFormat::Png => press(move || png::png(&svg, 1.0)).await?,
            PictureFormat::Pdf => paper::page(svg, chart.title, width, app.clock.now()).await?,
        },
        Err(error) => Err(error),
    };
    Ok(drawn.map(|bytes| (bytes, Vec::new())).map_err(|error| refused(&error)))
}

async fn of_dashboard(app: &App, export: &PictureExport, id: DashboardId) -> Result<Picture> {
    let conn = app.db.write().await?;
    let Some(dashboard) = boards::find(&conn, id).await? else { return Ok(Err(gone())) };
    let is_member = !boards::load(&conn, export.user_id, &[id]).await?.is_empty();
    drop(conn);
    let filled = values::fitting(&dashboard.filters()?, &export.chosen()?);
    let look = Look { width: u32::try_from(export.width).unwrap_or(0), theme: export.theme.into() };
    let plan = Plan::read(app, &dashboard, &filled, look).await?;
    let plan = if is_member { plan } else { plan.without_names() };
    let tiles = drawn(app, export.id, plan).await?;
    let left_out = left_out(&tiles);
    let printed = paper::print(&dashboard, &tiles, &filled, look, export.format, app.clock.now()).await?;
    Ok(printed.map(|bytes| (bytes, left_out)).map_err(|error| refused(&error)))
}

/// Draws all tiles, and tells how far it has come.
async fn drawn(app: &App, id: PictureExportId, plan: Plan) -> Result<Vec<Drawn>> {
    let (look, count) = (plan.look, plan.steps.len());
    let mut drawing = Drawing::new();
    let mut told = 0;
    for (place, step) in plan.steps.into_iter().enumerate() {
        drawing.add(app, step, look).await?;
        let step = (place + 1) * STEPS / count;
        if step > told && step < STEPS {
            told = step;
            tell(app, id, f32::from(u8::try_from(step).unwrap_or(0)) / 20.0).await?;
        }
    }
    Ok(drawing.tiles)
}

/// What is not on the picture that should be.
fn left_out(tiles: &[Drawn]) -> Vec<LeftOut> {
    let reason = |drawn: &Drawn| match &drawn.content {
        Content::Missing(why) => Some(why.clone()),
        _ if drawn.is_truncated => Some("Not all rows are shown.".to_owned()),
        Content::Chart(_) | Content::Table { .. } | Content::Text(_) => None,
    };
    let of = |drawn: &Drawn| Some(LeftOut { tile: drawn.tile.id, title: drawn.title.clone(), reason: reason(drawn)? });
    tiles.iter().filter_map(of).collect()
}

/// Takes the file into the store, and says that it can be fetched.
async fn keep(app: &App, export: &PictureExport, bytes: Vec<u8>, left_out: &[LeftOut]) -> Result<()> {
    let size = i64::try_from(bytes.len()).map_err(Error::internal)?;
    let folder = app.storage.temp_dir().to_owned();
    let staged = tokio::task::spawn_blocking(move || {
        let file = NamedTempFile::new_in(folder)?;
        std::fs::write(file.path(), bytes)?;
        Ok::<_, std::io::Error>(file.into_temp_path())
    });
    let path = staged.await.map_err(Error::internal)?.map_err(unwritable)?;
    // Whoever left meanwhile gets nothing more.
    if wanted(app, export.id).await?.is_none() {
        return Ok(());
    }
    let key: ObjectKey = export.storage_key.parse().map_err(Error::internal)?;
    app.storage.put_file(&key, &path).await?;
    let now = app.clock.now();
    let left_out = serde_json::to_value(left_out).map_err(Error::internal)?;
    let mut conn = app.db.write().await?;
    let is_kept: Result<bool> = conn
        .transaction(async |conn| {
            let is_kept = store::succeed(conn, export.id, &left_out, size, now, now + KEPT).await?;
            app.bus.publish(conn, &Fact::PictureExportProgressed { export: export.id }).await?;
            Ok(is_kept)
        })
        .await;
    if !is_kept? && !store::is_ready(&conn, export.id).await? {
        drop(conn);
        // Not another worker's, which would be the same: there is no row any more that would remove it.
        return app.storage.delete(&key).await;
    }
    tracing::info!(event = "picture_exported", user = %export.user_id, export = %export.id, size, "a picture was exported");
    Ok(())
}

async fn tell(app: &App, id: PictureExportId, progress: f32) -> Result<()> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        store::progress(conn, id, progress).await?;
        app.bus.publish(conn, &Fact::PictureExportProgressed { export: id }).await
    })
    .await
}

async fn fail(app: &App, id: PictureExportId, refused: &Refused) -> Result<()> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        store::fail(conn, id, refused, app.clock.now()).await?;
        app.bus.publish(conn, &Fact::PictureExportProgressed { export: id }).await
    })
    .await
}

fn refused(error: &RenderError) -> Refused {
    Refused { code: error.code(), message: drawing::told(error) }
}

fn gone() -> Refused {
    let message = "What was to be drawn is not there any more, or not for you.".to_owned();
    Refused { code: "NOT_THERE", message }
}

/// A disk that is full, or fails.
fn unwritable(error: std::io::Error) -> Error {
    Error::unavailable("The file could not be written.").with_source(error)
}
