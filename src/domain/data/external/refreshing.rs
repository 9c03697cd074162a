//! Looking at a database again: its tables may be others by now, or nobody may be let in any more.

use super::saving::{editable, keep, source};
use super::store;
use super::trying::{refused, target};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::data::model::DataSource;
use crate::domain::data::reading::missing_source;
use crate::domain::data::source_store;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::domain::workspaces::policy::require_editor;
use crate::domain::workspaces::reading;
use crate::error::Result;
use crate::ids::DataSourceId;
use crate::warehouse::external::looking::Seen;
use crate::warehouse::external::problem::Problem;

/// Looks again what there is in a database. When that does not work, the source says why, and its tables stay as they were.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown source, FORBIDDEN for a viewer, CONFLICT for uploads and when somebody else changes it meanwhile,
/// UPSTREAM_UNAVAILABLE when too many are looked at.
pub async fn refresh(app: &App, actor: &Actor, id: DataSourceId) -> Result<DataSource> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    let (_, stored) = editable(app, editor, id).await?;
    let revision = stored.connection.revision;
    let looking: Result<Seen, Problem> = match target(app, &stored) {
        Ok(target) => Box::pin(app.warehouse.look(&target.database, &stored.connection.schemas)).await,
        Err(problem) => Err(problem),
    };
    if let Err(problem @ Problem::Busy) = &looking {
        return Err(refused(problem));
    }
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let locked = source_store::lock(conn, id).await?.ok_or_else(missing_source)?;
        require_editor(reading::lock_role(conn, editor, locked.workspace_id).await?)?;
        let now = app.clock.now();
        match &looking {
            Ok(seen) => {
                // Of rows that change there nobody hears.
                store::forget_values(conn, id).await?;
                if keep(app, conn, id, revision, seen).await? {
                    source_store::touch(conn, id, now).await?;
                }
            }
            Err(problem) => {
                store::looked_in_vain(conn, id, revision, problem.code(), &problem.to_string(), now).await?;
            }
        }
        source(conn, editor, id).await
    })
    .await
}
