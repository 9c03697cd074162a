//! Connections of the real server: headers that never end, requests that mean two things, and what it costs to be pestered.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::database::TestDatabase;
use crate::support::live::LiveServer;

const HEAD: &str = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";

async fn start(settings: &[(&str, &str)]) -> (TestDatabase, LiveServer) {
    let database = TestDatabase::new().await;
    let server = LiveServer::start(&database, settings).await;
    (database, server)
}

async fn connect(server: &LiveServer) -> TcpStream {
    TcpStream::connect(server.url.trim_start_matches("http://")).await.unwrap()
}

/// All that the server says before it closes the connection. It may close while it is still being written to.
async fn say(server: &LiveServer, bytes: &[u8]) -> String {
    let (mut reader, mut writer) = connect(server).await.into_split();
    let bytes = bytes.to_vec();
    let writing = tokio::spawn(async move {
        let _refused = writer.write_all(&bytes).await;
        writer
    });
    let mut said = Vec::new();
    let _reset = reader.read_to_end(&mut said).await;
    drop(writing);
    String::from_utf8(said).unwrap()
}

fn status(answer: &str) -> &str {
    answer.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)).unwrap_or(answer)
}

async fn works(server: &LiveServer) {
    let body = r#"{"query":"{ __typename }"}"#;
    let request = format!("{HEAD}connection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let answer = say(server, request.as_bytes()).await;
    assert!(answer.ends_with(r#"{"data":{"__typename":"Query"}}"#), "{answer}");
}

#[tokio::test]
async fn headers_that_never_end_are_cut_off() {
    let (_database, server) = start(&[("KEEP_ALIVE_SECONDS", "1")]).await;
    // Nothing at all, a part of the first line, and headers without an end.
    for start in ["", "PO", "POST /graphql HTTP/1.1\r\nhost: x\r\nx-slow: "] {
        assert_eq!(say(&server, start.as_bytes()).await, "", "{start:?}");
    }
    // A byte now and then does not help.
    let (mut reader, mut writer) = connect(&server).await.into_split();
    let dripping = tokio::spawn(async move {
        writer.write_all(b"GET / HTTP/1.1\r\nx: ").await.unwrap();
        while writer.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let mut said = Vec::new();
    let _reset = reader.read_to_end(&mut said).await;
    assert!(said.is_empty());
    dripping.abort();
    // Nor does a first request that is whole.
    let body = r#"{"query":"{ __typename }"}"#;
    let request = format!("{HEAD}content-length: {}\r\n\r\n{body}GET / HT", body.len());
    let answer = say(&server, request.as_bytes()).await;
    assert_eq!((status(&answer), answer.matches("HTTP/1.1").count()), ("200", 1), "{answer}");
    works(&server).await;
}

#[tokio::test]
async fn requests_that_are_none_or_two_are_refused() {
    let (_database, server) = start(&[("KEEP_ALIVE_SECONDS", "1")]).await;
    let long = "a".repeat(200_000);
    let many = "x-one-more: 1\r\n".repeat(200);
    for (request, expected) in [
        ("NONSENSE\r\n\r\n".to_owned(), "400"),
        (format!("GET /graphql?query={} HTTP/1.1\r\nhost: x\r\n\r\n", &long[..70_000]), "414"),
        (format!("GET / HTTP/1.1\r\nhost: x\r\nx: {long}\r\n\r\n"), "431"),
        (format!("GET / HTTP/1.1\r\nhost: x\r\n{many}\r\n"), "431"),
        (format!("{HEAD}content-length: 5\r\ncontent-length: 6\r\n\r\n12345"), "400"),
        (format!("{HEAD}content-length: -1\r\n\r\n"), "400"),
        (format!("{HEAD}content-length: 5\r\nx : 1\r\n\r\n12345"), "400"),
        (format!("{HEAD}transfer-encoding: gzip\r\n\r\n12345"), "400"),
        (format!("{HEAD}transfer-encoding: chunked\r\n\r\nnonsense\r\n"), "400"),
    ] {
        let answer = say(&server, request.as_bytes()).await;
        assert_eq!(status(&answer), expected, "{request:.80}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
    }
    // HTTP/2 is for the proxy.
    assert_eq!(say(&server, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await, "");
    works(&server).await;
}

/// Memory of the process that is in use, in MiB.
fn resident(server: &LiveServer) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() / 1024
}

/// An upload of so many parts, all after the first two unasked for or all named, as `map` says.
fn parts(count: usize, map: &Value, token: &str) -> Vec<u8> {
    let query = "mutation($files: [Upload!]!) { uploadDocuments(input: { files: $files }) { documents { id } } }";
    let operations = json!({ "query": query, "variables": { "files": vec![Value::Null; count] } });
    let mut body = format!(
        "--b\r\ncontent-disposition: form-data; name=\"operations\"\r\n\r\n{operations}\r\n\
         --b\r\ncontent-disposition: form-data; name=\"map\"\r\n\r\n{map}\r\n"
    );
    for index in 0..count {
        let disposition = format!("content-disposition: form-data; name=\"{index}\"; filename=\"{index}.txt\"");
        write!(body, "--b\r\n{disposition}\r\n\r\n{}\r\n", "x".repeat(500)).unwrap();
    }
    body.push_str("--b--\r\n");
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
         content-type: multipart/form-data; boundary=b\r\n"
    );
    format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

#[tokio::test]
async fn memory_stays_bounded_whatever_is_sent() {
    let (_database, server) = start(&[("KEEP_ALIVE_SECONDS", "20")]).await;
    works(&server).await;
    let before = resident(&server);

    // Bodies of 64 MiB, whether they say so or not.
    let huge = vec![b' '; 64 * 1024 * 1024];
    let announced = [format!("{HEAD}content-length: {}\r\n\r\n", huge.len()).as_bytes(), &huge].concat();
    let chunked =
        [format!("{HEAD}transfer-encoding: chunked\r\n\r\n{:x}\r\n", huge.len()).as_bytes(), &huge, b"\r\n0\r\n\r\n"]
            .concat();
    for request in [&announced, &chunked, &announced, &chunked] {
        assert_eq!(status(&say(&server, request).await), "413");
    }
    drop((huge, announced, chunked));

    // Deep and wide JSON below the limit on size.
    for body in [
        "[".repeat(1_000_000),
        format!("{{\"query\":\"{{ a }}\",\"extensions\":{{\"a\":[{}0]}}}}", "0,".repeat(500_000)),
    ] {
        let request = format!("{HEAD}connection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        assert!(matches!(status(&say(&server, request.as_bytes()).await), "400" | "200"));
    }

    // A compressed body is not looked into, however small it is.
    let request =
        format!("{HEAD}connection: close\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\n\u{1f}\u{8b}12");
    assert_eq!(status(&say(&server, request.as_bytes()).await), "415");

    // 10,000 parts: more than the map names, and a map that names them all.
    let ann = server.register("ann@example.org").await;
    let one = json!({ "0": ["variables.files.0"] });
    let all: Value =
        (0..10_000).map(|index| (index.to_string(), json!([format!("variables.files.{index}")]))).collect();
    for _ in 0..5 {
        assert_eq!(status(&say(&server, &parts(10_000, &one, &ann.token)).await), "400");
        assert_eq!(status(&say(&server, &parts(10_000, &all, &ann.token)).await), "413");
    }

    // Hundreds that stop in the middle: of their headers, and of a body that is almost as large as it may be.
    let headers = format!("GET / HTTP/1.1\r\nx: {}", "a".repeat(30_000));
    let mut silent = Vec::new();
    for _ in 0..200 {
        let mut stream = connect(&server).await;
        stream.write_all(headers.as_bytes()).await.unwrap();
        silent.push(stream);
    }
    let body = format!("{HEAD}content-length: 1000000\r\n\r\n{{\"query\":\"{}", "a".repeat(900_000));
    let mut held = Vec::new();
    for _ in 0..200 {
        let (mut reader, mut writer) = connect(&server).await.into_split();
        let body = body.clone();
        held.push(tokio::spawn(async move {
            let _refused = writer.write_all(body.as_bytes()).await;
            let mut start = [0; 12];
            reader.read_exact(&mut start).await.unwrap();
            String::from_utf8(start.to_vec()).unwrap()
        }));
    }
    let mut most = 0;
    while held.iter().any(|one| !one.is_finished()) {
        most = most.max(resident(&server));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (mut late, mut refused) = (0, 0);
    for one in held {
        match status(&one.await.unwrap()) {
            "408" => late += 1,
            "503" => refused += 1,
            other => panic!("{other}"),
        }
    }
    // As many as there is room for waited for the rest of their body; the others were told to come again.
    assert!(late > 0 && late <= 80 && refused >= 120, "{late} late, {refused} refused");
    assert!(most < before + 250, "{most} MiB, {before} before");
    drop(silent);
    works(&server).await;
    assert!(resident(&server) < before + 250, "{} MiB, {before} before", resident(&server));
}
