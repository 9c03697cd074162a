//! Who hears of what happened to an alert: people in the app and by mail, programs by webhooks. All of it in the transaction of the event, and
//! under its key: nobody is told twice.

use serde_json::json;

use super::mail_jobs::SendAlertLetter;
use super::model::{Alert, AlertEvent};
use super::notices::kind;
use super::wording;
use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::notifications::model::{Subject, SubjectKind};
use crate::domain::notifications::posting::{News, post};
use crate::domain::notifications::reading::mail_readers;
use crate::domain::webhooks::model::EventKind;
use crate::domain::webhooks::sending::{Event, send};
use crate::error::Result;
use crate::ids::UserId;
use crate::jobs::queue;

/// Tells these people, who hear of the alert by now, and the programs of the workspace.
///
/// # Errors
/// When Postgres does not answer.
pub(super) async fn tell(
    app: &App,
    conn: &Connection,
    alert: &Alert,
    event: &AlertEvent,
    (hearers, is_again): (&[UserId], bool),
) -> Result<()> {
    let key = format!("alert:{}:{}", alert.id, event.sequence);
    let kind = kind(event.to_state);
    if app.mail.is_on() {
        for reader in mail_readers(conn, hearers, kind).await? {
            let letter = SendAlertLetter { alert_id: alert.id, sequence: event.sequence, user_id: reader.user };
            queue::enqueue::<App, _>(conn, &app.clock, &letter).await?;
        }
    }
    let data = json!({
        "alertId": alert.id,
        "workspaceId": alert.workspace_id,
        "queryId": alert.query_id,
        "name": alert.name,
        "from": event.from_state.as_str(),
        "to": event.to_state.as_str(),
        "isReminder": is_again,
        "value": event.value.as_ref().map(|value| value.normalized().to_plain_string()),
        "message": event.message,
        "at": event.at,
        "sequence": event.sequence,
    });
    let called = Event { kind: EventKind::AlertChanged, key: key.clone(), data };
    send(conn, &app.clock, alert.workspace_id, &called).await?;
    let title = wording::title(&alert.name, event.to_state, is_again);
    let news: Vec<News> = hearers
        .iter()
        .map(|user| News {
            user: *user,
            kind,
            title: title.clone(),
            body: Some(event.message.clone()),
            subject: Some(Subject { kind: SubjectKind::Alert, id: alert.id.uuid() }),
            key: key.clone(),
        })
        .collect();
    // Last, since others who post to the same people wait for the end of the transaction.
    post(conn, event.at, &news).await
}
