//! Joining and leaving courses, and who is what in them.

use async_graphql::{Context, Object, Result};
use secrecy::ExposeSecret as _;

use super::edges::course_id;
use super::inputs::{
    AcceptCourseInvitationInput, CoursePayload, EnrolInput, InviteToCourseInput, InviteToCoursePayload,
    RevokeCourseInvitationInput, RevokeCourseInvitationPayload, SetEnrolmentCodeInput, SetEnrolmentCodePayload,
    SetMemberRoleInput, SetMemberRolePayload, UnenrolInput, UnenrolPayload,
};
use crate::domain::courses::actions::invitations::{self, Proof};
use crate::domain::courses::actions::{code, courses, enrol, members};
use crate::error::Error;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::{id, parse_id};

/// The part of the root that brings people into courses.
#[derive(Default)]
pub struct EnrolmentMutation;

/// How people come to courses, and leave them.
#[Object]
impl EnrolmentMutation {
    /// Gives a course a new code to join with; the one before is void at once. NOT_FOUND for a course that you are no member
    /// of, FORBIDDEN for students, CONFLICT unless its enrolment is CODE.
    async fn set_enrolment_code(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which course, and for how long.")] input: SetEnrolmentCodeInput,
    ) -> Result<SetEnrolmentCodePayload> {
        let key = course_id(&input.course_id)?;
        let set = code::rotate(app(ctx), actor(ctx), key, Some(input.expires_in_days)).await;
        let (course, code) = set.map_err(to_graphql)?;
        Ok(SetEnrolmentCodePayload { course: course.into(), enrolment_code: code.expose_secret().to_owned() })
    }

    /// Makes you a student of a course. Doing it again changes nothing. NOT_FOUND, always the same, for an unknown course, one
    /// that is not joined this way, and a wrong or old enrolment code; RATE_LIMITED after ten tries in an hour.
    async fn enrol(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The course to join.")] input: EnrolInput,
    ) -> Result<CoursePayload> {
        let joined = enrol::enrol(app(ctx), actor(ctx), &input.code, input.enrolment_code.as_deref()).await;
        joined.map(|seen| CoursePayload { course: seen.into() }).map_err(to_graphql)
    }

    /// Takes you, or another member, out of a course, and the right to its readings with it. NOT_FOUND for a course that you
    /// are no member of and for a member that you do not see, FORBIDDEN for whoever may not, CONFLICT for the professor.
    async fn unenrol(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who leaves what.")] input: UnenrolInput,
    ) -> Result<UnenrolPayload> {
        let key = course_id(&input.course_id)?;
        let member = input.member_id.map(|member| parse_id(&member, "input.memberId", "member")).transpose()?;
        let removed = enrol::unenrol(app(ctx), actor(ctx), key, member).await.map_err(to_graphql)?;
        Ok(UnenrolPayload { removed_id: id(removed) })
    }

    /// Says what a member is in a course. NOT_FOUND for a course that you are no member of and for an unknown member,
    /// FORBIDDEN for all but the professor, CONFLICT for a course without a professor.
    async fn set_member_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is what.")] input: SetMemberRoleInput,
    ) -> Result<SetMemberRolePayload> {
        let key = course_id(&input.course_id)?;
        let member = parse_id(&input.member_id, "input.memberId", "member")?;
        let set = members::set_role(app(ctx), actor(ctx), key, member, input.role.into()).await;
        let member = set.map_err(to_graphql)?.into();
        let course = courses::get(app(ctx), actor(ctx), key).await.map_err(to_graphql)?;
        Ok(SetMemberRolePayload { member, course: course.into() })
    }

    /// Invites somebody to a course, for fourteen days; what was open for the same address ends. Assistants invite students,
    /// the professor also assistants. NOT_FOUND for a course that you are no member of, FORBIDDEN for whoever may not,
    /// BAD_USER_INPUT for what is no address, CONFLICT for a course that was put away.
    async fn invite_to_course(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to invite to what.")] input: InviteToCourseInput,
    ) -> Result<InviteToCoursePayload> {
        let key = course_id(&input.course_id)?;
        let invited = invitations::invite(app(ctx), actor(ctx), key, &input.email, input.role.into()).await;
        let (invitation, token) = invited.map_err(to_graphql)?;
        let token = token.map(|token| token.expose_secret().to_owned());
        Ok(InviteToCoursePayload { invitation: invitation.into(), token })
    }

    /// Takes an invitation back. One that has ended stays as it is. NOT_FOUND for one of a course that you are no member of,
    /// FORBIDDEN for whoever may not, CONFLICT for one that was accepted.
    async fn revoke_course_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The invitation to take back.")] input: RevokeCourseInvitationInput,
    ) -> Result<RevokeCourseInvitationPayload> {
        let key = parse_id(&input.id, "input.id", "invitation")?;
        let revoked = invitations::revoke(app(ctx), actor(ctx), key).await.map_err(to_graphql)?;
        Ok(RevokeCourseInvitationPayload { invitation: revoked.into() })
    }

    /// Makes you a member of a course that you were invited to: by the token of the link, or by the invitation's id if you
    /// have confirmed the address that it went to. Doing it again changes nothing. NOT_FOUND, always the same, when anything
    /// is wrong with the invitation; BAD_USER_INPUT when not exactly one of the two is given.
    async fn accept_course_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The invitation to accept.")] input: AcceptCourseInvitationInput,
    ) -> Result<CoursePayload> {
        let proof = match (input.token, input.invitation_id) {
            (Some(token), None) => Proof::Token(token.into()),
            (None, Some(id)) => match id.parse() {
                Ok(id) => Proof::Address(id),
                // As good as a token that nobody was given.
                Err(_) => Proof::Token(String::new().into()),
            },
            _ => return Err(to_graphql(Error::bad_input("input.token", "Give either the token or the invitation."))),
        };
        let joined = invitations::accept(app(ctx), actor(ctx), &proof).await;
        joined.map(|seen| CoursePayload { course: seen.into() }).map_err(to_graphql)
    }
}
