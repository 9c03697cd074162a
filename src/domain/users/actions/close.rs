//! What ends with an account that its owner deletes.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::users::actions::sessions;
use crate::domain::users::audit::Author;
use crate::domain::users::model::{MailPurpose, RevokeReason};
use crate::domain::users::{key_store, mail_token_store};
use crate::error::Result;
use crate::events::fact::Fact;
use crate::ids::UserId;

/// Ends all sign-ins, keys and links under way, in the caller's transaction, and has stopped what is done for the account.
///
/// # Errors
/// When Postgres does not answer.
pub async fn close_in(app: &App, conn: &Connection, author: &Author, id: UserId, now: DateTime<Utc>) -> Result<()> {
    sessions::end_all(app, conn, author, id, None, RevokeReason::ByOwner).await?;
    key_store::revoke_all(conn, id, now).await?;
    mail_token_store::drop_unused(conn, id, MailPurpose::ALL).await?;
    app.bus.publish(conn, &Fact::AccountShut { user: id }).await
}
