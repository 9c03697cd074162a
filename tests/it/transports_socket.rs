//! The `graphql-transport-ws` protocol, message by message and code by code.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::transport_support::{Server, serve, serve_with};

struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

fn request(server: &Server, headers: &[(&'static str, &str)]) -> Request {
    let mut request = format!("ws://{}/graphql/ws", server.address).into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    request
}

const PROTOCOL: (&str, &str) = ("sec-websocket-protocol", "graphql-transport-ws");

impl Socket {
    async fn open(server: &Server) -> Self {
        Self::open_with(server, &[PROTOCOL]).await
    }
    async fn open_with(server: &Server, headers: &[(&'static str, &str)]) -> Self {
        Self(connect_async(request(server, headers)).await.unwrap().0)
    }
    /// A socket that has said who it is.
    async fn join(server: &Server, token: &str) -> Self {
        let mut socket = Self::open(server).await;
        socket
            .say(&json!({ "type": "connection_init", "payload": { "Authorization": format!("Bearer {token}") } }))
            .await;
        assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
        socket
    }
    async fn say(&mut self, message: &Value) {
        self.say_text(&message.to_string()).await;
    }
    async fn say_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }
    async fn subscribe(&mut self, id: &str, query: &str) {
        self.say(&json!({ "id": id, "type": "subscribe", "payload": { "query": query } })).await;
    }
    /// The next message of the protocol.
    async fn hear(&mut self) -> Value {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("no message but {other:?}"),
            }
        }
    }
    /// The code and reason that the server closes with; messages before are passed over.
    async fn closed(mut self) -> (u16, String) {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Close(Some(frame)))) => return (frame.code.into(), frame.reason.to_string()),
                Some(Ok(_)) => {}
                other => panic!("not closed but {other:?}"),
            }
        }
    }
}

