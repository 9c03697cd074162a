//! GraphQL over HTTP: POST and GET, media types, statuses, malformed bodies, foreign pages, slow senders.

use std::fmt::Write;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::transport_support::{Answer, JSON, RESPONSE, Server, refused, serve, serve_with};

async fn raw(server: &Server, request: &str) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn answers_in_the_media_type_that_the_client_likes_best() {
    let server = serve().await;
    let body = r#"{"query":"{ hello }"}"#;
    for (accept, expected) in [
        (RESPONSE, "application/graphql-response+json; charset=utf-8"),
        (JSON, "application/json; charset=utf-8"),
        ("*/*", "application/json; charset=utf-8"),
        ("", "application/json; charset=utf-8"),
        (
            "application/json;q=0.5, application/graphql-response+json",
            "application/graphql-response+json; charset=utf-8",
        ),
        ("application/graphql-response+json;q=0.1, application/*", "application/json; charset=utf-8"),
        ("text/event-stream, application/json", "application/json; charset=utf-8"),
        // The more exact range counts, wherever it stands.
        ("*/*, application/json;q=0", "application/graphql-response+json; charset=utf-8"),
        ("application/json;q=0, application/*;q=0.1", "application/graphql-response+json; charset=utf-8"),
        ("application/*;q=0.1, application/graphql-response+json", "application/graphql-response+json; charset=utf-8"),
        ("APPLICATION/JSON ; Q=1", "application/json; charset=utf-8"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/json; charset=utf-8"),
        ("multipart/mixed;deferSpec=20220824, application/json", "application/json; charset=utf-8"),
    ] {
        let answer = server.post(accept, body).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, expected), "{accept}");
        assert_eq!(answer.text, r#"{"data":{"hello":"hello you"}}"#);
        assert_eq!((answer.header("vary"), answer.header("cache-control")), ("Accept", "no-store"));
    }
    for accept in [
        "text/html",
        "application/json;q=0",
        "application/json;q=0.0, text/html",
        "application/json;q=nonsense",
        "application/json;q=2",
        "*/*;q=0",
        "application/json; charset=latin1",
        "multipart/mixed",
        "text/html, image/*;q=0.9",
        "%",
    ] {
        let answer = server.post(accept, body).await;
        assert_eq!(answer.refusal(), refused(406, "BAD_USER_INPUT"), "{accept}");
    }
}

#[tokio::test]
async fn a_response_says_in_its_status_whether_it_ran() {
    let server = serve().await;
    for (query, status, code) in [
        ("{", 400, "BAD_USER_INPUT"),
        ("", 400, "BAD_USER_INPUT"),
        ("{ nothing }", 422, "BAD_USER_INPUT"),
        ("{ item { name }", 400, "BAD_USER_INPUT"),
        ("query A { hello } query B { hello }", 422, "BAD_USER_INPUT"),
        ("{ ...A } fragment A on Query { ...A }", 422, "BAD_USER_INPUT"),
        ("query($n: Int!) { twice(number: $n) }", 400, "BAD_USER_INPUT"),
        ("{ twice(number: \"x\") }", 422, "BAD_USER_INPUT"),
        ("subscription { count(to: 1) { number } }", 406, "BAD_USER_INPUT"),
    ] {
        let answer = server.run(query).await;
        assert_eq!(answer.refusal(), refused(status, code), "{query}");
        // Older clients see the same with 200, but for what needs another media type.
        let answer = server.post(JSON, json!({ "query": query }).to_string()).await;
        let status = if status == 406 { 406 } else { 200 };
        assert_eq!(answer.refusal(), refused(status, code), "{query}");
    }
    let many = format!("{{ {} }}", "hello ".repeat(21));
    assert_eq!(server.run(&many).await.refusal(), refused(422, "QUERY_TOO_COMPLEX"));
}

