//! Wanting a report no more: signed in, or by the link of a mail, which is the whole permission to do that one thing.

use chrono::TimeDelta;
use serde_json::json;

use super::model::Recipient;
use super::reading::missing;
use super::{recipient_store, store};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::error::Result;
use crate::ids::{ScheduledReportId, UserId};
use crate::storage::signed::{self, Audience, Claim, Method};

/// What the key is derived for: no token of another use is ever one of these.
const KEY_USAGE: &str = "report unsubscribe 1";
/// How long the link of a mail is good for: longer than people keep old mail at hand.
const LINK: TimeDelta = TimeDelta::days(3 * 365);

/// The address at which somebody says that they want a report no more.
#[must_use]
pub fn link(app: &App, report: ScheduledReportId, person: UserId) -> String {
    let claim = Claim {
        object: report.to_string(),
        audience: Audience::User(person.uuid()),
        method: Method::Put,
        expires_at: (app.clock.now() + LINK).timestamp(),
        filename: None,
    };
    let token = signed::sign(&app.secrets.key_for(KEY_USAGE), &claim);
    let base = app.config.server.public_url.as_deref().unwrap_or_else(|| app.mail.app_url());
    format!("{base}/reports/unsubscribe/{token}")
}

/// The title of the report that a link is about; `None` when whom it was made for does not get the report any more, since links are kept for
/// long and titles change. Changes nothing: whatever scans mail follows links.
///
/// # Errors
/// `NOT_FOUND`, always the same, for a link that is none of ours, is over, or is about what is gone.
pub async fn look(app: &App, token: &str) -> Result<Option<String>> {
    let (report, person) = opened(app, token)?;
    let conn = app.db.read().await?;
    if !recipient_store::is_known(&conn, report, person).await? {
        return Err(missing());
    }
    let title = store::find(&conn, report).await?.ok_or_else(missing)?.title;
    let must = app.config.accounts.require_verified_email;
    let people = recipient_store::find(&conn, report, must, app.clock.now()).await?;
    let gets = |it: &Recipient| it.user_id == person && it.may_see && it.unsubscribed_at.is_none();
    Ok(people.iter().any(gets).then_some(title))
}

/// Does what a link is for; a second time changes nothing.
///
/// # Errors
/// As [`look`].
pub async fn by_link(app: &App, actor: &Actor, token: &str) -> Result<Option<String>> {
    let title = look(app, token).await?;
    let (report, person) = opened(app, token)?;
    leave(app, actor, report, person).await?;
    Ok(title)
}

/// Lets the actor get a report no more.
///
/// # Errors
/// `NOT_FOUND` for a report that the actor does not get.
pub async fn by_person(app: &App, actor: &Actor, report: ScheduledReportId) -> Result<()> {
    let person = actor.require_may(Permission::ManageOwnData)?.user.id;
    if leave(app, actor, report, person).await? { Ok(()) } else { Err(missing()) }
}

async fn leave(app: &App, actor: &Actor, report: ScheduledReportId, person: UserId) -> Result<bool> {
    let now = app.clock.now();
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        if !recipient_store::unsubscribe(conn, report, person, now).await? {
            return Ok(false);
        }
        let entry = Entry::new(Action::ReportUnsubscribed).on(report).account(person);
        let entry = entry.after(json!({ "isSubscribed": false }));
        audit::record(conn, now, actor, entry).await?;
        Ok(true)
    })
    .await
}

fn opened(app: &App, token: &str) -> Result<(ScheduledReportId, UserId)> {
    let claim = signed::verify_with_any(app.secrets.keys_for(KEY_USAGE), token, app.clock.now());
    let claim = claim.map_err(|error| missing().with_source(error))?;
    let (Audience::User(person), Method::Put) = (&claim.audience, claim.method) else { return Err(missing()) };
    let report: ScheduledReportId = claim.object.parse().map_err(|_| missing())?;
    Ok((report, UserId::from_uuid(*person)))
}
