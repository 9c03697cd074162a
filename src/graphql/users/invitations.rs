//! Invitations as data.

use async_graphql::connection::Connection;
use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::loaders::UserById;
use super::types::{Role, User};
use crate::domain::users::actions::invitations;
use crate::domain::users::model;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;
use crate::ids::UserId;

/// A page of invitations.
pub type InvitationConnection = Connection<String, Invitation, InvitationTotal>;

/// What is counted only when it is selected.
pub struct InvitationTotal;

/// What is counted only when it is selected.
#[Object]
impl InvitationTotal {
    /// How many invitations the list has in all.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        invitations::count(app(ctx), actor(ctx)).await.map_err(to_graphql)
    }
}

/// Leave for one address to make one account.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Invitation {
    /// Opaque, and the same for the life of the invitation.
    pub id: ID,
    /// The one e-mail address that may register with it, in any case.
    pub email: String,
    /// What the account will be.
    pub role: Role,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// When the account was made with it. Null when none was.
    pub used_at: Option<DateTime<Utc>>,
    /// When it was taken back, or another one took its place. Null when neither happened.
    pub revoked_at: Option<DateTime<Utc>>,
    #[graphql(skip)]
    inviter: Option<UserId>,
    #[graphql(skip)]
    guest: Option<UserId>,
}

#[ComplexObject]
impl Invitation {
    /// Who invited. Null once that account is gone.
    async fn inviter(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        account(ctx, self.inviter).await
    }

    /// The account that was made with it. Null before, and once that is gone.
    async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        account(ctx, self.guest).await
    }
}

async fn account(ctx: &Context<'_>, id: Option<UserId>) -> Result<Option<User>> {
    match id {
        Some(id) => Ok(load::<UserById>(ctx, id).await?.map(User::from)),
        None => Ok(None),
    }
}

impl From<model::Invitation> for Invitation {
    fn from(invitation: model::Invitation) -> Self {
        Self {
            id: ID(invitation.id.to_string()),
            email: invitation.email,
            role: invitation.role.into(),
            created_at: invitation.created_at,
            expires_at: invitation.expires_at,
            used_at: invitation.used_at,
            revoked_at: invitation.revoked_at,
            inviter: invitation.inviter_id,
            guest: invitation.guest_id,
        }
    }
}

/// Somebody to invite.
#[derive(Debug, InputObject)]
pub struct InviteUserInput {
    /// An e-mail address without an account, of at most 254 characters.
    pub email: String,
    /// What the account will be. Null for MEMBER.
    pub role: Option<Role>,
}

/// Somebody who was invited.
#[derive(SimpleObject)]
pub struct InviteUserPayload {
    /// The invitation as it is listed from now on.
    pub invitation: Invitation,
    /// Goes into `invitationToken` of `register`. It is shown this once, and cannot be found out again.
    pub token: String,
    /// The address of the app that takes the token, to be passed on by whoever invites.
    pub link: String,
    /// Whether the guest is written to as well, with a link of their own.
    pub is_mailed: bool,
}

/// An invitation to take back.
#[derive(Debug, InputObject)]
pub struct RevokeInvitationInput {
    /// The invitation.
    pub id: ID,
}

/// An invitation that was taken back.
#[derive(Debug, SimpleObject)]
pub struct RevokeInvitationPayload {
    /// The invitation as it now is.
    pub invitation: Invitation,
}
