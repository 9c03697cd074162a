//! Asking for a picture as a file.

use std::time::Duration;

use serde_json::{Value, json};

use super::jobs::WritePictureExport;
use super::keeping::KEPT;
use super::model::{NewExport, PictureExport, Shown};
use super::store;
use crate::app::App;
use crate::charts::render::options::SIDES;
use crate::db::pool::Transactional as _;
use crate::domain::dashboards::boards::model::{Dashboard, FilterValue};
use crate::domain::dashboards::boards::{reading as boards, values};
use crate::domain::dashboards::charts::reading as charts;
use crate::domain::dashboards::pictures::format::{PictureFormat, PictureTheme};
use crate::domain::dashboards::pictures::grid;
use crate::domain::dashboards::shares::opening;
use crate::domain::data::following;
use crate::domain::data::queries::asking;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::error::{Error, ErrorCode, FieldError, Result};
use crate::ids::{DashboardId, PictureExportId};
use crate::jobs::queue;
use crate::storage::key::{ObjectKey, PICTURES};

/// Pictures of one person that are under way at once.
const UNDER_WAY_MAX: i64 = 5;
/// Pixels of a chart when nobody says.
const CHART: (i32, i32) = (720, 420);

/// A picture that somebody wants.
#[derive(Debug, Clone)]
pub struct Ask {
    pub shown: Shown,
    pub format: PictureFormat,
    /// In pixels; `None` for what is usual.
    pub width: Option<i32>,
    /// Likewise, of a chart alone.
    pub height: Option<i32>,
    pub theme: PictureTheme,
    /// Values of a dashboard's filters.
    pub filters: Vec<FilterValue>,
    /// Answer when it has ended, or after this time.
    pub wait: Duration,
}

/// Has a picture drawn of a chart or a dashboard that the actor sees.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown one, BAD_USER_INPUT for sizes and values that it cannot have, CONFLICT while five of the actor's are
/// under way.
pub async fn export(app: &App, actor: &Actor, ask: Ask) -> Result<PictureExport> {
    let maker = actor.require_may(Permission::ReadOwnData)?.user.id;
    require_verified(app, actor)?;
    let (owner, filters) = match ask.shown {
        Shown::Chart(id) => {
            (charts::chart(app, actor, id).await.map_err(|error| at(error, "input.chartId"))?.workspace_id, json!([]))
        }
        Shown::Dashboard(id) => {
            let dashboard = dashboard(app, actor, id).await.map_err(|error| at(error, "input.dashboardId"))?;
            let filled = values::filled(&dashboard.filters()?, &ask.filters, "input.filters")?;
            (dashboard.workspace_id, serde_json::to_value(filled).map_err(Error::internal)?)
        }
    };
    let (width, height) = size(&ask)?;
    let now = app.clock.now();
    let id = PictureExportId::generate(now);
    let key = ObjectKey::of(PICTURES, owner.uuid(), id.uuid()).map_err(Error::internal)?;
    let new = NewExport {
        id,
        user_id: maker,
        shown: ask.shown,
        format: ask.format,
        width,
        height,
        theme: ask.theme,
        filters,
        storage_key: key.to_string(),
        now,
        expires_at: now + KEPT,
    };
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        if store::lock_under_way(conn, maker).await? >= UNDER_WAY_MAX {
            let message = format!("At most {UNDER_WAY_MAX} of your pictures are drawn at once. Wait for one to end.");
            return Err(Error::conflict(message));
        }
        store::insert(conn, &new).await?;
        queue::enqueue(conn, &app.clock, &WritePictureExport { id }).await?;
        audit::record(conn, now, actor, Entry::new(Action::PictureExported).on(id).after(after(&new))).await
    })
    .await?;
    drop(conn);
    following::wait(app, actor, id, ask.wait.min(asking::WAIT_MAX)).await
}

/// The dashboard, if the actor is a member of its workspace or it is shared with them.
async fn dashboard(app: &App, actor: &Actor, id: DashboardId) -> Result<Dashboard> {
    match boards::dashboard(app, actor, id).await {
        Err(error) if error.code() == ErrorCode::NotFound => Ok(opening::by_person(app, actor, id).await?.dashboard),
        found => found,
    }
}

/// How large it is to be; a dashboard is as high as its tiles.
fn size(ask: &Ask) -> Result<(i32, Option<i32>)> {
    let mut wrong = Vec::new();
    let mut side = |name: &str, side: i32, sides: &std::ops::RangeInclusive<u32>| {
        if !u32::try_from(side).is_ok_and(|side| sides.contains(&side)) {
            let message = format!("From {} to {} pixels.", sides.start(), sides.end());
            wrong.push(FieldError { path: format!("input.{name}"), message });
        }
        side
    };
    let size = match ask.shown {
        Shown::Chart(_) => {
            let width = side("width", ask.width.unwrap_or(CHART.0), &SIDES);
            (width, Some(side("height", ask.height.unwrap_or(CHART.1), &SIDES)))
        }
        Shown::Dashboard(_) => {
            let usual = i32::try_from(grid::WIDTH).unwrap_or(i32::MAX);
            (side("width", ask.width.unwrap_or(usual), &grid::WIDTHS), None)
        }
    };
    if matches!(ask.shown, Shown::Dashboard(_)) && ask.height.is_some() {
        let message = "A dashboard is as high as its tiles. Leave this out.".to_owned();
        wrong.push(FieldError { path: "input.height".to_owned(), message });
    }
    if matches!(ask.shown, Shown::Chart(_)) && !ask.filters.is_empty() {
        let message = "A chart has no filters. Leave this out.".to_owned();
        wrong.push(FieldError { path: "input.filters".to_owned(), message });
    }
    if wrong.is_empty() { Ok(size) } else { Err(Error::bad_inputs(wrong)) }
}

fn at(error: Error, field: &'static str) -> Error {
    if error.code() == ErrorCode::NotFound { error.with_field(field) } else { error }
}

fn after(new: &NewExport) -> Value {
    match new.shown {
        Shown::Chart(chart) => json!({ "chart": chart.to_string(), "format": new.format.as_str() }),
        Shown::Dashboard(dashboard) => json!({ "dashboard": dashboard.to_string(), "format": new.format.as_str() }),
    }
}
