//! The addresses of files: what they open, for whom, how, and until when.

use chrono::TimeDelta;
use elenchus::storage::signed::{Audience, Claim, Method, sign};
use reqwest::StatusCode;
use serde_json::json;

use super::support::served::{Person, Served};

const ADDRESS: &str =
    "query ($id: ID!, $life: Int) { node(id: $id) { ... on Document { downloadUrl(expiresInSeconds: $life) } } }";
const DEFAULT: &str = "query ($id: ID!) { node(id: $id) { ... on Document { downloadUrl } } }";
const TEXT: &str = "The rent is due in advance.";

/// A server, somebody with a document, and the document's id.
async fn scene() -> (Served, Person, String) {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let document = served.library.add(&ada.actor, "Miete \u{202E}fdp.exe", TEXT.as_bytes()).await.id.to_string();
    (served, ada, document)
}

impl Served {
    async fn address(&self, person: &Person, document: &str) -> String {
        let answer = self.ask(Some(&person.token), DEFAULT, json!({ "id": document })).await;
        answer["data"]["node"]["downloadUrl"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// The address of a claim that this server has signed.
    fn signed(&self, claim: &Claim) -> String {
        format!("/files/{}", sign(&self.library.app.secrets.key_for("files"), claim))
    }

    fn claim(&self, person: &Person, object: &str) -> Claim {
        Claim {
            object: object.to_owned(),
            audience: Audience::User(person.actor.require_id().unwrap().uuid()),
            method: Method::Get,
            expires_at: self.library.app.clock.now().timestamp() + 60,
            filename: None,
        }
    }
}

#[tokio::test]
async fn an_address_lives_as_long_as_was_asked() {
    let (served, ada, document) = scene().await;
    let hour = served.address(&ada, &document).await;
    let ask = |life: i64| json!({ "id": document, "life": life });
    for life in [0, -1, 604_801] {
        let refused = served.ask(Some(&ada.token), ADDRESS, ask(life)).await;
        let extensions = &refused["errors"][0]["extensions"];
        assert_eq!(
            (&extensions["code"], &extensions["fields"][0]["path"]),
            (&json!("BAD_USER_INPUT"), &json!("expiresInSeconds"))
        );
    }
    let week = served.ask(Some(&ada.token), ADDRESS, ask(604_800)).await;
    let week = week["data"]["node"]["downloadUrl"].as_str().unwrap().to_owned();
    served.library.app.clock.advance(TimeDelta::seconds(3599));
    assert_eq!(served.get(&hour).await, (200, TEXT.to_owned()));
    served.library.app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(served.get(&hour).await.0, 404, "3,600 seconds are over");
    served.library.app.clock.advance(TimeDelta::seconds(604_800 - 3600 - 1));
    assert_eq!(served.get(&week).await.0, 200);
    served.library.app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(served.get(&week).await.0, 404);
}

#[tokio::test]
async fn it_is_read_and_nothing_else_and_never_run_by_a_browser() {
    let (served, ada, document) = scene().await;
    let address = served.url(&served.address(&ada, &document).await);
    let client = reqwest::Client::new();
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        let answer = client.request(method.parse().unwrap(), &address).body("other").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    let head = client.head(&address).send().await.unwrap();
    let length = head.headers()["content-length"].to_str().unwrap();
    assert_eq!((head.status(), length), (StatusCode::OK, TEXT.len().to_string().as_str()));
    let whole = client.get(&address).send().await.unwrap();
    let header = |name: &str| whole.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"Miete fdp.exe\"; filename*=UTF-8''Miete%20fdp.exe"
    );
    assert_eq!(
        (header("x-content-type-options"), header("cache-control")),
        ("nosniff".into(), "private, no-store".into())
    );
    assert_eq!(whole.text().await.unwrap(), TEXT);
}

#[tokio::test]
async fn whatever_is_wrong_is_the_same_answer() {
    let (served, ada, document) = scene().await;
    let bob = served.person("bob").await;
    let right = served.claim(&ada, &document);
    assert_eq!(served.get(&served.signed(&right)).await.0, 200, "what the others differ from");
    let wrong = [
        ("for another person", Claim { audience: served.claim(&bob, &document).audience, ..right.clone() }),
        ("for a share that is none", Claim { audience: Audience::Share("share_1".into()), ..right.clone() }),
        ("to write to", Claim { method: Method::Put, ..right.clone() }),
        ("of another time", Claim { expires_at: right.expires_at - 61, ..right.clone() }),
        ("of another kind of thing", served.claim(&ada, &ada.id)),
        ("of a path", served.claim(&ada, "../../secret.key")),
        ("of a path behind an id", served.claim(&ada, &format!("{document}/../../secret.key"))),
        ("of nothing", served.claim(&ada, "")),
    ];
    let refusal = served.get("/files/nonsense").await;
    assert_eq!(refusal.0, 404);
    for (what, claim) in &wrong {
        assert_eq!(served.get(&served.signed(claim)).await, refusal, "{what}");
    }
    let token = served.signed(&right);
    let (body, tag) = token.split_once('.').unwrap();
    for path in [body.to_owned(), format!("{body}."), format!("{body}.{}", &tag[1..]), format!("{token}=")] {
        assert_eq!(served.get(&path).await, refusal, "{path}");
    }
    // A path that leaves the folder reaches no file, however it is written.
    for path in ["/files/..%2f..%2fsecret.key", "/files/%2e%2e/%2e%2e/secret.key", "/files/", "/files/a/b"] {
        let (status, body) = served.get(path).await;
        assert!(status == 404 && !body.contains("secret"), "{path}: {status} {body}");
    }
}

#[tokio::test]
async fn it_is_worth_nothing_once_its_owner_may_not_or_it_is_gone() {
    let (served, ada, document) = scene().await;
    let address = served.address(&ada, &document).await;
    let refusal = served.get("/files/nonsense").await;
    for (column, shut, open) in [("is_active", "false", "true"), ("deleted_at", "now()", "NULL")] {
        served.library.sql(&format!("UPDATE users SET {column} = {shut} WHERE username = 'ada'")).await;
        assert_eq!(served.get(&address).await, refusal, "{column}");
        served.library.sql(&format!("UPDATE users SET {column} = {open} WHERE username = 'ada'")).await;
        assert_eq!(served.get(&address).await.0, 200, "{column}");
    }
    let delete = "mutation ($input: DocumentInput!) { deleteDocument(input: $input) { id } }";
    assert_eq!(served.ask(Some(&ada.token), delete, json!({"input": {"id": document}})).await.get("errors"), None);
    assert_eq!(served.get(&address).await, refusal);
}
