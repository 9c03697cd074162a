//! Making endpoints, changing and removing them.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use url::Url;

use super::entering::{WEBHOOKS_MAX, checked, refused};
use super::model::{Change, Claimed, Content, NewWebhook, Webhook};
use super::reading::missing;
use super::{delivering, delivery_store, signing, store};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::domain::workspaces::policy::require_editor;
use crate::domain::workspaces::reading as workspaces;
use crate::error::{Error, Result};
use crate::ids::{UserId, WebhookId, WorkspaceId};
use crate::seal::columns::WEBHOOK;

/// Makes an endpoint, and gives its secret this once.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown workspace, FORBIDDEN for a viewer, BAD_USER_INPUT with every field that does not do, CONFLICT for the
/// 21st.
pub async fn create(
    app: &App,
    actor: &Actor,
    workspace: WorkspaceId,
    content: &Content,
) -> Result<(Webhook, SecretString)> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    require_editor(workspaces::role(&*app.db.read().await?, editor, workspace).await?)?;
    let content = checked(content)?;
    judge(app, &content.url).await?;
    let now = app.clock.now();
    let (id, secret) = (WebhookId::generate(now), signing::new_secret());
    let new = NewWebhook {
        id,
        workspace_id: workspace,
        url: content.url.clone(),
        events: content.events.clone(),
        description: content.description.clone(),
        secret_prefix: signing::prefix(&secret),
        sealed_secret: app.sealer.seal(&WEBHOOK, id.uuid(), secret.expose_secret())?,
        created_at: now,
        updated_at: now,
    };
    let mut conn = app.db.write().await?;
    let webhook: Result<Webhook> = conn
        .transaction(async |conn| {
            require_editor(workspaces::lock_role(conn, editor, workspace).await?)?;
            if store::lock_count(conn, workspace).await? >= WEBHOOKS_MAX {
                let message = format!("A workspace has at most {WEBHOOKS_MAX} webhooks. Please delete one first.");
                return Err(Error::conflict(message));
            }
            store::insert(conn, &new).await?;
            let entry = Entry::new(Action::WebhookCreated).on(id).after(told(&content));
            audit::record(conn, now, actor, entry).await?;
            found(conn, editor, id).await
        })
        .await;
    Ok((webhook?, signing::shown(&secret)))
}

/// Changes an endpoint that the actor has seen as `version`. What is still to be delivered to one that is turned off is given up.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown endpoint, FORBIDDEN for a viewer, CONFLICT when it was changed since, BAD_USER_INPUT as for
/// [`create`].
pub async fn update(app: &App, actor: &Actor, id: WebhookId, version: i32, change: &Change) -> Result<Webhook> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    let workspace = store::workspace(&*app.db.read().await?, editor, id).await?.ok_or_else(missing)?;
    require_editor(workspaces::role(&*app.db.read().await?, editor, workspace).await?)?;
    let seen = found(&*app.db.read().await?, editor, id).await?;
    let content = checked(&change.of(&seen.content()))?;
    // Outside of the transaction: names take their time.
    if content.url != seen.url {
        judge(app, &content.url).await?;
    }
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let was = editable(conn, editor, id).await?.webhook;
        if was.version != version {
            let message =
                format!("Somebody changed this webhook: it is version {} now. Please look at it again.", was.version);
            return Err(Error::conflict(message).with_field("input.version"));
        }
        // The one that was seen above may be older than the one that is locked.
        let content = checked(&change.of(&was.content()))?;
        if content == was.content() {
            return Ok(was);
        }
        let now = app.clock.now();
        store::update(conn, &was, &content, now).await?;
        if was.is_enabled && !content.is_enabled {
            delivery_store::give_up(conn, id).await?;
        }
        let entry = Entry::new(Action::WebhookUpdated).on(id).before(told(&was.content())).after(told(&content));
        audit::record(conn, now, actor, entry).await?;
        found(conn, editor, id).await
    })
    .await
}

/// Removes an endpoint, with all that was sent to it.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown endpoint, FORBIDDEN for a viewer.
pub async fn delete(app: &App, actor: &Actor, id: WebhookId) -> Result<()> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let was = editable(conn, editor, id).await?.webhook;
        store::remove(conn, id).await?;
        let entry = Entry::new(Action::WebhookDeleted).on(id).before(told(&was.content()));
        audit::record(conn, app.clock.now(), actor, entry).await
    })
    .await
}

/// The endpoint, locked, for somebody who may change it.
pub(super) async fn editable(conn: &Connection, editor: UserId, id: WebhookId) -> Result<Claimed> {
    let claimed = store::lock(conn, editor, id).await?.ok_or_else(missing)?;
    require_editor(workspaces::lock_role(conn, editor, claimed.webhook.workspace_id).await?)?;
    Ok(claimed)
}

/// The endpoint, as an editor sees it.
pub(super) async fn found(conn: &Connection, editor: UserId, id: WebhookId) -> Result<Webhook> {
    store::load(conn, editor, &[id]).await?.pop().ok_or_else(missing)
}

/// Refuses an address that would not be called.
async fn judge(app: &App, url: &str) -> Result<()> {
    let url: Url = url.parse().map_err(Error::internal)?;
    app.poster.judge(&url).await.map_err(refused)
}

/// What the trail says. Of an address it says the host: what is behind may be secret.
fn told(content: &Content) -> Value {
    let events: Vec<&str> = content.events.iter().map(|event| event.as_str()).collect();
    json!({ "host": delivering::host(&content.url), "events": events, "isEnabled": content.is_enabled })
}
