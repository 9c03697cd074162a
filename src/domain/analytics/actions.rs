//! Who may see what was used: everybody their own, those who teach what their class used, administrators all of it.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::activity_store::With;
use super::model::{Activity, ActivityCursor, ConversationShare, Range, Report, Subject};
use super::{activity_store, report, rollup_store, store};
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::db::pool::Transactional as _;
use crate::domain::courses::policy::require_staff;
use crate::domain::courses::reading;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{CourseId, UserId};

/// Quarters of an hour that one transaction sums up: each holds the lock for some milliseconds.
const BATCH: i64 = 200;
/// Transactions that one person waits for; the job does the rest.
const BATCHES_WAITED_FOR: usize = 10;
/// Most conversations that are listed.
const MOST_CONVERSATIONS: i32 = 100;

/// One's own, or anybody's for those who may. Figures are of answers and documents, so a key must have the scopes of both.
fn require_to_read(actor: &Actor, people: &[UserId]) -> Result<()> {
    let own = actor.require_may(Permission::ReadOwnConversations)?.user.id;
    actor.require_may(Permission::ReadOwnDocuments)?;
    if people.iter().any(|id| *id != own) {
        actor.require_may(Permission::ReadAnalyticsOfAll)?;
    }
    Ok(())
}

/// What these people used.
///
/// # Errors
/// FORBIDDEN for others than oneself, but for those who may read all.
pub async fn of_users(app: &App, actor: &Actor, ids: &[UserId], range: Range) -> Result<HashMap<Subject, Arc<Report>>> {
    require_to_read(actor, ids)?;
    let subjects: Vec<Subject> = ids.iter().copied().map(Subject::User).collect();
    read(app, &subjects, range).await
}

/// What students said to the tutors of these courses came to, as far as the reader teaches them; nothing of the others.
///
/// # Errors
/// FORBIDDEN for a key without the scope.
pub async fn of_courses(
    app: &App,
    actor: &Actor,
    ids: &[CourseId],
    range: Range,
) -> Result<HashMap<Subject, Arc<Report>>> {
    actor.require_may(Permission::ReadOwnCourses)?;
    let seen = reading::courses(app, actor, ids).await?;
    let taught = seen.values().filter(|seen| require_staff(seen.role).is_ok());
    let subjects: Vec<Subject> = taught.map(|seen| Subject::Course(seen.course.id)).collect();
    read(app, &subjects, range).await
}

/// What everybody used.
///
/// # Errors
/// FORBIDDEN for those who may not read all.
pub async fn of_installation(app: &App, actor: &Actor, range: Range) -> Result<HashMap<Subject, Arc<Report>>> {
    actor.require_may(Permission::ReadAnalyticsOfAll)?;
    read(app, &[Subject::Installation], range).await
}

/// All of these are of one kind.
async fn read(app: &App, subjects: &[Subject], range: Range) -> Result<HashMap<Subject, Arc<Report>>> {
    let Some(kind) = subjects.first() else { return Ok(HashMap::new()) };
    let ids: Vec<Uuid> = subjects.iter().map(|subject| subject.uuid()).collect();
    // Too slow for a connection that others read on at the same time.
    let conn = app.db.write().await?;
    let parts = store::report(&conn, *kind, &ids, &range.bounds(), app.clock.now()).await?;
    let reports = report::reports(subjects, range, parts);
    Ok(reports.into_iter().map(|(subject, report)| (subject, Arc::new(report))).collect())
}

/// The conversations of these people that cost most.
///
/// # Errors
/// As [`of_users`]; `BAD_USER_INPUT` for more than 100.
pub async fn conversations(
    app: &App,
    actor: &Actor,
    ids: &[UserId],
    range: Range,
    first: i32,
) -> Result<HashMap<UserId, Vec<ConversationShare>>> {
    require_to_read(actor, ids)?;
    if !(1..=MOST_CONVERSATIONS).contains(&first) {
        return Err(Error::bad_input("first", format!("first must be from 1 to {MOST_CONVERSATIONS}.")));
    }
    let conn = app.db.write().await?;
    let mut of: HashMap<UserId, Vec<ConversationShare>> = HashMap::new();
    for part in store::conversations(&conn, ids, &range.bounds(), first.into()).await? {
        of.entry(part.user_id).or_default().push(report::conversation(part));
    }
    Ok(of)
}

/// What these people did, newest first. Sign-ins are no program's business, and what was done with data that of one which may read data.
///
/// # Errors
/// As [`of_users`].
pub async fn activity(
    app: &App,
    actor: &Actor,
    ids: &[UserId],
    range: Range,
    page: &Page<ActivityCursor>,
) -> Result<HashMap<UserId, Slice<Activity>>> {
    require_to_read(actor, ids)?;
    let bounds = range.bounds();
    let ends = bounds.first().copied().zip(bounds.last().copied()).unwrap_or_default();
    let with = With { sign_ins: actor.may(Permission::ManageOwnAccount), data: actor.may(Permission::ReadOwnData) };
    let rows = activity_store::pages(&*app.db.read().await?, ids, ends, page, with).await?;
    let mut of: HashMap<UserId, Vec<Activity>> = HashMap::new();
    for row in rows {
        of.entry(row.user_id).or_default().push(row);
    }
    Ok(of.into_iter().map(|(user, rows)| (user, page.slice(rows))).collect())
}

/// Sums one's own use up anew, whatever was summed up before, and says what it comes to: from the records, where there is too
/// much to wait for.
///
/// # Errors
/// As [`of_users`].
pub async fn refresh(app: &App, actor: &Actor, range: Range) -> Result<Arc<Report>> {
    let own = actor.require_may(Permission::ReadOwnConversations)?.user.id;
    actor.require_may(Permission::ReadOwnDocuments)?;
    let bounds = range.bounds();
    if let Some((from, to)) = bounds.first().zip(bounds.last()) {
        rollup_store::doubt(&*app.db.write().await?, own, *from, *to).await?;
    }
    roll_up(app, Some(own), BATCHES_WAITED_FOR).await?;
    let report = of_users(app, actor, &[own], range).await?.remove(&Subject::User(own));
    report.ok_or_else(|| Error::internal("an account without a report"))
}

/// Sums up what changed, of somebody or of anybody, in `most` transactions; asks nobody, since it changes no figure.
///
/// # Errors
/// When Postgres does not answer.
pub(super) async fn roll_up(app: &App, of: Option<UserId>, most: usize) -> Result<()> {
    for _ in 0..most {
        let mut conn = app.db.write().await?;
        if conn.transaction(async |conn| rollup_store::roll_up(conn, of, BATCH).await).await? == 0 {
            break;
        }
    }
    Ok(())
}
