//! Mail to whoever was invited.

use serde::{Deserialize, Serialize};

use super::{invitation_store, invitation_token};
use crate::app::App;
use crate::ids::InvitationId;
use crate::jobs::job::{Attempt, Job, JobError};
use crate::mail::letter::{Template, Values};
use crate::mail::mailer::Page;

/// Sends an invitation, unless it was used or taken back meanwhile. What waits is only which: the token in the mail is made
/// when it leaves, anew at every try, and is another than whoever invited was given.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendInvitation {
    pub id: InvitationId,
}

impl Job<App> for SendInvitation {
    const KIND: &'static str = "users.send_invitation";
    /// Over more than an hour.
    const MAX_ATTEMPTS: i32 = 12;

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let now = app.clock.now();
        let (token, hash) = invitation_token::generate();
        let armed = invitation_store::arm(&*app.db.write().await?, self.id, &hash, now).await?;
        let Some(invitation) = armed else { return Ok(()) };
        let time = format!("{} (UTC)", invitation.expires_at.format("%-d %B %Y, %H:%M"));
        let link = app.mail.link(Page::AcceptInvitation, &token);
        let values = Values { time, ..Values::default() };
        Ok(app.mail.send(Template::Invitation, &invitation.email, &values, Some(&link), now).await?)
    }
}
