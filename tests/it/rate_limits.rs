//! How often one caller may do what, on every transport and on all instances together.

use std::time::Instant;

use elenchus::limits::class::Class;
use serde_json::{Value, json};

use super::support::classroom::refusal;
use super::support::database::TestDatabase;
use super::support::dialogue::all_hear;
use super::support::live::LiveServer;
use super::support::office::{BY_REGION, Office};
use super::support::people::PASSWORD;
use super::support::served::Served;

const NOTHING: &str = "{ __typename }";

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("OK")
}

/// What a bucket of `limit` a minute, full at `since`, can have given at most by now.
fn at_most(limit: u32, since: Instant) -> u32 {
    limit + u32::try_from(since.elapsed().as_millis() * u128::from(limit) / 60_000).unwrap()
}

/// Sends until one is refused: how many were not, and the refusal.
async fn exhaust(served: &Served, token: Option<&str>) -> (u32, super::support::served::Answer) {
    for passed in 0..1000 {
        let answer = served.answer(token, NOTHING, json!({})).await;
        if code(&answer.body) != "OK" {
            return (passed, answer);
        }
    }
    panic!("never refused");
}

#[tokio::test]
async fn requests_are_counted_by_account_and_by_address() {
    let since = Instant::now();
    let served = Served::with(&[("RATE_LIMIT_DEFAULT", "30")]).await;
    let (ada, bob) = (served.person("ada").await, served.person("bob").await);
    let (passed, refused) = exhaust(&served, Some(&ada.token)).await;
    assert!((30..=at_most(30, since)).contains(&passed), "{passed}");
    let extensions = &refused.body["errors"][0]["extensions"];
    assert_eq!(extensions["code"], "RATE_LIMITED");
    let wait = extensions["retryAfterSeconds"].as_u64().unwrap();
    assert!((1..=2).contains(&wait), "one comes back every two seconds, not {wait}");
    assert_eq!(refused.headers["retry-after"], wait.to_string());
    assert!(refused.body.get("data").is_none());

    assert_eq!(code(&served.ask(Some(&bob.token), NOTHING, json!({})).await), "OK", "another's is another's");
    assert_eq!(code(&served.ask(None, NOTHING, json!({})).await), "OK", "nobody's is the address's");
    let (passed, _) = exhaust(&served, None).await;
    assert!((20..=at_most(30, since)).contains(&passed), "both registrations and one query came first: {passed}");
    assert_eq!(served.get("/health/live").await.0, 200, "health is not counted");
}

#[tokio::test]
async fn instances_share_one_count() {
    let database = TestDatabase::new().await;
    let settings = [("RATE_LIMIT_DEFAULT", "30")];
    let (a, b) = tokio::join!(LiveServer::start(&database, &settings), LiveServer::start(&database, &settings));
    let ada = a.register("ada@example.org").await;
    let on_b = ada.at(&b);
    let since = Instant::now();
    let mut passed = 0;
    let mut refusals = 0;
    // Refused by both in turn: neither holds anything any more.
    while refusals < 4 {
        for person in [&ada, &on_b] {
            match code(&person.respond(NOTHING, json!({})).await) {
                "OK" => (passed, refusals) = (passed + 1, 0),
                "RATE_LIMITED" => refusals += 1,
                other => panic!("{other}"),
            }
        }
    }
    assert!((30..=at_most(30, since)).contains(&passed), "{passed}");
}

