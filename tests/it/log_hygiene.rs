//! What the log holds and what it must never hold, of a real server that writes down all it can.

use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tokio_postgres::NoTls;

use super::support::database::TestDatabase;
use super::support::live::LiveServer;
use super::support::log::Log;
use super::support::people::PASSWORD;
use super::support::provider::{ProviderServer, Reply};

const KEY: &str = "sk-proj-3f9c2a7711e84d0b";
const MESSAGE: &str = "Should I tell my sister about the inheritance";
const FILE: &str = "The violet envelope is under the third stair";
const WRONG: &str = "wr0ng-passw0rd-typed";

/// The lines that tell of this request and hold causes.
fn told<'a>(lines: &'a [Value], id: &Value) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["request_id"] == *id && line.get("error").is_some()).collect()
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "one story, in its order")]
async fn nothing_that_is_private_is_written_down_and_every_failure_once() {
    // A provider that repeats what it was given, as real ones do.
    let provider = ProviderServer::answering(|_, received| {
        let said = format!("Incorrect API key provided: {KEY}. You sent: {}", received.body);
        Reply::refusal(
            401,
            &json!({"error": {"message": said, "type": "invalid_request_error",
            "code": "invalid_api_key", "param": null}}),
        )
    })
    .await;
    let database = TestDatabase::new().await;
    let log = Log::new();
    let settings = [
        ("LOG_LEVEL", "trace"),
        ("LOG_FORMAT", "json"),
        ("CHAT_MODEL", "openai/scripted"),
        ("OPENAI_BASE_URL", &provider.base_url),
        ("OPENAI_API_KEY", KEY),
        ("MODEL_MAX_RETRIES", "0"),
        ("ADMIN_EMAIL", "root@example.org"),
        ("ADMIN_PASSWORD", "the-admins-own-secret-1"),
    ];
    let server = LiveServer::start_logged(&database.url, &settings, log.file()).await;
    let person = server.register("ada@example.org").await;
    let login = "mutation In($input: LoginInput!) { login(input: $input) { accessToken refreshToken user { id } } }";
    let wrong = json!({ "input": { "identifier": "ada@example.org", "password": WRONG } });
    assert_eq!(person.respond(login, wrong).await["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    let right = json!({ "input": { "identifier": "ada@example.org", "password": PASSWORD } });
    let signed_in = person.run(login, right).await["login"].clone();

    let upload = "mutation($files: [Upload!]!) { uploadDocuments(input: { files: $files }) { documents { id } } }";
    let operations = json!({ "query": upload, "variables": { "files": [null] } }).to_string();
    let form = reqwest::multipart::Form::new()
        .text("operations", operations)
        .text("map", json!({ "0": ["variables.files.0"] }).to_string())
        .part("0", reqwest::multipart::Part::text(FILE).file_name("private-name.txt"));
    let request = reqwest::Client::new().post(format!("{}/graphql", server.url)).bearer_auth(&person.token);
    let uploaded: Value = request.multipart(form).send().await.unwrap().json().await.unwrap();
    let document = uploaded["data"]["uploadDocuments"]["documents"][0]["id"].as_str().expect("an upload").to_owned();
    let status = "query($id: ID!) { node(id: $id) { ... on Document { status } } }";
    super::support::live::until_some("the document is read", async || {
        let found = person.run(status, json!({ "id": document })).await;
        (found["node"]["status"] == "READY").then_some(())
    })
    .await;

    let sent = person.send(MESSAGE).await;
    let failed = person.until(&sent.generation, "FAILED").await;
    assert_eq!(failed["error"]["code"], "MODEL_UNAUTHORIZED");

    // On a socket too, where every operation has an id of its own.
    let mut socket = person.socket().await;
    socket
        .subscribe("subscription Watch($id: ID!) { generation(id: $id) { cursor } }", json!({ "id": sent.generation }))
        .await;
    while socket.hear().await.unwrap()["type"] != "complete" {}

    let (client, connection) = tokio_postgres::connect(&database.url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute("ALTER TABLE messages RENAME TO gone").await.unwrap();
    let say = "mutation Say($input: SendMessageInput!) { sendMessage(input: $input) { reply { id } } }";
    let broken = person.respond(say, json!({ "input": { "text": MESSAGE } })).await;
    let by_http = broken["errors"][0]["extensions"]["requestId"].clone();
    let payload = json!({ "query": say, "variables": { "input": { "text": MESSAGE } } });
    socket.tell(json!({ "id": "2", "type": "subscribe", "payload": payload })).await;
    let broken = socket.hear().await.unwrap();
    let errors = broken["payload"].get("errors").unwrap_or(&broken["payload"]);
    let by_socket = errors[0]["extensions"]["requestId"].clone();
    drop(socket);
    server.terminate();
    assert!(server.ended().await.success());

    let lines = log.lines();
    for id in [&by_http, &by_socket] {
        let told = told(&lines, id);
        assert_eq!(told.len(), 1, "{id}: {told:#?}");
        let line = told[0];
        let chain = "INTERNAL: Something went wrong on our side.: relation \"messages\" does not exist";
        assert_eq!(
            (&line["level"], &line["code"], &line["error"]),
            (&json!("ERROR"), &json!("INTERNAL"), &json!(chain))
        );
        assert_eq!(line["operation"], "Say");
        assert_eq!(line["user_id"], signed_in["user"]["id"]);
        assert_eq!(line["trace_id"].as_str().unwrap().len(), 32);
    }
    let events = |event: &str| lines.iter().filter(|line| line["event"] == event).count();
    assert_eq!(["user_registered", "user_logged_in", "login_failed"].map(events), [1, 1, 1], "once each");
    let model: Vec<&Value> = lines.iter().filter(|line| line["message"] == "model call failed").collect();
    assert!(!model.is_empty());
    assert_eq!(model.len(), events("ai_service_failed"), "what failed, and whose answer that was");
    assert!(model.iter().all(|line| line["error"].as_str().unwrap().contains("code invalid_api_key")), "{model:?}");

    let text = log.text();
    let token = |name: &str| signed_in[name].as_str().unwrap().to_owned();
    for secret in [
        KEY,
        MESSAGE,
        FILE,
        WRONG,
        PASSWORD,
        "the-admins-own-secret-1",
        "ada@example.org",
        "root@example.org",
        "private-name",
        &person.token,
        &token("accessToken"),
        &token("refreshToken"),
        "one key for all servers of these tests",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    ] {
        let found = text.lines().find(|line| line.contains(secret));
        assert!(found.is_none(), "{secret} is in the log: {found:?}");
    }
}

#[test]
fn a_database_that_refuses_us_does_not_show_our_password() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_elenchus"))
        .arg("serve")
        .env_clear()
        .envs([("DATABASE_URL", "postgres://me:hunter2-and-more@127.0.0.1:1/shop"), ("LOG_LEVEL", "trace")])
        .env("DATA_DIR", folder.path())
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("cannot connect to shop"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}
