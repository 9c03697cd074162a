//! Inviting people.

use async_graphql::{Context, Object, Result};
use secrecy::{ExposeSecret as _, SecretString};

use super::invitations::{InviteUserInput, InviteUserPayload, RevokeInvitationInput, RevokeInvitationPayload};
use crate::domain::users::actions::invitations::{self, Invited};
use crate::domain::users::model::Role;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// The part of the root that invites.
#[derive(Default)]
pub struct InvitationsMutation;

/// What administrators do with invitations.
#[Object]
impl InvitationsMutation {
    /// Lets one e-mail address make one account within seven days. What was open for the same address ends. FORBIDDEN for
    /// whoever may not, BAD_USER_INPUT for what is no address, CONFLICT when it has an account and while registration is
    /// closed to everybody.
    async fn invite_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to invite.")] input: InviteUserInput,
    ) -> Result<InviteUserPayload> {
        let role = input.role.map_or(Role::Member, Role::from);
        let invited = invitations::invite(app(ctx), actor(ctx), &input.email, role).await;
        let Invited { invitation, token, link, is_mailed } = invited.map_err(to_graphql)?;
        let shown = |secret: SecretString| secret.expose_secret().to_owned();
        Ok(InviteUserPayload { invitation: invitation.into(), token: shown(token), link: shown(link), is_mailed })
    }

    /// Takes an invitation back. One that has ended stays as it is. FORBIDDEN for whoever may not, NOT_FOUND for one that
    /// is not there, CONFLICT for one that was used.
    async fn revoke_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The invitation to take back.")] input: RevokeInvitationInput,
    ) -> Result<RevokeInvitationPayload> {
        let id = parse_id(&input.id, "input.id", "invitation")?;
        let revoked = invitations::revoke(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(RevokeInvitationPayload { invitation: revoked.into() })
    }
}
