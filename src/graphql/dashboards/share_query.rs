//! Finding dashboards that are shared.

use async_graphql::connection::EmptyFields;
use async_graphql::{Context, ID, Object, Result};
use secrecy::SecretString;

use super::share_edges::SharedDashboardConnection;
use super::share_types::{SharedDashboard, SharedDashboardEntry};
use crate::domain::dashboards::shares::model::Held;
use crate::domain::dashboards::shares::{opening, reading};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::page::{PageArgs, connection};
use crate::graphql::scalars::parse_id;

/// The part of the root that finds what is shared.
#[derive(Default)]
pub struct SharesQuery;

/// What can be read.
#[Object]
impl SharesQuery {
    /// The dashboard that a link shows: for anybody who has its token, also without an account. NOT_FOUND, always the same, for a token that is
    /// none, was taken back, or is over; FORBIDDEN with the field `password` for a link that takes one when it is missing or wrong;
    /// RATE_LIMITED after too many wrong ones. Send it with POST, so that the token is in no address.
    async fn shared_dashboard(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token, as shareDashboard gave it.")] token: String,
        #[graphql(desc = "The password of the link. Null for one that takes none.")] password: Option<String>,
    ) -> Result<SharedDashboard> {
        let (token, password) = (SecretString::from(token), password.map(SecretString::from));
        let opened = opening::by_link(app(ctx), actor(ctx), &token, password.as_ref()).await;
        opened.map(SharedDashboard::from).map_err(to_graphql)
    }

    /// A dashboard that is shared with you by name. NOT_FOUND when it is not, or not any more.
    async fn dashboard_shared_with_me(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dashboard.")] id: ID,
    ) -> Result<SharedDashboard> {
        let id = parse_id(&id, "id", "dashboard")?;
        opening::by_person(app(ctx), actor(ctx), id).await.map(SharedDashboard::from).map_err(to_graphql)
    }

    /// The dashboards that are shared with you by name, those shared last first.
    async fn shared_dashboards(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<SharedDashboardConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let found = reading::shared_with(app(ctx), actor(ctx), &page).await.map_err(to_graphql)?;
        Ok(connection(found, EmptyFields, |held: &Held| held.share_id.to_string(), SharedDashboardEntry::from))
    }
}
