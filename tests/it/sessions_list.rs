//! Sign-ins as their owner sees them, and what becomes of sockets and streams when what they rest on ends.

use chrono::TimeDelta;
use elenchus::domain::users::actions::authenticate::authenticate;
use elenchus::domain::users::actions::standing::ended;
use serde_json::{Value, json};

use super::api_keys::key_of;
use super::support::database::TestDatabase;
use super::support::live::{LiveServer, PATIENCE, Person, Stream};
use super::support::people::PASSWORD;
use super::support::served::Served;

const SESSIONS: &str =
    "{ viewer { sessions { id userAgent address createdAt lastUsedAt expiresAt revokedAt isCurrent } } }";
const REVOKE: &str =
    "mutation($input: RevokeSessionInput!) { revokeSession(input: $input) { session { id revokedAt isCurrent } } }";
const REVOKE_OTHERS: &str = "mutation { revokeOtherSessions { sessions { id revokedAt isCurrent } } }";
const LOGIN: &str = "mutation($input: LoginInput!) { login(input: $input) { accessToken refreshToken } }";
const REFRESH: &str =
    "mutation($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken refreshToken } }";

/// One more sign-in of somebody, and its refresh token.
async fn again(person: &Person, name: &str) -> (Person, String) {
    let nobody = Person { token: String::new(), ..person.clone() };
    let pair = nobody.run(LOGIN, json!({"input": {"identifier": name, "password": PASSWORD}})).await["login"].clone();
    let text = |name: &str| pair[name].as_str().unwrap().to_owned();
    (Person { token: text("accessToken"), ..person.clone() }, text("refreshToken"))
}

async fn list(person: &Person) -> Vec<Value> {
    person.run(SESSIONS, json!({})).await["viewer"]["sessions"].as_array().unwrap().clone()
}

async fn current(person: &Person) -> Value {
    list(person).await.into_iter().find(|session| session["isCurrent"] == true).unwrap()["id"].clone()
}

fn is_shut_out(answer: &Value) -> bool {
    answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
}

#[tokio::test]
async fn sign_ins_are_listed_and_ended_one_by_one_or_all() {
    let served = Served::new().await;
    let first = served.speaker("ada").await;
    served.library.app.clock.advance(TimeDelta::minutes(1));
    let (second, refresh) = again(&first, "ada").await;
    served.library.app.clock.advance(TimeDelta::minutes(1));
    let (third, _) = again(&first, "ada").await;
    let listed = list(&second).await;
    let ids: Vec<Value> = listed.iter().map(|session| session["id"].clone()).collect();
    let expected = |id: &Value, minute: i32, is_current: bool| {
        json!({"id": id, "userAgent": null, "address": "127.0.0.1", "createdAt": format!("2026-03-01T12:0{minute}:00+00:00"),
               "lastUsedAt": format!("2026-03-01T12:0{minute}:00+00:00"), "expiresAt": format!("2026-03-08T12:0{minute}:00+00:00"),
               "revokedAt": null, "isCurrent": is_current})
    };
    assert_eq!(listed, [expected(&ids[0], 2, false), expected(&ids[1], 1, true), expected(&ids[2], 0, false)]);

    // Whoever renews its tokens comes to the top.
    served.library.app.clock.advance(TimeDelta::minutes(1));
    let nobody = Person { token: String::new(), ..second.clone() };
    let renewed = nobody.run(REFRESH, json!({"input": {"refreshToken": refresh}})).await["refreshSession"].clone();
    let top = &list(&first).await[0];
    assert_eq!((&top["id"], &top["lastUsedAt"]), (&ids[1], &json!("2026-03-01T12:03:00+00:00")));

    let ended = second.run(REVOKE, json!({"input": {"id": ids[0]}})).await["revokeSession"]["session"].clone();
    assert_eq!(ended, json!({"id": ids[0], "revokedAt": "2026-03-01T12:03:00+00:00", "isCurrent": false}));
    assert!(is_shut_out(&third.respond(SESSIONS, json!({})).await));
    served.library.app.clock.advance(TimeDelta::minutes(1));
    let same = second.run(REVOKE, json!({"input": {"id": ids[0]}})).await["revokeSession"]["session"].clone();
    assert_eq!(same, ended, "what has ended stays as it is");
    assert_eq!(list(&second).await.len(), 2);

    let bob = served.speaker("bob").await;
    for foreign in [ids[1].as_str().unwrap(), "sess_01jnm9a2scf2a8ffyxqxs6d6n4", "nonsense"] {
        assert_eq!(bob.refused(REVOKE, json!({"input": {"id": foreign}})).await.0, "NOT_FOUND", "{foreign}");
    }
    assert_eq!(bob.run(REVOKE_OTHERS, json!({})).await, json!({"revokeOtherSessions": {"sessions": []}}));

    let others = second.run(REVOKE_OTHERS, json!({})).await["revokeOtherSessions"]["sessions"].clone();
    assert_eq!(others, json!([{"id": ids[2], "revokedAt": "2026-03-01T12:04:00+00:00", "isCurrent": false}]));
    assert!(is_shut_out(&first.respond(SESSIONS, json!({})).await));
    assert_eq!(list(&second).await.len(), 1);
    let reasons = "string_agg(revoke_reason, ' ') FROM login_sessions WHERE revoked_at IS NOT NULL";
    assert_eq!(served.library.text(reasons).await.as_deref(), Some("BY_OWNER BY_OWNER"));
    // The present one can be ended in the same way.
    let own = second.run(REVOKE, json!({"input": {"id": ids[1]}})).await;
    assert_eq!(own["revokeSession"]["session"]["isCurrent"], true);
    assert!(is_shut_out(&second.respond(SESSIONS, json!({})).await));
    let gone = nobody.respond(REFRESH, json!({"input": {"refreshToken": renewed["refreshToken"]}})).await;
    assert!(is_shut_out(&gone), "its refresh token is void too: {gone}");
    let told = "string_agg(after ->> 'reason', ' ') FROM audit_events WHERE action = 'sign_in.ended'";
    assert_eq!(served.library.text(told).await.as_deref(), Some("BY_OWNER BY_OWNER BY_OWNER"), "each once");
}

