//! Somebody signs out.

use crate::app::App;
use crate::domain::users::actor::Actor;
use crate::domain::users::model::RevokeReason;
use crate::domain::users::session_store;
use crate::error::Result;

/// Ends the sign-in that the call was made with: its access token and all its refresh tokens, from now on.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn logout(app: &App, actor: &Actor) -> Result<()> {
    let signed_in = actor.require()?;
    session_store::revoke(&*app.db.write().await?, signed_in.session, app.clock.now(), RevokeReason::Logout).await
}
