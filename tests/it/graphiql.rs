//! `/graphiql` over HTTP: what is sent, how it is kept, and what the page is allowed to do.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use async_graphql::parser::parse_query;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use elenchus::http::graphiql::operations::{OPERATIONS, SESSION_OPERATIONS};
use elenchus::http::graphiql::{GraphiqlConfig, router};
use serde_json::{Value, json};
use tower::ServiceExt as _;

async fn get(router: &Router, uri: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, String) {
    let mut request = Request::get(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 10_000_000).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

/// The address of one of the page's files, as the page gives it.
async fn address(router: &Router, name: &str) -> String {
    let (.., html) = get(router, "/graphiql", &[]).await;
    let end = html.find(&format!("/{name}\"")).unwrap();
    let start = html[..end].rfind('"').unwrap() + 1;
    format!("/{}/{name}", &html[start..end])
}

#[tokio::test]
async fn the_page_may_load_nothing_from_elsewhere() {
    let router = router(GraphiqlConfig::default());
    let css = address(&router, "page.css").await;
    for (uri, content_type) in [("/graphiql", "text/html; charset=utf-8"), (css.as_str(), "text/css; charset=utf-8")] {
        let (status, headers, _) = get(&router, uri, &[]).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers["content-type"], content_type);
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert_eq!(policy.split("; ").next(), Some("default-src 'self'"));
        assert!(!policy.contains("unsafe-eval") && !policy.contains("script-src") && !policy.contains("http"));
    }
}

#[tokio::test]
async fn the_page_has_no_inline_script() {
    let (.., html) = get(&router(GraphiqlConfig::default()), "/graphiql", &[]).await;
    for script in html.split("<script").skip(1) {
        let (attributes, rest) = script.split_once('>').unwrap();
        assert!(attributes.contains("src=\"graphiql/assets/"));
        assert!(rest.starts_with("</script>"));
    }
    assert!(!html.contains("style="));
    assert!(!html.contains("onclick"));
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let router = router(GraphiqlConfig::default());
    for uri in ["/graphiql".to_owned(), address(&router, "page.css").await] {
        let (_, headers, body) = get(&router, &uri, &[]).await;
        assert!(!body.is_empty());
        let etag = headers["etag"].to_str().unwrap();
        let weak = format!("\"other\", W/{etag}");
        for known in [etag, &weak, "*"] {
            let (status, again, body) = get(&router, &uri, &[("if-none-match", known)]).await;
            assert_eq!((status, body.as_str()), (StatusCode::NOT_MODIFIED, ""));
            assert_eq!(again["etag"], etag);
        }
        let (status, ..) = get(&router, &uri, &[("if-none-match", "\"other\"")]).await;
        assert_eq!(status, StatusCode::OK);
    }
}

#[tokio::test]
async fn files_are_kept_forever_under_the_address_of_their_build() {
    let router = router(GraphiqlConfig::default());
    let css = address(&router, "page.css").await;
    let (_, headers, _) = get(&router, &css, &[]).await;
    assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
    let (_, headers, _) = get(&router, "/graphiql", &[]).await;
    assert_eq!(headers["cache-control"], "no-cache");
    for uri in ["/graphiql/assets/0123456789abcdef/page.css", &css.replace("page.css", "page.html")] {
        let (status, headers, body) = get(&router, uri, &[]).await;
        assert_eq!((status, body.as_str()), (StatusCode::NOT_FOUND, ""));
        assert_eq!(headers["cache-control"], "no-store");
    }
}

#[tokio::test]
async fn the_demo_account_is_told_only_where_there_is_one() {
    let demo = Some(("demo@example.org".to_owned(), "demo".to_owned()));
    for (demo_login, expected) in
        [(demo, json!({"email": "demo@example.org", "password": "demo"})), (None, Value::Null)]
    {
        let (_, headers, body) = get(&router(GraphiqlConfig { demo_login }), "/graphiql/config.json", &[]).await;
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), json!({ "demoLogin": expected }));
    }
}

#[tokio::test]
async fn a_slash_at_the_end_leads_to_the_page() {
    let (status, headers, _) = get(&router(GraphiqlConfig::default()), "/graphiql/", &[]).await;
    assert_eq!(status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(headers["location"], "../graphiql");
}

/// The page takes tab titles from operation names, and what it sends itself by name.
#[test]
fn the_operations_of_the_page_are_whole_and_named() {
    for (text, names) in [
        (OPERATIONS, ["Ask", "Follow", "Nested", "Search", "Viewer"].as_slice()),
        (SESSION_OPERATIONS, &["Login", "Logout", "RefreshSession"]),
    ] {
        let parts: Vec<_> = text.split("# ----\n").collect();
        let mut found: Vec<String> = Vec::new();
        for part in &parts {
            let document = parse_query(part).unwrap();
            found.extend(document.operations.iter().filter_map(|(name, _)| name.map(ToString::to_string)));
            for line in part.lines().filter_map(|line| line.strip_prefix("# variables: ")) {
                assert!(serde_json::from_str::<Value>(line).unwrap().is_object());
            }
        }
        found.sort();
        assert_eq!(found, names);
        assert_eq!(parts.len(), names.len());
    }
}
