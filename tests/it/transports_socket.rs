//! The `graphql-transport-ws` protocol, message by message and code by code.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::SinkExt;
use serde_json::json;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::socket_support::{PROTOCOL, Socket, close, live, request};
use crate::transport_support::{serve, serve_with};

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
