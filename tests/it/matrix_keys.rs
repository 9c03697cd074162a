//! Programs with keys, and administrators, against everything: by queries made from the schema, as in `matrix`.

use serde_json::{Value, json};

use super::access::{assert_clean, failure};
use super::access_probes::Things;
use super::matrix_readings::{ROOMY, Reading, owned, readings};
use super::support::sdl::Sdl;
use super::support::served::{Person, Served};

const CREATE: &str = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } } }";
const REVOKE: &str = "mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { apiKey { id } } }";

impl Served {
    /// A key with these scopes, and its id.
    async fn key(&self, person: &Person, scopes: &[&str]) -> (String, String) {
        let input = json!({ "input": { "name": "a program", "scopes": scopes } });
        let made = self.ask(Some(&person.token), CREATE, input).await;
        let made = &made["data"]["createApiKey"];
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
        (text(&made["secret"]), text(&made["apiKey"]["id"]))
    }

    async fn try_all(&self, token: &str, all: &[Reading]) -> Vec<Value> {
        let mut answers = Vec::new();
        for reading in all {
            answers.push(self.ask(Some(token), &reading.query, reading.variables.clone()).await);
        }
        answers
    }
}

/// Whether this id is of a kind that the scope is about.
fn is_about(things: &Things, id: &Value, scope: &str) -> bool {
    let documents = [&things.document, &things.chunk];
    let conversations = [&things.conversation, &things.message, &things.reply, &things.generation, &things.answer];
    let about = |ids: &[&String]| ids.iter().any(|each| id == each.as_str());
    if scope.starts_with("DOCUMENTS") { about(&documents) } else { about(&conversations) }
}

#[tokio::test]
async fn a_key_opens_what_its_scopes_say_of_its_owners_and_nothing_else() {
    let sdl = Sdl::read();
    let served = Served::with(ROOMY).await;
    let (alice, hers) = served.alice().await;
    let all = readings(&sdl, &owned(hers.nodes()), None);
    for scope in ["DOCUMENTS_READ", "CONVERSATIONS_READ"] {
        let (key, _) = served.key(&alice, &[scope]).await;
        for (reading, answer) in all.iter().zip(served.try_all(&key, &all).await) {
            let id = &reading.variables["id"];
            if reading.root != "node" || *id == *hers.user {
                continue;
            }
            let what = format!("{scope} {id}");
            if is_about(&hers, id, scope) {
                assert_eq!(answer["data"]["node"]["id"], *id, "{what}: {answer}");
            } else {
                assert_eq!(failure(&answer).0, "FORBIDDEN", "{what}: {answer}");
                assert_clean_of_content(&what, &answer, &hers, id);
            }
        }
    }

    // A key of somebody else's is somebody else.
    let (bob, _) = served.bob().await;
    let every = [
        "DOCUMENTS_READ",
        "DOCUMENTS_WRITE",
        "CONVERSATIONS_READ",
        "CONVERSATIONS_WRITE",
        "COURSES_READ",
        "COURSES_WRITE",
        "DATA_READ",
        "DATA_WRITE",
    ];
    let (his, id) = served.key(&bob, &every).await;
    for (reading, answer) in all.iter().zip(served.try_all(&his, &all).await) {
        assert_clean(&format!("his key {}", reading.root), &answer, &hers);
        if reading.root == "node" {
            assert_eq!(failure(&answer).0, "NOT_FOUND", "{}: {answer}", reading.variables);
        }
    }

    // One that was taken back opens nothing, neither his nor hers.
    let revoked = served.ask(Some(&bob.token), REVOKE, json!({ "input": { "id": id } })).await;
    assert_eq!(revoked["data"]["revokeApiKey"]["apiKey"]["id"], *id);
    for (reading, answer) in all.iter().zip(served.try_all(&his, &all).await) {
        assert_eq!(failure(&answer).0, "UNAUTHENTICATED", "{}: {answer}", reading.root);
    }
    // Nor does one whose owner is shut out.
    let (key, _) = served.key(&alice, &every).await;
    served.library.sql("UPDATE users SET is_active = false WHERE username = 'alice'").await;
    for (reading, answer) in all.iter().zip(served.try_all(&key, &all).await) {
        assert_eq!(failure(&answer).0, "UNAUTHENTICATED", "{}: {answer}", reading.root);
        assert_clean("a key of a shut account", &answer, &hers);
    }
}

/// But for the id that was asked for, which is a part of no answer.
fn assert_clean_of_content(what: &str, answer: &Value, hers: &Things, id: &Value) {
    assert!(!answer.to_string().contains(id.as_str().unwrap_or_default()), "{what}: {answer}");
    assert_clean(what, answer, hers);
}

#[tokio::test]
async fn an_administrator_sees_accounts_and_not_what_is_in_them() {
    let sdl = Sdl::read();
    let served = Served::with(ROOMY).await;
    let (_, hers) = served.alice().await;
    let root = served.person("root").await;
    served.library.sql("UPDATE users SET role = 'ADMIN' WHERE username = 'root'").await;
    let all = readings(&sdl, &owned(hers.nodes()), None);
    for (reading, answer) in all.iter().zip(served.try_all(&root.token, &all).await) {
        if reading.root != "node" {
            continue;
        }
        let id = &reading.variables["id"];
        if *id == *hers.user {
            assert_eq!((answer.get("errors"), &answer["data"]["node"]["id"]), (None, id), "{answer}");
        } else {
            assert_eq!(failure(&answer).0, "NOT_FOUND", "{id}: {answer}");
            assert_clean("an administrator", &answer, &hers);
        }
    }
}
