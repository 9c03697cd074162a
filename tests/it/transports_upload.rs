//! Uploads by the GraphQL multipart request specification.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::transport_support::{Answer, RESPONSE, Server, refused, serve, serve_with};

const BOUNDARY: &str = "b0undary";
const ONE: &str =
    r#"{"query":"mutation($f: Upload!) { upload(file: $f) { name media text } }","variables":{"f":null}}"#;
const LIST: &str =
    r#"{"query":"mutation($f: [Upload!]!) { uploads(files: $f) { name text } }","variables":{"f":[null,null]}}"#;

fn field(name: &str, value: &str) -> String {
    format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

fn file(name: &str, filename: &str, text: &str) -> String {
    format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{filename}\"\r\n\
         Content-Type: text/plain\r\n\r\n{text}\r\n"
    )
}

async fn send(server: &Server, parts: &[String]) -> Answer {
    let body = parts.concat() + &format!("--{BOUNDARY}--\r\n");
    let request = server.client.post(server.url()).header("accept", RESPONSE).header("apollo-require-preflight", "1");
    Answer::read(request.header("content-type", format!("multipart/form-data; boundary={BOUNDARY}")).body(body)).await
}

fn left(server: &Server) -> usize {
    std::fs::read_dir(&server.uploads).unwrap().count()
}