#[tokio::test]
async fn operations_on_a_socket_count_as_requests_do() {
    let served = Served::with(&[("RATE_LIMIT_DEFAULT", "20"), ("RATE_LIMIT_CHAT", "2")]).await;
    let ada = served.speaker("ada").await;
    let conversation = ada.begin("1").await;
    let mut socket = ada.socket().await;
    socket
        .subscribe(
            "mutation($c: ID!) { a: sendMessage(input: { text: \"a\", conversationId: $c }) { message { id } }
               b: sendMessage(input: { text: \"b\" }) { message { id } } c: ask(input: { question: \"c?\" }) { id } }",
            json!({ "c": conversation }),
        )
        .await;
    let refused = socket.hear().await.unwrap();
    assert_eq!(
        (&refused["type"], &refused["payload"][0]["extensions"]["code"]),
        (&json!("error"), &json!("RATE_LIMITED"))
    );
    let said = ada.read(&conversation, "Conversation", "messages { totalCount }").await;
    assert_eq!(said["messages"]["totalCount"], 0, "none of the three was done");
    ada.converse(Some(&conversation), "One?").await;
    let mut streams = [ada.listen(&conversation).await];
    all_hear(&ada, &conversation, &mut streams).await;
    loop {
        let mut socket = ada.socket().await;
        socket.subscribe(NOTHING, json!({})).await;
        let message = socket.hear().await.unwrap();
        if message["type"] == "error" {
            assert_eq!(message["payload"][0]["extensions"]["code"], "RATE_LIMITED");
            break;
        }
    }
}

#[tokio::test]
async fn statements_are_counted_together_however_they_are_run() {
    let office = Office::with(&[("RATE_LIMIT_STATEMENTS", "3")]).await;
    let query = office.query("By region", BY_REGION).await;
    let dashboard = office.dashboard(json!({})).await;
    let run = json!({ "dataSourceId": office.source, "sql": "SELECT 1 AS one" });
    office.vera.act("runQuery", "RunQueryInput", run.clone(), "run { id }").await;
    office.vera.act("runSavedQuery", "RunSavedQueryInput", json!({ "id": query }), "run { id }").await;
    office.vera.act("refreshDashboard", "RefreshDashboardInput", json!({ "id": dashboard }), "dashboard { id }").await;
    let refused = refusal("RATE_LIMITED", &[]);
    // Long before another one comes back: one does every 20 seconds.
    assert_eq!(office.vera.act_refused("runQuery", "RunQueryInput", run.clone()).await, refused);
    let question = json!({ "id": "question_nothing" });
    assert_eq!(office.vera.act_refused("runDataQuestion", "RunDataQuestionInput", question).await, refused);
    office.eddy.act("runQuery", "RunQueryInput", run, "run { id }").await;
}

#[tokio::test]
async fn uploads_are_counted_before_they_are_read() {
    let served = Served::with(&[("RATE_LIMIT_UPLOAD", "2")]).await;
    let ada = served.person("ada").await;
    let upload =
        "mutation($files: [Upload!]!) { uploadDocuments(input: { files: $files }) { documents { filename } } }";
    for _ in 0..2 {
        let answer = served.upload(Some(&ada.token), upload, "The rent is due.").await;
        assert_eq!(code(&answer), "OK", "{answer}");
    }
    let refused = served.upload(Some(&ada.token), upload, "The rent is due.").await;
    assert_eq!(code(&refused), "RATE_LIMITED");
    assert_eq!(served.library.text("count(*) FROM documents").await.as_deref(), Some("2"));
    assert_eq!(code(&served.ask(Some(&ada.token), NOTHING, json!({})).await), "OK", "only uploads are refused");
}

#[tokio::test]
async fn sign_ins_are_counted_by_address_and_wrong_passwords_by_account() {
    let served = Served::with(&[("RATE_LIMIT_SIGN_IN", "100"), ("SIGN_IN_TRIES", "3")]).await;
    served.person("ada").await;
    let login = "mutation($input: LoginInput!) { login(input: $input) { accessToken } }";
    let try_with = async |name: &str, password: &str| {
        let input = json!({ "input": { "identifier": name, "password": password } });
        code(&served.ask(None, login, input).await).to_owned()
    };
    for _ in 0..2 {
        assert_eq!(try_with("ada@example.org", "wrong").await, "UNAUTHENTICATED");
    }
    assert_eq!(try_with("ADA@example.org", PASSWORD).await, "OK", "the right one takes all back");
    for name in ["ada@example.org", "Ada@Example.org", "ada@example.org"] {
        assert_eq!(try_with(name, "wrong").await, "UNAUTHENTICATED");
    }
    assert_eq!(try_with("ada@example.org", PASSWORD).await, "RATE_LIMITED", "even the right one");
    for _ in 0..3 {
        assert_eq!(try_with("nobody@example.org", "wrong").await, "UNAUTHENTICATED");
    }
    assert_eq!(try_with("nobody@example.org", "wrong").await, "RATE_LIMITED", "as for an account that there is");
    let keys = served.library.text("string_agg(key, ' ') FROM rate_limits WHERE class = 'SIGN_IN_TRY'").await.unwrap();
    assert!(!keys.contains("ada"), "{keys}");

    let twice = "mutation($i: LoginInput!) { a: login(input: $i) { accessToken } b: login(input: $i) { accessToken } }";
    let input = json!({ "i": { "identifier": "ada@example.org", "password": "wrong" } });
    assert_eq!(code(&served.ask(None, twice, input).await), "BAD_USER_INPUT", "aliases try no passwords");

    let served = Served::with(&[("RATE_LIMIT_SIGN_IN", "2")]).await;
    served.person("ada").await;
    let input = json!({ "input": { "identifier": "ada@example.org", "password": PASSWORD } });
    assert_eq!(code(&served.ask(None, login, input.clone()).await), "OK");
    assert_eq!(code(&served.ask(None, login, input).await), "RATE_LIMITED", "registering counts as well");
}

#[tokio::test]
async fn what_is_whole_again_is_forgotten() {
    let served = Served::with(&[("RATE_LIMIT_CHAT", "5")]).await;
    let limits = &served.library.app.limits;
    for key in ["a", "b"] {
        limits.take(Class::Chat, key, 5).await.unwrap();
        assert!(limits.take(Class::Chat, key, 1).await.is_err());
    }
    limits.take(Class::Chat, "d", 4).await.unwrap();
    assert!(limits.take(Class::Chat, "d", 2).await.is_err());
    limits.take(Class::Chat, "d", 1).await.unwrap();
    limits.forget(Class::Chat, "d").await.unwrap();
    limits.forget(Class::Chat, "a").await.unwrap();
    limits.take(Class::Chat, "a", 5).await.unwrap();
    served.library.sql("UPDATE rate_limits SET full_at = now() - interval '1 second' WHERE key = 'a'").await;
    let conn = served.library.app.db.write().await.unwrap();
    assert_eq!(elenchus::limits::postgres::prune(&conn).await.unwrap(), 1);
    assert_eq!(served.library.text("string_agg(key, ' ') FROM rate_limits").await.as_deref(), Some("b"));
    // More than is ever allowed at once is refused, whatever is left.
    assert!(limits.take(Class::Chat, "c", 6).await.is_err());
}

/// A field that is renamed must not lose its count.
#[test]
fn what_is_counted_is_in_the_schema() {
    let sdl = elenchus::graphql::schema::sdl();
    for (field, _) in elenchus::graphql::classes::COUNTED {
        assert!(sdl.contains(&format!("\n\t{field}(")), "{field}");
    }
}
