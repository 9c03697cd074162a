//! What telemetry is sent to: a collector of traces that speaks OTLP over HTTP, and a Sentry that takes envelopes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Attribute;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use serde_json::{Map, Value};

use super::live::PATIENCE;

/// A request as it came.
#[derive(Clone)]
pub struct Post {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A server that keeps all that is posted to it; ends when dropped.
pub struct Receiver {
    pub url: String,
    posts: Arc<Mutex<Vec<Post>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let posts = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&posts);
        let keep = move |uri: axum::http::Uri, headers: HeaderMap, body: Bytes| {
            kept.lock().unwrap().push(Post { path: uri.path().to_owned(), headers, body });
            std::future::ready("")
        };
        let router = Router::new().fallback(keep);
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, posts, task }
    }

    pub fn posts(&self) -> Vec<Post> {
        self.posts.lock().unwrap().clone()
    }

    /// Every span that was delivered so far, and its resource.
    pub fn spans(&self) -> Vec<Seen> {
        let requests = self.posts().into_iter().map(|post| ExportTraceServiceRequest::decode(post.body).unwrap());
        let resources = requests.flat_map(|request| request.resource_spans);
        resources
            .flat_map(|resource| {
                let service = attributes(&resource.resource.unwrap().attributes);
                let spans: Vec<_> = resource.scope_spans.into_iter().flat_map(|scope| scope.spans).collect();
                spans.into_iter().map(move |span| Seen::new(span, service.clone()))
            })
            .collect()
    }

    /// The span that fits, as soon as it is delivered.
    pub async fn span(&self, what: &str, fits: impl Fn(&Seen) -> bool) -> Seen {
        until(what, || self.spans().into_iter().find(|span| fits(span))).await
    }

    /// The events that were reported to Sentry so far.
    pub fn reports(&self) -> Vec<Value> {
        let items = self.posts().into_iter().flat_map(|post| {
            let text = String::from_utf8(post.body.to_vec()).unwrap();
            let lines: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
            lines
        });
        items.filter(|item| item.get("exception").is_some()).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Waits until there is something.
pub async fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("never came: {what}"))
}

/// A span, with its attributes as JSON.
#[derive(Debug, Clone)]
pub struct Seen {
    pub name: String,
    pub trace: String,
    pub id: String,
    pub parent: String,
    /// 2 server, 3 client, 5 consumer, 1 none of them.
    pub kind: i32,
    /// 2 for a failure.
    pub status: i32,
    pub attributes: Map<String, Value>,
    pub service: Map<String, Value>,
}

impl Seen {
    fn new(span: Span, service: Map<String, Value>) -> Self {
        Self {
            name: span.name,
            trace: hex::encode(span.trace_id),
            id: hex::encode(span.span_id),
            parent: hex::encode(span.parent_span_id),
            kind: span.kind,
            status: span.status.map_or(0, |status| status.code),
            attributes: attributes(&span.attributes),
            service,
        }
    }
}

fn attributes(list: &[opentelemetry_proto::tonic::common::v1::KeyValue]) -> Map<String, Value> {
    let value = |value: Attribute| match value {
        Attribute::StringValue(text) => Value::from(text),
        Attribute::BoolValue(is) => Value::from(is),
        Attribute::IntValue(number) => Value::from(number),
        Attribute::DoubleValue(number) => Value::from(number),
        other => panic!("{other:?}"),
    };
    list.iter().map(|pair| (pair.key.clone(), value(pair.value.clone().unwrap().value.unwrap()))).collect()
}
