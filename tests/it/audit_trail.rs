//! The audit trail: what is in it, and who reads it.

use std::sync::Arc;

use chrono::TimeDelta;
use elenchus::db::pool::Transactional as _;
use elenchus::domain::users::audit;
use elenchus::domain::users::audit::model::{Action, Entry};
use elenchus::domain::users::model::Role;
use elenchus::error::{Error, Result};
use serde_json::{Value, json};

use super::access_probes::{SEND, UPLOAD};
use super::support::library::Library;
use super::support::live::until_some;
use super::support::people::{PASSWORD, World};
use super::support::served::{Person, Served};

const LOGIN: &str = "mutation ($input: LoginInput!) { login(input: $input) { accessToken user { id } } }";
const OWN: &str = "query ($first: Int, $after: String, $last: Int, $before: String, $filter: AuditFilter) {
    viewer { auditTrail(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      totalCount pageInfo { hasNextPage hasPreviousPage endCursor startCursor }
      nodes { id occurredAt action actor account object address userAgent requestId before after
              actorUser { id email } accountUser { id } } } } }";
const ALL: &str = "query ($first: Int, $filter: AuditFilter) { auditTrail(first: $first, filter: $filter) {
    totalCount nodes { action actor account object address userAgent requestId actorUser { id } accountUser { id } after } } }";

impl Served {
    /// One's own trail, newest first.
    async fn trail(&self, person: &Person, filter: Value) -> Vec<Value> {
        let answer = self.ask(Some(&person.token), OWN, json!({ "filter": filter, "first": 100 })).await;
        answer["data"]["viewer"]["auditTrail"]["nodes"].as_array().unwrap_or_else(|| panic!("{answer}")).clone()
    }

    async fn admin(&self, name: &str) -> Person {
        let person = self.person(name).await;
        self.library.sql(&format!("UPDATE users SET role = 'ADMIN' WHERE email = '{name}@example.org'")).await;
        person
    }

    /// Waits until so many refusals are written down, which nobody waits for.
    async fn refusals(&self, count: &str) {
        let query = "count(*) FROM audit_events WHERE action = 'sign_in.failed'";
        until_some("the refusals", async || self.library.text(query).await.filter(|found| found == count)).await;
    }
}

fn field<'a>(events: &'a [Value], name: &str) -> Vec<&'a Value> {
    events.iter().map(|event| &event[name]).collect()
}

