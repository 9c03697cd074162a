//! What mutations of courses take and give.

use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};
use chrono::{DateTime, Utc};

use super::types::{Course, CourseInvitation, CourseMember, CourseRole, Enrolment, Week};
use crate::domain::courses::model;
use crate::graphql::scalars::changed;

/// A course to make.
#[derive(Debug, Clone, InputObject)]
pub struct CreateCourseInput {
    /// What people will call it by, up to 50 characters; no other course may have the same, in any case.
    pub code: String,
    /// Its name, up to 255 characters.
    pub name: String,
    /// Who teaches it, up to 255 characters. Null for your own name.
    pub professor_name: Option<String>,
    /// What it is about, up to 10,000 characters. Null for nothing.
    pub description: Option<String>,
    /// When it is taught, in your words, up to 100 characters. Null when it does not matter.
    pub term: Option<String>,
    /// How one becomes a student without having been invited. Null for not at all.
    pub enrolment: Option<Enrolment>,
    /// Whether students see who the other students are.
    #[graphql(default = false)]
    pub shows_members: bool,
}

/// What to change about a course. A field that is left out, or null where nothing else is said, stays as it is.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateCourseInput {
    /// The course.
    pub course_id: ID,
    /// Its new code, up to 50 characters.
    pub code: Option<String>,
    /// Its new name, up to 255 characters.
    pub name: Option<String>,
    /// Who teaches it, up to 255 characters.
    pub professor_name: Option<String>,
    /// What it is about, up to 10,000 characters.
    pub description: Option<String>,
    /// When it is taught, up to 100 characters. Null for no term.
    pub term: MaybeUndefined<String>,
    /// How one becomes a student without having been invited.
    pub enrolment: Option<Enrolment>,
    /// Whether students see who the other students are.
    pub shows_members: Option<bool>,
    /// True puts it away: nobody joins it any more, all else goes on. False takes it out again. Only for its professor.
    pub is_archived: Option<bool>,
    /// What holds for its tutoring sessions. Null for what held before.
    pub tutoring: Option<TutoringSettingsInput>,
}

impl UpdateCourseInput {
    /// The change itself.
    #[must_use]
    pub fn change(self) -> model::CourseChange {
        let tutoring = self.tutoring.unwrap_or_default();
        model::CourseChange {
            code: self.code,
            name: self.name,
            professor_name: self.professor_name,
            description: self.description,
            term: changed(self.term),
            enrolment: self.enrolment.map(Into::into),
            shows_members: self.shows_members,
            archived_at: None,
            tutoring_quota: tutoring.sessions_per_seven_days,
            tutoring_seconds: tutoring.max_seconds,
            tutoring_retention_days: changed(tutoring.retention_days),
            tutoring_recording_days: tutoring.recording_days,
        }
    }
}

/// What to change about a course's tutoring sessions. A field that is left out stays as it is. Sessions that go on are not
/// changed.
#[derive(Debug, Clone, Default, InputObject)]
pub struct TutoringSettingsInput {
    /// Sessions that a student may begin within any seven days, 0 to 100. Null for what held before.
    pub sessions_per_seven_days: Option<i32>,
    /// How long a session lasts at most, 60 to 7200. Null for what held before.
    pub max_seconds: Option<i32>,
    /// Days after its end that what was said in a session is kept, 1 to 3650. Null for as long as its student and the course
    /// are there.
    pub retention_days: MaybeUndefined<i32>,
    /// Days that a recording of a session is kept, 0 to 3650; with 0 the course takes none. Null for what held before.
    pub recording_days: Option<i32>,
}

/// A course to copy.
#[derive(Debug, Clone, InputObject)]
pub struct CopyCourseInput {
    /// The course.
    pub course_id: ID,
    /// The code of the copy, up to 50 characters; no other course may have the same, in any case.
    pub code: String,
    /// The name of the copy, up to 255 characters. Null for the same.
    pub name: Option<String>,
    /// When the copy is taught, up to 100 characters. Null when it does not matter.
    pub term: Option<String>,
    /// When the first of the weeks that have a time opens; the others keep their distance to it. Null for a copy without
    /// times, all of whose weeks are open.
    pub starts_at: Option<DateTime<Utc>>,
}

/// A course that was made or changed.
#[derive(Debug, Clone, SimpleObject)]
pub struct CoursePayload {
    /// As it is now.
    pub course: Course,
}

/// A course that was deleted.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeleteCoursePayload {
    /// The id that it had.
    pub deleted_id: ID,
}

/// A week to add.
#[derive(Debug, Clone, InputObject)]
pub struct AddWeekInput {
    /// The course.
    pub course_id: ID,
    /// Its place, 1 to 200; no other week of the course may have the same.
    pub number: i32,
    /// What it is called, up to 255 characters. Null for no title.
    pub title: Option<String>,
    /// What is talked about, up to 20 themes of up to 100 characters. Null for none.
    pub themes: Option<Vec<String>>,
    /// From when on students see what it is about and read in it. Null for from the start.
    pub opens_at: Option<DateTime<Utc>>,
    /// From when on students no longer read in it. Null for never.
    pub closes_at: Option<DateTime<Utc>>,
    /// What is read in it: documents of yours, or of other weeks of the course, up to 100. Null for nothing.
    pub document_ids: Option<Vec<ID>>,
}

