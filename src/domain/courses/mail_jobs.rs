//! Mail about courses.

use serde::{Deserialize, Serialize};

use super::{invitation_store, secrets};
use crate::app::App;
use crate::ids::CourseInvitationId;
use crate::jobs::job::{Attempt, Job, JobError};
use crate::mail::letter::{Template, Values};
use crate::mail::mailer::Page;

/// Sends the link of an invitation. What waits is only which: the token is made when the mail leaves, anew at every try.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendCourseInvitation {
    pub id: CourseInvitationId,
}

impl Job<App> for SendCourseInvitation {
    const KIND: &'static str = "courses.send_invitation";
    /// Over more than an hour.
    const MAX_ATTEMPTS: i32 = 12;

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let conn = app.db.write().await?;
        let Some(invitation) = invitation_store::find(&conn, self.id).await? else { return Ok(()) };
        let (token, hash) = secrets::token();
        let now = app.clock.now();
        if !invitation_store::arm(&conn, self.id, &hash, now).await? {
            return Ok(());
        }
        drop(conn);
        // Whoever reads it may have no account, and so no time zone.
        let time = invitation.expires_at.format("%-d %B %Y, %H:%M (UTC)").to_string();
        let values = Values { time, ..Values::default() };
        let link = app.mail.link(Page::JoinCourse, &token);
        Ok(app.mail.send(Template::CourseInvitation, &invitation.email, &values, Some(&link), now).await?)
    }
}
