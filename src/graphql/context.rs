//! The only door from a resolver to the application and to who is asking.
//!
//! Every request carries all three; the transports put them in. One that forgets is a fault of ours, and shows in the
//! first request.

use async_graphql::Context;

use crate::app::App;
use crate::domain::users::actor::Actor;
use crate::domain::users::client::Client;

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

/// The program they ask with.
#[must_use]
pub fn client<'a>(ctx: &Context<'a>) -> &'a Client {
    ctx.data_unchecked::<Client>()
}
