//! Removing tables and the files that they came from.

use super::jobs::{DropTable, RemoveDatasetFiles};
use super::store;
use super::taking::missing;
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::data::model::SourceKind;
use crate::domain::data::{reading, source_store};
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::domain::workspaces::policy::require_editor;
use crate::domain::workspaces::reading as workspaces;
use crate::error::{Error, Result};
use crate::ids::{DataTableId, DatasetUploadId};
use crate::jobs::queue;

/// Removes a table with its rows. Results that were computed from them stay in the history.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown table, FORBIDDEN for a viewer, CONFLICT for one of an external database.
pub async fn remove_table(app: &App, actor: &Actor, id: DataTableId) -> Result<()> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let unknown = || Error::not_found("data table");
    let table = reading::load_tables(app, actor, &[id]).await?.remove(&id).ok_or_else(unknown)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let source = source_store::lock(conn, table.source_id).await?.ok_or_else(unknown)?;
        require_editor(workspaces::lock_role(conn, editor, source.workspace_id).await?)?;
        if source.kind != SourceKind::Uploads {
            return Err(Error::conflict("This table is in a database of somebody else's, where nothing is deleted."));
        }
        source_store::remove_table(conn, id).await?;
        source_store::touch(conn, source.id, app.clock.now()).await?;
        let drop = DropTable { source_id: source.id, workspace_id: source.workspace_id, table: table.name.clone() };
        queue::enqueue::<App, _>(conn, &app.clock, &drop).await?;
        audit::record(conn, app.clock.now(), actor, Entry::new(Action::DataTableDeleted).on(id)).await
    })
    .await
}

/// Removes an upload with its file. The table that it became stays.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown upload, FORBIDDEN for a viewer, CONFLICT while it is worked on.
pub async fn remove_upload(app: &App, actor: &Actor, id: DatasetUploadId) -> Result<()> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let upload = store::lock(conn, id).await?.ok_or_else(missing)?;
        let source = source_store::load(conn, editor, &[upload.source_id]).await?.pop().ok_or_else(missing)?;
        require_editor(workspaces::lock_role(conn, editor, source.workspace_id).await?)?;
        if !upload.status.is_ended() {
            return Err(Error::conflict("This file is being worked on."));
        }
        store::remove(conn, id).await?;
        queue::enqueue::<App, _>(conn, &app.clock, &RemoveDatasetFiles { keys: vec![upload.storage_key] }).await?;
        audit::record(conn, app.clock.now(), actor, Entry::new(Action::DatasetUploadDeleted).on(id)).await
    })
    .await
}