/// The code that a socket is closed with, whatever came before.
async fn closed(mut socket: Stream) -> u16 {
    loop {
        if let Err(code) = socket.hear().await {
            return code;
        }
    }
}

/// A socket answers, so that it is open and looked at.
async fn answers(socket: &mut Stream) {
    socket.subscribe("{ __typename }", json!({})).await;
    assert!(socket.step().await.is_some());
    assert_eq!(socket.step().await, None);
}

#[tokio::test]
async fn what_ends_on_one_instance_closes_sockets_on_another() {
    let database = TestDatabase::new().await;
    let settings = [("RATE_LIMIT_SIGN_IN", "0"), ("RATE_LIMIT_DEFAULT", "0")];
    let (a, b) = tokio::join!(LiveServer::start(&database, &settings), LiveServer::start(&database, &settings));
    let ada = a.register("ada@example.org").await;
    let bob = a.register("bob@example.org").await;
    let root = a.register("root@example.org").await;
    let (client, connection) = tokio_postgres::connect(&database.url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute("UPDATE users SET role = 'ADMIN' WHERE email LIKE 'root%'").await.unwrap();
    let change = |field: &str, extra: &str| {
        format!("mutation($id: ID!) {{ {field}(input: {{userId: $id{extra}}}) {{ user {{ id }} }} }}")
    };

    // One sign-in of several.
    let (other, _) = again(&ada, "ada@example.org").await;
    let (mut of_other, mut of_ada, mut of_bob) =
        (other.at(&b).socket().await, ada.at(&b).socket().await, bob.at(&b).socket().await);
    for socket in [&mut of_other, &mut of_ada, &mut of_bob] {
        answers(socket).await;
    }
    let id = current(&other).await;
    ada.run(REVOKE, json!({"input": {"id": id}})).await;
    assert_eq!(closed(of_other).await, 4403);
    answers(&mut of_ada).await;

    // A key.
    let (key, program) = key_of(&ada, &["CONVERSATIONS_READ"]).await;
    let mut of_program = program.at(&b).socket().await;
    answers(&mut of_program).await;
    ada.run("mutation($id: ID!) { revokeApiKey(input: {id: $id}) { apiKey { id } } }", json!({"id": key})).await;
    assert_eq!(closed(of_program).await, 4403);
    answers(&mut of_ada).await;

    // All the others, signing out, a token that comes twice.
    let (other, _) = again(&ada, "ada@example.org").await;
    let mut of_other = other.at(&b).socket().await;
    answers(&mut of_other).await;
    ada.run(REVOKE_OTHERS, json!({})).await;
    assert_eq!(closed(of_other).await, 4403);
    answers(&mut of_ada).await;
    ada.run("mutation { logout { user { id } } }", json!({})).await;
    assert_eq!(closed(of_ada).await, 4403);

    // Another role, and no account any more.
    let bobs = bob.run("{ viewer { user { id } } }", json!({})).await["viewer"]["user"]["id"].clone();
    answers(&mut of_bob).await;
    root.run(&change("setUserRole", ", role: ANALYST"), json!({"id": bobs})).await;
    assert_eq!(closed(of_bob).await, 4403, "it rested on the role before");
    let mut of_bob = bob.at(&b).socket().await;
    let (_, program) = key_of(&bob, &["CONVERSATIONS_READ"]).await;
    let mut of_program = program.at(&b).socket().await;
    let mut of_root = root.at(&b).socket().await;
    for socket in [&mut of_bob, &mut of_program, &mut of_root] {
        answers(socket).await;
    }
    root.run(&change("deactivateUser", ""), json!({"id": bobs})).await;
    assert_eq!((closed(of_bob).await, closed(of_program).await), (4403, 4403));
    answers(&mut of_root).await;
}

#[tokio::test]
async fn streams_over_http_end_without_having_completed() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let conversation = ada.begin("a").await;
    let query = "subscription($id: ID!) { conversation(id: $id) { __typename } }";
    let body = json!({"query": query, "variables": {"id": conversation}}).to_string();
    for (accept, ending) in [
        ("text/event-stream", ""),
        (
            "multipart/mixed;subscriptionSpec=1.0",
            "\r\ncontent-type: application/json\r\n\r\n{\"payload\":null,\"errors\":[{\"message\":\"Your sign-in has \
             ended.\",\"extensions\":{\"code\":\"UNAUTHENTICATED\"}}]}\r\n--graphql--\r\n",
        ),
    ] {
        let (other, _) = again(&ada, "ada").await;
        let request = reqwest::Client::new().post(served.url("/graphql")).bearer_auth(&other.token);
        let request = request.header("accept", accept).header("content-type", "application/json").body(body.clone());
        let mut response = request.send().await.unwrap();
        let opening = response.chunk().await.unwrap().unwrap();
        let id = current(&other).await;
        ada.run(REVOKE, json!({"input": {"id": id}})).await;
        let mut rest = String::from_utf8(opening.to_vec()).unwrap();
        let reading = async {
            while let Some(chunk) = response.chunk().await.unwrap() {
                rest.push_str(std::str::from_utf8(&chunk).unwrap());
            }
        };
        tokio::time::timeout(PATIENCE, reading).await.expect("the stream ends");
        assert!(!rest.contains("complete"), "{rest}");
        assert!(rest.ends_with(ending), "{rest}");
    }
    let mut of_ada = ada.socket().await;
    answers(&mut of_ada).await;
}

