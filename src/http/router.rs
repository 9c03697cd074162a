//! Every route in one list.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, RETRY_AFTER, STRICT_TRANSPORT_SECURITY};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::map_request;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router, middleware};
use ipnet::IpNet;
use serde_json::json;
use tower::util::option_layer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use super::graphiql::{self, GraphiqlConfig};
use super::graphql::gateway::Gateway;
use super::graphql::router as operations;
use super::health::{self, Vitals};
use super::voice::{completions, speech};
use super::{avatars, client_address};
use super::{correlation, deadline, files, metrics, pictures, unsubscribing};
use crate::config::server::ServerConfig;
use crate::graphql::schema;
use crate::trace::work;

/// What the pages show.
#[derive(Clone, Default)]
pub struct Pages {
    /// Serves GraphiQL.
    pub graphiql: Option<GraphiqlConfig>,
    /// Serves `/schema.graphql`.
    pub schema: bool,
}

/// The whole server as one service.
pub fn build<G: Gateway>(gateway: G, vitals: Vitals, config: &ServerConfig, pages: Pages) -> Router {
    let voices = vitals.app.config.speech.voice_llm_secret.as_ref();
    let voices = voices.map(|secret| completions::router(vitals.clone(), secret));
    let mut router = Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/health", get(health::detail))
        .route("/metrics", get(metrics::metrics))
        .route("/files/{token}", get(files::download))
        .route("/pictures/{token}", get(pictures::show))
        .route("/avatars/{hash}/{side}", get(avatars::show))
        .route("/reports/unsubscribe/{token}", get(unsubscribing::ask).post(unsubscribing::leave))
        // What answers GraphQL keeps time itself: an upload may take longer, and a mutation goes on. So does what asks a provider.
        .layer(middleware::from_fn_with_state(config.request_timeout, deadline::within))
        .route("/speech/{token}", get(speech::speak))
        .with_state(vitals)
        .route("/", get(index))
        .merge(operations::router(gateway));
    if let Some(voices) = voices {
        router = router.merge(voices);
    }
    if let Some(graphiql) = pages.graphiql {
        router = router.merge(graphiql::router(graphiql));
    }
    if pages.schema {
        let sdl = schema::sdl();
        router = router
            .route("/schema.graphql", get(move || async move { ([(CONTENT_TYPE, "text/plain; charset=utf-8")], sdl) }));
    }
    let proxies: Arc<[IpNet]> = config.trusted_proxies.as_slice().into();
    let transport_security = config.public_url.as_deref().is_some_and(|url| url.starts_with("https://")).then_some(
        SetResponseHeaderLayer::if_not_present(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000")),
    );
    router
        .fallback(missing)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(cors(config))
        .layer(if_absent("x-content-type-options", "nosniff"))
        .layer(if_absent("referrer-policy", "no-referrer"))
        .layer(if_absent("x-frame-options", "DENY"))
        .layer(if_absent("content-security-policy", "default-src 'none'; frame-ancestors 'none'"))
        .layer(if_absent("cross-origin-opener-policy", "same-origin"))
        .layer(option_layer(transport_security))
        .layer(middleware::from_fn(correlation::correlate))
        // Outermost, so that the span knows as well who calls.
        .layer(map_request(move |request| std::future::ready(client_address::note(&proxies, request))))
}

/// `GET /`: what is here.
async fn index() -> Json<serde_json::Value> {
    Json(json!({
        "service": "elenchus",
        "version": env!("CARGO_PKG_VERSION"),
        "status": "running",
        "endpoints": {
            "graphql": "/graphql",
            "subscriptions": "/graphql/ws",
            "graphiql": "/graphiql",
            "schema": "/schema.graphql",
            "health": "/health",
            "metrics": "/metrics",
        },
    }))
}

async fn missing() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({ "error": { "code": "NOT_FOUND", "message": "There is nothing here." } })))
        .into_response()
}

/// What a client sees of a panic; the panic's own report is in the log.
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    let error = json!({
        "code": "INTERNAL",
        "message": "Something went wrong on our side.",
        "requestId": work::request_id(),
    });
    (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "error": error }))).into_response()
}

fn if_absent(name: &'static str, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value))
}

/// Exact origins; in development also any page on this machine. Credentials are tokens in headers, never cookies.
fn cors(config: &ServerConfig) -> CorsLayer {
    let listed = config.cors_origins.clone();
    let development = !config.is_production();
    let allowed = AllowOrigin::predicate(move |origin, _| {
        let Ok(origin) = origin.to_str() else { return false };
        listed.iter().any(|listed| listed == origin) || (development && is_local(origin))
    });
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::POST, Method::OPTIONS])
        .allow_headers([
            AUTHORIZATION,
            CONTENT_TYPE,
            HeaderName::from_static("apollo-require-preflight"),
            HeaderName::from_static("graphql-require-preflight"),
            HeaderName::from_static("x-apollo-operation-name"),
            HeaderName::from_static("x-request-id"),
            HeaderName::from_static("last-event-id"),
            // Apollo's clients say who they are, and tracers which trace they are of.
            HeaderName::from_static("apollographql-client-name"),
            HeaderName::from_static("apollographql-client-version"),
            HeaderName::from_static("traceparent"),
            HeaderName::from_static("tracestate"),
        ])
        .expose_headers([
            RETRY_AFTER,
            HeaderName::from_static("x-request-id"),
            HeaderName::from_static("x-sql-statements"),
        ])
        .max_age(Duration::from_hours(1))
}

fn is_local(origin: &str) -> bool {
    url::Url::parse(origin).is_ok_and(|url| {
        matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")) || url.scheme() == "capacitor"
    })
}
