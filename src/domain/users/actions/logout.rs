//! Somebody signs out.

use crate::app::App;
use crate::domain::users::actor::Actor;
use crate::domain::users::model::RevokeReason;
use crate::domain::users::session_store;
use crate::error::Result;

/// Ends the sign-in that the call was made with: its access token and all its refresh tokens, from now on.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for an API key.
pub async fn logout(app: &App, actor: &Actor) -> Result<()> {
    let (signed_in, session) = actor.require_session()?;
    let now = app.clock.now();
    session_store::revoke(&*app.db.write().await?, session, now, RevokeReason::Logout).await?;
    let user = signed_in.user.id;
    tracing::info!(event = "user_logged_out", %user, %session, "signed out");
    Ok(())
}
