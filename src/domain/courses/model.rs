//! Rows and enums of courses.

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::db::schema::{course_invitations, courses, weeks};
use crate::ids::{CourseId, CourseInvitationId, CourseMemberId, UserId, WeekId};

/// What somebody is in a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum CourseRole {
    /// Whose the course is. There is one.
    Professor,
    /// Helps to teach.
    Assistant,
    Student,
}

crate::db::enums::text_enum!(CourseRole {
    Professor => "PROFESSOR",
    Assistant => "ASSISTANT",
    Student => "STUDENT",
});

impl CourseRole {
    /// Whether who is this teaches.
    #[must_use]
    pub const fn is_staff(self) -> bool {
        matches!(self, Self::Professor | Self::Assistant)
    }
}

/// How one becomes a student without having been invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Enrolment {
    /// Not at all.
    Invitation,
    /// With the code of the moment.
    Code,
    /// By asking to.
    Open,
}

crate::db::enums::text_enum!(Enrolment { Invitation => "INVITATION", Code => "CODE", Open => "OPEN" });

/// A course.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = courses, check_for_backend(diesel::pg::Pg))]
pub struct Course {
    pub id: CourseId,
    pub code: String,
    pub name: String,
    pub professor_name: String,
    pub description: String,
    pub term: Option<String>,
    pub enrolment: Enrolment,
    /// `None` while there is no code.
    pub enrolment_code_expires_at: Option<DateTime<Utc>>,
    /// Whether students see one another.
    pub shows_members: bool,
    pub archived_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Tutoring sessions that a student may begin within seven days.
    pub tutoring_quota: i32,
    /// How long one lasts at most.
    pub tutoring_seconds: i32,
    /// Days after its end that what was said in one is kept; `None` for as long as the course.
    pub tutoring_retention_days: Option<i32>,
    /// Days that a recording of one is kept; 0 where none is taken.
    pub tutoring_recording_days: i32,
}

/// A course as one of its members sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub course: Course,
    /// What the member is in it.
    pub role: CourseRole,
}

/// A course to be stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = courses)]
pub struct NewCourse {
    pub id: CourseId,
    pub code: String,
    pub name: String,
    pub professor_name: String,
    pub description: String,
    pub term: Option<String>,
    pub enrolment: Enrolment,
    pub shows_members: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What is to be changed of a course; `None` leaves it, `Some(None)` empties it.
#[derive(Debug, Clone, Default, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = courses)]
pub struct CourseChange {
    pub code: Option<String>,
    pub name: Option<String>,
    pub professor_name: Option<String>,
    pub description: Option<String>,
    pub term: Option<Option<String>>,
    pub enrolment: Option<Enrolment>,
    pub shows_members: Option<bool>,
    pub archived_at: Option<Option<DateTime<Utc>>>,
    pub tutoring_quota: Option<i32>,
    pub tutoring_seconds: Option<i32>,
    pub tutoring_retention_days: Option<Option<i32>>,
    pub tutoring_recording_days: Option<i32>,
}

/// Which courses to list; what is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CourseFilter {
    pub term: Option<String>,
    pub is_archived: Option<bool>,
    /// Courses in which one is this.
    pub role: Option<CourseRole>,
}

/// A week of a course.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = weeks, check_for_backend(diesel::pg::Pg))]
pub struct Week {
    pub id: WeekId,
    pub course_id: CourseId,
    pub number: i32,
    pub title: Option<String>,
    pub opens_at: Option<DateTime<Utc>>,
    pub closes_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A week to be stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = weeks)]
pub struct NewWeek {
    pub id: WeekId,
    pub course_id: CourseId,
    pub number: i32,
    pub title: Option<String>,
    pub opens_at: Option<DateTime<Utc>>,
    pub closes_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What is to be changed of a week, but its place; `None` leaves it, `Some(None)` empties it.
#[derive(Debug, Clone, Default, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = weeks)]
pub struct WeekChange {
    pub title: Option<Option<String>>,
    pub opens_at: Option<Option<DateTime<Utc>>>,
    pub closes_at: Option<Option<DateTime<Utc>>>,
}

/// Somebody's part in a course, as another member sees it.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Member {
    #[diesel(sql_type = SqlUuid)]
    pub id: CourseMemberId,
    #[diesel(sql_type = SqlUuid)]
    pub course_id: CourseId,
    #[diesel(sql_type = SqlUuid)]
    pub user_id: UserId,
    #[diesel(sql_type = Text)]
    pub role: CourseRole,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// Full name, or else the username; `None` where there is neither.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    /// `None` for students who look at others.
    #[diesel(sql_type = Nullable<Text>)]
    pub email: Option<String>,
}

/// Leave for somebody to join a course.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = course_invitations, check_for_backend(diesel::pg::Pg))]
pub struct CourseInvitation {
    pub id: CourseInvitationId,
    pub course_id: CourseId,
    /// Where it goes.
    pub email: String,
    pub role: CourseRole,
    pub inviter_id: Option<UserId>,
    pub guest_id: Option<UserId>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl CourseInvitation {
    /// Whether it can be accepted.
    #[must_use]
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.accepted_at.is_none() && self.revoked_at.is_none() && now < self.expires_at
    }
}

/// An invitation to be stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = course_invitations)]
pub struct NewCourseInvitation {
    pub id: CourseInvitationId,
    pub course_id: CourseId,
    pub email: String,
    pub role: CourseRole,
    /// `None` when the token is made as its mail leaves.
    pub hash: Option<Vec<u8>>,
    pub inviter_id: UserId,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}
