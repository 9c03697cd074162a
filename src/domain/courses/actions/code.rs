//! The code with which students join.

use chrono::TimeDelta;
use secrecy::SecretString;
use serde_json::json;

use super::courses::lock_to_teach;
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::courses::model::{Enrolment, Seen};
use crate::domain::courses::{secrets, store};
use crate::domain::users::actor::Actor;
use crate::domain::users::audit;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::CourseId;

/// How long a code is good for when nobody says, in days.
pub const DEFAULT_DAYS: i32 = 30;
/// Longest life of a code, in days.
const MAX_DAYS: i32 = 366;

/// Gives a course a new code, which nobody can be told again; the one before is void from then on.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown course, FORBIDDEN for students, BAD_USER_INPUT for a life of no day or of more than
/// 366, CONFLICT for a course that is not joined by code.
pub async fn rotate(app: &App, actor: &Actor, id: CourseId, days: Option<i32>) -> Result<(Seen, SecretString)> {
    let viewer = actor.require_may(Permission::ManageOwnCourses)?.user.id;
    let days = days.unwrap_or(DEFAULT_DAYS);
    if !(1..=MAX_DAYS).contains(&days) {
        return Err(Error::bad_input("input.expiresInDays", format!("Give 1 to {MAX_DAYS} days.")));
    }
    let (code, hash) = secrets::code();
    let mut conn = app.db.write().await?;
    let seen = conn
        .transaction(async |conn| {
            let Seen { course, role } = lock_to_teach(conn, viewer, id).await?;
            if course.enrolment != Enrolment::Code {
                return Err(Error::conflict("This course is not joined by code. Change its enrolment to CODE first."));
            }
            let now = app.clock.now();
            let expires_at = now + TimeDelta::days(days.into());
            let course = store::set_code(conn, id, &hash, expires_at, now).await?;
            let entry = Entry::new(Action::CourseCodeSet).on(id).after(json!({ "expiresAt": expires_at }));
            audit::record(conn, now, actor, entry).await?;
            Ok(Seen { course, role })
        })
        .await?;
    Ok((seen, code))
}
