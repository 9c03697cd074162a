//! Requests that a foreign page can make a browser send are refused before anything runs.
//!
//! A browser sends a "simple" request to any site without asking it: a GET, or a POST with the content types of a form.
//! A JSON content type, one of the headers below, or a bearer token makes it ask first, and CORS then decides. The same
//! rule as Apollo Server's (<https://www.apollographql.com/docs/apollo-server/security/cors#preventing-cross-site-request-forgery-csrf>).

use axum::http::{HeaderMap, header};
use url::Url;

use super::content_type::{ContentType, content_type};

/// Headers that a page can only add after a preflight request.
pub const PREFLIGHT_HEADERS: [&str; 3] =
    ["apollo-require-preflight", "x-apollo-operation-name", "graphql-require-preflight"];

/// Whether a browser would have asked before it sent this.
#[must_use]
pub fn is_preflighted(headers: &HeaderMap) -> bool {
    matches!(content_type(headers), ContentType::Json)
        || PREFLIGHT_HEADERS.iter().any(|name| headers.get(*name).is_some_and(|value| !value.is_empty()))
        || has_bearer(headers)
}

/// Browsers add Basic and NTLM credentials by themselves, a bearer token never.
fn has_bearer(headers: &HeaderMap) -> bool {
    headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).is_some_and(|value| {
        value
            .split_once(' ')
            .is_some_and(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty())
    })
}

/// Whether a page from this `Origin` may open a websocket, which CORS does not cover: no page at all, a page of the
/// same host, one of the `listed` origins, or localhost in development.
#[must_use]
pub fn may_open_socket(headers: &HeaderMap, listed: &[String], development: bool) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let Some(origin) = origins.next() else { return true };
    let (Ok(origin), None) = (origin.to_str(), origins.next()) else { return false };
    if listed.iter().any(|listed| listed == origin) {
        return true;
    }
    let Ok(url) = Url::parse(origin) else { return false };
    if !matches!(url.scheme(), "http" | "https") {
        return false;
    }
    is_same_host(&url, headers) || (development && is_local(&url))
}

fn is_same_host(origin: &Url, headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else { return false };
    // Parsed with the origin's scheme, so that a port left out means the same on both sides.
    Url::parse(&format!("{}://{host}", origin.scheme())).is_ok_and(|host| host.origin() == origin.origin())
}

fn is_local(origin: &Url) -> bool {
    match origin.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
