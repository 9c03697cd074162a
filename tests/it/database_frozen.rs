//! A Postgres that takes connections and says nothing: whoever asks is told so, and nothing waits for ever.

use serde_json::{Value, json};
use tokio_postgres::config::Config;

use super::support::database::TestDatabase;
use super::support::foreign::Door;
use super::support::live::{LiveServer, Person, until_some};

const WHO: &str = "{ viewer { user { email } } }";

/// The database by way of a door.
fn by(door: &Door, database: &TestDatabase) -> String {
    let config: Config = database.url.parse().unwrap();
    let password = String::from_utf8(config.get_password().unwrap_or_default().to_vec()).unwrap();
    let (user, name, port) = (config.get_user().unwrap(), config.get_dbname().unwrap(), door.port);
    format!("postgres://{user}:{password}@127.0.0.1:{port}/{name}?sslmode=disable")
}

async fn get(server: &LiveServer, path: &str) -> (u16, Value) {
    let answer = reqwest::get(format!("{}{path}", server.url)).await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

async fn code(person: &Person, query: &str) -> Value {
    person.respond(query, json!({})).await["errors"][0]["extensions"]["code"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_is_told_and_served_again_when_it_is_back() {
    let database = TestDatabase::new().await;
    let (door, freeze) = Door::that_freezes().await;
    let short = [("DATABASE_TIMEOUT_SECONDS", "1"), ("STATEMENT_TIMEOUT_MS", "1000"), ("REQUEST_TIMEOUT_SECONDS", "3")];
    let server = LiveServer::start_on(&by(&door, &database), &short).await;
    let ada = server.register("ada@example.org").await;
    assert_eq!(ada.run(WHO, json!({})).await["viewer"]["user"]["email"], "ada@example.org");

    freeze.send_replace(true);
    // Several at once: none waits for the patience of those before it as well.
    let asked = futures::future::join_all((0..20).map(|_| code(&ada, WHO))).await;
    assert_eq!(asked, vec![json!("UPSTREAM_UNAVAILABLE"); 20]);
    let nobody = Person { url: server.url.clone(), token: String::new() };
    let login = "mutation { login(input: { identifier: \"ada@example.org\", password: \"wrong horse battery\" }) { accessToken } }";
    let signing_in = code(&nobody, login).await;
    assert!(["TIMEOUT", "UPSTREAM_UNAVAILABLE"].contains(&signing_in.as_str().unwrap_or_default()), "{signing_in}");
    let mut socket = nobody.unacknowledged_socket().await;
    let token = format!("Bearer {}", ada.token);
    socket.tell(json!({ "type": "connection_init", "payload": { "Authorization": token } })).await;
    assert_eq!(socket.hear().await.unwrap_err(), 1013, "it may try again");
    assert_eq!(get(&server, "/health/live").await.0, 200);
    let unready = json!({ "status": "unavailable", "reason": "database" });
    assert_eq!(get(&server, "/health/ready").await, (503, unready));
    let whole =
        reqwest::Client::new().get(format!("{}/health", server.url)).bearer_auth(&ada.token).send().await.unwrap();
    assert_eq!(whole.status(), 503);
    assert!(
        reqwest::get(format!("{}/metrics", server.url))
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
            .contains("elenchus_live_runs")
    );

    freeze.send_replace(false);
    let back = until_some("the answer", async || {
        ada.respond(WHO, json!({})).await["data"]["viewer"]["user"]["email"].as_str().map(str::to_owned)
    });
    assert_eq!(back.await, "ada@example.org");
    until_some("readiness", async || (get(&server, "/health/ready").await.0 == 200).then_some(())).await;
}
