//! Asking for a file of a result.

use std::time::Duration;

use serde_json::json;

use super::jobs::WriteResultExport;
use super::keeping::KEPT;
use super::model::{ExportFormat, NewExport, ResultExport};
use super::store;
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::data::following;
use crate::domain::data::queries::asking;
use crate::domain::data::queries::model::{QueryRun, RunStatus};
use crate::domain::data::source_store;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{QueryRunId, ResultExportId};
use crate::jobs::queue;
use crate::storage::key::{ObjectKey, RESULTS};

/// Exports of one person that are under way at once.
const UNDER_WAY_MAX: i64 = 5;
/// The input that names the run.
const FIELD: &str = "input.runId";

/// A file that somebody wants.
#[derive(Debug, Clone)]
pub struct Ask {
    pub run: QueryRunId,
    pub format: ExportFormat,
    /// Whether texts of a CSV file that a spreadsheet would run get an apostrophe.
    pub is_neutralised: bool,
    /// Whether a CSV file begins with a byte order mark.
    pub is_for_excel: bool,
    /// Answer when it has ended, or after this time.
    pub wait: Duration,
}

/// Has a file written of the result of a run that the actor sees.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown run, CONFLICT for one without a result, and while five of the actor's are under way.
pub async fn export(app: &App, actor: &Actor, ask: Ask) -> Result<ResultExport> {
    let maker = actor.require_may(Permission::ReadOwnData)?.user.id;
    require_verified(app, actor)?;
    let run: QueryRun = following::see(app, actor, ask.run).await?;
    let missing = || Error::not_found("query run");
    let source =
        source_store::load(&*app.db.read().await?, maker, &[run.source_id]).await?.pop().ok_or_else(missing)?;
    if run.status == RunStatus::Running {
        return Err(Error::conflict("The statement still runs. Wait for its end.").with_field(FIELD));
    }
    let (Some(_), Some(is_partial)) = (run.result_id, run.is_truncated) else {
        return Err(Error::conflict("There is no result, or none any more. Run the statement again.").with_field(FIELD));
    };
    let now = app.clock.now();
    let id = ResultExportId::generate(now);
    let key = ObjectKey::of(RESULTS, source.workspace_id.uuid(), id.uuid()).map_err(Error::internal)?;
    let new = NewExport {
        id,
        user_id: maker,
        run_id: run.id,
        format: ask.format,
        is_neutralised: ask.is_neutralised,
        is_for_excel: ask.is_for_excel,
        is_partial,
        storage_key: key.to_string(),
        now,
        expires_at: now + KEPT,
    };
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        if store::lock_under_way(conn, maker).await? >= UNDER_WAY_MAX {
            let message = format!("At most {UNDER_WAY_MAX} of your exports are written at once. Wait for one to end.");
            return Err(Error::conflict(message));
        }
        store::insert(conn, &new).await?;
        queue::enqueue(conn, &app.clock, &WriteResultExport { id }).await?;
        let after = json!({ "run": new.run_id, "format": new.format.as_str() });
        audit::record(conn, now, actor, Entry::new(Action::ResultExported).on(id).after(after)).await
    })
    .await?;
    drop(conn);
    following::wait(app, actor, id, ask.wait.min(asking::WAIT_MAX)).await
}
