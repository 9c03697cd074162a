//! A letter to one person: whether they may have it is looked at when it leaves. It is sent at least once: a server that dies between the
//! mail server's word and our own sends it again, under the same id.

use secrecy::SecretString;

use super::model::{DeliveryStatus, RunStatus};
use super::problems::{ACCESS_LOST, UNSUBSCRIBED};
use super::{ending, recipient_store, run_store, store, unsubscribing};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::error::{Error, Result};
use crate::ids::{ReportRunId, UserId};
use crate::mail::post::Failure;
use crate::mail::report_letter::{Envelope, ReportLetter};

/// Why a letter is not sent, by code and sentence.
type Unsent = (&'static str, &'static str);

/// Sends the letter of a run to somebody, unless it is sent already.
///
/// # Errors
/// Whether another try makes sense.
pub(super) async fn send(app: &App, run: ReportRunId, person: UserId) -> Result<(), Failure> {
    let later = Failure::Later;
    let conn = app.db.write().await.map_err(later)?;
    let status = run_store::delivery(&conn, run, person).await.map_err(later)?;
    let found = run_store::find(&conn, run).await.map_err(later)?;
    let Some(found) = found.filter(|run| run.status == RunStatus::Running) else { return Ok(()) };
    if status != Some(DeliveryStatus::Pending) {
        return Ok(());
    }
    let must = app.config.accounts.require_verified_email;
    let now = app.clock.now();
    let is_there = store::find(&conn, found.report_id).await.map_err(later)?.is_some();
    let people = recipient_store::find(&conn, found.report_id, must, now).await.map_err(later)?;
    let letter = run_store::letter(&conn, run).await.map_err(later)?;
    drop(conn);
    let recipient = people.into_iter().find(|it| it.user_id == person);
    let recipient = match recipient {
        Some(it) if it.unsubscribed_at.is_some() => Err((UNSUBSCRIBED, "They do not want this report any more.")),
        Some(it) if is_there && it.may_see => Ok(it),
        Some(_) => Err((ACCESS_LOST, "They may not see the dashboard any more.")),
        None => Err((UNSUBSCRIBED, "They do not get this report any more.")),
    };
    let recipient = match recipient {
        Ok(recipient) => recipient,
        Err(unsent) => return skip(app, run, person, unsent).await.map_err(later),
    };
    let no_letter = || Failure::Never(Error::internal("a letter that is to be sent is not there"));
    let letter: ReportLetter =
        serde_json::from_str(&letter.ok_or_else(no_letter)?).map_err(|error| Failure::Never(Error::internal(error)))?;
    let link: SecretString = unsubscribing::link(app, found.report_id, person).into();
    let id = format!("{}.{}", run.uuid(), person.uuid());
    let envelope = Envelope { to: &recipient.email, id: &id, unsubscribe: &link };
    app.mail.send_report(&letter, &envelope, now).await?;
    note(app, run, person, (DeliveryStatus::Sent, None)).await.map_err(later)
}

/// Writes down that a letter could not be sent.
///
/// # Errors
/// When Postgres does not answer.
pub(super) async fn give_up(app: &App, run: ReportRunId, person: UserId, error: &Error) -> Result<()> {
    let failure = Some((error.code().as_str(), error.message()));
    note(app, run, person, (DeliveryStatus::Failed, failure)).await
}

async fn skip(app: &App, run: ReportRunId, person: UserId, unsent: Unsent) -> Result<()> {
    note(app, run, person, (DeliveryStatus::Skipped, Some(unsent))).await
}

/// Writes down what became of a letter, and ends the run with its last.
async fn note(
    app: &App,
    run: ReportRunId,
    person: UserId,
    outcome: (DeliveryStatus, Option<(&str, &str)>),
) -> Result<()> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        if run_store::lock(conn, run).await?.is_none() {
            return Ok(());
        }
        if run_store::settle(conn, run, person, outcome, app.clock.now()).await? {
            ending::end(app, conn, run).await?;
        }
        Ok(())
    })
    .await
}
