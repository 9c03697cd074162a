//! `/graphiql`: a page for trying the API out, served from the binary and reaching for nothing outside it.

pub mod assets;
pub mod operations;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Json, Redirect, Response};
use axum::routing::get;
use bytes::Bytes;

use assets::{Asset, Assets};

/// No script but the page's own files, no `eval`, no other host, no frame around it. Styles may be inline because
/// GraphiQL's editor places its lines with them; its fonts and cursors are `data:` inside its style sheet. A socket to
/// the same host counts as `'self'`.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; \
     object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The address of a file names its content.
const FOREVER: &str = "public, max-age=31536000, immutable";
const REVALIDATED: &str = "no-cache";

/// What the page is told about this server.
#[derive(Clone, Default)]
pub struct GraphiqlConfig {
    /// E-mail and password to fill into the sign-in form. They are public: everybody who opens the page reads them.
    pub demo_login: Option<(String, String)>,
}

struct Site {
    assets: Assets,
    page: Asset,
    config: serde_json::Value,
}

/// Serves `/graphiql`, its files and its configuration; to be merged at the root.
pub fn router(config: GraphiqlConfig) -> Router {
    routes(Assets::embedded(), config)
}

fn routes(assets: Assets, config: GraphiqlConfig) -> Router {
    let page = page(&assets);
    let demo_login =
        config.demo_login.map(|(email, password)| serde_json::json!({"email": email, "password": password}));
    let site = Site { assets, page, config: serde_json::json!({ "demoLogin": demo_login }) };
    Router::new()
        .route("/graphiql", get(serve_page))
        // The page's addresses are relative to one without a slash at its end.
        .route("/graphiql/", get(|| async { Redirect::permanent("../graphiql") }))
        .route("/graphiql/config.json", get(serve_config))
        .route("/graphiql/assets/{version}/{name}", get(serve_asset))
        .layer(map_response(secured))
        .with_state(Arc::new(site))
}

fn page(assets: &Assets) -> Asset {
    let template =
        if assets.complete() { include_str!("graphiql/page.html") } else { include_str!("graphiql/missing.html") };
    let html = template.replace("{assets}", &format!("graphiql/assets/{}", assets.version));
    Asset::new("text/html; charset=utf-8", Bytes::from(html), None)
}

async fn serve_page(State(site): State<Arc<Site>>, headers: HeaderMap) -> Response {
    send(&site.page, REVALIDATED, &headers)
}

async fn serve_config(State(site): State<Arc<Site>>) -> impl IntoResponse {
    ([(CACHE_CONTROL, "no-store")], Json(site.config.clone()))
}

async fn serve_asset(
    State(site): State<Arc<Site>>,
    Path((version, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    match site.assets.get(&name) {
        Some(asset) if version == site.assets.version => send(asset, FOREVER, &headers),
        // A page of another build asks: it must load anew rather than mix two builds.
        _ => (StatusCode::NOT_FOUND, [(CACHE_CONTROL, "no-store")]).into_response(),
    }
}

fn send(asset: &Asset, caching: &'static str, request: &HeaderMap) -> Response {
    let gzipped = asset.gzipped.clone().filter(|_| accepts_gzip(request));
    let etag = if gzipped.is_some() { format!("\"{}-gzip\"", asset.hash) } else { format!("\"{}\"", asset.hash) };
    let fresh =
        request.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).any(|list| {
            list.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == etag)
        });
    let about = [(CACHE_CONTROL, caching.to_owned()), (ETAG, etag), (VARY, ACCEPT_ENCODING.to_string())];
    match gzipped {
        _ if fresh => (StatusCode::NOT_MODIFIED, about).into_response(),
        Some(body) => (about, [(CONTENT_TYPE, asset.content_type), (CONTENT_ENCODING, "gzip")], body).into_response(),
        None => (about, [(CONTENT_TYPE, asset.content_type)], asset.plain.clone()).into_response(),
    }
}

/// RFC 9110, section 12.5.3: listed by name or `*`, and not with a weight of zero.
fn accepts_gzip(request: &HeaderMap) -> bool {
    let lists = request.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut wildcard = false;
    for item in lists.flat_map(|list| list.split(',')) {
        let mut parts = item.split(';').map(str::trim);
        let coding = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=")).unwrap_or("1");
        let wanted = weight.parse::<f32>().is_ok_and(|weight| weight > 0.0);
        if coding.eq_ignore_ascii_case("gzip") {
            return wanted;
        }
        wildcard |= coding == "*" && wanted;
    }
    wildcard
}

async fn secured(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt as _;

    use super::*;

    const FETCHED: &[(&str, &[u8], &[u8])] = &[
        ("graphiql.css", b"css", b"css, small"),
        ("graphiql.js", b"js", b"js, small"),
        ("graphql-ws.js", b"ws", b"ws, small"),
        ("react-dom.js", b"dom", b"dom, small"),
        ("react.js", b"react", b"react, small"),
    ];

    #[test]
    fn names_only_files_that_are_served() {
        for fetched in [FETCHED, &[]] {
            let assets = Assets::with(fetched);
            let html = String::from_utf8(page(&assets).plain.to_vec()).unwrap();
            let start = format!("\"graphiql/assets/{}/", assets.version);
            let names: Vec<_> = html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect();
            assert!(names.contains(&"page.css"));
            assert_eq!(names.contains(&"graphiql.js"), assets.complete());
            assert_eq!(names.iter().filter(|name| assets.get(name).is_none()).count(), 0, "{names:?}");
            assert!(!html.contains("//"), "an address of another host");
        }
    }

    #[test]
    fn says_how_to_add_what_was_not_built_in() {
        let html = String::from_utf8(page(&Assets::with(&[])).plain.to_vec()).unwrap();
        assert!(html.contains("make graphiql") && html.contains("POST /graphql"));
    }

    #[tokio::test]
    async fn sends_compressed_bytes_to_those_who_take_them() {
        let assets = Assets::with(FETCHED);
        let uri = format!("/graphiql/assets/{}/graphiql.js", assets.version);
        let router = routes(assets, GraphiqlConfig::default());
        for (accepted, encoding, body) in [
            ("gzip, br", Some("gzip"), "js, small"),
            ("br;q=1.0, GZIP;q=0.5", Some("gzip"), "js, small"),
            ("*", Some("gzip"), "js, small"),
            ("gzip;q=0, *", None, "js"),
            ("identity", None, "js"),
        ] {
            let request = Request::get(&uri).header(ACCEPT_ENCODING, accepted).body(Body::empty()).unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            let sent = response.headers().get(CONTENT_ENCODING).map(|value| value.to_str().unwrap().to_owned());
            assert_eq!(sent.as_deref(), encoding, "{accepted}");
            assert_eq!(response.headers()[VARY], "accept-encoding");
            assert_eq!(to_bytes(response.into_body(), 1000).await.unwrap(), body.as_bytes(), "{accepted}");
        }
    }
}