async fn live(server: &Server, count: usize) {
    while server.world().live.load(Ordering::SeqCst) != count {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn close(code: u16, reason: &str) -> (u16, String) {
    (code, reason.to_owned())
}

#[tokio::test]
async fn operations_of_every_kind_run_and_complete_once() {
    let server = serve().await;
    let mut socket = Socket::join(&server, "ann").await;
    socket.subscribe("q", "{ me }").await;
    assert_eq!(socket.hear().await, json!({ "id": "q", "type": "next", "payload": { "data": { "me": "ann" } } }));
    assert_eq!(socket.hear().await, json!({ "id": "q", "type": "complete" }));
    socket.subscribe("m", "mutation { touch }").await;
    assert_eq!(socket.hear().await, json!({ "id": "m", "type": "next", "payload": { "data": { "touch": 1 } } }));
    assert_eq!(socket.hear().await, json!({ "id": "m", "type": "complete" }));
    socket.subscribe("s", "subscription { count(to: 2) { number } }").await;
    for number in 1..=2 {
        let data = json!({ "data": { "count": { "number": number } } });
        assert_eq!(socket.hear().await, json!({ "id": "s", "type": "next", "payload": data }));
    }
    assert_eq!(socket.hear().await, json!({ "id": "s", "type": "complete" }));
    // The id is free again, and nothing else came in between.
    let payload = json!({ "query": "query($n: String) { hello(name: $n) }", "variables": { "n": "\"é\n" }, "operationName": null });
    socket.say(&json!({ "id": "s", "type": "subscribe", "payload": payload })).await;
    assert_eq!(
        socket.hear().await,
        json!({ "id": "s", "type": "next", "payload": { "data": { "hello": "hello \"é\n" } } })
    );
    assert_eq!(socket.hear().await, json!({ "id": "s", "type": "complete" }));
}

#[tokio::test]
async fn what_does_not_run_is_an_error_message() {
    let server = serve().await;
    let mut socket = Socket::join(&server, "ann").await;
    let bomb = format!("subscription {{ {} }}", "a: count(to: 1) { number } ".repeat(31));
    for (query, code) in [
        ("{", "BAD_USER_INPUT"),
        ("subscription { nothing }", "BAD_USER_INPUT"),
        ("{ nothing }", "BAD_USER_INPUT"),
        ("query($n: Int!) { twice(number: $n) }", "BAD_USER_INPUT"),
        (bomb.as_str(), "QUERY_TOO_COMPLEX"),
        ("{ panics }", "INTERNAL"),
    ] {
        socket.subscribe("1", query).await;
        let message = socket.hear().await;
        assert_eq!((&message["id"], &message["type"]), (&json!("1"), &json!("error")), "{message}");
        assert_eq!(message["payload"].as_array().unwrap().len(), 1);
        assert_eq!(message["payload"][0]["extensions"]["code"], code, "{query}");
    }
    // A field that fails is part of an answer.
    socket.subscribe("1", "{ missing }").await;
    assert_eq!(socket.hear().await["payload"]["errors"][0]["extensions"]["code"], "NOT_FOUND");
    assert_eq!(socket.hear().await["type"], "complete");
    socket.subscribe("1", "subscription { breaks }").await;
    assert_eq!(socket.hear().await["payload"], json!({ "data": { "breaks": 0 } }));
    assert_eq!(socket.hear().await["payload"][0]["extensions"]["code"], "INTERNAL");
    socket.subscribe("1", "{ hello }").await;
    assert_eq!(socket.hear().await["payload"], json!({ "data": { "hello": "hello you" } }));
}

#[tokio::test]
async fn complete_drops_the_stream_at_once() {
    let server = serve().await;
    let mut socket = Socket::join(&server, "ann").await;
    socket.subscribe("1", "subscription { count(to: 1, stay: true) { number } }").await;
    socket.hear().await;
    assert_eq!(server.world().live.load(Ordering::SeqCst), 1);
    socket.say(&json!({ "id": "1", "type": "complete" })).await;
    server.world().dropped.notified().await;
    // No echo: the next message is the next operation's, under the same id.
    socket.say(&json!({ "id": "unknown", "type": "complete" })).await;
    socket.subscribe("1", "{ hello }").await;
    assert_eq!(socket.hear().await["payload"], json!({ "data": { "hello": "hello you" } }));

    socket.subscribe("2", "subscription { count(to: 1, stay: true) { number } }").await;
    live(&server, 1).await;
    drop(socket);
    live(&server, 0).await;
}

#[tokio::test]
async fn pings_are_answered_with_what_they_carry() {
    let server = serve().await;
    let mut socket = Socket::open(&server).await;
    socket.say(&json!({ "type": "ping" })).await;
    assert_eq!(socket.hear().await, json!({ "type": "pong" }));
    socket.say(&json!({ "type": "pong", "payload": { "any": 1 } })).await;
    socket.say(&json!({ "type": "ping", "payload": { "a": [1] } })).await;
    assert_eq!(socket.hear().await, json!({ "type": "pong", "payload": { "a": [1] } }));
}

#[tokio::test]
async fn tokens_are_found_where_clients_put_them() {
    let server = serve().await;
    for payload in [
        json!({ "Authorization": "Bearer ann" }),
        json!({ "authorization": "bearer ann" }),
        json!({ "token": "ann" }),
        json!({ "headers": { "Authorization": "Bearer ann" } }),
        json!({ "headers": { "authorization": "ann" } }),
    ] {
        let mut socket = Socket::open(&server).await;
        socket.say(&json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.hear().await["type"], "connection_ack");
        socket.subscribe("1", "{ me }").await;
        assert_eq!(socket.hear().await["payload"]["data"]["me"], "ann", "{payload}");
    }
    for payload in [json!(null), json!({}), json!({ "Authorization": "" }), json!({ "Authorization": null })] {
        let mut socket = Socket::open(&server).await;
        socket.say(&json!({ "type": "connection_init", "payload": payload })).await;
        socket.hear().await;
        socket.subscribe("1", "{ me }").await;
        assert_eq!(socket.hear().await["payload"]["data"]["me"], "nobody", "{payload}");
    }
    for payload in [json!({ "Authorization": "Bearer bad" }), json!({ "token": 1 }), json!({ "token": "expired" })] {
        let mut socket = Socket::open(&server).await;
        socket.say(&json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.closed().await, close(4403, "Forbidden"), "{payload}");
    }
    let mut socket = Socket::open(&server).await;
    socket.say(&json!({ "type": "connection_init", "payload": { "token": "down" } })).await;
    assert_eq!(socket.closed().await, close(1013, "Try again later"));
}

#[tokio::test]
async fn breaches_of_the_protocol_close_with_their_code() {
    let server = serve_with(|settings| settings.socket_init = Duration::from_millis(200)).await;
    assert_eq!(Socket::open(&server).await.closed().await, close(4408, "Connection initialisation timeout"));

    let mut socket = Socket::open(&server).await;
    socket.subscribe("1", "{ hello }").await;
    assert_eq!(socket.closed().await, close(4401, "Unauthorized"));

    let mut socket = Socket::join(&server, "ann").await;
    socket.say(&json!({ "type": "connection_init" })).await;
    assert_eq!(socket.closed().await, close(4429, "Too many initialisation requests"));

    let mut socket = Socket::join(&server, "ann").await;
    socket.subscribe("one", "subscription { count(to: 0, stay: true) { number } }").await;
    socket.subscribe("one", "{ hello }").await;
    assert_eq!(socket.closed().await, close(4409, "Subscriber for one already exists"));
    live(&server, 0).await;

    for text in [
        "",
        "{",
        "1",
        "[]",
        "null",
        "{}",
        r#"{"type":"nothing"}"#,
        r#"{"type":1}"#,
        r#"{"type":"start","id":"1","payload":{}}"#,
        r#"{"type":"connection_init","payload":"x"}"#,
        r#"{"type":"subscribe"}"#,
        r#"{"type":"subscribe","id":"1"}"#,
        r#"{"type":"subscribe","id":1,"payload":{"query":"{ hello }"}}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{ hello }"}}"#,
        r#"{"type":"subscribe","id":"1","payload":"{ hello }"}"#,
        r#"{"type":"subscribe","id":"1","payload":{}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":1}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{ hello }","variables":[]}}"#,
        r#"{"type":"complete"}"#,
        r#"{"type":"ping","payload":1}"#,
    ] {
        let mut socket = Socket::join(&server, "ann").await;
        socket.say_text(text).await;
        let (code, reason) = socket.closed().await;
        assert_eq!(code, 4400, "{text}");
        assert!(reason.starts_with("Invalid message received"), "{text}: {reason}");
    }
    let mut socket = Socket::join(&server, "ann").await;
    socket.0.send(Message::binary(r#"{"type":"ping"}"#)).await.unwrap();
    assert_eq!(socket.closed().await, close(4400, "Binary messages are not taken"));
}

#[tokio::test]
async fn messages_are_bounded() {
    let server = serve().await;
    let message = |length: usize| {
        let start = r#"{"type":"ping","payload":{"a":""#;
        format!("{start}{}\"}}}}", "x".repeat(length - start.len() - 3))
    };
    let mut socket = Socket::open(&server).await;
    socket.say_text(&message(64 * 1024)).await;
    assert_eq!(socket.hear().await["type"], "pong");
    socket.say_text(&message(64 * 1024 + 1)).await;
    assert_eq!(socket.closed().await, close(1009, "Message too big"));
}

#[tokio::test]
async fn operations_and_sockets_are_counted() {
    let server = serve_with(|settings| {
        settings.graphql.socket_max_subscriptions = 2;
        settings.graphql.sockets_per_user = 2;
    })
    .await;
    let mut socket = Socket::join(&server, "ann").await;
    for id in ["1", "2"] {
        socket.subscribe(id, "subscription { count(to: 1, stay: true) { number } }").await;
        assert_eq!(socket.hear().await["type"], "next");
    }
    socket.subscribe("3", "{ hello }").await;
    let message = socket.hear().await;
    assert_eq!((&message["id"], &message["type"]), (&json!("3"), &json!("error")));
    assert_eq!(message["payload"][0]["extensions"]["code"], "RATE_LIMITED");
    socket.say(&json!({ "id": "1", "type": "complete" })).await;
    socket.subscribe("3", "{ hello }").await;
    assert_eq!(socket.hear().await["type"], "next");

    let second = Socket::join(&server, "ann").await;
    let mut third = Socket::open(&server).await;
    third.say(&json!({ "type": "connection_init", "payload": { "token": "ann" } })).await;
    assert_eq!(third.closed().await, close(1013, "Too many sockets: try again later"));
    // Another caller has a count of its own, and a closed socket gives its place back.
    Socket::join(&server, "short").await;
    drop(second);
    drop(socket);
    live(&server, 0).await;
    for _ in 0..200 {
        let mut again = Socket::open(&server).await;
        again.say(&json!({ "type": "connection_init", "payload": { "token": "ann" } })).await;
        if matches!(again.0.next().await, Some(Ok(Message::Text(_)))) {
            return;
        }
    }
    panic!("the place was not given back");
}

#[tokio::test]
async fn the_end_of_the_token_closes_the_socket() {
    let server = serve().await;
    let mut socket = Socket::join(&server, "short").await;
    socket.subscribe("1", "subscription { count(to: 0, stay: true) { number } }").await;
    live(&server, 1).await;
    assert_eq!(socket.closed().await, close(4403, "Forbidden"));
    live(&server, 0).await;
}

#[tokio::test]
async fn a_stop_closes_every_socket_at_once() {
    let server = serve().await;
    let mut joined = Socket::join(&server, "ann").await;
    joined.subscribe("1", "subscription { count(to: 1, stay: true) { number } }").await;
    joined.hear().await;
    let silent = Socket::open(&server).await;
    server.gateway.shutdown.cancel();
    assert_eq!(joined.closed().await, close(1012, "Service restart"));
    assert_eq!(silent.closed().await, close(1012, "Service restart"));
    server.gateway.tasks.close();
    server.gateway.tasks.wait().await;
    assert_eq!(server.world().live.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn idle_sockets_are_pinged_then_closed() {
    let server = serve_with(|settings| settings.graphql.socket_idle = Duration::from_millis(300)).await;
    let mut socket = Socket::join(&server, "ann").await;
    // Answers to pings keep it open beyond its idle time.
    for _ in 0..6 {
        assert!(matches!(socket.0.next().await, Some(Ok(Message::Ping(_)))));
    }
    // Nothing answers while nobody reads.
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(socket.closed().await, close(1001, "Idle for too long"));
}

#[tokio::test]
async fn only_our_subprotocol_is_spoken() {
    let server = serve().await;
    for headers in [&[("sec-websocket-protocol", "graphql-ws")][..], &[][..]] {
        let socket = Socket::open_with(&server, headers).await;
        assert_eq!(socket.closed().await, close(4406, "Subprotocol not acceptable: use graphql-transport-ws"));
    }
    let both = [("sec-websocket-protocol", "graphql-ws, graphql-transport-ws")];
    let (_, response) = connect_async(request(&server, &both)).await.unwrap();
    assert_eq!(response.headers()["sec-websocket-protocol"], "graphql-transport-ws");

    let answer = server.client.get(format!("{}/ws", server.url())).send().await.unwrap();
    assert_eq!(answer.status(), 426);
}

#[tokio::test]
async fn pages_of_other_origins_get_no_socket() {
    let server = serve().await;
    let same = format!("http://{}", server.address);
    for (origin, allowed) in [
        (same.as_str(), true),
        ("https://app.example.org", true),
        ("https://app.example.org.evil.example", false),
        ("http://app.example.org", false),
        ("https://evil.example", false),
        ("http://localhost:3000", false),
        ("null", false),
        ("", false),
    ] {
        let result = connect_async(request(&server, &[PROTOCOL, ("origin", origin)])).await;
        match result {
            Ok(_) => assert!(allowed, "{origin}"),
            Err(Error::Http(response)) => {
                assert!(!allowed, "{origin}");
                assert_eq!(response.status(), 403, "{origin}");
            }
            Err(other) => panic!("{origin}: {other}"),
        }
    }
    let server = serve_with(|settings| settings.development = true).await;
    for (origin, allowed) in [
        ("http://localhost:3000", true),
        ("http://127.0.0.1:5173", true),
        ("http://[::1]:5173", true),
        ("http://localhost.evil.example", false),
        ("file://localhost", false),
    ] {
        let result = connect_async(request(&server, &[PROTOCOL, ("origin", origin)])).await;
        assert_eq!(result.is_ok(), allowed, "{origin}");
    }
}

#[tokio::test]
async fn a_slow_reader_stops_its_streams_and_is_given_up() {
    let server = serve_with(|settings| settings.graphql.socket_idle = Duration::from_secs(3)).await;
    let mut socket = Socket::join(&server, "ann").await;
    socket.subscribe("1", "subscription { flood }").await;
    socket.hear().await;
    let ticks = || server.world().ticks.load(Ordering::SeqCst);
    let mut before = 0;
    for _ in 0..25 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if ticks() == before {
            break;
        }
        before = ticks();
    }
    assert_eq!(ticks(), before);
    // Only what the system's buffers hold was made: far less than the stream would.
    assert!(before < 10_000, "{before}");
    server.gateway.tasks.close();
    server.gateway.tasks.wait().await;
}

#[tokio::test]
async fn many_streams_advance_side_by_side() {
    let server = serve().await;
    let mut socket = Socket::join(&server, "ann").await;
    socket.subscribe("flood", "subscription { flood }").await;
    for id in 0..20 {
        socket.subscribe(&id.to_string(), "subscription { count(to: 3) { number } }").await;
    }
    let mut completed = 0;
    while completed < 20 {
        let message = socket.hear().await;
        if message["type"] == "complete" {
            completed += 1;
        }
    }
    // An endless stream that is always ready holds nobody up, not even an answer to a message.
    socket.say(&json!({ "type": "ping" })).await;
    while socket.hear().await["type"] != "pong" {}
}

#[tokio::test]
async fn what_is_open_and_what_ended_is_counted() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    // The whole test runs on one thread, the server included.
    let _local = metrics::set_default_local_recorder(&recorder);
    let has = |line: &str| handle.render().lines().any(|found| found == line);
    let server = serve().await;
    let mut socket = Socket::join(&server, "ann").await;
    socket.subscribe("1", "subscription { count(to: 1, stay: true) { number } }").await;
    socket.hear().await;
    assert!(has("graphql_sockets 1") && has("graphql_subscriptions 1"), "{}", handle.render());
    for query in ["{ hello }", "{ nothing }", "{ missing }", "mutation { touch }", "{"] {
        socket.subscribe("2", query).await;
        while !matches!(socket.hear().await["type"].as_str(), Some("complete" | "error")) {}
    }
    drop(socket);
    server.gateway.tasks.close();
    server.gateway.tasks.wait().await;
    for line in [
        "graphql_sockets 0",
        "graphql_subscriptions 0",
        "graphql_operations_total{kind=\"query\",outcome=\"ok\"} 1",
        "graphql_operations_total{kind=\"query\",outcome=\"refused\"} 1",
        "graphql_operations_total{kind=\"query\",outcome=\"partial\"} 1",
        "graphql_operations_total{kind=\"mutation\",outcome=\"ok\"} 1",
        "graphql_operations_total{kind=\"unknown\",outcome=\"refused\"} 1",
    ] {
        assert!(has(line), "{line} is not in\n{}", handle.render());
    }
}
