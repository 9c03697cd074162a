//! Where the transports are served.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::any;

use super::gateway::Gateway;
use super::request;
use super::run::Shared;
use super::socket::upgrade;

/// `/graphql` for POST, GET, uploads, SSE and multipart subscriptions, `/graphql/ws` for websockets. CORS, security
/// headers and tracing are layers of the server.
pub fn router<G: Gateway>(gateway: G) -> Router {
    Router::new()
        .route("/graphql", any(request::serve::<G>))
        .route("/graphql/ws", any(upgrade::serve::<G>))
        // The transports have limits of their own, which answer in GraphQL's shape.
        .layer(DefaultBodyLimit::disable())
        .with_state(Arc::new(Shared::new(gateway)))
}
