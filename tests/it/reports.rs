//! Failures as Sentry gets them, from a real server.

use serde_json::{Value, json};
use tokio_postgres::NoTls;

use super::support::database::TestDatabase;
use super::support::live::LiveServer;
use super::support::receivers::{Receiver, until};

#[tokio::test(flavor = "multi_thread")]
async fn an_internal_error_is_reported_with_ids_and_nothing_of_the_person() {
    let sentry = Receiver::start().await;
    let database = TestDatabase::new().await;
    let dsn = format!("{}/7", sentry.url.replace("http://", "http://publickey@"));
    let server = LiveServer::start(&database, &[("SENTRY_DSN", &dsn), ("LOG_LEVEL", "off")]).await;
    let person = server.register("reported@example.org").await;
    let (client, connection) = tokio_postgres::connect(&database.url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute("ALTER TABLE messages RENAME TO gone").await.unwrap();

    let query = "mutation Say($input: SendMessageInput!) { sendMessage(input: $input) { reply { id } } }";
    let refused = person.respond("mutation { sendMessage(input: {}) { reply { id } } }", Value::Null).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    let broken = person.respond(query, json!({ "input": { "text": "my very private words" } })).await;
    let extensions = &broken["errors"][0]["extensions"];
    assert_eq!(extensions["code"], "INTERNAL", "{broken}");

    let id = &extensions["requestId"];
    let report = until("a report", || sentry.reports().into_iter().find(|report| report["tags"]["request_id"] == *id));
    let report = report.await;
    // What Sentry takes an event for that says nothing.
    assert_eq!(report.get("level"), None);
    assert_eq!(report["release"], concat!("elenchus@", env!("CARGO_PKG_VERSION")));
    assert_eq!(report["environment"], "development");
    assert_eq!(report["transaction"], "Say");
    assert_eq!(report["tags"]["code"], "INTERNAL");
    let exception = &report["exception"]["values"][0];
    assert_eq!(exception["type"], "internal error");
    assert_eq!(exception["value"], "INTERNAL: Something went wrong on our side.: relation \"…\" does not exist");
    let user = report["user"].as_object().unwrap();
    assert_eq!(user.keys().collect::<Vec<_>>(), ["id"]);

    server.terminate();
    assert!(server.ended().await.success());
    assert_eq!(sentry.reports().len(), 1, "refusals are no failures");
    for post in sentry.posts() {
        assert_eq!(post.path, "/api/7/envelope/");
        let text = String::from_utf8(post.body.to_vec()).unwrap();
        for secret in ["my very private words", "reported@example.org", &person.token] {
            assert!(!text.contains(secret), "{secret} is in {text}");
        }
    }
}
