//! Making, changing and removing alerts, muting them, and saying that somebody sees to them.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::model::{Alert, AlertEvent, AlertState};
use super::policy::{ALERTS_MAX, RECIPIENTS_MAX, checked, is_another, require_columns, require_muted};
use super::reading::missing;
use super::rule::{Change, Content};
use super::store::{self, Written};
use super::{event_store, jobs, machine, observed, recipient_store};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::data::queries::history;
use crate::domain::data::saved::model::SavedQuery;
use crate::domain::data::saved::{reading as queries, values};
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::domain::workspaces::policy::require_editor;
use crate::domain::workspaces::reading::lock_role;
use crate::error::{Error, Result};
use crate::events::fact::Fact;
use crate::ids::{AlertEventId, AlertId, SavedQueryId, UserId, WorkspaceId, WorkspaceMemberId};

/// Makes an alert on a query. Without recipients it is the actor alone who hears of it.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown query, and for people who are not in its workspace, FORBIDDEN for a viewer, BAD_USER_INPUT for
/// content that does not do, CONFLICT for the 201st.
pub async fn create(
    app: &App,
    actor: &Actor,
    query: SavedQueryId,
    content: &Content,
    recipients: Option<&[WorkspaceMemberId]>,
) -> Result<Alert> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let query = queries::lock(conn, editor, query).await?;
        let workspace = query.workspace_id;
        require_editor(lock_role(conn, editor, workspace).await?)?;
        let content = checked(content)?;
        require_fitting(conn, &query, &content).await?;
        if store::count(conn, workspace).await? >= ALERTS_MAX {
            return Err(Error::conflict(format!(
                "A workspace has at most {ALERTS_MAX} alerts. Please delete one first."
            )));
        }
        let recipients = match recipients {
            Some(given) => require_members(conn, workspace, given).await?,
            None => recipient_store::member(conn, workspace, editor).await?,
        };
        let now = app.clock.now();
        let id = AlertId::generate(now);
        store::insert(conn, id, (workspace, query.id), editor, &written(&content)?, now).await?;
        recipient_store::replace(conn, id, &recipients).await?;
        jobs::look(app, conn, id).await?;
        let entry = Entry::new(Action::AlertCreated).on(id).after(json!({ "version": 1 }));
        audit::record(conn, now, actor, entry).await?;
        found(conn, editor, id).await
    })
    .await
}

/// Changes an alert that the actor has seen as `version`. One that watches for something else begins from nothing, and nobody is told.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown alert, and for people who are not in its workspace, FORBIDDEN for a viewer, CONFLICT when it was
/// changed since, BAD_USER_INPUT for content that does not do.
pub async fn update(app: &App, actor: &Actor, id: AlertId, version: i32, change: &Change) -> Result<Alert> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let alert = editable(conn, editor, id).await?;
        if alert.version != version {
            let is = alert.version;
            let message = format!("Somebody changed this alert: it is version {is} now. Please look at it again.");
            return Err(Error::conflict(message).with_field("input.version"));
        }
        let was = alert.content()?;
        let content = checked(&change.of(&was))?;
        let recipients = match &change.recipients {
            Some(given) => Some(require_members(conn, alert.workspace_id, given).await?),
            None => None,
        };
        let mut changed = changed(&was, &content);
        let is_another = is_another(&was, &content);
        if is_another {
            let query = queries::find_many(conn, &[alert.query_id]).await?.pop().ok_or_else(missing)?;
            require_fitting(conn, &query, &content).await?;
        }
        if let Some(recipients) = recipients
            && recipient_store::replace(conn, id, &recipients).await?
        {
            changed.push("recipients");
        }
        if changed.is_empty() {
            return Ok(alert);
        }
        let now = app.clock.now();
        store::update(conn, id, &written(&content)?, now).await?;
        if is_another {
            reset(app, conn, &alert, now).await?;
        }
        jobs::look(app, conn, id).await?;
        // What it says is the workspace's own: the trail is read by others too.
        let entry = Entry::new(Action::AlertUpdated).on(id).before(json!({ "version": version }));
        let entry = entry.after(json!({ "version": version.saturating_add(1), "changed": changed }));
        audit::record(conn, now, actor, entry).await?;
        found(conn, editor, id).await
    })
    .await
}

/// Removes an alert with all that happened to it.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown alert, FORBIDDEN for a viewer.
pub async fn delete(app: &App, actor: &Actor, id: AlertId) -> Result<()> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let alert = editable(conn, editor, id).await?;
        store::remove(conn, id).await?;
        let entry = Entry::new(Action::AlertDeleted).on(id).before(json!({ "version": alert.version }));
        audit::record(conn, app.clock.now(), actor, entry).await
    })
    .await
}

/// Keeps everybody from hearing of an alert until then; `None` lets them hear again. It is evaluated as before.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown alert, FORBIDDEN for a viewer, BAD_USER_INPUT for a time that is past or too far away.
pub async fn mute(app: &App, actor: &Actor, id: AlertId, until: Option<DateTime<Utc>>) -> Result<Alert> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let alert = editable(conn, editor, id).await?;
        let now = app.clock.now();
        require_muted(until, now)?;
        if alert.muted_until == until {
            return Ok(alert);
        }
        store::set_muted(conn, id, until).await?;
        let entry = Entry::new(Action::AlertMuted).on(id).before(json!({ "mutedUntil": alert.muted_until }));
        audit::record(conn, now, actor, entry.after(json!({ "mutedUntil": until }))).await?;
        found(conn, editor, id).await
    })
    .await
}

