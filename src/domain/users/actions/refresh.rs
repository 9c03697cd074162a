//! A refresh token is exchanged for a new pair of tokens.

use chrono::TimeDelta;
use secrecy::SecretString;

use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::users::actions::tokens::hand_out;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit::Author;
use crate::domain::users::model::SignInResult;
use crate::domain::users::session_store::{self, Exchange};
use crate::domain::users::tokens::{Refresh, refresh_hash};
use crate::error::{Error, Result};
use crate::events::fact::Fact;

fn refused() -> Error {
    Error::unauthenticated("This sign-in has ended. Please sign in again.")
}

/// Exchanges a refresh token: open to everybody, the token being the proof.
///
/// A token that was used before gives the same again for `REFRESH_GRACE_SECONDS`, as long as that was not used in its turn;
/// later it ends the whole sign-in, and that stands although the call fails.
///
/// # Errors
/// UNAUTHENTICATED, always the same, for a token that is unknown, used, expired or revoked.
pub async fn refresh_session(app: &App, actor: &Actor, token: &SecretString) -> Result<SignInResult> {
    let used = refresh_hash(token).ok_or_else(refused)?;
    let auth = &app.config.auth;
    let grace = TimeDelta::from_std(auth.refresh_grace).map_err(Error::internal)?;
    let now = app.clock.now();
    let mut next = Refresh::successors(&app.secrets, token);
    let hashes: Vec<[u8; 32]> = next.iter().map(|next| next.hash).collect();
    let mut conn = app.db.write().await?;
    let author = Author::nobody(actor.client());
    let exchanged = conn.transaction(async |conn| {
        let lifetime = auth.refresh_token;
        let exchanged = session_store::exchange(conn, &used, &hashes, now, grace, lifetime, &author).await?;
        if let Exchange::Reused { user, .. } = exchanged {
            app.bus.publish(conn, &Fact::AccessChanged { user }).await?;
        }
        Ok::<_, Error>(exchanged)
    });
    match exchanged.await? {
        Exchange::Honoured { session, user, next: chosen } => {
            hand_out(app, *user, session, next.swap_remove(chosen), now)
        }
        Exchange::Refused => Err(refused()),
        Exchange::Reused { session, .. } => {
            tracing::warn!(event = "refresh_token_reused", %session, "a refresh token came twice: sign-in revoked");
            Err(refused())
        }
    }
}
