//! Courses, weeks and members as data.

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::courses::model;
use crate::graphql::scalars::id;
use crate::ids::{CourseId, UserId, WeekId};

/// What somebody is in a course, whatever the role of their account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::CourseRole")]
pub enum CourseRole {
    /// Whose the course is. There is one.
    Professor,
    /// Helps to teach: weeks, readings and students are theirs to look after.
    Assistant,
    /// Learns.
    Student,
}

/// How one becomes a student without having been invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::Enrolment")]
pub enum Enrolment {
    /// Not at all.
    Invitation,
    /// With the course's code and the enrolment code of the moment.
    Code,
    /// With the course's code alone.
    Open,
}

/// How people join a course. Only those who teach it see this.
#[derive(Debug, Clone, SimpleObject)]
pub struct EnrolmentSettings {
    /// How one becomes a student without having been invited.
    pub mode: Enrolment,
    /// When the enrolment code ends. Null while there is none. The code itself is shown once, by `setEnrolmentCode`.
    pub code_expires_at: Option<DateTime<Utc>>,
}

/// What a course says of its tutoring sessions.
#[derive(Debug, Clone, SimpleObject)]
pub struct TutoringSettings {
    /// Sessions that a student may begin within any seven days; 0 for none at all.
    pub sessions_per_seven_days: i32,
    /// How long a session lasts at most.
    pub max_seconds: i32,
    /// Days after its end that what was said in a session is kept. Null for as long as its student and the course are there.
    pub retention_days: Option<i32>,
    /// Days that a recording of a session is kept; 0 for a course that takes none.
    pub recording_days: i32,
}

/// A course. Only its members see it.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Course {
    /// Opaque, and the same for the life of the course.
    pub id: ID,
    /// What people call it by, such as LAW-101. No two courses have the same, in any case.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Who teaches it, as the course announces it.
    pub professor_name: String,
    /// What it is about; empty when nothing is said.
    pub description: String,
    /// When it is taught, in its own words. Null when not said.
    pub term: Option<String>,
    /// What you are in it.
    pub viewer_role: CourseRole,
    /// Whether students see who the other students are.
    pub shows_members: bool,
    /// How people join. Null for students.
    pub enrolment: Option<EnrolmentSettings>,
    /// What holds for its tutoring sessions.
    pub tutoring: TutoringSettings,
    /// When it was put away; nobody joins it any more. Null while it is in use.
    pub archived_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When something about it, but its weeks and members, last changed.
    pub updated_at: DateTime<Utc>,
    #[graphql(skip)]
    pub key: CourseId,
}

impl From<model::Seen> for Course {
    fn from(seen: model::Seen) -> Self {
        let model::Seen { course, role } = seen;
        let enrolment =
            EnrolmentSettings { mode: course.enrolment.into(), code_expires_at: course.enrolment_code_expires_at };
        Self {
            id: id(course.id),
            code: course.code,
            name: course.name,
            professor_name: course.professor_name,
            description: course.description,
            term: course.term,
            viewer_role: role.into(),
            shows_members: course.shows_members,
            enrolment: role.is_staff().then_some(enrolment),
            tutoring: TutoringSettings {
                sessions_per_seven_days: course.tutoring_quota,
                max_seconds: course.tutoring_seconds,
                retention_days: course.tutoring_retention_days,
                recording_days: course.tutoring_recording_days,
            },
            archived_at: course.archived_at,
            created_at: course.created_at,
            updated_at: course.updated_at,
            key: course.id,
        }
    }
}

