//! Making, changing and removing charts.

use serde_json::{Value, json};

use super::model::{Chart, ChartChange, NewChart};
use super::policy::{CHARTS_MAX, checked};
use super::reading::missing;
use super::specs;
use super::store::{self, Written};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::data::queries::history;
use crate::domain::data::saved::reading as queries;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::domain::workspaces::policy::require_editor;
use crate::domain::workspaces::reading::lock_role;
use crate::error::{Error, Result};
use crate::ids::{ChartId, UserId};

/// Makes a chart of a query: with this specification, or with the one that is proposed first for its newest result.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown query, FORBIDDEN for a viewer, BAD_USER_INPUT for a title or a specification that does not do,
/// CONFLICT for more than 100 charts of one query, and without a specification when there is nothing to propose one for.
pub async fn create(app: &App, actor: &Actor, new: &NewChart) -> Result<Chart> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let query = queries::lock(conn, editor, new.query).await?;
        require_editor(lock_role(conn, editor, query.workspace_id).await?)?;
        let (title, description) = checked(&new.title, new.description.as_deref())?;
        if store::count(conn, query.id).await? >= CHARTS_MAX {
            return Err(Error::conflict(format!("A query has at most {CHARTS_MAX} charts. Please delete one first.")));
        }
        let sample = history::latest_sample(conn, query.id).await?;
        let spec = match &new.spec {
            Some(spec) => specs::checked(spec, sample.as_ref())?,
            None => specs::proposed(sample.as_ref())?,
        };
        let now = app.clock.now();
        let id = ChartId::generate(now);
        let written = Written { title: &title, description: description.as_deref(), spec: &spec };
        store::insert(conn, id, query.id, editor, &written, now).await?;
        let entry = Entry::new(Action::ChartCreated).on(id).after(json!({ "version": 1 }));
        audit::record(conn, now, actor, entry).await?;
        found(conn, id).await
    })
    .await
}

/// Changes a chart that the actor has seen as `version`.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown chart, FORBIDDEN for a viewer, CONFLICT when it was changed since, BAD_USER_INPUT as for
/// [`create`].
pub async fn update(app: &App, actor: &Actor, id: ChartId, version: i32, change: &ChartChange) -> Result<Chart> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let chart = editable(conn, editor, id).await?;
        if chart.version != version {
            let is = chart.version;
            let message = format!("Somebody changed this chart: it is version {is} now. Please look at it again.");
            return Err(Error::conflict(message).with_field("input.version"));
        }
        let title = change.title.as_ref().unwrap_or(&chart.title);
        let description = change.description.as_ref().unwrap_or(&chart.description);
        let (title, description) = checked(title, description.as_deref())?;
        let spec = match &change.spec {
            Some(spec) => specs::checked(spec, history::latest_sample(conn, chart.query_id).await?.as_ref())?,
            None => chart.spec.clone(),
        };
        let changed = changed(&chart, &title, description.as_deref(), &spec);
        if changed.is_empty() {
            return Ok(chart);
        }
        let now = app.clock.now();
        let written = Written { title: &title, description: description.as_deref(), spec: &spec };
        store::update(conn, id, &written, now).await?;
        // What it says is the workspace's own: the trail is read by others too.
        let entry = Entry::new(Action::ChartUpdated).on(id).before(json!({ "version": version }));
        let entry = entry.after(json!({ "version": version.saturating_add(1), "changed": changed }));
        audit::record(conn, now, actor, entry).await?;
        found(conn, id).await
    })
    .await
}

/// Removes a chart.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown chart, FORBIDDEN for a viewer.
pub async fn delete(app: &App, actor: &Actor, id: ChartId) -> Result<()> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let chart = editable(conn, editor, id).await?;
        store::remove(conn, id).await?;
        let entry = Entry::new(Action::ChartDeleted).on(id).before(json!({ "version": chart.version }));
        audit::record(conn, app.clock.now(), actor, entry).await
    })
    .await
}

/// The chart, locked, for somebody who may change it.
async fn editable(conn: &Connection, editor: UserId, id: ChartId) -> Result<Chart> {
    let chart = store::lock(conn, editor, id).await?.ok_or_else(missing)?;
    require_editor(lock_role(conn, editor, chart.workspace_id).await?)?;
    Ok(chart)
}

/// The names of what is otherwise than it was, as the API has them.
fn changed(was: &Chart, title: &str, description: Option<&str>, spec: &Value) -> Vec<&'static str> {
    let parts = [
        ("title", was.title != title),
        ("description", was.description.as_deref() != description),
        ("spec", was.spec != *spec),
    ];
    parts.into_iter().filter_map(|(name, is_changed)| is_changed.then_some(name)).collect()
}

/// What was written in this transaction.
async fn found(conn: &Connection, id: ChartId) -> Result<Chart> {
    store::find_many(conn, &[id]).await?.pop().ok_or_else(missing)
}
