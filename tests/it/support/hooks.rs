//! An endpoint that webhooks call: keeps what it gets, verifies it, and answers as it is told.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use elenchus::app::App;
use elenchus::domain::webhooks::jobs::DeliverWebhook;
use elenchus::domain::webhooks::model::EventKind;
use elenchus::domain::webhooks::sending::{Event, send};
use elenchus::jobs::job::Job as _;
use futures::StreamExt as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::library::FIRST;
use super::live::{Person, until_some};
use super::people::PASSWORD;
use super::receivers::until;
use super::served::Served;

/// Lets the tests' own address be called, without TLS.
pub const OPEN: [(&str, &str); 2] = [("DATA_SOURCE_NETWORKS", "127.0.0.0/8"), ("DATA_SOURCE_PLAINTEXT", "true")];
/// What is asked of a delivery.
pub const DELIVERY: &str = "id event status attempts responseStatus error { code } nextAttemptAt createdAt deliveredAt";

/// How a call is answered.
#[derive(Debug, Clone)]
pub enum Reply {
    Status(u16),
    /// To this address.
    Redirect(String),
    /// 200, and a body without end.
    Endless,
    /// Never.
    Nothing,
}

/// A call as it came.
#[derive(Debug, Clone)]
pub struct Call {
    pub headers: HeaderMap,
    pub body: String,
}

impl Call {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// What it says.
    pub fn message(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Which of its signatures these secrets make, by its own headers and body, after the text of the specification.
    pub fn signed_by(&self, secrets: &[&str]) -> bool {
        let content = format!("{}.{}.{}", self.header("webhook-id"), self.header("webhook-timestamp"), self.body);
        let signature = |secret: &&str| {
            let key = BASE64.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
            assert!((24..=64).contains(&key.len()), "{}", key.len());
            let mac = Hmac::<Sha256>::new_from_slice(&key).unwrap().chain_update(&content);
            format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()))
        };
        self.header("webhook-signature") == secrets.iter().map(signature).collect::<Vec<_>>().join(" ")
    }
}

/// An endpoint; ends when dropped.
pub struct Endpoint {
    pub url: String,
    calls: Arc<Mutex<Vec<Call>>>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    /// Bytes of bodies without end that went out.
    pub poured: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Endpoint {
    /// One that answers so in turn, and then with 200.
    pub async fn start(replies: &[Reply]) -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (calls, poured) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
        let replies = Arc::new(Mutex::new(VecDeque::from(replies.to_vec())));
        let (kept, next, counted) = (Arc::clone(&calls), Arc::clone(&replies), Arc::clone(&poured));
        let answer = move |headers: HeaderMap, body: Bytes| {
            let body = String::from_utf8(body.to_vec()).unwrap();
            kept.lock().unwrap().push(Call { headers, body });
            let reply = next.lock().unwrap().pop_front().unwrap_or(Reply::Status(200));
            respond(reply, Arc::clone(&counted))
        };
        let router = Router::new().fallback(answer);
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, calls, replies, poured, task }
    }

    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// How the next calls are answered.
    pub fn then(&self, replies: &[Reply]) {
        self.replies.lock().unwrap().extend(replies.iter().cloned());
    }

    /// The calls, as soon as there are so many.
    pub async fn called(&self, times: usize) -> Vec<Call> {
        until("a call of the endpoint", || Some(self.calls()).filter(|calls| calls.len() >= times)).await
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn respond(reply: Reply, poured: Arc<AtomicUsize>) -> Response {
    let status = |status: u16| axum::http::StatusCode::from_u16(status).unwrap();
    match reply {
        Reply::Status(code) => status(code).into_response(),
        Reply::Redirect(to) => (status(307), [("location", to)]).into_response(),
        Reply::Endless => {
            let chunks = futures::stream::repeat(Bytes::from(vec![b'x'; 1024])).map(move |chunk| {
                poured.fetch_add(chunk.len(), Ordering::SeqCst);
                Ok::<_, Infallible>(chunk)
            });
            Body::from_stream(chunks).into_response()
        }
        Reply::Nothing => std::future::pending().await,
    }
}

impl Served {
    /// Somebody who is there already, signed in anew: a token ends while the clock is moved.
    pub async fn back(&self, name: &str) -> Person {
        let login =
            "mutation($i: String!, $p: String!) { login(input: { identifier: $i, password: $p }) { accessToken } }";
        let answer = self.ask(None, login, json!({ "i": name, "p": PASSWORD })).await;
        let token = answer["data"]["login"]["accessToken"].as_str().unwrap_or_else(|| panic!("{answer}"));
        Person { url: self.url(""), token: token.to_owned() }
    }

    /// Does what a worker does when it comes to an endpoint.
    pub async fn deliver(&self, hook: &str) {
        deliver(&self.library.app, hook).await;
    }
}

/// As [`Served::deliver`], with other handles.
pub async fn deliver(app: &App, hook: &str) {
    DeliverWebhook::new(hook.parse().unwrap()).run(app.clone(), FIRST).await.unwrap();
}

/// Says that something happened, as the domains behind do.
pub async fn tell(app: &App, workspace: &str, kind: EventKind, key: &str, data: Value) {
    let event = Event { kind, key: key.to_owned(), data };
    let conn = app.db.write().await.unwrap();
    send(&conn, &app.clock, workspace.parse().unwrap(), &event).await.unwrap();
}

impl Person {
    /// The id of somebody's own workspace.
    pub async fn own_workspace(&self) -> String {
        let data = self.run("{ viewer { workspaces { id } } }", json!({})).await;
        data["viewer"]["workspaces"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Makes a webhook that listens to everything: its id and its secret.
    pub async fn hook(&self, workspace: &str, url: &str) -> (String, String) {
        let events = ["ALERT_CHANGED", "REPORT_SENT", "REPORT_FAILED"];
        let input = json!({"workspaceId": workspace, "url": url, "events": events});
        let made = self.act("createWebhook", "CreateWebhookInput", input, "secret webhook { id }").await;
        (made["webhook"]["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
    }

    /// Has a ping sent: the id of the delivery.
    pub async fn ping(&self, hook: &str) -> String {
        let sent = self.act("testWebhook", "TestWebhookInput", json!({ "id": hook }), "delivery { id status }").await;
        assert_eq!(sent["delivery"]["status"], "PENDING");
        sent["delivery"]["id"].as_str().unwrap().to_owned()
    }

    /// A delivery as it is now.
    pub async fn delivery(&self, id: &str) -> Value {
        let query = format!("query ($id: ID!) {{ node(id: $id) {{ ... on WebhookDelivery {{ {DELIVERY} }} }} }}");
        self.run(&query, json!({ "id": id })).await["node"].clone()
    }

    /// A delivery, as soon as it was tried so often.
    pub async fn tried(&self, id: &str, attempts: i64) -> Value {
        until_some("a try", async || {
            let delivery = self.delivery(id).await;
            (delivery["attempts"].as_i64() >= Some(attempts)).then_some(delivery)
        })
        .await
    }
}