#[tokio::test]
async fn access_and_destruction_are_recorded() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    served.library.app.clock.advance(TimeDelta::seconds(1));
    let signed_in =
        served.ask(None, LOGIN, json!({"input": {"identifier": "ada", "password": PASSWORD}})).await["data"]["login"]
            .clone();
    let token = signed_in["accessToken"].as_str().unwrap();
    let uploaded = served.upload(Some(&ada.token), UPLOAD, "a file").await;
    let document = &uploaded["data"]["uploadDocuments"]["documents"][0]["id"];
    let sent = served.ask(Some(&ada.token), SEND, json!({"input": {"text": "Hello?", "waitForReply": true}})).await;
    let sent = &sent["data"]["sendMessage"];
    let (conversation, message) = (&sent["conversation"]["id"], &sent["message"]["id"]);
    for (mutation, variables) in [
        ("mutation ($input: DocumentInput!) { deleteDocument(input: $input) { id } }", json!({"id": document})),
        (
            "mutation ($input: DeleteMessageInput!) { deleteMessage(input: $input) { deletedId } }",
            json!({"messageId": message}),
        ),
        (
            "mutation ($input: ConversationInput!) { deleteConversation(input: $input) { deletedId } }",
            json!({"conversationId": conversation}),
        ),
    ] {
        let done = served.ask(Some(&ada.token), mutation, json!({ "input": variables })).await;
        assert_eq!(done.get("errors"), None, "{done}");
    }
    assert_eq!(served.ask(Some(token), "mutation { logout { user { id } } }", json!({})).await.get("errors"), None);

    let mut events = served.trail(&ada, Value::Null).await;
    events.reverse();
    let actions = field(&events, "action");
    let expected = [
        "account.registered",
        "sign_in.succeeded",
        "document.uploaded",
        "document.deleted",
        "message.deleted",
        "conversation.deleted",
        "sign_in.ended",
    ];
    assert_eq!(actions, expected);
    for event in &events {
        let (who, address) = (&event["actor"], &event["address"]);
        assert_eq!((who, &event["account"], address), (&json!(ada.id), &json!(ada.id), &json!("127.0.0.1")), "{event}");
        assert_eq!((&event["actorUser"]["id"], &event["accountUser"]["id"]), (&json!(ada.id), &json!(ada.id)));
        assert_eq!(event["requestId"].as_str().unwrap().len(), 36, "{event}");
        assert!(event["id"].as_str().unwrap().starts_with("audit_"), "{event}");
    }
    let objects = field(&events, "object");
    assert_eq!((objects[0], &objects[2..6]), (&Value::Null, [document, document, message, conversation].as_slice()));
    assert_eq!(objects[1], objects[6], "the sign-in that began and that ended");
    assert!(objects[1].as_str().unwrap().starts_with("sess_"));
    let sha256 = "0a5e5f4bbd2ae1d3a5d5ab1fb6ca4d3bd54d5b2a7ba9e2f1a6d27f2f3a9c0000";
    let mut after: Vec<_> = field(&events, "after").into_iter().cloned().collect();
    let hash = after[2]["sha256"].take();
    assert_eq!(hash.as_str().unwrap().len(), sha256.len());
    let file = json!({"mediaType": "text/plain", "byteSize": 6, "sha256": null});
    let null = Value::Null;
    assert_eq!(
        after,
        [json!({"role": "MEMBER"}), null.clone(), file, null.clone(), null.clone(), null, json!({"reason": "LOGOUT"})]
    );
    assert_eq!(events[4]["before"], json!({"conversation": conversation}));
    assert_eq!(
        (&events[0]["occurredAt"], &events[1]["occurredAt"]),
        (&json!("2026-03-01T12:00:00+00:00"), &json!("2026-03-01T12:00:01+00:00"))
    );
}

#[tokio::test]
async fn a_profile_is_recorded_by_the_fields_that_are_others_now() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let update = "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user { id } } }";
    for input in [
        json!({"jobTitle": "Analyst", "preferences": {"theme": "DARK", "sidebar": 1}}),
        json!({"jobTitle": "Analyst", "preferences": {"theme": "DARK"}}),
        json!({"jobTitle": null, "preferences": {"theme": "LIGHT", "sidebar": null}}),
    ] {
        let changed = served.ask(Some(&ada.token), update, json!({ "input": input })).await;
        assert_eq!(changed.get("errors"), None, "{changed}");
    }
    let events = served.trail(&ada, json!({"actions": ["profile.changed"]})).await;
    let expected = [
        (
            json!({"jobTitle": "Analyst", "preferences.theme": "DARK", "preferences.sidebar": 1}),
            json!({"jobTitle": null, "preferences.theme": "LIGHT"}),
        ),
        (
            json!({"jobTitle": null}),
            json!({"jobTitle": "Analyst", "preferences.theme": "DARK", "preferences.sidebar": 1}),
        ),
    ];
    let found: Vec<_> = events.iter().map(|event| (event["before"].clone(), event["after"].clone())).collect();
    assert_eq!(found, expected, "what changes nothing is not recorded");
}

