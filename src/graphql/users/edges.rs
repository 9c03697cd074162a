//! From people to what hangs on them.

use async_graphql::{ComplexObject, Context, Result};

use super::budget_edges::BudgetOf;
use super::budget_types::Budget;
use super::types::User;
use crate::domain::users::actions::avatar;
use crate::error::Error;
use crate::graphql::analytics::edges::of_user;
use crate::graphql::analytics::reports::Analytics;
use crate::graphql::analytics::types::DateRangeInput;
use crate::graphql::context::app;
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;

/// Largest side that can be asked for, in pixels.
const MAX_SIDE: u32 = 1024;

#[ComplexObject]
impl User {
    /// What the account may spend on models, what it has spent, and what is left. FORBIDDEN for another's account, but for
    /// those who set budgets.
    async fn budget(&self, ctx: &Context<'_>) -> Result<Budget> {
        let key = self.id.parse().map_err(|error| to_graphql(Error::internal(error)))?;
        let standings = load::<BudgetOf>(ctx, key).await?.unwrap_or_default();
        Budget::of(&standings).ok_or_else(|| to_graphql(Error::internal("an account without its periods")))
    }

    /// What the account used on these days. FORBIDDEN for another's account, but for those who may read all.
    async fn analytics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which days.")] range: DateRangeInput,
    ) -> Result<Analytics> {
        let key = self.id.parse().map_err(|error| to_graphql(Error::internal(error)))?;
        of_user(ctx, key, &range).await
    }

    /// The address of the person's picture, a square in WebP. Whoever has it may see the picture, without signing in; another
    /// picture has another address. Begins with a slash where this installation does not know its public address. Null when
    /// there is no picture.
    #[expect(clippy::unused_async, reason = "a field of the graph is a future, whatever it needs")]
    async fn avatar_url(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How large it is shown, in pixels, 1 to 1,024: the smallest of 64, 256 and 512 that is enough.",
            default = 256
        )]
        size: i32,
    ) -> Result<Option<String>> {
        let size = u32::try_from(size).ok().filter(|size| (1..=MAX_SIDE).contains(size));
        let size = size.ok_or_else(|| to_graphql(Error::bad_input("size", format!("Give 1 to {MAX_SIDE}."))))?;
        let base = app(ctx).config.server.public_url.as_deref().unwrap_or("");
        Ok(self.avatar_hash.as_ref().map(|hash| format!("{base}{}", avatar::path(hash, size))))
    }
}
