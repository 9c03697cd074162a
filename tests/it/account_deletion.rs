//! Somebody takes leave: at once for everybody, for good some time later.

use chrono::TimeDelta;
use elenchus::domain::accounts::deletion::restore_account;
use elenchus::domain::accounts::jobs::PurgeAccounts;
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::support::dialogue::{beginning, model};
use super::support::letters::names;
use super::support::library::FIRST;
use super::support::live::{Person as Speaker, until_some};
use super::support::people::PASSWORD;
use super::support::provider::{ProviderServer, Step};
use super::support::served::{Person, Served};

const DELETE: &str = "mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { deletedId purgedAt } }";
const LOGIN: &str = "mutation ($input: LoginInput!) { login(input: $input) { user { id } } }";
const SEND: &str = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { reply { id } } }";

/// How many rows each table holds that belong to somebody or to their things.
const ROWS: &str = "concat_ws(' ', (SELECT count(*) FROM users), (SELECT count(*) FROM login_sessions), \
    (SELECT count(*) FROM documents), (SELECT count(*) FROM document_texts), (SELECT count(*) FROM chunks), \
    (SELECT count(*) FROM search_corpora), (SELECT count(*) FROM conversations), (SELECT count(*) FROM messages), \
    (SELECT count(*) FROM generations), (SELECT count(*) FROM mail_tokens))";

fn refusal(answer: &Value) -> (&str, &str) {
    let error = &answer["errors"][0];
    let field = error["extensions"]["fields"][0]["path"].as_str().unwrap_or_default();
    (error["extensions"]["code"].as_str().unwrap_or_else(|| panic!("{answer}")), field)
}

impl Served {
    async fn leave(&self, person: &Person, password: &str) -> Value {
        self.ask(Some(&person.token), DELETE, json!({"input": {"password": password}})).await
    }

    /// Somebody with a document that was read, and an answer about it. Gives the address of the document's file.
    async fn settled(&self, name: &str) -> (Person, String) {
        let person = self.person(name).await;
        let text = format!("The swamp of {name} is wet since the flood.");
        let document = self.library.add(&person.actor, "swamp.txt", text.as_bytes()).await.id.to_string();
        let sent = json!({"input": {"text": "What of the swamp?", "waitForReply": true}});
        assert_eq!(self.ask(Some(&person.token), SEND, sent).await.get("errors"), None);
        until_some("all is written", async || {
            let live = self.library.text("count(*) FROM generations WHERE ended_at IS NULL").await;
            (live.as_deref() == Some("0")).then_some(())
        })
        .await;
        let url = "query ($id: ID!) { node(id: $id) { ... on Document { downloadUrl(expiresInSeconds: 600) } } }";
        let url = self.ask(Some(&person.token), url, json!({ "id": document })).await;
        (person, url["data"]["node"]["downloadUrl"].as_str().unwrap_or_else(|| panic!("{url}")).to_owned())
    }

    async fn purge(&self) {
        PurgeAccounts {}.run(self.library.app.clone(), FIRST).await.unwrap();
    }

    fn files(&self) -> usize {
        let folder = self.library.folder.path().join("files/documents");
        let owners = std::fs::read_dir(folder).unwrap().map(|owner| owner.unwrap().path());
        owners.map(|owner| std::fs::read_dir(owner).unwrap().count()).sum()
    }
}