/// A week of a course, or whatever unit it is taught in. Of one that has not opened yet students see its number and when
/// it opens.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Week {
    /// Opaque, and the same for the life of the week.
    pub id: ID,
    /// Its place in the course, from 1. There may be gaps.
    pub number: i32,
    /// What it is called. Null when it has no title, and for students before it opens.
    pub title: Option<String>,
    /// From when on students see what it is about and read in it. Null for from the start.
    pub opens_at: Option<DateTime<Utc>>,
    /// From when on students no longer read in it. Null for never, and for students before it opens.
    pub closes_at: Option<DateTime<Utc>>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When something about it last changed; for students before it opens, when it was added.
    pub updated_at: DateTime<Utc>,
    #[graphql(skip)]
    pub key: WeekId,
    #[graphql(skip)]
    pub course_key: CourseId,
}

impl From<model::Week> for Week {
    fn from(row: model::Week) -> Self {
        Self {
            id: id(row.id),
            number: row.number,
            title: row.title,
            opens_at: row.opens_at,
            closes_at: row.closes_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
            key: row.id,
            course_key: row.course_id,
        }
    }
}

/// Somebody's part in a course.
#[derive(Debug, Clone, SimpleObject)]
pub struct CourseMember {
    /// Opaque, and the same for as long as they are a member.
    pub id: ID,
    /// What they are in the course.
    pub role: CourseRole,
    /// Their name for others to read, or else the name that they sign in with. Null when they have neither.
    pub name: Option<String>,
    /// Their e-mail address. Null for students who look at others.
    pub email: Option<String>,
    /// When they joined.
    pub joined_at: DateTime<Utc>,
}

impl From<model::Member> for CourseMember {
    fn from(row: model::Member) -> Self {
        Self { id: id(row.id), role: row.role.into(), name: row.name, email: row.email, joined_at: row.created_at }
    }
}

/// Leave for somebody to join a course.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct CourseInvitation {
    /// Opaque, and the same for the life of the invitation.
    pub id: ID,
    /// Where it goes.
    pub email: String,
    /// What the guest will be in the course.
    pub role: CourseRole,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// When it was accepted. Null when it was not.
    pub accepted_at: Option<DateTime<Utc>>,
    /// When it was taken back, or another one took its place. Null when neither happened.
    pub revoked_at: Option<DateTime<Utc>>,
    #[graphql(skip)]
    pub inviter_key: Option<UserId>,
}

impl From<model::CourseInvitation> for CourseInvitation {
    fn from(row: model::CourseInvitation) -> Self {
        Self {
            id: id(row.id),
            email: row.email,
            role: row.role.into(),
            created_at: row.created_at,
            expires_at: row.expires_at,
            accepted_at: row.accepted_at,
            revoked_at: row.revoked_at,
            inviter_key: row.inviter_id,
        }
    }
}

/// An invitation as whoever was invited sees it.
#[derive(Debug, Clone, SimpleObject)]
pub struct ReceivedCourseInvitation {
    /// Goes into `invitationId` of `acceptCourseInvitation`.
    pub id: ID,
    /// What you will be in the course.
    pub role: CourseRole,
    /// The course's code.
    pub code: String,
    /// The course's name.
    pub name: String,
    /// Who teaches it, as the course announces it.
    pub professor_name: String,
    /// When the invitation was made.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
}

impl From<(model::CourseInvitation, model::Course)> for ReceivedCourseInvitation {
    fn from((invitation, course): (model::CourseInvitation, model::Course)) -> Self {
        Self {
            id: id(invitation.id),
            role: invitation.role.into(),
            code: course.code,
            name: course.name,
            professor_name: course.professor_name,
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
        }
    }
}

/// Which courses to list.
#[derive(Debug, Clone, Default, InputObject)]
pub struct CourseFilter {
    /// Only those of this term, word for word. Null for all.
    pub term: Option<String>,
    /// Only those that were put away, or only those in use. Null for all.
    pub is_archived: Option<bool>,
    /// Only those in which you are this. Null for all.
    pub role: Option<CourseRole>,
}

impl From<CourseFilter> for model::CourseFilter {
    fn from(filter: CourseFilter) -> Self {
        Self { term: filter.term, is_archived: filter.is_archived, role: filter.role.map(Into::into) }
    }
}