/// What to change about a week. A field that is left out, or null where nothing else is said, stays as it is.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateWeekInput {
    /// The week.
    pub week_id: ID,
    /// Its new place, 1 to 200. One that another week has is taken from it; those between move up or down.
    pub number: Option<i32>,
    /// What it is called, up to 255 characters. Null for no title.
    pub title: MaybeUndefined<String>,
    /// What is talked about, in place of what was, up to 20 themes of up to 100 characters; the same title is the same theme.
    pub themes: Option<Vec<String>>,
    /// From when on students see what it is about and read in it. Null for from the start.
    pub opens_at: MaybeUndefined<DateTime<Utc>>,
    /// From when on students no longer read in it. Null for never.
    pub closes_at: MaybeUndefined<DateTime<Utc>>,
}

impl UpdateWeekInput {
    /// The change itself and that of the themes, but for the place.
    #[must_use]
    pub fn change(self) -> (model::WeekChange, Option<Vec<String>>) {
        let change = model::WeekChange {
            title: changed(self.title),
            opens_at: changed(self.opens_at),
            closes_at: changed(self.closes_at),
        };
        (change, self.themes)
    }
}

/// Documents to be read in a week.
#[derive(Debug, Clone, InputObject)]
pub struct WeekDocumentsInput {
    /// The week.
    pub week_id: ID,
    /// Documents of yours, or of other weeks of the course. A week has 100 at most.
    pub document_ids: Vec<ID>,
}

/// A document to be no longer read in a week.
#[derive(Debug, Clone, InputObject)]
pub struct WeekDocumentInput {
    /// The week.
    pub week_id: ID,
    /// The document. One that is not read there is passed over.
    pub document_id: ID,
}

/// A week that was added or changed.
#[derive(Debug, Clone, SimpleObject)]
pub struct WeekPayload {
    /// As it is now.
    pub week: Week,
}

/// A week that was deleted.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeleteWeekPayload {
    /// The id that it had.
    pub deleted_id: ID,
    /// The course that it was of.
    pub course: Course,
}

/// A code to join with.
#[derive(Debug, Clone, InputObject)]
pub struct SetEnrolmentCodeInput {
    /// The course.
    pub course_id: ID,
    /// How long the code is good for, 1 to 366 days.
    #[graphql(default = 30)]
    pub expires_in_days: i32,
}

/// A course with a new code.
#[derive(Debug, Clone, SimpleObject)]
pub struct SetEnrolmentCodePayload {
    /// As it is now.
    pub course: Course,
    /// Goes into `enrolmentCode` of `enrol`. It is shown this once, and cannot be found out again.
    pub enrolment_code: String,
}

/// A course to join.
#[derive(Debug, Clone, InputObject)]
pub struct EnrolInput {
    /// The course's code, in any case.
    pub code: String,
    /// The enrolment code, in any case, with or without its hyphen. Null for a course that is open.
    pub enrolment_code: Option<String>,
}

/// Somebody who leaves a course.
#[derive(Debug, Clone, InputObject)]
pub struct UnenrolInput {
    /// The course.
    pub course_id: ID,
    /// Who leaves. Null for yourself.
    pub member_id: Option<ID>,
}

/// Somebody who has left a course.
#[derive(Debug, Clone, SimpleObject)]
pub struct UnenrolPayload {
    /// The id that the membership had.
    pub removed_id: ID,
}

/// What a member is to be.
#[derive(Debug, Clone, InputObject)]
pub struct SetMemberRoleInput {
    /// The course.
    pub course_id: ID,
    /// The member.
    pub member_id: ID,
    /// PROFESSOR hands the course over to somebody whose account may have courses; you stay as an assistant.
    pub role: CourseRole,
}

/// A member with another role.
#[derive(Debug, Clone, SimpleObject)]
pub struct SetMemberRolePayload {
    /// The member as they are now.
    pub member: CourseMember,
    /// The course; what you are in it may have changed.
    pub course: Course,
}

/// Somebody to invite to a course.
#[derive(Debug, Clone, InputObject)]
pub struct InviteToCourseInput {
    /// The course.
    pub course_id: ID,
    /// Where the invitation goes; the person need not have an account yet.
    pub email: String,
    /// STUDENT or ASSISTANT.
    #[graphql(default_with = "CourseRole::Student")]
    pub role: CourseRole,
}

/// Somebody who was invited.
#[derive(Debug, Clone, SimpleObject)]
pub struct InviteToCoursePayload {
    /// The invitation as it is listed from now on.
    pub invitation: CourseInvitation,
    /// Goes into `token` of `acceptCourseInvitation`; shown this once, for you to pass on. Null where this installation sends
    /// mail: then it is in the mail alone.
    pub token: Option<String>,
}

/// An invitation to take back.
#[derive(Debug, Clone, InputObject)]
pub struct RevokeCourseInvitationInput {
    /// The invitation.
    pub id: ID,
}

/// An invitation that was taken back.
#[derive(Debug, Clone, SimpleObject)]
pub struct RevokeCourseInvitationPayload {
    /// As it is now.
    pub invitation: CourseInvitation,
}

/// An invitation to accept, by one of the two.
#[derive(Debug, Clone, InputObject)]
pub struct AcceptCourseInvitationInput {
    /// The token of its link. Null when the id is given.
    pub token: Option<String>,
    /// One of `viewer.courseInvitations`. Null when the token is given.
    pub invitation_id: Option<ID>,
}
