//! What administrators see of accounts, and what they do with them, as data.

use async_graphql::connection::Connection;
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::types::{Role, User};
use crate::domain::users::actions::administration;
use crate::domain::users::model::UserFilter;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;

/// A page of accounts.
pub type UserConnection = Connection<String, User, UserTotal>;

/// What is counted only when it is selected.
pub struct UserTotal {
    pub filter: UserFilter,
}

/// What is counted only when it is selected.
#[Object]
impl UserTotal {
    /// How many accounts the list has in all.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        administration::count(app(ctx), actor(ctx), &self.filter).await.map_err(to_graphql)
    }
}

/// A role to give.
#[derive(Debug, InputObject)]
pub struct SetUserRoleInput {
    /// The account.
    pub user_id: ID,
    /// What its person may do from now on.
    pub role: Role,
}

/// An account to shut or open.
#[derive(Debug, InputObject)]
pub struct UserInput {
    /// The account.
    pub user_id: ID,
}

/// An account that was changed.
#[derive(Debug, SimpleObject)]
pub struct UserPayload {
    /// The account as it now is.
    pub user: User,
}