#[tokio::test]
async fn a_request_is_named_as_its_client_names_it() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let body = json!({"query": LOGIN, "variables": {"input": {"identifier": "ada", "password": PASSWORD}}});
    let request = reqwest::Client::new().post(served.url("/graphql")).json(&body);
    let request = request.header("x-request-id", "check-7").header("user-agent", "Firefox/1");
    assert_eq!(request.send().await.unwrap().status(), 200);
    let events = served.trail(&ada, json!({"actions": ["sign_in.succeeded"]})).await;
    assert_eq!(field(&events, "requestId"), ["check-7"]);
    assert_eq!(field(&events, "userAgent"), ["Firefox/1"]);
}

#[tokio::test]
async fn a_refused_sign_in_is_recorded_without_what_was_typed() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let eve = served.person("eve").await;
    served.library.sql("UPDATE users SET is_active = false WHERE email = 'eve@example.org'").await;
    for (identifier, password) in [
        ("ada", "wrong password"),
        ("hunter2 my real password", "wrong password"),
        ("nobody@example.org", "x"),
        ("eve", PASSWORD),
    ] {
        let refused = served.ask(None, LOGIN, json!({"input": {"identifier": identifier, "password": password}})).await;
        assert!(refused["errors"][0]["extensions"]["code"].is_string(), "{refused}");
    }
    served.refusals("4").await;
    let events = served.trail(&ada, json!({"actions": ["sign_in.failed"]})).await;
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((&event["actor"], &event["actorUser"]), (&json!("nobody"), &Value::Null));
    assert_eq!(
        (&event["account"], &event["address"]),
        (&json!(ada.id), &json!("127.0.0.1")),
        "from where it was tried"
    );
    assert_eq!(event["after"], json!({"reason": "WRONG_PASSWORD"}));
    let reasons =
        "string_agg(coalesce(account, '-') || ' ' || (after ->> 'reason'), ', ' ORDER BY after ->> 'reason', account)
                   FROM audit_events WHERE action = 'sign_in.failed'";
    let expected = format!("{} DEACTIVATED, - UNKNOWN_NAME, - UNKNOWN_NAME, {} WRONG_PASSWORD", eve.id, ada.id);
    assert_eq!(served.library.text(reasons).await.unwrap(), expected);
    let typed = "count(*) FROM audit_events WHERE audit_events::text ~ 'hunter2|real password|wrong password|ducks|example.org'";
    assert_eq!(served.library.text(typed).await.unwrap(), "0");
}

#[tokio::test]
async fn refusals_that_cannot_be_written_hold_nobody_up() {
    let served = Served::new().await;
    served.person("ada").await;
    let wrong = async || {
        let refused = served.ask(None, LOGIN, json!({"input": {"identifier": "ada", "password": "wrong"}})).await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    };
    let notes = Arc::clone(&served.library.app.notes);
    let all = notes.acquire_many_owned(64).await.unwrap();
    wrong().await;
    drop(all);
    wrong().await;
    served.refusals("1").await;
}

#[tokio::test]
async fn a_refresh_token_that_comes_twice_is_recorded() {
    let world = World::new().await;
    let first = world.register("ada@example.org", Some("ada")).await.unwrap();
    world.refresh(&first.refresh_token).await.unwrap();
    world.app.clock.advance(TimeDelta::seconds(11));
    world.refresh(&first.refresh_token).await.unwrap_err();
    let row = "SELECT action || ' ' || actor || ' ' || account || ' ' || left(object, 5) FROM audit_events WHERE action = 'refresh_token.reused'";
    let expected = format!("refresh_token.reused nobody {} sess_", first.user.id);
    assert_eq!(world.text(row).await.unwrap(), expected);
    world.refresh(&first.refresh_token).await.unwrap_err();
    let count = "SELECT count(*) FROM audit_events WHERE action = 'refresh_token.reused'";
    assert_eq!(world.text(count).await.unwrap(), "1", "a sign-in ends once");
}

