//! What a conversation is called: after its first message at once, then by the model, and always as a person wants.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::Notify;

use super::support::dialogue::{WIRE, answer, model};
use super::support::live::{PATIENCE, Person};
use super::support::provider::{ProviderServer, Reply, Step};
use super::support::served::Served;

async fn title(person: &Person, conversation: &str) -> String {
    let found = person.read(conversation, "Conversation", "title").await;
    found["title"].as_str().unwrap().to_owned()
}

/// Waits until a query of one value gives this.
async fn until(served: &Served, query: &str, value: &str) {
    let look = async {
        while served.library.text(query).await.as_deref() != Some(value) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, look).await.unwrap_or_else(|_| panic!("{query} never gave {value}"));
}

const TITLES: &str = "count(*) FROM generations WHERE purpose = 'TITLE' AND status IN ('COMPLETED', 'FAILED')";
/// A question that stands alone, so that no model is asked to rewrite it.
const ALONE: &str = "Please tell me once more and in full, with the day, the month and the hour, when exactly the rent of this \
                     flat of mine is due.";

#[tokio::test]
async fn the_first_message_gives_the_title_at_once_in_whole_words() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let family = "👩\u{200d}👩\u{200d}👧\u{200d}👦";
    let cases = [
        ("What is rent?".to_owned(), "What is rent?".to_owned()),
        ("  Two\n\n lines\tand\u{7} more ".to_owned(), "Two lines and more".to_owned()),
        ("x".repeat(50), "x".repeat(50)),
        ("x".repeat(51), format!("{}…", "x".repeat(50))),
        (format!("{} {}", "x".repeat(50), "y"), format!("{}…", "x".repeat(50))),
        (
            "Does the tenant owe the landlord rent in advance or not?".to_owned(),
            "Does the tenant owe the landlord rent in advance…".to_owned(),
        ),
        (
            "The tenant pays, the landlord waits, jurisdictionally speaking".to_owned(),
            "The tenant pays, the landlord waits…".to_owned(),
        ),
        (format!("Donau{}", "dampf".repeat(20)), format!("Donau{}…", "dampf".repeat(9))),
        (format!("Die Donau{}", "dampf".repeat(20)), format!("Die Donau{}…", "dampf".repeat(8) + "d")),
        ("家賃は前払い。".repeat(10), format!("{}…", "家賃は前払い。".repeat(7) + "家")),
        (format!("请问 {}", "法".repeat(80)), format!("请问 {}…", "法".repeat(47))),
        // Seven scalar values each: 49 fit, and half a family is none.
        (family.repeat(20), format!("{}…", family.repeat(7))),
        ("ae\u{301}".repeat(30), format!("{}a…", "ae\u{301}".repeat(16))),
        (format!("a{}", "\u{301}".repeat(300)), format!("a{}…", "\u{301}".repeat(49))),
        ("word ".repeat(2000), format!("{}…", "word ".repeat(10).trim_end())),
    ];
    for (text, expected) in cases {
        let said = ada.converse(None, &text).await;
        assert_eq!(said.whole["conversation"]["title"], *expected, "{text}");
        let other = ada.converse(Some(&said.conversation), "Another message").await;
        assert_eq!(other.whole["conversation"]["title"], *expected, "of the first message");
    }
    until(&served, "count(*) FROM generations WHERE purpose = 'TITLE'", "0").await;
}

#[tokio::test]
async fn a_conversation_begun_without_a_word_gets_its_title_with_the_first() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let made = ada.act("createConversation", "CreateConversationInput", json!({}), "conversation { id title }").await;
    assert_eq!(made["conversation"]["title"], "New conversation");
    let id = made["conversation"]["id"].as_str().unwrap();
    let said = ada.converse(Some(id), "When is the rent due?").await;
    assert_eq!(said.whole["conversation"]["title"], "When is the rent due?");
    ada.edit(&said.message, "When are damages due?").await;
    assert_eq!(title(&ada, id).await, "When is the rent due?");

    let named = ada.begin("Mine").await;
    assert_eq!(ada.converse(Some(&named), "When is the rent due?").await.whole["conversation"]["title"], "Mine");
}

#[tokio::test]
async fn the_model_gives_a_better_title_once() {
    let title_text = ["\n\"**Rent", " in advance**\".", "\nAnd more."];
    let script = vec![
        answer(&["In advance."]),
        Reply::refusal(500, &json!({ "error": { "message": "no" } })),
        answer(&["In advance, I said."]),
        answer(&title_text),
        answer(&["Still in advance."]),
    ];
    let provider = ProviderServer::start(script).await;
    let served = Served::with(&model(&provider)).await;
    let ada = served.speaker("ada").await;
    let said = ada.converse(None, "When is the rent due?").await;
    let id = said.conversation.as_str();
    until(&served, TITLES, "1").await;
    assert_eq!(
        title(&ada, id).await,
        "When is the rent due?",
        "the model failed, and another reply gives another chance"
    );
    ada.converse(Some(id), ALONE).await;
    until(&served, TITLES, "2").await;
    assert_eq!(title(&ada, id).await, "Rent in advance");
    ada.converse(Some(id), ALONE).await;
    assert_eq!(title(&ada, id).await, "Rent in advance");
    until(&served, "count(*) FROM generations WHERE purpose = 'TITLE'", "2").await;

    let requests = provider.requests();
    assert_eq!(requests.len(), 5);
    let asked = requests[3].body["messages"].as_array().unwrap();
    let system = asked[0]["content"].as_str().unwrap();
    assert!(system.starts_with("Write a title"), "{system}");
    let about = format!(
        "Person: When is the rent due?\nAssistant: In advance.\nPerson: {ALONE}\nAssistant: In advance, I said.\n"
    );
    assert_eq!(asked[1]["content"], about);
}

#[tokio::test]
async fn a_title_that_a_person_gave_is_never_replaced() {
    let gate = Arc::new(Notify::new());
    let late = Reply::stream([WIRE.opening()]).then(Step::Until(Arc::clone(&gate)));
    let late = late.then(Step::Send((WIRE.token("The model's") + &WIRE.reason() + &WIRE.ending()).into()));
    let provider = ProviderServer::start(vec![answer(&["In advance."]), late, answer(&["Yes."])]).await;
    let served = Served::with(&model(&provider)).await;
    let ada = served.speaker("ada").await;
    let said = ada.converse(None, "When is the rent due?").await;
    let writing = "count(*) FROM generations WHERE purpose = 'TITLE' AND status = 'RUNNING'";
    until(&served, writing, "1").await;
    let mine = json!({ "conversationId": said.conversation, "title": "Mine" });
    ada.act("updateConversation", "UpdateConversationInput", mine, "conversation { title }").await;
    gate.notify_one();
    until(&served, TITLES, "1").await;
    assert_eq!(title(&ada, &said.conversation).await, "Mine");

    let named = ada.begin("Mine as well").await;
    ada.converse(Some(&named), "When is the rent due?").await;
    assert_eq!(title(&ada, &named).await, "Mine as well");
    until(&served, "count(*) FROM generations WHERE purpose = 'TITLE'", "1").await;
}
