//! What members are in a course.

use serde_json::json;

use super::courses::missing;
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::courses::model::{CourseRole, Member};
use crate::domain::courses::policy::require_professor;
use crate::domain::courses::{member_store, store};
use crate::domain::users::actions::accounts::load_users;
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::{self, Permission};
use crate::error::{Error, Result};
use crate::ids::{CourseId, CourseMemberId};

/// Gives a member another role. A course has one professor: who hands it over becomes an assistant.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown course or member, FORBIDDEN for all but the professor, CONFLICT when the professor
/// would be none, and when somebody would be professor whose account may make no courses.
pub async fn set_role(
    app: &App,
    actor: &Actor,
    id: CourseId,
    member: CourseMemberId,
    role: CourseRole,
) -> Result<Member> {
    let viewer = actor.require_may(Permission::ManageOwnCourses)?.user.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let seen = store::lock(conn, viewer, id).await?.ok_or_else(missing)?;
        require_professor(seen.role)?;
        let unknown = || Error::not_found("member").with_field("input.memberId");
        let found = member_store::find(conn, viewer, id, member).await?.ok_or_else(unknown)?;
        if found.role == role {
            return Ok(found);
        }
        if found.role == CourseRole::Professor {
            let refused = "A course has a professor. Make another member the professor instead.";
            return Err(Error::conflict(refused).with_field("input.role"));
        }
        let now = app.clock.now();
        let mut entries = Vec::new();
        if role == CourseRole::Professor {
            let account = load_users(app, &[found.user_id]).await?.pop().ok_or_else(unknown)?;
            if !account.is_active || permissions::check(Permission::CreateCourses, account.role, None).is_err() {
                let refused = "This member's account may have no courses of its own.";
                return Err(Error::conflict(refused).with_field("input.memberId"));
            }
            let (own, _) = member_store::role_of(conn, id, viewer).await?.ok_or_else(missing)?;
            // First: there are never two.
            member_store::set_role(conn, own, CourseRole::Assistant).await?;
            entries.push(changed(id, CourseRole::Professor, CourseRole::Assistant).account(viewer));
        }
        member_store::set_role(conn, member, role).await?;
        entries.push(changed(id, found.role, role).account(found.user_id));
        audit::record_all(conn, now, actor, entries).await?;
        Ok(Member { role, ..found })
    })
    .await
}

fn changed(course: CourseId, before: CourseRole, after: CourseRole) -> Entry {
    Entry::new(Action::CourseMemberRoleChanged)
        .on(course)
        .before(json!({ "role": before.as_str() }))
        .after(json!({ "role": after.as_str() }))
}
