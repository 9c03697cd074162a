//! Mail about accounts. No request waits for a mail server, and none tells by its time whether there was anybody to write to.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::model::{MailPurpose, User};
use super::{mail_token, mail_token_store, store};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::error::{Error, Result};
use crate::ids::MailTokenId;
use crate::jobs::job::{Attempt, Job, JobError};
use crate::jobs::queue;
use crate::limits::key;
use crate::mail::letter::{Template, Values};
use crate::mail::mailer::Page;
use crate::mail::post::Failure;

impl From<Failure> for JobError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Later(error) => Self::Retry(error),
            Failure::Never(error) => Self::Fail(error),
        }
    }
}

/// A time in words: in the account's own time zone.
#[must_use]
pub fn in_words(user: &User, time: DateTime<Utc>) -> String {
    let zone: chrono_tz::Tz = user.timezone.parse().unwrap_or(chrono_tz::UTC);
    format!("{} ({})", time.with_timezone(&zone).format("%-d %B %Y, %H:%M"), zone.name())
}

/// Sends a link. What waits is only which: the token is made when the mail leaves, anew at every try.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendLink {
    pub id: MailTokenId,
}

impl Job<App> for SendLink {
    const KIND: &'static str = "users.send_link";
    /// Somebody looks into their mailbox.
    const PRIORITY: i16 = 10;
    /// Over more than an hour.
    const MAX_ATTEMPTS: i32 = 12;

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let conn = app.db.write().await?;
        let Some((link, user)) = mail_token_store::find_unsent(&conn, self.id).await? else { return Ok(()) };
        let (token, hash) = mail_token::generate();
        let (now, lifetime) = (app.clock.now(), mail_token::lifetime(link.purpose));
        if !mail_token_store::arm(&conn, self.id, &hash, now, lifetime).await? {
            return Ok(());
        }
        drop(conn);
        let (template, page) = match link.purpose {
            MailPurpose::VerifyEmail => (Template::VerifyEmail, Page::VerifyEmail),
            MailPurpose::ResetPassword => (Template::ResetPassword, Page::ResetPassword),
            MailPurpose::ChangeEmail => (Template::ConfirmNewEmail, Page::ConfirmEmail),
        };
        let values = Values { time: in_words(&user, now + lifetime), ..Values::default() };
        let address = app.mail.link(page, &token);
        Ok(app.mail.send(template, &link.email, &values, Some(&address), now).await?)
    }
}

/// Asks for a link in the caller's transaction, in the place of one of its kind that was not used yet.
///
/// # Errors
/// When Postgres does not answer.
pub async fn ask_for_link(app: &App, conn: &Connection, user: &User, purpose: MailPurpose, email: &str) -> Result<()> {
    let id = mail_token_store::replace(conn, user.id, purpose, email, app.clock.now()).await?;
    queue::enqueue(conn, &app.clock, &SendLink { id }).await?;
    Ok(())
}

/// Sends a letter without a secret in it.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendNotice {
    pub template: Template,
    pub to: String,
    pub values: Values,
}

impl Job<App> for SendNotice {
    const KIND: &'static str = "users.send_notice";
    const MAX_ATTEMPTS: i32 = 12;

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        Ok(app.mail.send(self.template, &self.to, &self.values, None, app.clock.now()).await?)
    }
}

/// Has a letter sent once the caller's transaction commits, where this installation sends mail.
///
/// # Errors
/// When Postgres does not answer.
pub async fn notify(app: &App, conn: &Connection, template: Template, to: &str, values: Values) -> Result<()> {
    if app.mail.is_on() {
        queue::enqueue(conn, &app.clock, &SendNotice { template, to: to.to_owned(), values }).await?;
    }
    Ok(())
}

/// Looks whose address it is, and has a link for a new password sent there. That nobody has it shows nowhere.
#[derive(Debug, Serialize, Deserialize)]
pub struct FindForReset {
    pub email: String,
}

impl Job<App> for FindForReset {
    const KIND: &'static str = "users.find_for_reset";
    const PRIORITY: i16 = 10;

    fn dedupe_key(&self) -> Option<String> {
        Some(key::name(&self.email.to_lowercase()))
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let mut conn = app.db.write().await?;
        let asked = conn.transaction(async |conn| {
            let found = store::find_by_email(conn, &self.email).await?;
            if let Some((user, _)) = found.filter(|(user, _)| user.is_active) {
                ask_for_link(&app, conn, &user, MailPurpose::ResetPassword, &user.email).await?;
            }
            Ok::<_, Error>(())
        });
        Ok(asked.await?)
    }
}
