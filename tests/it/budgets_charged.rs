//! What is charged after a model was asked: from what was measured, once, to whom it belongs.

use std::sync::Arc;

use chrono::TimeDelta;
use elenchus::ai::chat::prices::Prices;
use elenchus::ai::embed::embedder::{Embedder, Purpose};
use elenchus::ai::embed::error::EmbedError;
use elenchus::domain::conversations::jobs::PurgeConversations;
use elenchus::domain::documents::jobs::IndexMissingEmbeddings;
use elenchus::domain::documents::model::ProcessingStatus;
use elenchus::domain::documents::retrieval::query::{Query, Scope, SearchMode};
use elenchus::domain::documents::retrieval::search::search;
use elenchus::domain::users::actor::Actor;
use elenchus::domain::users::model::Role;
use elenchus::error::ErrorCode;
use elenchus::jobs::job::Job as _;
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::budgets_support::*;
use super::support::dialogue::answer;
use super::support::library::{FIRST, Library};
use super::support::provider::ProviderServer;

#[tokio::test]
async fn what_is_measured_is_charged_to_the_millionth() {
    let provider = ProviderServer::start(vec![answer(&["Yes."])]).await;
    let house = House::new(&provider, &[("BUDGET_DAILY_USD", "0.02"), ("BUDGET_MONTHLY_TOKENS", "100000")]).await;
    let before = house.budget(&house.ada).await;
    let untouched = json!({"kind": null, "limitUsd": "0.02", "spentUsd": "0", "reservedUsd": "0", "leftUsd": "0.02",
        "limitTokens": null, "spentTokens": 0, "reservedTokens": 0, "leftTokens": null, "resetsAt": "2026-03-02T00:00:00+00:00"});
    assert_eq!((&before["day"], &before["apiKey"]), (&untouched, &Value::Null));
    let said = house.say().await;
    assert_eq!(said["reply"]["generation"]["costUsd"], COST);
    let after = house.budget(&house.ada).await;
    let day = json!({"kind": null, "limitUsd": "0.02", "spentUsd": COST, "reservedUsd": "0", "leftUsd": "0.01990625",
        "limitTokens": null, "spentTokens": TOKENS, "reservedTokens": 0, "leftTokens": null, "resetsAt": "2026-03-02T00:00:00+00:00"});
    let month = json!({"kind": null, "limitUsd": null, "spentUsd": COST, "reservedUsd": "0", "leftUsd": null,
        "limitTokens": 100_000, "spentTokens": TOKENS, "reservedTokens": 0, "leftTokens": 99_982, "resetsAt": "2026-04-01T00:00:00+00:00"});
    assert_eq!((&after["day"], &after["month"]), (&day, &month));
    house.say().await;
    assert_eq!(house.sums().await, ("0.0001875".to_owned(), 2 * TOKENS, "0".to_owned(), 0));
    assert_eq!(house.budget(&house.root).await["day"]["spentUsd"], "0", "somebody else has spent nothing");
}

#[tokio::test]
async fn titles_and_rewritten_questions_and_answers_count_too() {
    let provider = ProviderServer::start(vec![answer(&["Yes."])]).await;
    let house = House::new(&provider, &[]).await;
    let first = house.ask(&house.ada, SEND, json!({"text": HELLO, "waitForReply": true})).await;
    let conversation = &first["data"]["sendMessage"]["conversation"]["id"];
    // The reply and the title.
    house.until_sums(("0.0001875", 2 * TOKENS, "0", 0)).await;
    house
        .ask(&house.ada, SEND, json!({"text": "And then?", "conversationId": conversation, "waitForReply": true}))
        .await;
    assert_eq!(provider.requests().len(), 4, "one to make the question stand alone");
    house.until_sums(("0.000375", 4 * TOKENS, "0", 0)).await;
    let ask_it = "mutation ($input: AskInput!) { ask(input: $input) { generation { status } } }";
    let asked = house.ask(&house.ada, ask_it, json!({"question": HELLO, "waitForAnswer": true})).await;
    assert_eq!(asked["data"]["ask"]["generation"]["status"], "COMPLETED");
    assert_eq!(house.sums().await, ("0.00046875".to_owned(), 5 * TOKENS, "0".to_owned(), 0));
}

