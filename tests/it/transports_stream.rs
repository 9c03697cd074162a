//! Streams over HTTP: server-sent events and Apollo's multipart subscriptions.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::StreamExt;
use serde_json::json;

use crate::transport_support::{Answer, Server, refused, serve, serve_with};

const SSE: &str = "text/event-stream";
const MULTIPART: &str = "multipart/mixed;boundary=\"graphql\";subscriptionSpec=1.0,application/json";

fn count(to: i32, stay: bool) -> String {
    json!({ "query": format!("subscription {{ count(to: {to}, stay: {stay}) {{ number cursor }} }}") }).to_string()
}

async fn open(server: &Server, accept: &str, token: &str, body: String) -> reqwest::Response {
    let request = server.client.post(server.url()).header("accept", accept).header("content-type", "application/json");
    request.bearer_auth(token).body(body).send().await.unwrap()
}

/// Reads until the text so far holds `mark`.
async fn until(response: &mut reqwest::Response, mark: &str) -> String {
    let mut text = String::new();
    while !text.contains(mark) {
        let piece = response.chunk().await.unwrap().unwrap_or_else(|| panic!("ended before {mark:?}: {text}"));
        text.push_str(std::str::from_utf8(&piece).unwrap());
    }
    text
}

#[tokio::test]
async fn events_carry_their_cursor_and_end_with_complete() {
    let server = serve().await;
    let answer = server.post(SSE, count(2, false)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/event-stream; charset=utf-8");
    assert_eq!((answer.header("x-accel-buffering"), answer.header("cache-control")), ("no", "no-cache"));
    assert_eq!(
        answer.text,
        ":\n\n\
         id: c1\nevent: next\ndata: {\"data\":{\"count\":{\"number\":1,\"cursor\":\"c1\"}}}\n\n\
         id: c2\nevent: next\ndata: {\"data\":{\"count\":{\"number\":2,\"cursor\":\"c2\"}}}\n\n\
         event: complete\ndata: \n\n"
    );
}

#[tokio::test]
async fn last_event_id_goes_on_after_it() {
    let server = serve().await;
    let query = [("query", "subscription { count(to: 3) { number cursor } }")];
    let request = server.client.get(server.url()).query(&query).header("accept", SSE).header("last-event-id", "c2");
    let answer = Answer::read(request.bearer_auth("ann")).await;
    assert_eq!(
        answer.text,
        ":\n\nid: c3\nevent: next\ndata: {\"data\":{\"count\":{\"number\":3,\"cursor\":\"c3\"}}}\n\nevent: complete\ndata: \n\n"
    );
}

#[tokio::test]
async fn queries_and_refusals_are_streams_of_one_event() {
    let server = serve().await;
    let answer = server.post(SSE, json!({ "query": "{ hello }" }).to_string()).await;
    assert_eq!(
        answer.text,
        ":\n\nevent: next\ndata: {\"data\":{\"hello\":\"hello you\"}}\n\nevent: complete\ndata: \n\n"
    );
    for query in ["{", "subscription { nothing }", "{ nothing }"] {
        let answer = server.post(SSE, json!({ "query": query }).to_string()).await;
        assert_eq!(answer.status, 200, "{query}");
        let data = answer.text.strip_prefix(":\n\nevent: next\ndata: ").unwrap();
        let body: serde_json::Value =
            serde_json::from_str(data.strip_suffix("\n\nevent: complete\ndata: \n\n").unwrap()).unwrap();
        assert_eq!(body["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{query}");
        assert!(body.get("data").is_none());
    }
    // What is not GraphQL at all has a status.
    assert_eq!(server.post(SSE, "{").await.refusal(), refused(400, "BAD_USER_INPUT"));
    let answer = open(&server, SSE, "bad", count(1, false)).await;
    assert_eq!(answer.status(), 401);
}

#[tokio::test]
async fn silence_is_filled_and_a_gone_client_stops_the_stream() {
    let server = serve_with(|settings| settings.heartbeat = Duration::from_millis(50)).await;
    let mut response = open(&server, SSE, "ann", count(1, true)).await;
    let text = until(&mut response, "\n\n:\n\n:\n\n").await;
    assert!(text.starts_with(":\n\nid: c1\n"), "{text}");
    assert_eq!(server.world().live.load(Ordering::SeqCst), 1);
    drop(response);
    server.world().dropped.notified().await;
    assert_eq!(server.world().live.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_stream_ends_with_its_token_and_with_the_server_but_is_not_complete() {
    let server = serve().await;
    let text = open(&server, SSE, "short", count(1, true)).await.text().await.unwrap();
    assert_eq!(text, ":\n\nid: c1\nevent: next\ndata: {\"data\":{\"count\":{\"number\":1,\"cursor\":\"c1\"}}}\n\n");
    let text = open(&server, MULTIPART, "short", count(0, true)).await.text().await.unwrap();
    assert!(text.contains(r#"{"payload":null,"errors":[{"message":"Your sign-in has ended.","extensions":{"code":"UNAUTHENTICATED"}}]}"#), "{text}");
    assert!(text.ends_with("\r\n--graphql--\r\n"), "{text}");

    let response = open(&server, SSE, "ann", count(0, true)).await;
    server.gateway.shutdown.cancel();
    assert_eq!(response.text().await.unwrap(), ":\n\n");
}

#[tokio::test]
async fn a_stream_that_breaks_ends_with_an_internal_error() {
    let server = serve().await;
    let answer = server.post(SSE, json!({ "query": "subscription { breaks }" }).to_string()).await;
    assert_eq!(
        answer.text,
        ":\n\nevent: next\ndata: {\"data\":{\"breaks\":0}}\n\n\
         event: next\ndata: {\"errors\":[{\"message\":\"Something went wrong on our side.\",\"extensions\":{\"code\":\"INTERNAL\"}}]}\n\n\
         event: complete\ndata: \n\n"
    );
}

#[tokio::test]
async fn apollo_gets_parts_with_a_payload_whatever_boundary_it_names() {
    let server = serve().await;
    for accept in [
        MULTIPART,
        "multipart/mixed;subscriptionSpec=1.0",
        "multipart/mixed; subscriptionSpec=\"1.0\", application/json",
    ] {
        let answer = server.post(accept, count(1, false)).await;
        assert_eq!(answer.header("content-type"), "multipart/mixed; boundary=\"graphql\"; subscriptionSpec=1.0");
        assert_eq!(
            answer.text,
            "\r\n--graphql\r\ncontent-type: application/json\r\n\r\n\
             {\"payload\":{\"data\":{\"count\":{\"number\":1,\"cursor\":\"c1\"}}}}\r\n--graphql--\r\n"
        );
    }
    // A query with the same header is plain JSON.
    let answer = server.post(MULTIPART, json!({ "query": "{ hello }" }).to_string()).await;
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
}

#[tokio::test]
async fn apollo_gets_heartbeats() {
    let server = serve_with(|settings| settings.heartbeat = Duration::from_millis(50)).await;
    let mut response = open(&server, MULTIPART, "ann", count(0, true)).await;
    let beat = "\r\ncontent-type: application/json\r\n\r\n{}\r\n--graphql";
    let text = until(&mut response, &beat.repeat(2)).await;
    assert_eq!(text, format!("\r\n--graphql{}", beat.repeat(2)));
}

#[tokio::test]
async fn streams_of_one_caller_are_counted() {
    let server = serve_with(|settings| settings.graphql.socket_max_subscriptions = 2).await;
    let first = open(&server, SSE, "ann", count(0, true)).await;
    let mut second = open(&server, SSE, "ann", count(1, true)).await;
    until(&mut second, "c1").await;
    assert_eq!(open(&server, SSE, "ann", count(0, true)).await.status(), 429);
    assert_eq!(open(&server, SSE, "short", count(0, true)).await.status(), 200);
    drop(first);
    while server.world().live.load(Ordering::SeqCst) > 1 {
        server.world().dropped.notified().await;
    }
    // The place is free as soon as the stream is gone.
    let mut third = open(&server, SSE, "ann", count(1, true)).await;
    for _ in 0..100 {
        if third.status() == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        third = open(&server, SSE, "ann", count(1, true)).await;
    }
    assert_eq!(third.status(), 200);
}

#[tokio::test]
async fn a_slow_reader_stops_its_stream() {
    let server = serve().await;
    let response = open(&server, SSE, "ann", json!({ "query": "subscription { flood }" }).to_string()).await;
    let mut stream = response.bytes_stream();
    stream.next().await.unwrap().unwrap();
    let mut before = 0;
    // What fits into the buffers of two sockets is made, then nothing more.
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let now = server.world().ticks.load(Ordering::SeqCst);
        if now == before {
            break;
        }
        before = now;
    }
    assert_eq!(server.world().ticks.load(Ordering::SeqCst), before);
    assert!(before < 10_000, "{before}");
}
