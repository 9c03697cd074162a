//! The only door from a resolver to the application and to who is asking.
//!
//! Every request carries all of them; the transports put them in. One that forgets is a fault of ours, and shows in the
//! first request.

use std::sync::Arc;

use async_graphql::Context;

use super::loader::Loaders;
use crate::app::App;
use crate::domain::generation::engine::Engine;
use crate::domain::users::actor::Actor;

/// The running application.
#[must_use]
pub fn app<'a>(ctx: &Context<'a>) -> &'a App {
    ctx.data_unchecked::<App>()
}

/// Who is asking.
#[must_use]
pub fn actor<'a>(ctx: &Context<'a>) -> &'a Actor {
    ctx.data_unchecked::<Actor>()
}

/// The engine that writes answers.
#[must_use]
pub fn engine<'a>(ctx: &Context<'a>) -> &'a Engine {
    ctx.data_unchecked::<Engine>()
}

/// The loaders of this request. A subscription renews them before each event.
#[must_use]
pub fn loaders(ctx: &Context<'_>) -> Arc<Loaders> {
    Arc::clone(ctx.data_unchecked::<Arc<Loaders>>())
}