#[tokio::test]
async fn an_account_is_gone_at_once_and_for_good_after_thirty_days() {
    let served = Served::new().await;
    served.settled("bob").await;
    let alone = served.library.text(ROWS).await;
    let (ada, hers) = served.settled("ada").await;
    served.library.letters().await;
    assert_eq!(refusal(&served.ask(None, DELETE, json!({"input": {"password": "x"}})).await).0, "UNAUTHENTICATED");
    assert_eq!(refusal(&served.leave(&ada, "a guess").await), ("BAD_USER_INPUT", "input.password"));
    assert_eq!(served.get(&hers).await.0, 200);

    let left = served.leave(&ada, PASSWORD).await;
    let departed = json!({"deletedId": ada.id, "purgedAt": "2026-03-31T12:00:00+00:00"});
    assert_eq!(left, json!({"data": {"deleteAccount": departed}}));
    let shut = served.ask(Some(&ada.token), "{ viewer { user { id } } }", json!({})).await;
    assert_eq!(refusal(&shut).0, "UNAUTHENTICATED");
    let login = json!({"input": {"identifier": "ada", "password": PASSWORD}});
    assert_eq!(refusal(&served.ask(None, LOGIN, login).await).0, "UNAUTHENTICATED");
    assert_eq!(served.get(&hers).await.0, 404);
    let register = "mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }";
    let again = json!({"input": {"email": "ADA@example.org", "password": PASSWORD}});
    assert_eq!(refusal(&served.ask(None, register, again.clone()).await).0, "CONFLICT", "until it is purged");
    let letters = served.library.letters().await;
    assert_eq!(names(&letters), [("ada@example.org", "account_deleted")]);
    assert!(letters[0].text.contains("Until 31 March 2026, 12:00 (UTC)"), "{}", letters[0].text);

    let before = served.library.text(ROWS).await;
    served.library.app.clock.advance(TimeDelta::days(30));
    served.purge().await;
    assert_eq!((served.library.text(ROWS).await, served.files()), (before, 2), "not before its time");
    served.library.app.clock.advance(TimeDelta::microseconds(1));
    served.purge().await;
    assert_eq!((served.library.text(ROWS).await, served.files()), (alone, 1), "as if there had been Bob alone");
    served.purge().await;
    assert_eq!(served.ask(None, register, again).await.get("errors"), None, "the address is free again");
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let served = Served::new().await;
    let (ada, bob) = (served.person("ada").await, served.person("bob").await);
    served.library.sql("UPDATE users SET role = 'ADMIN' WHERE username = 'ada'").await;
    assert_eq!(refusal(&served.leave(&ada, PASSWORD).await).0, "CONFLICT");
    served.library.sql("UPDATE users SET role = 'ADMIN'").await;
    let (one, other) = tokio::join!(served.leave(&ada, PASSWORD), served.leave(&bob, PASSWORD));
    let gone = [&one, &other].iter().filter(|answer| answer.get("errors").is_none()).count();
    assert_eq!(gone, 1, "{one} {other}");
    assert_eq!(served.library.text("count(*) FROM users WHERE deleted_at IS NULL").await.unwrap(), "1");
}

#[tokio::test]
async fn what_is_being_written_stops() {
    let provider = ProviderServer::start(vec![beginning(&["It ", "depends"]).then(Step::Stall)]).await;
    let served = Served::with(&model(&provider)).await;
    let ada = served.person("ada").await;
    let speaker = Speaker { url: served.url(""), token: ada.token.clone() };
    let exchange = speaker.say(json!({"text": "Does it?"})).await;
    speaker.shown(&exchange.generation, "It depends").await;
    assert_eq!(served.leave(&ada, PASSWORD).await.get("errors"), None);
    until_some("the answer is stopped", async || {
        (served.library.text("status FROM generations").await.as_deref() == Some("STOPPED")).then_some(())
    })
    .await;
}

#[tokio::test]
async fn until_it_is_purged_an_account_can_be_restored() {
    let served = Served::new().await;
    let (ada, _) = served.settled("ada").await;
    let app = &served.library.app;
    assert!(restore_account(app, "ada@example.org").await.is_err(), "it is not deleted");
    assert_eq!(served.leave(&ada, PASSWORD).await.get("errors"), None);
    app.clock.advance(TimeDelta::days(29));
    assert_eq!(restore_account(app, "ADA@example.org").await.unwrap().id.to_string(), ada.id);
    app.clock.advance(TimeDelta::days(29));
    served.purge().await;
    let login = json!({"input": {"identifier": "ada", "password": PASSWORD}});
    assert_eq!(served.ask(None, LOGIN, login).await["data"]["login"]["user"]["id"], *ada.id);
    assert_eq!(served.library.text("count(*) FROM documents").await.unwrap(), "1");
    assert_eq!(served.files(), 1);
}