#[tokio::test]
async fn files_reach_their_variables() {
    let server = serve().await;
    let parts = [field("operations", ONE), field("map", r#"{"0":["variables.f"]}"#), file("0", "a.txt", "alpha")];
    let answer = send(&server, &parts).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        answer.json(),
        json!({ "data": { "upload": { "name": "a.txt", "media": "text/plain", "text": "alpha" } } })
    );

    // In any order, and one file in two places.
    let map = r#"{"x":["variables.f.1"],"y":["variables.f.0"]}"#;
    let parts = [field("operations", LIST), field("map", map), file("y", "y.txt", "why"), file("x", "x.txt", "")];
    assert_eq!(
        send(&server, &parts).await.json(),
        json!({ "data": { "uploads": [{ "name": "y.txt", "text": "why" }, { "name": "x.txt", "text": "" }] } })
    );
    let parts = [
        field("operations", LIST),
        field("map", r#"{"x":["variables.f.1","variables.f.0"]}"#),
        file("x", "x.txt", "both"),
    ];
    let answer = send(&server, &parts).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(left(&server), 0);
}

#[tokio::test]
async fn nothing_is_read_without_a_preflight_header() {
    let server = serve().await;
    let form = reqwest::multipart::Form::new()
        .text("operations", r#"{"query":"mutation { touch }"}"#)
        .text("map", r#"{"0":["variables.f"]}"#);
    let answer = Answer::read(server.client.post(server.url()).multipart(form)).await;
    assert_eq!(answer.refusal(), refused(400, "BAD_USER_INPUT"));
    assert_eq!(server.world().mutations.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn names_are_only_names() {
    let server = serve().await;
    let long = "ü".repeat(300);
    for (sent, kept) in [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\Users\\\\a.txt", "a.txt"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        ("a\u{202e}txt.exe", "atxt.exe"),
        ("tab\there.txt", "tabhere.txt"),
        (" spaced .txt ", "spaced .txt"),
        (&long, &"ü".repeat(127)),
    ] {
        let parts = [field("operations", ONE), field("map", r#"{"0":["variables.f"]}"#), file("0", sent, "x")];
        let answer = send(&server, &parts).await;
        assert_eq!(answer.json()["data"]["upload"]["name"], kept, "{sent:?}: {answer:?}");
    }
    assert_eq!(left(&server), 0);
}

#[tokio::test]
async fn too_much_is_413() {
    let server = serve().await;
    let map = r#"{"0":["variables.f"]}"#;
    let with = |text: &str| [field("operations", ONE), field("map", map), file("0", "a.txt", text)];
    assert_eq!(send(&server, &with(&"x".repeat(1000))).await.status, 200);
    for size in [1001, 100_000, 3_000_000] {
        let answer = send(&server, &with(&"x".repeat(size))).await;
        assert_eq!(answer.refusal(), refused(413, "PAYLOAD_TOO_LARGE"), "{size}");
    }
    let four = r#"{"query":"mutation($f: [Upload!]!) { uploads(files: $f) { name } }","variables":{"f":[null,null,null,null]}}"#;
    let map = r#"{"0":["variables.f.0"],"1":["variables.f.1"],"2":["variables.f.2"],"3":["variables.f.3"]}"#;
    let answer = send(&server, &[field("operations", four), field("map", map)]).await;
    assert_eq!(answer.refusal(), refused(413, "PAYLOAD_TOO_LARGE"));
    let large = format!(r#"{{"query":"{}"}}"#, "x".repeat(1024 * 1024));
    assert_eq!(send(&server, &[field("operations", &large)]).await.refusal(), refused(413, "PAYLOAD_TOO_LARGE"));
    let large = format!(r#"{{"0":["variables.{}"]}}"#, "x".repeat(70_000));
    let answer = send(&server, &[field("operations", ONE), field("map", &large)]).await;
    assert_eq!(answer.refusal(), refused(413, "PAYLOAD_TOO_LARGE"));
    // Headers without end.
    let endless = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}", "x".repeat(3_000_000));
    assert_eq!(send(&server, &[endless]).await.refusal(), refused(413, "PAYLOAD_TOO_LARGE"));
    assert_eq!(left(&server), 0);
}

#[tokio::test]
async fn maps_that_lead_astray_are_refused() {
    let server = serve().await;
    let object = r#"{"query":"{ hello }","variables":{"f":null,"o":{"__proto__":null,"a":"text","l":[null]}}}"#;
    for map in [
        "",
        "[]",
        "{}",
        "null",
        "{",
        r#"{"0":"variables.f"}"#,
        r#"{"0":[]}"#,
        r#"{"0":[1]}"#,
        r#"{"":["variables.f"]}"#,
        r#"{"0":["f"]}"#,
        r#"{"0":["variables"]}"#,
        r#"{"0":["variables."]}"#,
        r#"{"0":["variables.g"]}"#,
        r#"{"0":["variables.f.a"]}"#,
        r#"{"0":["variables.o.a"]}"#,
        r#"{"0":["variables.o"]}"#,
        r#"{"0":["variables.o.l.1"]}"#,
        r#"{"0":["variables.o.l.-1"]}"#,
        r#"{"0":["variables.o.l.99999999999999999999"]}"#,
        r#"{"0":["variables.o.__proto__"]}"#,
        r#"{"0":["query"]}"#,
        r#"{"0":["variables.f","variables.f"]}"#,
        r#"{"0":["variables.f"],"1":["variables.f"]}"#,
    ] {
        let answer = send(&server, &[field("operations", object), field("map", map), file("0", "a.txt", "x")]).await;
        assert_eq!(answer.refusal(), refused(400, "BAD_USER_INPUT"), "{map}");
    }
}

#[tokio::test]
async fn parts_out_of_order_or_place_are_refused() {
    let server = serve().await;
    let (operations, map) = (field("operations", ONE), field("map", r#"{"0":["variables.f"]}"#));
    let a = file("0", "a.txt", "x");
    for parts in [
        vec![],
        vec![map.clone(), operations.clone(), a.clone()],
        vec![a.clone(), operations.clone(), map.clone()],
        vec![operations.clone(), a.clone()],
        vec![operations.clone()],
        vec![operations.clone(), map.clone()],
        vec![operations.clone(), map.clone(), a.clone(), a.clone()],
        vec![operations.clone(), map.clone(), file("1", "a.txt", "x"), a.clone()],
        vec![field("operations", "{"), map.clone(), a.clone()],
        vec![field("operations", &format!("[{ONE}]")), map.clone(), a.clone()],
        vec![field("operations", r#"{"query":1,"variables":{"f":null}}"#), map.clone(), a.clone()],
    ] {
        let answer = send(&server, &parts).await;
        assert_eq!(answer.refusal(), refused(400, "BAD_USER_INPUT"), "{parts:?}");
    }
    let request = server
        .client
        .post(server.url())
        .bearer_auth("ann")
        .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
    let answer = Answer::read(request.body([operations, map, "--b0undary\r\nContent-Dis".to_owned()].concat())).await;
    assert_eq!(answer.refusal(), refused(400, "BAD_USER_INPUT"));
    assert_eq!(left(&server), 0);
}

#[tokio::test]
async fn a_file_that_stops_arriving_is_let_go() {
    let server = serve_with(|settings| settings.body_idle = Duration::from_millis(100)).await;
    let parts = [field("operations", ONE), field("map", r#"{"0":["variables.f"]}"#), file("0", "a.txt", "half")];
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\napollo-require-preflight: 1\r\n\
         content-type: multipart/form-data; boundary={BOUNDARY}\r\ncontent-length: 5000\r\n\r\n"
    );
    stream.write_all((head + &parts.concat()).as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert_eq!(left(&server), 0);
}
