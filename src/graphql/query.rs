//! Where reading begins: with who asks, and with objects by their global ids.

use async_graphql::{Context, ID, Object, Result};

use super::context::actor;
use super::error::to_graphql;
use super::node::{Node, find};
use super::viewer::Viewer;
use crate::error::Error;

/// Ids that one call of `nodes` may ask for.
const NODES_MAX: usize = 100;

/// The part of the root that finds objects.
#[derive(Default)]
pub struct NodeQuery;

/// What can be read.
#[Object]
impl NodeQuery {
    /// What belongs to the person asking. Null when nobody is signed in.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        actor(ctx).signed_in().map(|signed_in| Viewer { user: signed_in.user.clone().into() })
    }

    /// The object with this id. NOT_FOUND when there is none that you may see, UNAUTHENTICATED for nobody.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "Its id.")] id: ID) -> Result<Node> {
        actor(ctx).require().map_err(to_graphql)?;
        find(ctx, &id).await?.ok_or_else(|| to_graphql(Error::not_found("object").with_field("id")))
    }

    /// The objects with these ids, in their order; null in the place of one that you may not see.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Their ids, 100 at most.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        actor(ctx).require().map_err(to_graphql)?;
        if ids.len() > NODES_MAX {
            return Err(to_graphql(Error::bad_input("ids", format!("At most {NODES_MAX} ids at once."))));
        }
        futures::future::try_join_all(ids.iter().map(|id| find(ctx, id))).await
    }
}
