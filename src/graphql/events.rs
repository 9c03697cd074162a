//! What subscriptions send.

use async_graphql::{Context, Result};
use futures::{Stream, StreamExt as _};

use super::context::loaders;
use super::error::to_graphql;

/// Each of these as `show` makes it, with loaders that know nothing of what they loaded for the last: an event must not see the state of
/// the one before it.
pub fn events<T, U, S, F>(ctx: &Context<'_>, source: S, mut show: F) -> impl Stream<Item = Result<U>> + use<T, U, S, F>
where
    S: Stream<Item = crate::error::Result<T>>,
    F: FnMut(T) -> U,
{
    let loaders = loaders(ctx);
    source.map(move |event| {
        loaders.renew();
        event.map(&mut show).map_err(to_graphql)
    })
}