/// Says that the actor sees to an alert: nobody is told of it again until its state changes. Whoever says so first is remembered.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown alert, FORBIDDEN for a viewer, CONFLICT when there is nothing to see to.
pub async fn acknowledge(app: &App, actor: &Actor, id: AlertId) -> Result<Alert> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let alert = editable(conn, editor, id).await?;
        if !machine::is_loud(alert.state) {
            return Err(Error::conflict("There is nothing to see to: this alert neither fires nor fails."));
        }
        if alert.acknowledged_at.is_some() {
            return Ok(alert);
        }
        let now = app.clock.now();
        store::set_acknowledged(conn, id, editor, now).await?;
        let entry = Entry::new(Action::AlertAcknowledged).on(id).after(json!({ "state": alert.state.as_str() }));
        audit::record(conn, now, actor, entry).await?;
        found(conn, editor, id).await
    })
    .await
}

/// The alert, locked, for somebody who may change it.
async fn editable(conn: &Connection, editor: UserId, id: AlertId) -> Result<Alert> {
    let alert = store::lock(conn, editor, id).await?.ok_or_else(missing)?;
    require_editor(lock_role(conn, editor, alert.workspace_id).await?)?;
    Ok(alert)
}

/// Refuses values that the query does not ask for, and columns that its newest result does not have. Before the first result nobody knows
/// those.
async fn require_fitting(conn: &Connection, query: &SavedQuery, content: &Content) -> Result<()> {
    values::given(&query.declared()?, &content.values)?;
    match history::latest_sample(conn, query.id).await? {
        Some(sample) => require_columns(content, &observed::read_columns(&sample.columns)?),
        None => Ok(()),
    }
}

/// Refuses people who are not in the workspace.
async fn require_members(
    conn: &Connection,
    workspace: WorkspaceId,
    given: &[WorkspaceMemberId],
) -> Result<Vec<WorkspaceMemberId>> {
    if given.len() > RECIPIENTS_MAX {
        return Err(Error::bad_input("input.recipientIds", format!("At most {RECIPIENTS_MAX} people.")));
    }
    let members = recipient_store::members(conn, workspace, given).await?;
    match given.iter().position(|id| !members.contains(id)) {
        Some(place) => Err(Error::not_found("member").with_field(format!("input.recipientIds.{place}"))),
        None => Ok(members),
    }
}

/// Has a locked alert begin from nothing, as something else is watched.
async fn reset(app: &App, conn: &Connection, alert: &Alert, now: DateTime<Utc>) -> Result<()> {
    store::reset(conn, alert.id, now).await?;
    if alert.state == AlertState::Ok {
        return Ok(());
    }
    let event = AlertEvent {
        id: AlertEventId::generate(now),
        alert_id: alert.id,
        sequence: alert.sequence.saturating_add(1),
        from_state: alert.state,
        to_state: AlertState::Ok,
        value: None,
        message: "The condition was changed.".to_owned(),
        at: now,
        notified_count: 0,
    };
    event_store::insert(conn, &event).await?;
    app.bus.publish(conn, &Fact::AlertChanged { workspace: alert.workspace_id, alert: alert.id }).await
}

/// The names of what is otherwise than it was, as the API has them.
fn changed(was: &Content, is: &Content) -> Vec<&'static str> {
    let (before, after) = (&was.rule, &is.rule);
    let parts = [
        ("name", was.name != is.name),
        ("description", was.description != is.description),
        ("parameters", was.values != is.values),
        ("column", before.column != after.column),
        ("reduce", before.reduce != after.reduce),
        ("condition", before.condition != after.condition),
        ("forSeconds", before.for_seconds != after.for_seconds),
        ("keepFiringSeconds", before.keep_firing_seconds != after.keep_firing_seconds),
        ("renotifySeconds", before.renotify_seconds != after.renotify_seconds),
        ("noDataState", before.no_data_state != after.no_data_state),
        ("errorState", before.error_state != after.error_state),
        ("intervalSeconds", was.interval_seconds != is.interval_seconds),
    ];
    parts.into_iter().filter_map(|(name, is_changed)| is_changed.then_some(name)).collect()
}

fn written(content: &Content) -> Result<Written<'_>> {
    let json = |value: std::result::Result<Value, serde_json::Error>| value.map_err(Error::internal);
    Ok(Written {
        name: &content.name,
        description: content.description.as_deref(),
        parameters: json(serde_json::to_value(&content.values))?,
        rule: json(serde_json::to_value(&content.rule))?,
        interval_seconds: content.interval_seconds,
    })
}

/// What was written in this transaction.
async fn found(conn: &Connection, reader: UserId, id: AlertId) -> Result<Alert> {
    store::load(conn, reader, &[id]).await?.pop().ok_or_else(missing)
}
