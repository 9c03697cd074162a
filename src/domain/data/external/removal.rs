//! Letting go of a database of somebody else's.

use serde_json::json;

use super::saving::editable;
use super::store;
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::data::pruning::jobs::PurgeHistory;
use crate::domain::data::reading::missing_source;
use crate::domain::data::source_store;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::domain::workspaces::policy::require_editor;
use crate::domain::workspaces::reading;
use crate::error::Result;
use crate::ids::DataSourceId;
use crate::jobs::queue;

/// Runs, questions and results that one statement can remove.
const LONG: i64 = 100;

/// Forgets a database: how it is reached, what was found there, and what was run; where that is much, a job does, and nobody sees it from now
/// on. Nothing happens to the database itself.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown source, FORBIDDEN for a viewer, CONFLICT for uploads.
pub async fn remove(app: &App, actor: &Actor, id: DataSourceId) -> Result<()> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let (_, stored) = editable(app, editor, id).await?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let source = source_store::lock(conn, id).await?.ok_or_else(missing_source)?;
        require_editor(reading::lock_role(conn, editor, source.workspace_id).await?)?;
        if store::is_long(conn, id, LONG).await? {
            store::hide(conn, id).await?;
            queue::enqueue::<App, _>(conn, &app.clock, &PurgeHistory {}).await?;
        } else {
            store::remove(conn, id).await?;
        }
        let was = json!({ "name": source.name, "host": stored.connection.host });
        audit::record(conn, app.clock.now(), actor, Entry::new(Action::DataSourceDeleted).on(id).before(was)).await
    })
    .await?;
    app.warehouse.forget_outside(id.uuid()).await;
    Ok(())
}
