//! Traces as a collector gets them, from a real server over OTLP.

use std::time::Duration;

use serde_json::{Value, json};

use super::support::database::TestDatabase;
use super::support::live::LiveServer;
use super::support::log::Log;
use super::support::provider::{ProviderServer, Reply, Wire};
use super::support::receivers::{Receiver, Seen, until};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const QUESTION: &str = "Whose violets are these?";
const ANSWER: [&str; 2] = ["They are ", "nobody's violets."];

fn shown(span: &Seen, names: &[&str]) -> Value {
    names.iter().map(|name| ((*name).to_owned(), span.attributes.get(*name).cloned().unwrap_or_default())).collect()
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "one story, in its order")]
async fn a_question_is_one_trace_from_the_caller_to_the_model() {
    let collector = Receiver::start().await;
    let provider = ProviderServer::start(vec![Reply::tokens(Wire::OpenAi, &ANSWER, Duration::ZERO)]).await;
    let database = TestDatabase::new().await;
    let settings = [
        ("CHAT_MODEL", "openai/scripted"),
        ("OPENAI_BASE_URL", &provider.base_url),
        ("OPENAI_API_KEY", "sk-test"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Basic%20dGhlIGtleQ==,x-team=a"),
        ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=tests"),
        ("OTEL_SERVICE_NAME", "asking"),
        ("OTEL_BSP_SCHEDULE_DELAY", "20"),
    ];
    let server = LiveServer::start(&database, &settings).await;
    let person = server.register("traced@example.org").await;
    let send = "mutation Ask($input: SendMessageInput!) { sendMessage(input: $input) { \
                reply { generation { id } } } }";
    let response = reqwest::Client::new()
        .post(format!("{}/graphql", server.url))
        .bearer_auth(&person.token)
        .header("traceparent", PARENT)
        .header("tracestate", "vendor=1")
        .header("x-request-id", "my-own.id_1")
        .json(&json!({ "query": send, "variables": { "input": { "text": QUESTION } } }))
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["x-request-id"], "my-own.id_1");
    let sent: Value = response.json().await.unwrap();
    let generation = sent["data"]["sendMessage"]["reply"]["generation"]["id"].as_str().unwrap().to_owned();
    person.until(&generation, "COMPLETED").await;
    let query = "query Trace($id: ID!) { node(id: $id) { ... on Generation { traceId } } }";
    assert_eq!(person.run(query, json!({ "id": generation })).await["node"]["traceId"], TRACE);

    let request = collector.span("the request", |span| span.trace == TRACE && span.kind == 2).await;
    assert_eq!((request.name.as_str(), request.parent.as_str()), ("POST /graphql", "b7ad6b7169203331"));
    assert_eq!(
        shown(&request, &["http.request.method", "http.route", "http.response.status_code", "elenchus.request.id"]),
        json!({"http.request.method": "POST", "http.route": "/graphql", "http.response.status_code": 200,
            "elenchus.request.id": "my-own.id_1"})
    );
    assert_eq!(request.service["service.name"], "asking");
    assert_eq!(request.service["deployment.environment.name"], "tests");
    assert_eq!(request.service["service.version"], env!("CARGO_PKG_VERSION"));

    let operation = collector.span("the operation", |span| span.name == "mutation Ask").await;
    assert_eq!((&operation.trace, &operation.parent), (&request.trace, &request.id));
    assert_eq!(
        shown(&operation, &["graphql.operation.type", "graphql.operation.name", "elenchus.graphql.root_fields"]),
        json!({"graphql.operation.type": "mutation", "graphql.operation.name": "Ask",
            "elenchus.graphql.root_fields": "sendMessage"})
    );
    assert!(operation.attributes["elenchus.sql.statements"].as_i64().unwrap() > 0);

    let run =
        collector.span("the run", |span| span.attributes.get("elenchus.generation.id") == Some(&json!(generation)));
    let run = run.await;
    assert_eq!((&run.trace, &run.parent, run.kind), (&request.trace, &operation.id, 5));
    assert_eq!(run.attributes["elenchus.generation.status"], "COMPLETED");
    assert_eq!(run.name, format!("generation {}", run.attributes["elenchus.generation.purpose"].as_str().unwrap()));

    let call = collector.span("the call", |span| span.parent == run.id).await;
    assert_eq!((call.name.as_str(), call.kind, call.status), ("chat scripted", 3, 0));
    assert_eq!(
        shown(
            &call,
            &[
                "gen_ai.operation.name",
                "gen_ai.provider.name",
                "gen_ai.request.model",
                "gen_ai.response.finish_reasons",
                "gen_ai.usage.input_tokens",
                "gen_ai.usage.output_tokens",
                "elenchus.stopped",
            ]
        ),
        json!({"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "scripted",
            "gen_ai.response.finish_reasons": "stop", "gen_ai.usage.input_tokens": 11,
            "gen_ai.usage.output_tokens": 7, "elenchus.stopped": null})
    );

    // On a socket an operation names its caller itself.
    let mut socket = person.socket().await;
    let watch = "subscription Watch($id: ID!) { generation(id: $id) { __typename } }";
    let parent = PARENT.replace("b7ad6b7169203331", "00f067aa0ba902b7");
    let payload = json!({"query": watch, "variables": {"id": generation}, "extensions": {"traceparent": parent}});
    socket.tell(json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
    while socket.hear().await.unwrap()["type"] != "complete" {}
    let root = collector.span("the socket's root", |span| span.name == "SUBSCRIBE /graphql/ws").await;
    assert_eq!((root.trace.as_str(), root.parent.as_str(), root.kind), (TRACE, "00f067aa0ba902b7", 2));
    let watched = collector.span("the subscription", |span| span.name == "subscription Watch").await;
    assert_eq!((&watched.trace, &watched.parent), (&root.trace, &root.id));
    assert!(watched.attributes["elenchus.sql.statements"].as_i64().unwrap() > 0);

    let job = collector.span("a job", |span| span.name.starts_with("job ")).await;
    assert_eq!((job.kind, job.parent.as_str(), &job.attributes["elenchus.job.outcome"]), (5, "", &json!("done")));

    server.terminate();
    assert!(server.ended().await.success());
    for span in collector.spans() {
        assert!(!span.attributes.contains_key("elenchus.discarded"), "{span:?}");
    }
    for post in collector.posts() {
        assert_eq!(post.path, "/v1/traces");
        assert_eq!(post.headers["content-type"], "application/x-protobuf");
        assert_eq!(post.headers["authorization"], "Basic dGhlIGtleQ==");
        let bytes = String::from_utf8_lossy(&post.body).into_owned();
        for secret in [QUESTION, ANSWER[1], "traced@example.org", "sk-test", &person.token] {
            assert!(!bytes.contains(secret), "{secret} is in a trace");
        }
    }
}

/// Whoever stops a server sees the spans of its last requests all the same.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_delivered_at_a_stop() {
    let collector = Receiver::start().await;
    let database = TestDatabase::new().await;
    let settings = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str()), ("OTEL_BSP_SCHEDULE_DELAY", "600000")];
    let server = LiveServer::start(&database, &settings).await;
    server.register("last@example.org").await;
    let before = collector.spans().len();
    server.terminate();
    assert!(server.ended().await.success());
    let names: Vec<String> = collector.spans().into_iter().skip(before).map(|span| span.name).collect();
    assert!(names.contains(&"POST /graphql".to_owned()), "{names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_decide_which_traces_are_taken() {
    let collector = Receiver::start().await;
    let database = TestDatabase::new().await;
    let settings =
        [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str()), ("OTEL_TRACES_SAMPLER", "parentbased_always_off")];
    let server = LiveServer::start(&database, &settings).await;
    let ask = async |parent: &str| {
        let url = format!("{}/graphql", server.url);
        let body = json!({ "query": "query Named { __typename }" });
        let request = reqwest::Client::new().post(url).header("traceparent", parent).json(&body);
        assert_eq!(request.send().await.unwrap().status(), 200);
    };
    ask(PARENT).await;
    ask(&PARENT.replace("-01", "-00")).await;
    ask("nonsense").await;
    server.terminate();
    assert!(server.ended().await.success());
    let names: Vec<(String, String)> = collector.spans().into_iter().map(|span| (span.name, span.trace)).collect();
    let expected = ["query Named", "POST /graphql"].map(|name| (name.to_owned(), TRACE.to_owned()));
    assert_eq!(names, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_away_is_mentioned_once() {
    let database = TestDatabase::new().await;
    let log = Log::new();
    // Taken, and given back at once: nobody listens there.
    let away = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let endpoint = format!("http://{away}");
    let settings = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "100"),
        ("OTEL_BSP_SCHEDULE_DELAY", "20"),
        ("LOG_FORMAT", "json"),
        ("LOG_LEVEL", "info"),
    ];
    let server = LiveServer::start_logged(&database.url, &settings, log.file()).await;
    let person = server.register("away@example.org").await;
    let mut lost = 0;
    for _ in 0..2 {
        person.run("{ viewer { user { id } } }", Value::Null).await;
        // Until another delivery has failed.
        lost = tokio::time::timeout(super::support::live::PATIENCE, async {
            loop {
                let text = reqwest::get(format!("{}/metrics", server.url)).await.unwrap().text().await.unwrap();
                let line = text.lines().find_map(|line| line.strip_prefix("elenchus_spans_dropped_total "));
                match line.and_then(|count| count.parse::<u64>().ok()).filter(|count| *count > lost) {
                    Some(count) => return count,
                    None => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            }
        })
        .await
        .expect("deliveries fail");
    }
    server.terminate();
    assert!(server.ended().await.success());
    let said = until("the log", || Some(log.lines())).await;
    let mentions = said.iter().filter(|line| line["message"].as_str().unwrap().starts_with("traces cannot"));
    assert_eq!(mentions.count(), 1);
}
