//! Keeping statements: making, changing and removing them, vouching for them, and running them.

use std::time::Duration;

use serde_json::{Value, json};

use super::model::{Change, Content, SavedQuery};
use super::policy::checked;
use super::reading::{lock, missing};
use super::store::{self, Written};
use super::values;
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::data::model::DataSource;
use crate::domain::data::pruning::jobs::PurgeHistory;
use crate::domain::data::queries::asking::{self, Ask};
use crate::domain::data::queries::gating;
use crate::domain::data::reading::missing_source;
use crate::domain::data::source_store;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::domain::workspaces::policy::require_editor;
use crate::domain::workspaces::reading::lock_role;
use crate::error::{Error, Result};
use crate::ids::{DataSourceId, QueryRunId, SavedQueryId, UserId};
use crate::jobs::queue;
use crate::sql::parameters::Parameter;

/// Runs and questions of a query that one statement can let go of.
const LONG: i64 = 1000;

/// Keeps a statement about a source of the actor's.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown source, FORBIDDEN for a viewer, BAD_USER_INPUT for content that does not do, and for a statement
/// that the gate refuses.
pub async fn create(app: &App, actor: &Actor, source: DataSourceId, content: &Content) -> Result<SavedQuery> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let source = source_store::load(conn, editor, &[source]).await?.pop().ok_or_else(missing_source)?;
        require_editor(lock_role(conn, editor, source.workspace_id).await?)?;
        let content = checked(content)?;
        require_runnable(app, conn, &source, &content).await?;
        let now = app.clock.now();
        let id = SavedQueryId::generate(now);
        store::insert(conn, id, source.id, editor, &written(&content, &parameters(&content)?), now).await?;
        let entry = Entry::new(Action::SavedQueryCreated).on(id).after(json!({ "version": 1 }));
        audit::record(conn, now, actor, entry).await?;
        found(conn, id).await
    })
    .await
}

/// Changes a query that the actor has seen as `version`. Nobody vouches any more for another statement, or for another question.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown query, FORBIDDEN for a viewer, CONFLICT when it was changed since, BAD_USER_INPUT as for
/// [`create`]. A statement that was fine when it was saved and is not changed is not looked at again.
pub async fn update(app: &App, actor: &Actor, id: SavedQueryId, version: i32, change: &Change) -> Result<SavedQuery> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let query = editable(conn, editor, id).await?;
        require_version(query.version, version)?;
        let was = query.content()?;
        let content = checked(&change.of(&was))?;
        let changed = changed(&was, &content);
        if changed.is_empty() {
            return Ok(query);
        }
        if has_any(&changed, &["sql", "parameters"]) {
            let source = source_store::load(conn, editor, &[query.source_id]).await?.pop().ok_or_else(missing)?;
            require_runnable(app, conn, &source, &content).await?;
        }
        let now = app.clock.now();
        store::update(conn, id, &written(&content, &parameters(&content)?), now).await?;
        if query.is_verified && has_any(&changed, &["sql", "parameters", "question"]) {
            store::set_verified(conn, id, None).await?;
        }
        // What it says is the workspace's own: the trail is read by others too.
        let entry = Entry::new(Action::SavedQueryUpdated).on(id).before(json!({ "version": version }));
        let entry = entry.after(json!({ "version": version.saturating_add(1), "changed": changed }));
        audit::record(conn, now, actor, entry).await?;
        found(conn, id).await
    })
    .await
}

/// Removes a query with its charts. What was run stays in the history of its source; where that is much, a job lets go of it.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown query, FORBIDDEN for a viewer.
pub async fn delete(app: &App, actor: &Actor, id: SavedQueryId) -> Result<()> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let query = editable(conn, editor, id).await?;
        if store::is_long(conn, id, LONG).await? {
            store::hide(conn, id).await?;
            queue::enqueue::<App, _>(conn, &app.clock, &PurgeHistory {}).await?;
        } else {
            store::remove(conn, id).await?;
        }
        let entry = Entry::new(Action::SavedQueryDeleted).on(id).before(json!({ "version": query.version }));
        audit::record(conn, app.clock.now(), actor, entry).await
    })
    .await
}

