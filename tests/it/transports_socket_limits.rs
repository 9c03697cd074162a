//! How much one websocket may ask for, how long it stays open, and what is counted of it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::StreamExt;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::socket_support::{Socket, close, live};
use crate::transport_support::{serve, serve_with};

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
