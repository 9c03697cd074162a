//! Joining a course, and leaving it.

use serde_json::json;

use super::courses::missing;
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::courses::model::{Course, CourseRole, Enrolment, Seen};
use crate::domain::courses::policy::{code, require_may_manage};
use crate::domain::courses::{member_store, secrets, store};
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::error::{Error, ErrorCode, Result};
use crate::ids::{CourseId, CourseMemberId};
use crate::limits::class::Class;

/// What somebody is told who cannot join: whether there is such a course, how it is joined and whether a code was good once
/// are not theirs to know.
fn closed() -> Error {
    Error::new(ErrorCode::NotFound, "There is no course that can be joined with this. Please ask whoever teaches it.")
        .with_field("input.code")
}

/// Makes the actor a student of the course of this code, with the code of the moment where it asks for one. Who is a member
/// already stays what they are, whatever code they give.
///
/// # Errors
/// `NOT_FOUND`, always the same, when anything is wrong; `RATE_LIMITED` after too many tries.
pub async fn enrol(app: &App, actor: &Actor, course: &str, enrolment_code: Option<&str>) -> Result<Seen> {
    let guest = actor.require_may(Permission::ManageOwnCourses)?.user.id;
    // By account and not by address: a lecture hall joins from one.
    let tries = format!("courses {guest}");
    app.limits.take(Class::SecondFactorTry, &tries, 1).await?;
    let given = enrolment_code.map(secrets::code_hash);
    let mut conn = app.db.write().await?;
    // Never given back: whoever could join a course of their own in between would guess for ever.
    conn.transaction(async |conn| {
        let (course, hash) = store::lock_to_join(conn, &code(course)).await?.ok_or_else(closed)?;
        if let Some((_, role)) = member_store::role_of(conn, course.id, guest).await? {
            return Ok(Seen { course, role });
        }
        let now = app.clock.now();
        let is_good = course.enrolment_code_expires_at.is_some_and(|end| now < end) && hash.is_some() && hash == given;
        let may = match course.enrolment {
            Enrolment::Open => true,
            Enrolment::Code => is_good,
            Enrolment::Invitation => false,
        };
        if !may || course.archived_at.is_some() {
            return Err(closed());
        }
        let by = if course.enrolment == Enrolment::Open { "OPEN" } else { "CODE" };
        join(app, conn, actor, course, CourseRole::Student, by).await
    })
    .await
}

/// Makes the actor a member of a course that was locked, and records how they came in.
pub(super) async fn join(
    app: &App,
    conn: &Connection,
    actor: &Actor,
    course: Course,
    role: CourseRole,
    by: &'static str,
) -> Result<Seen> {
    let guest = actor.require_may(Permission::ManageOwnCourses)?.user.id;
    let now = app.clock.now();
    member_store::insert(conn, course.id, guest, role, now).await?;
    let after = json!({ "role": role.as_str(), "by": by });
    audit::record(conn, now, actor, Entry::new(Action::CourseMemberAdded).on(course.id).after(after)).await?;
    Ok(Seen { course, role })
}

/// Takes the actor, or another member, out of a course; with the membership goes the right to its readings, at once. One who
/// is no member any more is passed over.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown course or member, FORBIDDEN for whoever may not, CONFLICT for the professor, whose the
/// course is.
pub async fn unenrol(app: &App, actor: &Actor, id: CourseId, member: Option<CourseMemberId>) -> Result<CourseMemberId> {
    let viewer = actor.require_may(Permission::ManageOwnCourses)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let seen = store::lock(conn, viewer, id).await?.ok_or_else(missing)?;
        let (own, _) = member_store::role_of(conn, id, viewer).await?.ok_or_else(missing)?;
        let member = member.unwrap_or(own);
        let found = member_store::find(conn, viewer, id, member).await?;
        let found = found.ok_or_else(|| Error::not_found("member").with_field("input.memberId"))?;
        if found.role == CourseRole::Professor && (found.user_id == viewer || seen.role.is_staff()) {
            return Err(Error::conflict(
                "A course has a professor. Hand it over to another member first, or delete it.",
            ));
        }
        if found.user_id != viewer {
            require_may_manage(seen.role, found.role)?;
        }
        member_store::remove(conn, member).await?;
        let before = json!({ "role": found.role.as_str() });
        let entry = Entry::new(Action::CourseMemberRemoved).account(found.user_id).on(id).before(before);
        audit::record(conn, app.clock.now(), actor, entry).await?;
        Ok(member)
    })
    .await
}