#[tokio::test]
async fn what_does_not_happen_is_not_recorded() {
    let served = Served::new().await;
    let (ada, bob) = (served.person("ada").await, served.person("bob").await);
    let document = served.library.add(&ada.actor, "a.txt", b"text").await;
    let count = "count(*) FROM audit_events WHERE action LIKE '%.deleted'";
    let delete = "mutation ($input: DocumentInput!) { deleteDocument(input: $input) { id } }";
    let refused = served.ask(Some(&bob.token), delete, json!({"input": {"id": document.id}})).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "NOT_FOUND");
    assert_eq!(served.library.text(count).await.unwrap(), "0");

    // An entry goes with the transaction that it stands in.
    let app = &served.library.app;
    let mut conn = app.db.write().await.unwrap();
    let undone: Result<()> = conn
        .transaction(async |conn| {
            audit::record(conn, app.clock.now(), &ada.actor, Entry::new(Action::DocumentDeleted)).await?;
            Err(Error::conflict("no"))
        })
        .await;
    undone.unwrap_err();
    assert_eq!(served.library.text(count).await.unwrap(), "0");
}

#[tokio::test]
async fn secrets_are_taken_out_of_what_is_recorded() {
    let library = Library::new().await;
    let ada = library.person("ada", Role::Member).await;
    let entry = Entry::new(Action::AccountCreated)
        .before(json!({"apiKey": "abc", "name": "old"}))
        .after(json!({"name": "new", "deep": [{"password": "x", "note": "Bearer eyJhbGci"}]}));
    audit::record(&library.app.db.write().await.unwrap(), library.app.clock.now(), &ada, entry).await.unwrap();
    let row = library.text("before::text || after::text FROM audit_events").await.unwrap();
    let expected = r#"{"name": "old", "apiKey": "[redacted]"}{"deep": [{"note": "[redacted]", "password": "[redacted]"}], "name": "new"}"#;
    assert_eq!(row, expected);
}

