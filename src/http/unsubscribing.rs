//! `GET` and `POST /reports/unsubscribe/{token}`: where the link of a report leads. Only POST changes anything, as mail programs send it
//! (RFC 8058) and as the page does: whatever scans mail follows links.

use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, USER_AGENT};
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse as _, Response};
use minijinja::HtmlEscape;

use super::client_address::ClientAddress;
use super::files::refused;
use super::health::Vitals;
use crate::domain::dashboards::reports::unsubscribing;
use crate::domain::users::actor::Actor;
use crate::domain::users::client::Client;
use crate::error::Result;
use crate::limits::class::Class;
use crate::limits::key;

/// Asks whether somebody wants a report no more.
pub async fn ask(State(vitals): State<Vitals>, Path(token): Path<String>, parts: Parts) -> Response {
    let looked: Result<Option<String>> = async {
        arrive(&vitals, &parts).await?;
        unsubscribing::look(&vitals.app, &token).await
    }
    .await;
    let form = "<form method=\"post\"><button type=\"submit\">Send me this report no more</button></form>";
    page(looked, |report| format!("<p>You get {report} by mail.</p>{form}"))
}

/// Writes down that they do not.
pub async fn leave(State(vitals): State<Vitals>, Path(token): Path<String>, parts: Parts) -> Response {
    let left: Result<Option<String>> = async {
        let client = arrive(&vitals, &parts).await?;
        unsubscribing::by_link(&vitals.app, &Actor::nobody().with(client), &token).await
    }
    .await;
    page(left, |report| format!("<p>You do not get {report} any more.</p>"))
}

/// Counts whoever comes, as every request is.
async fn arrive(vitals: &Vitals, parts: &Parts) -> Result<Client> {
    let address = parts.extensions.get::<ClientAddress>().map(|address| address.0);
    vitals.app.limits.take(Class::Request, &key::address(address), 1).await?;
    Ok(Client::new(address, parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok())))
}

/// A page that needs nothing from anywhere; `body` is given what to call the report, with its title escaped.
fn page(title: Result<Option<String>>, body: impl Fn(&str) -> String) -> Response {
    let report = match title {
        Ok(Some(title)) => format!("the report \u{201c}{}\u{201d}", HtmlEscape(&title)),
        Ok(None) => "this report".to_owned(),
        Err(error) => return refused(&error),
    };
    let body = body(&report);
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"robots\" content=\"noindex\"><title>Report</title></head><body>{body}</body></html>"
    );
    let mut response = Html(html).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}
