//! Whether what somebody came in with still holds, for what outlives a request: sockets and streams.

use std::future::pending;
use std::time::Duration;

use crate::app::App;
use crate::domain::users::actor::{Actor, Credential, SignedIn};
use crate::domain::users::{account_store, key_store, session_store};
use crate::error::Result;
use crate::events::fact::Topic;
use crate::ids::UserId;

/// How long to wait before looking again while Postgres is away.
const AWAY: Duration = Duration::from_millis(250);

/// Whether an account is in use, for whoever comes with an address that was made for it.
///
/// # Errors
/// When Postgres does not answer.
pub async fn is_open(app: &App, user: UserId) -> Result<bool> {
    account_store::is_open(&*app.db.read().await?, user).await
}

/// Completes when the sign-in or key that the actor came in with ends before its time, or the account is shut, or has
/// another role than it had: what follows on rests on what was true when it began. Never for nobody.
///
/// Looks once at once, so that nothing that happened since the actor was found is missed, and again whenever somebody
/// tells of a change, on whichever instance.
pub async fn ended(app: App, actor: Actor) {
    let Some(signed_in) = actor.signed_in() else { return pending().await };
    let mut changes = app.bus.listen(Topic::Access(signed_in.user.id));
    loop {
        match holds(&app, signed_in).await {
            Ok(true) => drop(changes.next().await),
            Ok(false) => return,
            // Nothing can be read meanwhile either.
            Err(error) => {
                tracing::debug!(error = %error.chain(), "cannot see whether a sign-in still holds");
                tokio::time::sleep(AWAY).await;
            }
        }
    }
}

async fn holds(app: &App, signed_in: &SignedIn) -> Result<bool> {
    let (conn, now, before) = (app.db.read().await?, app.clock.now(), &signed_in.user);
    let user = match &signed_in.credential {
        Credential::Session(session) => session_store::find_signed_in(&conn, *session, before.id, now).await?,
        Credential::ApiKey { id, .. } => key_store::find_owner(&conn, *id, now).await?,
    };
    Ok(user.is_some_and(|user| user.role == before.role))
}
