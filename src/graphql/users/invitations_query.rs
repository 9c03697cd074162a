//! Invitations as administrators see them.

use async_graphql::{Context, Object, Result};

use super::invitations::{Invitation, InvitationConnection, InvitationTotal};
use crate::domain::users::actions::invitations;
use crate::domain::users::model;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::page::{PageArgs, connection};

/// The part of the root that lists invitations.
#[derive(Default)]
pub struct InvitationsQuery;

/// What can be read.
#[Object]
impl InvitationsQuery {
    /// All invitations, newest first, for whoever may invite; FORBIDDEN for others. Those that have ended are shown for
    /// 30 days.
    async fn invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<InvitationConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let slice = invitations::list(app(ctx), actor(ctx), &page).await.map_err(to_graphql)?;
        let cursor = |invitation: &model::Invitation| invitation.id.to_string();
        Ok(connection(slice, InvitationTotal, cursor, Invitation::from))
    }
}