#[tokio::test]
async fn what_ran_is_200_even_in_part_and_hides_causes() {
    let server = serve().await;
    let answer = server.run("{ hello secret }").await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json(),
        json!({
            "errors": [{
                "message": "Something went wrong on our side.",
                "locations": [{ "line": 1, "column": 9 }],
                "path": ["secret"],
                "extensions": { "code": "INTERNAL" }
            }],
            "data": { "hello": "hello you", "secret": null }
        })
    );
    let answer = server.run("{ missing hello }").await;
    assert_eq!((answer.status, answer.code()), (200, "NOT_FOUND".to_owned()));
    assert_eq!(answer.json()["data"], json!({ "missing": null, "hello": "hello you" }));
    // Where nothing is left, `data` is there and null.
    assert!(server.run("{ missing }").await.text.contains(r#""data":null"#));

    // A panic is one failed request.
    assert_eq!(server.run("{ panics }").await.refusal(), refused(500, "INTERNAL"));
    assert_eq!(server.run("{ hello }").await.status, 200);
}

#[tokio::test]
async fn codes_of_requests_that_did_not_run_become_statuses() {
    let server = serve().await;
    let answer = server.run("mutation { a: touch b: touch }").await;
    assert_eq!(answer.refusal(), refused(429, "RATE_LIMITED"));
    assert_eq!(answer.header("retry-after"), "7");
    assert_eq!(server.world().mutations.load(Ordering::SeqCst), 0);

    for (token, status, code) in [("bad", 401, "UNAUTHENTICATED"), ("down", 503, "UPSTREAM_UNAVAILABLE")] {
        for accept in [RESPONSE, JSON] {
            let request = server.client.post(server.url()).bearer_auth(token).header("accept", accept);
            let answer = Answer::read(request.json(&json!({ "query": "{ hello }" }))).await;
            assert_eq!(answer.refusal(), refused(status, code));
        }
    }
    let request = server.client.post(server.url()).bearer_auth("ann").json(&json!({ "query": "{ me }" }));
    assert_eq!(Answer::read(request).await.text, r#"{"data":{"me":"ann"}}"#);
}

#[tokio::test]
async fn malformed_bodies_are_400_and_never_name_the_engine() {
    let server = serve().await;
    let nested = format!(r#"{{"query":"{{ hello }}","variables":{{"a":{}"#, "[".repeat(100_000));
    for body in [
        "",
        "   ",
        "{",
        "null",
        "1",
        "\"{ hello }\"",
        "[]",
        r#"[{"query":"{ hello }"}]"#,
        "{}",
        r#"{"qeury":"{ hello }"}"#,
        r#"{"query":null}"#,
        r#"{"query":1}"#,
        r#"{"query":["{ hello }"]}"#,
        r#"{"query":{"a":1}}"#,
        r#"{"query":"{ hello }","operationName":1}"#,
        r#"{"query":"{ hello }","operationName":[]}"#,
        r#"{"query":"{ hello }","variables":"{}"}"#,
        r#"{"query":"{ hello }","variables":[7]}"#,
        r#"{"query":"{ hello }","extensions":[]}"#,
        r#"{"query":"{ hello }","extensions":true}"#,
        r##"{"query":"mutation($f: Upload!) { upload(file: $f) { name } }","variables":{"f":"#__graphql_file__:0"}}"##,
        "query=%7B%20hello%20%7D",
        // A key twice, which two readers would read differently.
        r#"{"query":"{ hello }","query":"{ hello }"}"#,
        r#"{"query":"{ hello }","variables":{"a":1,"\u0061":2}}"#,
        r#"{"query":"{ hello }","extensions":{"a":[{"b":1,"b":1}]}}"#,
        r#"{"query":"{ hello }"} {"query":"{ hello }"}"#,
        &nested,
    ] {
        for accept in [RESPONSE, JSON] {
            let answer = server.post(accept, body).await;
            assert_eq!(answer.refusal(), refused(400, "BAD_USER_INPUT"), "{body:.60}");
            assert!(!answer.text.to_lowercase().contains("async") && !answer.text.contains("-->"), "{}", answer.text);
        }
    }
    let request =
        server.client.post(server.url()).header("content-type", JSON).body(&b"{\"query\":\"{ hello \xff}\"}"[..]);
    assert_eq!(Answer::read(request).await.refusal(), refused(400, "BAD_USER_INPUT"));

    for body in [
        r#"{"query":"{ hello }","variables":null,"operationName":null,"extensions":null}"#,
        r#"{"query":"query Q { hello }","variables":{},"operationName":"Q","extensions":{"a":1},"id":7}"#,
        r#"{"query":"query Q { hello }","operationName":""}"#,
        // With the mark of UTF-8, as PowerShell writes it.
        "\u{feff}{\"query\":\"{ hello }\"}",
    ] {
        assert_eq!(server.post(RESPONSE, body).await.text, r#"{"data":{"hello":"hello you"}}"#, "{body}");
    }
}

#[tokio::test]
async fn every_variable_is_checked_before_anything_runs() {
    let server = serve().await;
    let twice = "mutation($n: Int!) { touch give(number: $n) }";
    for variables in [json!({}), json!({ "n": null }), json!({ "n": "1" }), json!({ "n": 1.5 }), json!({ "n": [1, 2] })]
    {
        let answer = server.post(RESPONSE, json!({ "query": twice, "variables": variables }).to_string()).await;
        assert_eq!(answer.refusal(), refused(400, "BAD_USER_INPUT"), "{variables}");
        assert_eq!(answer.json()["errors"][0]["extensions"]["fields"][0]["path"], "n");
    }
    assert_eq!(server.world().mutations.load(Ordering::SeqCst), 0);
    let answer = server.post(RESPONSE, json!({ "query": twice, "variables": { "n": 4 } }).to_string()).await;
    assert_eq!(answer.json(), json!({ "data": { "touch": 1, "give": 4 } }));
}

#[tokio::test]
async fn get_is_for_queries() {
    let server = serve().await;
    let get = |query: &[(&str, &str)]| {
        server.client.get(server.url()).query(query).header("accept", RESPONSE).header("apollo-require-preflight", "1")
    };
    let answer = Answer::read(get(&[("query", "{ hello }")])).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, r#"{"data":{"hello":"hello you"}}"#));
    let named = [("query", "query A($n: String) { hello(name: $n) } query B { hello }"), ("operationName", "A")];
    let answer = Answer::read(get(&named).query(&[("variables", r#"{"n":"Ann & Bo"}"#), ("extensions", "{}")])).await;
    assert_eq!(answer.text, r#"{"data":{"hello":"hello Ann & Bo"}}"#);

    for accept in [RESPONSE, JSON] {
        let request =
            server.client.get(server.url()).query(&[("query", "mutation { touch }")]).header("accept", accept);
        let answer = Answer::read(request.header("graphql-require-preflight", "1")).await;
        assert_eq!(answer.refusal(), refused(405, "BAD_USER_INPUT"));
        assert_eq!(answer.header("allow"), "POST");
    }
    assert_eq!(server.world().mutations.load(Ordering::SeqCst), 0);

    for query in [
        &[][..],
        &[("variables", "{}")][..],
        &[("query", "{ hello }"), ("query", "{ hello }")][..],
        &[("query", "{ hello }"), ("variables", "{")][..],
        &[("query", "{ hello }"), ("variables", "[1]")][..],
        &[("query", "{ hello }"), ("extensions", "1")][..],
    ] {
        assert_eq!(Answer::read(get(query)).await.refusal(), refused(400, "BAD_USER_INPUT"), "{query:?}");
    }
    // A body is never sent with this one, and the rest is said all the same.
    let answer = Answer::read(server.client.head(server.url())).await;
    assert_eq!((answer.status, answer.header("allow"), answer.text.as_str()), (405, "GET, POST", ""));
    for method in [reqwest::Method::PUT, reqwest::Method::DELETE, reqwest::Method::PATCH, reqwest::Method::OPTIONS] {
        let answer = Answer::read(server.client.request(method, server.url())).await;
        assert_eq!(answer.refusal(), refused(405, "BAD_USER_INPUT"));
        assert_eq!(answer.header("allow"), "GET, POST");
    }
}

#[tokio::test]
async fn nothing_runs_for_what_a_foreign_page_could_send() {
    let server = serve().await;
    let body = r#"{"query":"mutation { touch }"}"#;
    for kind in [
        None,
        Some("text/plain"),
        Some("text/plain; charset=application/json"),
        Some("application/x-www-form-urlencoded"),
        Some("application/graphql"),
        Some("text/plain, application/json"),
        Some("application/json; charset=utf-16"),
        Some("multipart/form-data"),
    ] {
        let mut request = server.client.post(server.url()).body(body);
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        // Not even with a header: the body could not be read.
        for request in [request.try_clone().unwrap(), request.header("apollo-require-preflight", "1")] {
            let answer = Answer::read(request).await;
            assert_eq!(answer.refusal(), refused(415, "UNSUPPORTED_MEDIA_TYPE"), "{kind:?}");
        }
    }
    let query = [("query", "{ hello }")];
    let get = || server.client.get(server.url()).query(&query);
    for request in [
        get(),
        get().header("apollo-require-preflight", ""),
        get().header("content-type", "text/plain"),
        get().basic_auth("ann", Some("x")),
        get().header("authorization", "Bearer "),
    ] {
        assert_eq!(Answer::read(request).await.refusal(), refused(400, "BAD_USER_INPUT"));
    }
    for request in
        [get().header("x-apollo-operation-name", "A"), get().header("content-type", JSON), get().bearer_auth("ann")]
    {
        assert_eq!(Answer::read(request).await.status, 200);
    }
    assert_eq!(server.world().mutations.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn bodies_are_bounded_and_uncompressed() {
    let server = serve().await;
    let limit = server.gateway.settings.graphql.max_body_bytes;
    let padded = |length: usize| {
        let start = r#"{"query":"{ hello }","extensions":{"a":""#;
        format!("{start}{}\"}}}}", "x".repeat(length - start.len() - 3))
    };
    assert_eq!(padded(limit).len(), limit);
    assert_eq!(server.post(RESPONSE, padded(limit)).await.status, 200);
    assert_eq!(server.post(RESPONSE, padded(limit + 1)).await.refusal(), refused(413, "PAYLOAD_TOO_LARGE"));
    // Without a length, found out while it arrives.
    let pieces =
        futures::stream::iter(padded(limit + 1).into_bytes().chunks(100_000).map(<[u8]>::to_vec).collect::<Vec<_>>());
    let body = reqwest::Body::wrap_stream(futures::StreamExt::map(pieces, Ok::<_, std::io::Error>));
    let request = server.client.post(server.url()).header("content-type", JSON).body(body);
    assert_eq!(Answer::read(request).await.refusal(), refused(413, "PAYLOAD_TOO_LARGE"));

    for encoding in ["gzip", "br", "deflate, gzip"] {
        let request =
            server.client.post(server.url()).header("content-type", JSON).header("content-encoding", encoding);
        let answer = Answer::read(request.body("x")).await;
        assert_eq!(answer.refusal(), refused(415, "UNSUPPORTED_MEDIA_TYPE"));
    }
}

#[tokio::test]
async fn senders_that_stop_are_let_go() {
    let server = serve_with(|settings| settings.body_idle = Duration::from_millis(100)).await;
    let half =
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"que";
    let answer = raw(&server, half).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains(r#""extensions":{"code":"TIMEOUT"}"#), "{answer}");

    // A byte now and then does not help: the whole must arrive within the request's time.
    let server = serve_with(|settings| settings.request_timeout = Duration::from_millis(300)).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(half.as_bytes()).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    let dripping = tokio::spawn(async move {
        while writer.write_all(b" ").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let mut answer = vec![0; 12];
    reader.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 408");
    dripping.abort();
}

#[tokio::test]
async fn a_query_that_takes_too_long_is_503() {
    let server = serve_with(|settings| settings.request_timeout = Duration::from_millis(100)).await;
    assert_eq!(server.run("{ slowQuery }").await.refusal(), refused(503, "TIMEOUT"));
    assert_eq!(server.run("mutation { slowMutation }").await.refusal(), refused(503, "TIMEOUT"));
}

#[tokio::test]
async fn a_mutation_outlives_its_client() {
    let server = serve().await;
    let body = r#"{"query":"mutation { slowMutation }"}"#;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    server.world().begun.notified().await;
    drop(stream);
    // Long enough for the connection's end to be seen; were the mutation cancelled by it, nothing would be stored.
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.world().go.notify_one();
    server.gateway.tasks.close();
    server.gateway.tasks.wait().await;
    assert!(server.world().stored.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_fragment_bomb_and_deep_nesting_are_refused() {
    let server = serve().await;
    let mut bomb = String::from("{ ...F0 }");
    for index in 0..24 {
        write!(bomb, " fragment F{index} on Query {{ ...F{n} ...F{n} }}", n = index + 1).unwrap();
    }
    bomb += " fragment F24 on Query { nothing }";
    assert_eq!(server.run(&bomb).await.refusal(), refused(422, "QUERY_TOO_COMPLEX"));
    let overlapping = format!("{{ {} }}", "item { name } ".repeat(1100));
    assert_eq!(server.run(&overlapping).await.refusal(), refused(422, "QUERY_TOO_COMPLEX"));
    let deep = "{item".repeat(2000);
    assert_eq!(server.run(&deep).await.refusal(), refused(422, "QUERY_TOO_COMPLEX"));
}

#[tokio::test]
async fn errors_are_shaped_alike_and_suggest_nothing() {
    let server = serve().await;
    let body = server.run("{ helo }").await.json();
    let error = body["errors"][0].as_object().unwrap();
    let keys: Vec<&String> = error.keys().collect();
    assert_eq!(keys, ["extensions", "locations", "message"]);
    assert_eq!(error["locations"], json!([{ "line": 1, "column": 3 }]));
    assert!(!error["message"].as_str().unwrap().contains("hello"), "{body}");
    let message = |body: &Value| body["errors"][0]["message"].clone();
    assert_eq!(message(&server.run("{ hello(").await.json()), "Syntax error: unexpected end of the document.");
}
