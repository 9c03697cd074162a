//! A text is deleted.

use serde_json::json;

use super::model::Insight;
use super::reading::missing;
use super::store;
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::data::following;
use crate::domain::generation::actions as generations;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::domain::workspaces::policy::require_editor;
use crate::domain::workspaces::reading::lock_role;
use crate::error::Result;
use crate::events::fact::Fact;
use crate::ids::InsightId;

/// Deletes a text: whoever asked for it may, and editors. What is written for it is stopped.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown text, FORBIDDEN for viewers, but of their own.
pub async fn delete(app: &App, actor: &Actor, id: InsightId) -> Result<()> {
    let deleter = actor.require_may(Permission::ManageOwnData)?.user.id;
    let workspace = following::see::<Insight>(app, actor, id).await?.workspace_id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let role = lock_role(conn, deleter, workspace).await?;
        let insight = store::lock(conn, id).await?.ok_or_else(missing)?;
        if insight.author_id != Some(deleter) {
            require_editor(role)?;
        }
        store::remove(conn, id).await?;
        if let Some(generation) = insight.generation_id {
            generations::discard(app, conn, &[generation]).await?;
        }
        let entry = Entry::new(Action::InsightDeleted).on(id).before(json!({ "status": insight.status.as_str() }));
        audit::record(conn, app.clock.now(), actor, entry).await?;
        app.bus.publish(conn, &Fact::InsightChanged { insight: id }).await
    })
    .await
}