#[tokio::test]
async fn a_stolen_refresh_token_closes_the_sockets_of_both_holders() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let (other, refresh) = again(&ada, "ada").await;
    let nobody = Person { token: String::new(), ..ada.clone() };
    let input = json!({"input": {"refreshToken": refresh}});
    let thief = nobody.run(REFRESH, input.clone()).await["refreshSession"]["accessToken"].as_str().unwrap().to_owned();
    let thief = Person { token: thief, ..ada.clone() };
    let (mut of_owner, mut of_thief, mut of_ada) = (other.socket().await, thief.socket().await, ada.socket().await);
    for socket in [&mut of_owner, &mut of_thief, &mut of_ada] {
        answers(socket).await;
    }
    served.library.app.clock.advance(TimeDelta::seconds(11));
    assert!(is_shut_out(&nobody.respond(REFRESH, input).await));
    assert_eq!((closed(of_owner).await, closed(of_thief).await), (4403, 4403));
    answers(&mut of_ada).await;
}

#[tokio::test]
async fn a_sign_in_that_ended_while_its_socket_was_opened_does_not_get_by() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let app = served.library.app.clone();
    let actor = authenticate(&app, &ada.token).await.unwrap();
    // Nobody tells: as when the telling came between finding the caller and listening.
    served.library.sql("UPDATE login_sessions SET revoked_at = now(), revoke_reason = 'LOGOUT'").await;
    tokio::time::timeout(PATIENCE, ended(app, actor)).await.expect("it looks once by itself");
}
