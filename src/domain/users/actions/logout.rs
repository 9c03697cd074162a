//! Somebody signs out.

use serde_json::json;

use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::model::RevokeReason;
use crate::domain::users::session_store;
use crate::error::Result;
use crate::events::fact::Fact;

/// Ends the sign-in that the call was made with: its access token and all its refresh tokens, from
/// now on, and the sockets that were opened with it.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for an API key.
pub async fn logout(app: &App, actor: &Actor) -> Result<()> {
    let (signed_in, session) = actor.require_session_to_set_up()?;
    let now = app.clock.now();
    let user = signed_in.user.id;
    let mut conn = app.db.write().await?;
    let ended = conn.transaction(async |conn| {
        session_store::revoke(conn, session, now, RevokeReason::Logout).await?;
        let reason = json!({"reason": RevokeReason::Logout.as_str()});
        audit::record(conn, now, actor, Entry::new(Action::SignInEnded).on(session).after(reason)).await?;
        app.bus.publish(conn, &Fact::AccessChanged { user }).await
    });
    ended.await?;
    tracing::info!(event = "user_logged_out", %user, %session, "signed out");
    Ok(())
}
