//! Invitations to courses: by mail where this installation sends mail, else by a token for whoever invites to pass on.

use chrono::TimeDelta;
use secrecy::SecretString;
use serde_json::json;

use super::courses::missing;
use super::enrol::join;
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::db::pool::Transactional as _;
use crate::domain::courses::mail_jobs::SendCourseInvitation;
use crate::domain::courses::model::{Course, CourseInvitation, CourseRole, NewCourseInvitation, Seen};
use crate::domain::courses::policy::{require_may_manage, require_staff};
use crate::domain::courses::{invitation_store, member_store, secrets, store};
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::domain::users::policy::{email_problem, folded};
use crate::error::{Error, Result};
use crate::ids::{CourseId, CourseInvitationId};
use crate::jobs::queue;
use crate::limits::class::Class;
use crate::limits::key;

/// How long an invitation is good for.
const LIFE: TimeDelta = TimeDelta::days(14);

/// What an invitation is accepted with.
#[derive(Debug)]
pub enum Proof {
    /// The token of its link: whoever has it may.
    Token(SecretString),
    /// The invitation itself, by whoever has confirmed the address that it went to.
    Address(CourseInvitationId),
}

/// Invites somebody to a course; what was open for the same address ends. The token is given only where no mail is sent.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown course, FORBIDDEN for whoever may not, BAD_USER_INPUT for what is no address or for a
/// second professor, CONFLICT for a course that was put away, `RATE_LIMITED` after too many mails to one address.
pub async fn invite(
    app: &App,
    actor: &Actor,
    id: CourseId,
    email: &str,
    role: CourseRole,
) -> Result<(CourseInvitation, Option<SecretString>)> {
    let viewer = actor.require_may(Permission::ManageOwnCourses)?.user.id;
    let email = folded(email);
    if let Some(problem) = email_problem(&email) {
        return Err(Error::bad_input("input.email", problem));
    }
    if role == CourseRole::Professor {
        return Err(Error::bad_input("input.role", "A course has one professor already."));
    }
    let by_mail = app.mail.is_on();
    let token = (!by_mail).then(secrets::token);
    let mut conn = app.db.write().await?;
    let made = conn
        .transaction(async |conn| {
            let seen = store::lock(conn, viewer, id).await?.ok_or_else(missing)?;
            require_may_manage(seen.role, role)?;
            if seen.course.archived_at.is_some() {
                return Err(Error::conflict("This course was put away: nobody joins it any more."));
            }
            if by_mail {
                app.limits.take(Class::Mail, &key::name(&email.to_lowercase()), 1).await?;
            }
            let now = app.clock.now();
            let row = NewCourseInvitation {
                id: CourseInvitationId::generate(now),
                course_id: id,
                email: email.clone(),
                role,
                hash: token.as_ref().map(|(_, hash)| hash.clone()),
                inviter_id: viewer,
                created_at: now,
                expires_at: now + LIFE,
            };
            invitation_store::revoke_open(conn, id, &row.email, now).await?;
            let made = invitation_store::insert(conn, &row).await?;
            let made = made.ok_or_else(|| Error::conflict("Somebody else has just invited this address."))?;
            if by_mail {
                queue::enqueue(conn, &app.clock, &SendCourseInvitation { id: made.id }).await?;
            }
            let after = json!({ "course": id, "email": made.email, "role": role.as_str() });
            let entry = Entry::new(Action::CourseInvitationCreated).on(made.id).after(after);
            audit::record(conn, now, actor, entry).await?;
            Ok::<_, Error>(made)
        })
        .await?;
    Ok((made, token.map(|(token, _)| token)))
}

/// A page of a course's invitations, newest first; those that have ended are shown for 30 days.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown course, FORBIDDEN for students.
pub async fn list(
    app: &App,
    actor: &Actor,
    course: CourseId,
    page: &Page<CourseInvitationId>,
) -> Result<Slice<CourseInvitation>> {
    let viewer = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let conn = app.db.read().await?;
    require_staff(store::find(&conn, viewer, course).await?.ok_or_else(missing)?.role)?;
    Ok(page.slice(invitation_store::page(&conn, course, page).await?))
}

/// How many invitations [`list`] goes through.
///
/// # Errors
/// As [`list`].
pub async fn count(app: &App, actor: &Actor, course: CourseId) -> Result<i64> {
    let viewer = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let conn = app.db.read().await?;
    require_staff(store::find(&conn, viewer, course).await?.ok_or_else(missing)?.role)?;
    invitation_store::count(&conn, course).await
}

