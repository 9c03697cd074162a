//! Letters about alerts.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::notices::kind;
use super::{event_store, recipient_store, store, wording};
use crate::app::App;
use crate::domain::notifications::reading::mail_readers;
use crate::ids::{AlertId, UserId};
use crate::jobs::job::{Attempt, Job, JobError};
use crate::mail::letter::{Template, Values};

/// Writes to one person what happened to an alert. What waits is only which and to whom: whether they are still to hear of it, and under
/// which address, is looked up when the mail leaves.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendAlertLetter {
    pub alert_id: AlertId,
    /// That of the event.
    pub sequence: i64,
    pub user_id: UserId,
}

impl Job<App> for SendAlertLetter {
    const KIND: &'static str = "alerts.send_letter";
    /// Over more than an hour.
    const MAX_ATTEMPTS: i32 = 12;

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("{}:{}:{}", self.alert_id, self.sequence, self.user_id))
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let conn = app.db.write().await?;
        let Some(alert) = store::find(&conn, self.alert_id).await? else { return Ok(()) };
        let Some(event) = event_store::find(&conn, self.alert_id, self.sequence).await? else { return Ok(()) };
        if !recipient_store::hearers(&conn, self.alert_id).await?.contains(&self.user_id) {
            return Ok(());
        }
        let readers = mail_readers(&conn, &[self.user_id], kind(event.to_state)).await?;
        let Some(reader) = readers.into_iter().next() else { return Ok(()) };
        drop(conn);
        let is_again = event.from_state == event.to_state;
        let values = Values {
            // Whoever reads it may be anywhere.
            time: event.at.format("%-d %B %Y, %H:%M (UTC)").to_string(),
            title: wording::title(&alert.name, event.to_state, is_again),
            value: event.value.as_ref().map(wording::number).unwrap_or_default(),
            message: event.message,
            ..Values::default()
        };
        let link: SecretString = format!("{}/alerts/{}", app.mail.app_url(), alert.id).into();
        Ok(app.mail.send(Template::Alert, &reader.email, &values, Some(&link), app.clock.now()).await?)
    }
}