#[tokio::test]
async fn a_run_over_midnight_counts_for_the_day_on_which_it_was_asked_for() {
    let provider = ProviderServer::start(vec![stalled()]).await;
    let house = House::new(&provider, &[("BUDGET_DAILY_TOKENS", "100000"), ("ACCESS_TOKEN_MINUTES", "1440")]).await;
    let sent = house.send(false).await["data"]["sendMessage"].clone();
    let generation = sent["reply"]["generation"]["id"].as_str().unwrap();
    house.person().shown(generation, "One two").await;
    house.served.library.app.clock.advance(TimeDelta::hours(13));
    house.person().stop(generation).await;
    let rows = "string_agg(starts_on || ' ' || (tokens > 2) || ' ' || reserved_tokens || ' ' || reserved_cost_usd, ', ') FROM spending WHERE period = 'DAY'";
    assert_eq!(house.served.library.text(rows).await.unwrap(), "2026-03-01 true 0 0.000000");
    assert_eq!(house.sums().await, ("0".to_owned(), 0, "0".to_owned(), 0));
}

#[tokio::test]
async fn what_was_spent_outlives_what_it_was_spent_on() {
    let provider = ProviderServer::start(vec![answer(&["Yes."])]).await;
    let house = House::new(&provider, &[]).await;
    let said = house.say().await;
    let delete = "mutation ($input: ConversationInput!) { deleteConversation(input: $input) { deletedId } }";
    let deleted = house.ask(&house.ada, delete, json!({"conversationId": said["conversation"]["id"]})).await;
    assert_eq!(deleted.get("errors"), None);
    let library: &Library = &house.served.library;
    library.app.clock.advance(TimeDelta::days(31));
    PurgeConversations {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(library.text("count(*) FROM generations").await.unwrap(), "0");
    let spent =
        "string_agg(period || ' ' || trim_scale(cost_usd) || ' ' || tokens, ', ' ORDER BY period) FROM spending";
    assert_eq!(library.text(spent).await.unwrap(), format!("DAY {COST} {TOKENS}, MONTH {COST} {TOKENS}"));
}

#[tokio::test]
async fn what_nobody_asked_for_is_left_out_when_it_is_not_covered() {
    let provider = ProviderServer::start(vec![answer(&["Yes."])]).await;
    // Room for the reply, and none for the title that would follow.
    let most = (HELD + 1000).to_string();
    let house = House::new(&provider, &[("BUDGET_DAILY_TOKENS", &most)]).await;
    let sent = house.ask(&house.ada, SEND, json!({"text": HELLO, "waitForReply": true})).await;
    let sent = &sent["data"]["sendMessage"];
    assert_eq!((&sent["reply"]["status"], &sent["conversation"]["title"]), (&json!("COMPLETED"), &json!(HELLO)));
    assert_eq!(house.served.library.text("string_agg(purpose, ' ') FROM generations").await.unwrap(), "REPLY");
    assert_eq!(house.sums().await, (COST.to_owned(), TOKENS, "0".to_owned(), 0));
}

#[tokio::test]
async fn models_without_a_price_count_in_tokens_and_our_own_not_at_all() {
    let provider = ProviderServer::start(vec![answer(&["Yes."])]).await;
    let unpriced = [("CHAT_MODEL", "openai/scripted"), ("BUDGET_DAILY_USD", "0"), ("BUDGET_DAILY_TOKENS", "5000")];
    let house = House::new(&provider, &unpriced).await;
    house.say().await;
    assert_eq!(house.sums().await, ("0".to_owned(), TOKENS, "0".to_owned(), 0));
    house.set(json!({"kind": "DEFAULT"}), "DAY", (None, Some(0))).await;
    assert_eq!(quota(&house.send(false).await)[2], "TOKENS");
    let conversation = house.person().begin("1").await;
    let free = json!({"text": HELLO, "conversationId": conversation, "model": "extractive", "waitForReply": true});
    let free = house.ask(&house.ada, SEND, free).await;
    assert_eq!(free["data"]["sendMessage"]["reply"]["status"], "COMPLETED", "{free}");
    assert_eq!(house.sums().await, ("0".to_owned(), TOKENS, "0".to_owned(), 0));
}

/// A model that somebody is paid for: the first bytes of a text are its meaning.
struct Paid;

impl Embedder for Paid {
    fn model(&self) -> &'static str {
        "openai/paid@4"
    }

    fn dimensions(&self) -> usize {
        4
    }

    fn embed<'a>(&'a self, texts: &'a [String], _: Purpose) -> BoxFuture<'a, Result<Vec<Vec<f32>>, EmbedError>> {
        let vector = |text: &String| (0..4).map(|at| f32::from(*text.as_bytes().get(at).unwrap_or(&0))).collect();
        Box::pin(async move { Ok(texts.iter().map(vector).collect()) })
    }

    fn max_batch(&self) -> usize {
        8
    }
}