/// What the actor can accept without a token: the open invitations of the address that they have confirmed, newest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn received(app: &App, actor: &Actor) -> Result<Vec<(CourseInvitation, Course)>> {
    let user = &actor.require_may(Permission::ReadOwnCourses)?.user;
    if user.email_verified_at.is_none() {
        return Ok(Vec::new());
    }
    invitation_store::open_for(&*app.db.read().await?, &user.email, app.clock.now()).await
}

/// Takes an invitation back. One that has ended stays as it is.
///
/// # Errors
/// `NOT_FOUND` for one of a foreign course or an unknown one, FORBIDDEN for whoever may not, CONFLICT for one that was
/// accepted.
pub async fn revoke(app: &App, actor: &Actor, id: CourseInvitationId) -> Result<CourseInvitation> {
    let viewer = actor.require_may(Permission::ManageOwnCourses)?.user.id;
    let unknown = || Error::not_found("invitation");
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let course = invitation_store::find(conn, id).await?.ok_or_else(unknown)?.course_id;
        let seen = store::lock(conn, viewer, course).await?.ok_or_else(unknown)?;
        // Once more, under the lock: it may have been accepted meanwhile.
        let found = invitation_store::find(conn, id).await?.ok_or_else(unknown)?;
        require_may_manage(seen.role, found.role)?;
        if found.accepted_at.is_some() {
            return Err(Error::conflict("This invitation was accepted already."));
        }
        if found.revoked_at.is_some() {
            return Ok(found);
        }
        let now = app.clock.now();
        audit::record(conn, now, actor, Entry::new(Action::CourseInvitationRevoked).on(id)).await?;
        invitation_store::revoke(conn, id, now).await
    })
    .await
}

/// What somebody is told whose invitation does not do.
fn not_good() -> Error {
    Error::new(
        crate::error::ErrorCode::NotFound,
        "This invitation is not good for you, or not any more. Please ask for another one.",
    )
}

/// Makes the actor a member of a course that they were invited to. Who is a member stays what they are, unless they were
/// invited to teach; who accepts again what they accepted is told the same again.
///
/// # Errors
/// `NOT_FOUND`, always the same, when anything is wrong with the invitation; FORBIDDEN where an address that is not confirmed
/// is all that there is to go by.
pub async fn accept(app: &App, actor: &Actor, proof: &Proof) -> Result<Seen> {
    let user = &actor.require_may(Permission::ManageOwnCourses)?.user;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let found = match proof {
            Proof::Token(token) => match secrets::token_hash(token) {
                Some(hash) => invitation_store::find_by_hash(conn, &hash).await?,
                None => None,
            },
            Proof::Address(id) => {
                let found = invitation_store::find(conn, *id).await?;
                let is_theirs = |found: &CourseInvitation| {
                    user.email_verified_at.is_some()
                        && folded(&found.email).to_lowercase() == folded(&user.email).to_lowercase()
                };
                found.filter(is_theirs)
            }
        };
        let invitation = found.ok_or_else(not_good)?;
        let course = invitation_store::lock_course(conn, invitation.course_id).await?.ok_or_else(not_good)?;
        let member = member_store::role_of(conn, course.id, user.id).await?;
        if let Some((_, role)) = member.filter(|_| invitation.guest_id == Some(user.id)) {
            return Ok(Seen { course, role });
        }
        let now = app.clock.now();
        if !invitation_store::accept(conn, invitation.id, user.id, now).await? {
            return Err(not_good());
        }
        match member {
            // From student to assistant; nobody falls.
            Some((id, CourseRole::Student)) if invitation.role == CourseRole::Assistant => {
                member_store::set_role(conn, id, invitation.role).await?;
                let entry = Entry::new(Action::CourseMemberRoleChanged).on(course.id);
                let entry =
                    entry.before(json!({ "role": "STUDENT" })).after(json!({ "role": invitation.role.as_str() }));
                audit::record(conn, now, actor, entry).await?;
                Ok(Seen { course, role: invitation.role })
            }
            Some((_, role)) => Ok(Seen { course, role }),
            None => join(app, conn, actor, course, invitation.role, "INVITATION").await,
        }
    })
    .await
}
