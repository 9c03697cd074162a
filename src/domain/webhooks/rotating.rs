//! Exchanging the secret of an endpoint.

use chrono::TimeDelta;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::actions::{editable, found};
use super::delivering::opened;
use super::model::Webhook;
use super::signing;
use super::store::{self, Rotation};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::error::Result;
use crate::ids::WebhookId;
use crate::seal::columns::{PREVIOUS_WEBHOOK, WEBHOOK};

/// How long the secret before signs besides.
const OVERLAP: TimeDelta = TimeDelta::hours(24);

/// Gives an endpoint a new secret, which is told this once. For 24 hours messages are signed with the one before as well, so that receivers
/// can change over; one before that signs nothing from now on.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown endpoint, FORBIDDEN for a viewer.
pub async fn rotate(app: &App, actor: &Actor, id: WebhookId) -> Result<(Webhook, SecretString)> {
    let editor = actor.require_may(Permission::ManageOwnData)?.user.id;
    require_verified(app, actor)?;
    let secret = signing::new_secret();
    let mut conn = app.db.write().await?;
    let webhook: Result<Webhook> = conn
        .transaction(async |conn| {
            let was = editable(conn, editor, id).await?;
            let now = app.clock.now();
            let sealed = app.sealer.seal(&WEBHOOK, id.uuid(), secret.expose_secret())?;
            let previous = opened(app, &WEBHOOK, id, &was.sealed_secret);
            let previous = previous.map(|old| app.sealer.seal(&PREVIOUS_WEBHOOK, id.uuid(), old.expose_secret()));
            let previous = previous.transpose()?;
            let prefix = signing::prefix(&secret);
            let previous = previous.as_deref().map(|sealed| (sealed, now + OVERLAP));
            store::rotate(conn, id, Rotation { prefix: &prefix, sealed: &sealed, previous }).await?;
            let entry = Entry::new(Action::WebhookSecretRotated).on(id).after(json!({ "secretPrefix": prefix }));
            audit::record(conn, now, actor, entry).await?;
            found(conn, editor, id).await
        })
        .await;
    Ok((webhook?, signing::shown(&secret)))
}
