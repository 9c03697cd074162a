//! Accounts as administrators see them.

use async_graphql::{Context, Object, Result};

use super::admin::{UserConnection, UserTotal};
use super::types::{Role, User};
use crate::domain::users::actions::administration;
use crate::domain::users::model::{self, UserFilter};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::page::{PageArgs, connection};

/// The part of the root that lists accounts.
#[derive(Default)]
pub struct UsersQuery;

/// What can be read.
#[Object]
impl UsersQuery {
    /// All accounts that are not deleted, newest first, for whoever may list them; FORBIDDEN for others.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, and three to narrow it")]
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
        #[graphql(desc = "A part of e-mail address, username or full name, in any case. Null for all.")] search: Option<
            String,
        >,
        #[graphql(desc = "Only accounts of this role. Null for all.")] role: Option<Role>,
        #[graphql(desc = "Only open accounts, or only deactivated ones. Null for all.")] is_active: Option<bool>,
    ) -> Result<UserConnection> {
        let filter = UserFilter { search, role: role.map(Into::into), is_active };
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let slice = administration::list(app(ctx), actor(ctx), &filter, &page).await.map_err(to_graphql)?;
        Ok(connection(slice, UserTotal { filter }, |user: &model::User| user.id.to_string(), User::from))
    }
}
