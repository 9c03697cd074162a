//! One id for a failure: in the answer's header, in its error, and on the one line of the log that tells of it.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::middleware::from_fn;
use elenchus::config::server::LogFormat;
use elenchus::http::correlation::correlate;
use elenchus::http::graphql::router;
use elenchus::telemetry::{logs, panics};
use elenchus::trace::span::SPANS;
use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt as _;

use super::socket_support::Socket;
use super::transport_support::{Answer, RESPONSE, Server, serve};

/// Lines that were written by this thread.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Written {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
    fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Has what this thread says written down, a panic like the server does. Other tests' panics go where they went.
fn listen(level: &str, format: LogFormat) -> (Written, tracing::subscriber::DefaultGuard) {
    static HOOK: std::sync::Once = std::sync::Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            panics::report(info);
            before(info);
        }));
    });
    let written = Written::default();
    let writer = written.clone();
    let layer = logs::layer(level, format, false, move || writer.clone()).unwrap();
    let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    (written, guard)
}

/// The transports under the layer that names requests.
async fn named() -> Server {
    let mut server = serve().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    server.address = listener.local_addr().unwrap();
    let router = router::router(server.gateway.clone()).layer(from_fn(correlate));
    tokio::spawn(async move { axum::serve(listener, router).await });
    server
}

#[tokio::test]
async fn a_panic_is_one_line_with_the_id_that_its_client_has() {
    let (written, _guard) = listen("info", LogFormat::Json);
    let server = named().await;
    let answer = server.run("query Breaks { panics }").await;
    let error = &answer.json()["errors"][0];
    assert_eq!(error["extensions"]["code"], "INTERNAL");
    assert_eq!(error["extensions"]["requestId"], answer.header("x-request-id"));
    let lines = written.lines();
    assert_eq!(lines.len(), 1, "{lines:#?}");
    let line = &lines[0];
    assert_eq!((&line["message"], &line["level"]), (&json!("panicked"), &json!("ERROR")));
    assert_eq!((&line["request_id"], &line["operation"]), (&error["extensions"]["requestId"], &json!("Breaks")));
    assert!(line["at"].as_str().unwrap().contains("transport_support.rs"), "{line}");
    assert!(line["error"].as_str().unwrap().contains("ParseIntError"), "{line}");
    assert!(!written.text().contains("a resolver broke"));
}

#[tokio::test]
async fn a_mutation_and_a_stream_keep_the_id() {
    let (written, _guard) = listen("info", LogFormat::Json);
    let server = named().await;
    let body = json!({ "query": "subscription Flow { breaks }" }).to_string();
    let answer = server.post("text/event-stream", body).await;
    let id = answer.header("x-request-id").to_owned();
    assert!(answer.text.contains(&format!(r#""requestId":"{id}""#)), "{}", answer.text);
    let lines = written.lines();
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert_eq!((&lines[0]["request_id"], &lines[0]["operation"]), (&json!(id), &json!("Flow")));
}

#[tokio::test]
async fn a_field_that_fails_without_a_code_is_one_line() {
    let (written, _guard) = listen("info", LogFormat::Json);
    let server = named().await;
    let answer = server.run("query Asks { secret }").await;
    let id = answer.header("x-request-id");
    let error = &answer.json()["errors"][0];
    assert_eq!(error["extensions"], json!({ "code": "INTERNAL", "requestId": id }));
    let lines = written.lines();
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert_eq!((&lines[0]["request_id"], &lines[0]["operation"]), (&json!(id), &json!("Asks")));
}

#[tokio::test]
async fn operations_on_one_socket_have_ids_of_their_own() {
    let (written, _guard) = listen("info", LogFormat::Json);
    let server = named().await;
    let mut socket = Socket::join(&server, "ann").await;
    let mut ids = Vec::new();
    for (id, name) in [("1", "First"), ("2", "Second")] {
        let payload = json!({ "query": format!("query {name} {{ panics }}") });
        socket.say(&json!({ "id": id, "type": "subscribe", "payload": payload })).await;
        let message = socket.hear().await;
        let error = message["payload"].get("errors").unwrap_or(&message["payload"])[0].clone();
        assert_eq!(error["extensions"]["code"], "INTERNAL", "{message}");
        ids.push((error["extensions"]["requestId"].clone(), json!(name)));
        if message["type"] == "next" {
            assert_eq!(socket.hear().await["type"], "complete");
        }
    }
    assert_ne!(ids[0].0, ids[1].0);
    let said: Vec<_> =
        written.lines().iter().map(|line| (line["request_id"].clone(), line["operation"].clone())).collect();
    assert_eq!(said, ids);
}

#[tokio::test]
async fn an_id_is_taken_from_a_client_when_it_is_short_and_plain() {
    let server = named().await;
    let long = "i".repeat(65);
    for (given, is_taken) in
        [("abc-1_2.3:4", true), (&long[1..], true), (&long, false), ("a b", false), ("a\"b", false), ("", false)]
    {
        let request = server.client.post(server.url()).header("accept", RESPONSE).header("x-request-id", given);
        let request = request.header("content-type", "application/json").body(r#"{"query":"{ hello }"}"#);
        let answer = Answer::read(request).await;
        assert_eq!(answer.header("x-request-id") == given, is_taken, "{given:?}");
        assert!(!answer.header("x-request-id").is_empty());
    }
}

#[tokio::test]
async fn lines_for_people_hold_the_ids_too_and_stay_one_line() {
    let (written, _guard) = listen("info", LogFormat::Pretty);
    let server = named().await;
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request = server.client.post(server.url()).header("x-request-id", "r-1").header("traceparent", parent);
    let request = request.header("content-type", "application/json").header("accept", RESPONSE);
    Answer::read(request.body(r#"{"query":"query Breaks { panics }"}"#)).await;
    tracing::info!(said = "one\ntwo\u{1b}[31m", "three");
    let text = written.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    let ids = "request_id=r-1 trace_id=0af7651916cd43dd8448eb211c80319c operation=Breaks";
    assert!(lines[0].contains(" ERROR elenchus::telemetry::panics: panicked code=INTERNAL "), "{text}");
    assert!(lines[0].ends_with(ids), "{text}");
    assert!(lines[1].ends_with("three said=one two [31m"), "{text}");
}

#[tokio::test]
async fn libraries_are_not_written_down_below_info() {
    let (written, _guard) = listen("trace", LogFormat::Json);
    // Nor is there a span where nobody collects traces.
    assert!(tracing::info_span!(target: SPANS, "request").is_disabled());
    tracing::trace!(target: "tungstenite::protocol", "Received message {}", "a secret");
    tracing::debug!(target: "tokio_postgres::query", "executing with parameters {:?}", ["a secret"]);
    tracing::info!(target: "some_library", "fine");
    tracing::trace!(target: "elenchus::anything", "ours");
    let said: Vec<Value> = written.lines().iter().map(|line| line["message"].clone()).collect();
    assert_eq!(said, ["fine", "ours"]);
}