#[tokio::test]
async fn administrators_read_all_and_others_their_own() {
    let served = Served::new().await;
    let (ada, bob) = (served.person("ada").await, served.person("bob").await);
    let root = served.admin("root").await;
    let refused = served.ask(Some(&ada.token), ALL, json!({})).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert_eq!(served.ask(None, ALL, json!({})).await["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");

    // An administrator makes an account: its owner learns who did, and not from where.
    let register = "mutation ($input: RegisterInput!) { register(input: $input) { accessToken user { id } } }";
    let input = json!({"email": "zoe@example.org", "password": PASSWORD, "role": "ANALYST"});
    let made = served.ask(Some(&root.token), register, json!({ "input": input })).await["data"]["register"].clone();
    let zoe = made["accessToken"].as_str().unwrap();
    let own = served.ask(Some(zoe), OWN, json!({})).await["data"]["viewer"]["auditTrail"].clone();
    let event = &own["nodes"][0];
    assert_eq!(
        (&own["totalCount"], &event["actor"], &event["account"]),
        (&json!(1), &json!(root.id), &made["user"]["id"])
    );
    let hidden = (&event["address"], &event["userAgent"], &event["requestId"], &event["actorUser"]);
    assert_eq!(hidden, (&Value::Null, &Value::Null, &Value::Null, &Value::Null));
    assert_eq!(event["after"], json!({"role": "ANALYST"}));

    let all = async |filter: Value| {
        let answer = served.ask(Some(&root.token), ALL, json!({ "filter": filter })).await;
        assert_eq!(answer.get("errors"), None, "{answer}");
        answer["data"]["auditTrail"].clone()
    };
    let everything = all(Value::Null).await;
    let accounts = field(everything["nodes"].as_array().unwrap(), "account");
    let expected = [made["user"]["id"].as_str().unwrap(), &root.id, &bob.id, &ada.id];
    assert_eq!((accounts, &everything["totalCount"]), (expected.map(|id| json!(id)).iter().collect(), &json!(4)));
    assert_eq!(everything["nodes"][0]["address"], "127.0.0.1", "which an administrator may see");
    assert_eq!(everything["nodes"][0]["actorUser"]["id"], *root.id);
    for (filter, count) in [
        (json!({"account": ada.id}), 1),
        (json!({"actor": root.id}), 2),
        (json!({"actor": "nobody"}), 0),
        (json!({"actions": []}), 4),
        (json!({"actions": ["account.registered", "sign_in.failed"]}), 4),
        (json!({"actions": ["sign_in.failed"]}), 0),
        (json!({"object": "doc_01kd"}), 0),
    ] {
        assert_eq!(all(filter.clone()).await["totalCount"], count, "{filter}");
    }
    // The filter narrows one's own trail and never widens it.
    assert_eq!(served.trail(&ada, json!({"account": bob.id})).await, Vec::<Value>::new());
    assert_eq!(served.trail(&ada, json!({"account": ada.id})).await.len(), 1);
    for (filter, path) in [
        (json!({"actions": ["sign_in.faild"]}), "filter.actions"),
        (json!({"account": "a\0b"}), "filter.account"),
        (json!({"actor": ""}), "filter.actor"),
        (json!({"object": "'"}), "filter.object"),
    ] {
        for (token, query) in [(&root.token, ALL), (&ada.token, OWN)] {
            let refused = served.ask(Some(token), query, json!({ "filter": filter })).await;
            let extensions = &refused["errors"][0]["extensions"];
            assert_eq!(
                (&extensions["code"], &extensions["fields"][0]["path"]),
                (&json!("BAD_USER_INPUT"), &json!(path))
            );
        }
    }
}

#[tokio::test]
async fn the_trail_is_paged_and_bounded_in_time() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let app = &served.library.app;
    let start = app.clock.now();
    for _ in 0..5 {
        app.clock.advance(TimeDelta::microseconds(1));
        let conn = app.db.write().await.unwrap();
        audit::record(&conn, app.clock.now(), &ada.actor, Entry::new(Action::DocumentDeleted)).await.unwrap();
    }
    let page = async |variables: Value| {
        let answer = served.ask(Some(&ada.token), OWN, variables).await;
        let trail = &answer["data"]["viewer"]["auditTrail"];
        let ids: Vec<String> = field(trail["nodes"].as_array().unwrap_or_else(|| panic!("{answer}")), "id")
            .into_iter()
            .map(|id| id.as_str().unwrap().to_owned())
            .collect();
        (ids, trail.clone())
    };
    let (all, trail) = page(json!({})).await;
    assert_eq!((all.len(), &trail["totalCount"]), (6, &json!(6)));
    let (first, trail) = page(json!({"first": 4})).await;
    assert_eq!((first.as_slice(), &trail["pageInfo"]["hasNextPage"]), (&all[..4], &json!(true)));
    let (rest, trail) = page(json!({"first": 4, "after": trail["pageInfo"]["endCursor"]})).await;
    assert_eq!((rest.as_slice(), &trail["pageInfo"]["hasNextPage"]), (&all[4..], &json!(false)));
    let (back, trail) = page(json!({"last": 3, "before": trail["pageInfo"]["startCursor"]})).await;
    assert_eq!((back.as_slice(), &trail["pageInfo"]["hasPreviousPage"]), (&all[1..4], &json!(true)));
    let at = |micros: i64| (start + TimeDelta::microseconds(micros)).to_rfc3339();
    for (since, until, expected) in [(2, 4, &all[2..4]), (5, 9, &all[..1]), (6, 9, &all[..0]), (-9, 1, &all[5..])] {
        let (found, trail) = page(json!({"filter": {"since": at(since), "until": at(until)}})).await;
        assert_eq!((found.as_slice(), &trail["totalCount"]), (expected, &json!(expected.len())), "{since} to {until}");
    }
    let refused = served.ask(Some(&ada.token), OWN, json!({"after": "nonsense"})).await;
    assert_eq!(refused["errors"][0]["extensions"]["fields"][0]["path"], "after");
}