#[tokio::test]
async fn vectors_that_are_paid_for_count_and_are_left_out_when_they_are_not_covered() {
    let mut library = Library::new().await;
    library.app.prices = Arc::new(Prices::parse("[openai]\npaid = { input = \"2.00\", output = \"0\" }").unwrap());
    library.embedder.send_replace(Some(Arc::new(Paid)));
    let (ada, bob) = (library.person("ada", Role::Member).await, library.person("bob", Role::Member).await);
    // 24 characters are 6 tokens, and 12 millionths of a dollar.
    library.add(&ada, "a.txt", b"Herons nest in the tree.").await;
    let spent = "string_agg(period || ' ' || cost_usd || ' ' || tokens, ', ' ORDER BY period) FROM spending";
    assert_eq!(library.text(spent).await.unwrap(), "DAY 0.000012 6, MONTH 0.000012 6");
    let found = async |who: &Actor, mode: SearchMode| {
        let query = Query { text: "heron", mode, scope: &Scope::default(), limit: 5 };
        search(&library.app, who.require_id().unwrap(), &query).await.map(|hits| hits.len())
    };
    assert_eq!(found(&ada, SearchMode::Hybrid).await.unwrap(), 1);
    assert_eq!(library.text(spent).await.unwrap(), "DAY 0.000016 8, MONTH 0.000016 8", "the question too");

    let limit = "INSERT INTO budgets (id, kind, period, max_tokens, created_at, updated_at)
                 VALUES (gen_random_uuid(), 'DEFAULT', 'DAY', 1, now(), now())";
    library.sql(limit).await;
    assert_eq!(found(&ada, SearchMode::Hybrid).await.unwrap(), 1, "by its words");
    assert_eq!(found(&ada, SearchMode::Semantic).await.unwrap_err().code(), ErrorCode::QuotaExceeded);
    let read = library.add(&bob, "b.txt", b"Herons nest in the tree.").await;
    assert_eq!(read.status, ProcessingStatus::Ready, "at the first try");
    IndexMissingEmbeddings {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(library.text("count(*) FROM chunk_embeddings").await.unwrap(), "1");
    library.sql("DELETE FROM budgets").await;
    IndexMissingEmbeddings {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(library.text("count(*) FROM chunk_embeddings").await.unwrap(), "2", "made up for later");
    let of_bob =
        format!("tokens FROM spending WHERE period = 'DAY' AND user_id = '{}'", bob.require_id().unwrap().uuid());
    assert_eq!(library.text(&of_bob).await.unwrap(), "6");
}