/// Says whether the actor vouches that the statement answers the question, as it is in this version, or in whichever it is now.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown query, FORBIDDEN for a viewer, CONFLICT when it was changed since that version.
pub async fn verify(
    app: &App,
    actor: &Actor,
    id: SavedQueryId,
    is_verified: bool,
    version: Option<i32>,
) -> Result<SavedQuery> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let query = editable(conn, editor, id).await?;
        require_version(query.version, version.unwrap_or(query.version))?;
        if query.is_verified == is_verified {
            return Ok(query);
        }
        let now = app.clock.now();
        store::set_verified(conn, id, is_verified.then_some((editor, now))).await?;
        let entry = Entry::new(Action::SavedQueryVerified).on(id).before(json!({ "isVerified": query.is_verified }));
        let entry = entry.after(json!({ "isVerified": is_verified, "version": query.version }));
        audit::record(conn, now, actor, entry).await?;
        found(conn, id).await
    })
    .await
}

/// Begins a run of a query with these values by name, for the domain's own use: **nothing is authorised here**. Whoever calls this has
/// found out that `asker` may ask `source`, which is the query's, as it was read just now. Without `asker` the run is the server's own.
///
/// # Errors
/// BAD_USER_INPUT for values that the query does not ask for.
pub async fn run(
    app: &App,
    source: &DataSource,
    query: &SavedQuery,
    values: &[(String, Option<String>)],
    asker: Option<UserId>,
    is_fresh: bool,
) -> Result<QueryRunId> {
    let ask = Ask {
        source: source.id,
        saved: Some(query.id),
        sql: query.sql.clone(),
        parameters: values::given(&query.declared()?, values)?,
        is_fresh,
        wait: Duration::ZERO,
    };
    asking::begin(app, source, asker, ask).await
}

/// The query, locked, for somebody who may change it.
async fn editable(conn: &Connection, editor: UserId, id: SavedQueryId) -> Result<SavedQuery> {
    let query = lock(conn, editor, id).await?;
    require_editor(lock_role(conn, editor, query.workspace_id).await?)?;
    Ok(query)
}

fn require_version(is: i32, seen: i32) -> Result<()> {
    if is == seen {
        return Ok(());
    }
    let message = format!("Somebody changed this query: it is version {is} now. Please look at it again.");
    Err(Error::conflict(message).with_field("input.version"))
}

/// Refuses a statement that the gate would not let through.
async fn require_runnable(app: &App, conn: &Connection, source: &DataSource, content: &Content) -> Result<()> {
    let known = gating::known(conn, source).await?;
    let declared = content.parameters.iter();
    let parameters: Vec<Parameter> =
        declared.map(|it| Parameter { name: it.name.clone(), kind: it.kind.into() }).collect();
    match gating::checked(app, source, &known, &content.sql, &parameters) {
        Ok(_) => Ok(()),
        Err(refusal) => Err(Error::bad_input("input.sql", gating::told(&refusal))),
    }
}

/// The names of what is otherwise than it was, as the API has them.
fn changed(was: &Content, is: &Content) -> Vec<&'static str> {
    let parts = [
        ("name", was.name != is.name),
        ("description", was.description != is.description),
        ("question", was.question != is.question),
        ("sql", was.sql != is.sql),
        ("parameters", was.parameters != is.parameters),
    ];
    parts.into_iter().filter_map(|(name, is_changed)| is_changed.then_some(name)).collect()
}

fn has_any(changed: &[&str], names: &[&str]) -> bool {
    changed.iter().any(|name| names.contains(name))
}

fn parameters(content: &Content) -> Result<Value> {
    serde_json::to_value(&content.parameters).map_err(Error::internal)
}

fn written<'a>(content: &'a Content, parameters: &'a Value) -> Written<'a> {
    Written {
        name: &content.name,
        description: content.description.as_deref(),
        question: content.question.as_deref(),
        sql: &content.sql,
        parameters,
    }
}

/// What was written in this transaction.
async fn found(conn: &Connection, id: SavedQueryId) -> Result<SavedQuery> {
    store::find_many(conn, &[id]).await?.pop().ok_or_else(missing)
}
