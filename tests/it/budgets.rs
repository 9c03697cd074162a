//! Budgets: what is reserved before a model is asked, what is charged after it, and who may spend how much.
//!
//! The scripted provider says of each answer that 11 tokens were read, 3 of them cached, and 7 written. By the list prices of
//! gpt-4o (2.50, 1.25 and 10.00 dollars a million) that is 8 * 2.50 + 3 * 1.25 + 7 * 10.00 = 93.75 millionths of a dollar.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use elenchus::ai::chat::prices::Prices;
use elenchus::ai::embed::embedder::{Embedder, Purpose};
use elenchus::ai::embed::error::EmbedError;
use elenchus::domain::conversations::answer::{Question, ask};
use elenchus::domain::conversations::jobs::PurgeConversations;
use elenchus::domain::documents::jobs::IndexMissingEmbeddings;
use elenchus::domain::documents::model::ProcessingStatus;
use elenchus::domain::documents::retrieval::query::{Query, Scope, SearchMode};
use elenchus::domain::documents::retrieval::search::search;
use elenchus::domain::users::actor::{Actor, Credential, SignedIn};
use elenchus::domain::users::budgets::model::Period;
use elenchus::domain::users::budgets::own_standing;
use elenchus::domain::users::model::{Role, Scope as KeyScope};
use elenchus::error::ErrorCode;
use elenchus::ids::ApiKeyId;
use elenchus::jobs::job::Job as _;
use futures::future::{BoxFuture, join_all};
use serde_json::{Value, json};

use super::support::database::TestDatabase;
use super::support::dialogue::{answer, beginning};
use super::support::library::{FIRST, Library};
use super::support::live::{LiveServer, Person, until_some};
use super::support::provider::{ProviderServer, Reply, Step};
use super::support::served::{self, Served};

/// What one answer costs, and how many tokens it takes.
const COST: &str = "0.00009375";
const TOKENS: i64 = 18;
/// What is held for a first reply to [`HELLO`] at [`settings`]: 1,500 tokens around the prompt, 8 passages of 250 + 16 and
/// the 2 of the question are read, 100 are written.
const HELD: i64 = 1500 + 8 * 266 + 2 + 100;
const HELD_COST: &str = "0.010075";
const HELLO: &str = "Hello";

/// The scripted provider as a model with a known price.
fn settings(provider: &ProviderServer) -> Vec<(&str, &str)> {
    vec![
        ("CHAT_MODEL", "openai/gpt-4o"),
        ("OPENAI_BASE_URL", &provider.base_url),
        ("OPENAI_API_KEY", "sk-test"),
        ("MODEL_MAX_RETRIES", "0"),
        ("MODEL_MAX_OUTPUT_TOKENS", "100"),
    ]
}

fn stalled() -> Reply {
    beginning(&["One", " two"]).then(Step::Stall)
}

const SEND: &str = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { conversation { id title }
    message { id } reply { id status generation { id status costUsd } } } }";
const SET: &str =
    "mutation ($input: SetBudgetInput!) { setBudget(input: $input) { budget { id kind role subjectId period
    maxCostUsd maxTokens createdAt updatedAt } } }";
const REMOVE: &str = "mutation ($input: RemoveBudgetInput!) { removeBudget(input: $input) { budget { id kind } } }";
const STANDING: &str =
    "kind limitUsd spentUsd reservedUsd leftUsd limitTokens spentTokens reservedTokens leftTokens resetsAt";

/// A server over the scripted provider, and somebody in it.
struct House {
    served: Served,
    ada: served::Person,
    root: served::Person,
}

impl House {
    async fn new(provider: &ProviderServer, more: &[(&str, &str)]) -> Self {
        let served = Served::with(&[&settings(provider), more].concat()).await;
        let (ada, root) = (served.person("ada").await, served.person("root").await);
        served.library.sql("UPDATE users SET role = 'ADMIN' WHERE email = 'root@example.org'").await;
        Self { served, ada, root }
    }

    fn person(&self) -> Person {
        Person { url: self.served.url(""), token: self.ada.token.clone() }
    }

    async fn ask(&self, who: &served::Person, query: &str, input: Value) -> Value {
        self.served.ask(Some(&who.token), query, json!({ "input": input })).await
    }

    /// Sends a message into a new conversation with a title, so that no model is asked for one.
    async fn send(&self, wait: bool) -> Value {
        let conversation = self.person().begin("1").await;
        self.ask(&self.ada, SEND, json!({"text": HELLO, "conversationId": conversation, "waitForReply": wait})).await
    }

    async fn say(&self) -> Value {
        let sent = self.send(true).await;
        assert_eq!(sent["data"]["sendMessage"]["reply"]["status"], "COMPLETED", "{sent}");
        sent["data"]["sendMessage"].clone()
    }

    /// Sets a budget; `limits` are dollars and tokens.
    async fn set(&self, subject: Value, period: &str, limits: (Option<&str>, Option<i64>)) -> Value {
        let mut input = json!({"period": period, "maxCostUsd": limits.0, "maxTokens": limits.1});
        for (name, value) in subject.as_object().unwrap() {
            input[name] = value.clone();
        }
        let set = self.ask(&self.root, SET, input).await;
        assert_eq!(set.get("errors"), None, "{set}");
        set["data"]["setBudget"]["budget"].clone()
    }

    async fn budget(&self, who: &served::Person) -> Value {
        let query = format!(
            "{{ viewer {{ budget {{ day {{ {STANDING} }} month {{ {STANDING} }} apiKey {{ day {{ kind }} }} }} }} }}"
        );
        let answer = self.served.ask(Some(&who.token), &query, json!({})).await;
        assert_eq!(answer.get("errors"), None, "{answer}");
        answer["data"]["viewer"]["budget"].clone()
    }

    /// Dollars and tokens that Ada has spent today, and those that are held.
    async fn sums(&self) -> (String, i64, String, i64) {
        let day = self.budget(&self.ada).await["day"].clone();
        let text = |name: &str| day[name].as_str().unwrap().to_owned();
        let number = |name: &str| day[name].as_i64().unwrap();
        (text("spentUsd"), number("spentTokens"), text("reservedUsd"), number("reservedTokens"))
    }

    async fn until_sums(&self, expected: (&str, i64, &str, i64)) {
        let (spent, tokens, held, held_tokens) = expected;
        let expected = (spent.to_owned(), tokens, held.to_owned(), held_tokens);
        until_some("these sums", async || (self.sums().await == expected).then_some(())).await;
    }
}

/// The extensions of a refusal for a budget that is used up.
fn quota(answer: &Value) -> Value {
    let extensions = &answer["errors"][0]["extensions"];
    assert_eq!(extensions["code"], "QUOTA_EXCEEDED", "{answer}");
    json!([
        extensions["budget"]["kind"],
        extensions["budget"]["period"],
        extensions["budget"]["unit"],
        extensions["resetsAt"]
    ])
}

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
async fn a_refused_message_leaves_nothing_behind() {
    let provider = ProviderServer::start(vec![answer(&["Yes."])]).await;
    let most = (HELD - 1).to_string();
    let house = House::new(&provider, &[("BUDGET_MONTHLY_TOKENS", &most)]).await;
    let conversation = house.person().begin("1").await;
    let refused = house.ask(&house.ada, SEND, json!({"text": HELLO, "conversationId": conversation})).await;
    assert_eq!(quota(&refused), json!(["SETTING", "MONTH", "TOKENS", "2026-04-01T00:00:00+00:00"]));
    let message = "Your budget of tokens for this month does not cover this. It starts anew at 2026-04-01 00:00 UTC.";
    assert_eq!(refused["errors"][0]["message"], message);
    let refused = house.ask(&house.ada, SEND, json!({"text": HELLO, "idempotencyKey": "once"})).await;
    assert_eq!(quota(&refused)[1], "MONTH");
    let ask_it = "mutation ($input: AskInput!) { ask(input: $input) { generation { status } } }";
    assert_eq!(quota(&house.ask(&house.ada, ask_it, json!({ "question": HELLO })).await)[1], "MONTH");
    for (table, count) in
        [("conversations", "1"), ("messages", "0"), ("generations", "0"), ("generation_payers", "0"), ("spending", "0")]
    {
        assert_eq!(house.served.library.text(&format!("count(*) FROM {table}")).await.unwrap(), count, "{table}");
    }
    assert_eq!(house.sums().await, ("0".to_owned(), 0, "0".to_owned(), 0));
    assert!(provider.requests().is_empty(), "no model was asked");
    // A reply that is there can be read, and the same key serves when there is money again.
    house.set(json!({"kind": "USER", "subjectId": house.ada.id}), "MONTH", (None, Some(HELD))).await;
    let sent = house
        .ask(&house.ada, SEND, json!({"text": HELLO, "idempotencyKey": "once", "conversationId": conversation}))
        .await;
    assert_eq!(sent.get("errors"), None, "{sent}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_at_once_have_room_for_three() {
    for limit in [("BUDGET_DAILY_TOKENS", (3 * HELD + 5).to_string()), ("BUDGET_MONTHLY_USD", "0.030225".to_owned())] {
        let provider = ProviderServer::start(vec![stalled()]).await;
        let house = House::new(&provider, &[(limit.0, &limit.1)]).await;
        let ask_it = "mutation ($input: AskInput!) { ask(input: $input) { generation { id } } }";
        let input = json!({ "question": HELLO });
        let answers = join_all((0..20).map(|_| house.ask(&house.ada, ask_it, input.clone()))).await;
        let (taken, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.get("errors").is_none());
        assert_eq!((taken.len(), refused.len()), (3, 17), "{limit:?}");
        let is_day = limit.0.contains("DAILY");
        let expected = if is_day {
            json!(["SETTING", "DAY", "TOKENS", "2026-03-02T00:00:00+00:00"])
        } else {
            json!(["SETTING", "MONTH", "USD", "2026-04-01T00:00:00+00:00"])
        };
        for answer in refused {
            assert_eq!(quota(answer), expected);
        }
        assert_eq!(house.sums().await, ("0".to_owned(), 0, "0.030225".to_owned(), 3 * HELD));
        // What is stopped gives back its place.
        let id = taken[0]["data"]["ask"]["generation"]["id"].as_str().unwrap();
        house.person().shown(id, "One two").await;
        house.person().stop(id).await;
        let again = house.ask(&house.ada, ask_it, input.clone()).await;
        // It was charged for what it took, which leaves no room for another estimate in dollars.
        assert_eq!(quota(&again), expected);
    }
}

#[tokio::test]
async fn what_is_held_is_given_back_however_a_run_ends() {
    let failure = Reply::refusal(500, &json!({"error": {"message": "no", "type": "x", "code": null}}));
    let cut = beginning(&["One", " two"]).then(Step::Cut);
    let provider = ProviderServer::start(vec![stalled(), failure, cut, answer(&["Yes."])]).await;
    let house = House::new(&provider, &[("BUDGET_DAILY_TOKENS", "100000")]).await;
    let sent = house.send(false).await["data"]["sendMessage"].clone();
    assert_eq!(house.sums().await, ("0".to_owned(), 0, HELD_COST.to_owned(), HELD));
    let generation = sent["reply"]["generation"]["id"].as_str().unwrap();
    house.person().shown(generation, "One two").await;
    assert_eq!(house.person().stop(generation).await["status"], "STOPPED");
    // Stopped: the prompt was read, and 2 tokens written.
    let (spent, tokens, held, held_tokens) = house.sums().await;
    assert_eq!((held.as_str(), held_tokens), ("0", 0));
    let query = "query ($id: ID!) { node(id: $id) { ... on Generation { costUsd usage { totalTokens } } } }";
    let of = house.served.ask(Some(&house.ada.token), query, json!({ "id": generation })).await;
    let of = &of["data"]["node"];
    assert_eq!((&of["costUsd"], &of["usage"]["totalTokens"]), (&json!(spent), &json!(tokens)));
    assert!(tokens > 2, "{tokens}");

    // Refused by the provider: nothing was read.
    let failed = house.send(true).await;
    assert_eq!(failed["data"]["sendMessage"]["reply"]["status"], "FAILED");
    assert_eq!(house.sums().await, (spent.clone(), tokens, "0".to_owned(), 0));
    // Broken off: as far as it went.
    let broken = house.send(true).await;
    assert_eq!(broken["data"]["sendMessage"]["reply"]["status"], "FAILED");
    let (_, further, held, held_tokens) = house.sums().await;
    assert_eq!((further, held.as_str(), held_tokens), (2 * tokens, "0", 0));
    assert_eq!(house.served.library.text("count(*) FROM generation_payers").await.unwrap(), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_holds_nothing_back() {
    let provider = ProviderServer::start(vec![stalled()]).await;
    let database = TestDatabase::new().await;
    let settings =
        [&settings(&provider)[..], &[("BUDGET_DAILY_TOKENS", "100000"), ("EMBEDDING_MODEL", "none")]].concat();
    let mut a = LiveServer::start(&database, &settings).await;
    let ada = a.register("ada@example.org").await;
    let sent = ada.send("Say something and die.").await;
    ada.shown(&sent.generation, "One two").await;
    let query = "{ viewer { budget { day { spentTokens reservedTokens } } } }";
    let held = ada.run(query, json!({})).await["viewer"]["budget"]["day"].clone();
    assert_eq!(held["spentTokens"], 0);
    assert!(held["reservedTokens"].as_i64().unwrap() > 2000, "{held}");
    a.kill();
    let b = LiveServer::start(&database, &settings).await;
    let on_b = ada.at(&b);
    on_b.until(&sent.generation, "FAILED").await;
    let free = on_b.run(query, json!({})).await["viewer"]["budget"]["day"].clone();
    assert_eq!(free, json!({"spentTokens": 0, "reservedTokens": 0}));
}

#[tokio::test]
async fn the_narrowest_budget_counts() {
    let provider = ProviderServer::start(vec![answer(&["Yes."])]).await;
    let house = House::new(&provider, &[("BUDGET_DAILY_TOKENS", "0")]).await;
    let standing = async || {
        let day = house.budget(&house.ada).await["day"].clone();
        json!([day["kind"], day["limitUsd"], day["limitTokens"]])
    };
    let refused = async |kind: &str| {
        assert_eq!(quota(&house.send(false).await)[0], kind);
    };
    assert_eq!(standing().await, json!([null, null, 0]));
    refused("SETTING").await;
    let default = house.set(json!({"kind": "DEFAULT"}), "DAY", (Some("0.001"), None)).await;
    assert_eq!(standing().await, json!(["DEFAULT", "0.001", null]));
    refused("DEFAULT").await;
    let role = house.set(json!({"kind": "ROLE", "role": "MEMBER"}), "DAY", (None, Some(10))).await;
    assert_eq!(standing().await, json!(["ROLE", null, 10]));
    refused("ROLE").await;
    house.set(json!({"kind": "ROLE", "role": "ANALYST"}), "DAY", (None, None)).await;
    assert_eq!(standing().await, json!(["ROLE", null, 10]), "that of another role does not matter");
    let own = house.set(json!({"kind": "USER", "subjectId": house.ada.id}), "DAY", (None, None)).await;
    assert_eq!(standing().await, json!(["USER", null, null]), "without a limit, whatever wider ones say");
    house.say().await;
    house.set(json!({"kind": "USER", "subjectId": house.ada.id}), "MONTH", (None, Some(20))).await;
    let refused_by = quota(&house.send(false).await);
    assert_eq!(refused_by, json!(["USER", "MONTH", "TOKENS", "2026-04-01T00:00:00+00:00"]), "each period by itself");

    // Step by step back to the settings.
    for (budget, next) in
        [(own, json!(["ROLE", null, 10])), (role, json!(["DEFAULT", "0.001", null])), (default, json!([null, null, 0]))]
    {
        let removed = house.ask(&house.root, REMOVE, json!({"id": budget["id"]})).await;
        assert_eq!(removed["data"]["removeBudget"]["budget"], json!({"id": budget["id"], "kind": budget["kind"]}));
        assert_eq!(standing().await, next);
    }
    // As the role changes, so does the budget.
    house.served.library.sql("UPDATE users SET role = 'ANALYST' WHERE email = 'ada@example.org'").await;
    assert_eq!(standing().await, json!(["ROLE", null, null]));
}

#[tokio::test]
async fn a_new_day_and_a_new_month_begin_at_midnight_utc() {
    let provider = ProviderServer::start(vec![answer(&["Yes."])]).await;
    let house = House::new(&provider, &[("ACCESS_TOKEN_MINUTES", "1440"), ("REFRESH_TOKEN_DAYS", "365")]).await;
    let most = HELD + TOKENS - 1;
    house.set(json!({"kind": "DEFAULT"}), "DAY", (None, Some(most))).await;
    house.set(json!({"kind": "DEFAULT"}), "MONTH", (None, Some(most + TOKENS))).await;
    house.say().await;
    assert_eq!(quota(&house.send(false).await), json!(["DEFAULT", "DAY", "TOKENS", "2026-03-02T00:00:00+00:00"]));
    let to = async |moment: &str| {
        let moment: DateTime<Utc> = moment.parse().unwrap();
        house.served.library.app.clock.advance(moment - house.served.library.app.clock.now());
        // Access tokens end meanwhile.
        let login = "mutation ($input: LoginInput!) { login(input: $input) { accessToken } }";
        let input = json!({"identifier": "ada", "password": super::support::people::PASSWORD});
        let answer = house.served.ask(None, login, json!({ "input": input })).await;
        let token = answer["data"]["login"]["accessToken"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
        Person { url: house.served.url(""), token }
    };
    let say = async |ada: &Person| {
        let conversation = ada.begin("1").await;
        ada.respond(SEND, json!({"input": {"text": HELLO, "conversationId": conversation, "waitForReply": true}})).await
    };
    let eve = to("2026-03-01T23:59:59.999999Z").await;
    assert_eq!(quota(&say(&eve).await)[1], "DAY");
    let morning = to("2026-03-02T00:00:00+00:00").await;
    assert_eq!(say(&morning).await.get("errors"), None);
    assert_eq!(
        quota(&say(&morning).await),
        json!(["DEFAULT", "MONTH", "TOKENS", "2026-04-01T00:00:00+00:00"]),
        "the later of the two"
    );
    assert_eq!(quota(&say(&to("2026-03-31T23:59:59+00:00").await).await)[1], "MONTH");
    let april = to("2026-04-01T00:00:00+00:00").await;
    assert_eq!(say(&april).await.get("errors"), None);
    let rows = "string_agg(period || ' ' || starts_on || ' ' || tokens || ' ' || reserved_tokens, ', ' ORDER BY period, starts_on) FROM spending WHERE tokens > 0";
    let expected =
        "DAY 2026-03-01 18 0, DAY 2026-03-02 18 0, DAY 2026-04-01 18 0, MONTH 2026-03-01 36 0, MONTH 2026-04-01 18 0";
    assert_eq!(house.served.library.text(rows).await.unwrap(), expected);
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

#[tokio::test]
async fn a_budget_costs_no_statement() {
    let provider = ProviderServer::start(vec![answer(&["Yes."])]).await;
    let mut counts = Vec::new();
    for more in [&[][..], &[("BUDGET_DAILY_USD", "1"), ("BUDGET_MONTHLY_TOKENS", "1000000")]] {
        let house = House::new(&provider, more).await;
        let conversation = house.person().begin("1").await;
        let input = json!({"input": {"text": HELLO, "conversationId": conversation}});
        let answer = house.served.answer(Some(&house.ada.token), SEND, input).await;
        assert_eq!(answer.body.get("errors"), None, "{}", answer.body);
        counts.push(answer.headers["x-sql-statements"].clone());
    }
    assert_eq!(counts[0], counts[1]);
}

#[tokio::test]
async fn administrators_set_budgets_and_others_do_not() {
    let provider = ProviderServer::start(vec![answer(&["Yes."])]).await;
    let house = House::new(&provider, &[]).await;
    let code = |answer: &Value| {
        let extensions = &answer["errors"][0]["extensions"];
        json!([extensions["code"], extensions["fields"][0]["path"]])
    };
    let input =
        json!({"kind": "USER", "subjectId": house.ada.id, "period": "DAY", "maxCostUsd": "1.50", "maxTokens": 7});
    for who in [&house.ada] {
        assert_eq!(code(&house.ask(who, SET, input.clone()).await), json!(["FORBIDDEN", null]));
        assert_eq!(
            code(&house.ask(who, SET, json!({"kind": "USER", "period": "DAY", "subjectId": "x"})).await),
            json!(["FORBIDDEN", null])
        );
        assert_eq!(code(&house.ask(who, REMOVE, json!({"id": "budget_x"})).await), json!(["FORBIDDEN", null]));
    }
    let list =
        "query ($kind: BudgetKind, $first: Int, $after: String) { budgets(kind: $kind, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } nodes { kind role subjectId period maxCostUsd maxTokens } } }";
    assert_eq!(code(&house.served.ask(Some(&house.ada.token), list, json!({})).await), json!(["FORBIDDEN", null]));
    for (input, expected) in [
        (
            json!({"kind": "DEFAULT", "period": "DAY", "maxCostUsd": "-0.01"}),
            json!(["BAD_USER_INPUT", "input.maxCostUsd"]),
        ),
        (json!({"kind": "DEFAULT", "period": "DAY", "maxTokens": -1}), json!(["BAD_USER_INPUT", "input.maxTokens"])),
        (json!({"kind": "ROLE", "period": "DAY"}), json!(["BAD_USER_INPUT", "input.role"])),
        (json!({"kind": "DEFAULT", "role": "ADMIN", "period": "DAY"}), json!(["BAD_USER_INPUT", "input.role"])),
        (json!({"kind": "USER", "period": "DAY"}), json!(["BAD_USER_INPUT", "input.subjectId"])),
        (
            json!({"kind": "DEFAULT", "subjectId": house.ada.id, "period": "DAY"}),
            json!(["BAD_USER_INPUT", "input.subjectId"]),
        ),
        (
            json!({"kind": "USER", "subjectId": "user_01h455vb4pex5vsknk084sn02q", "period": "DAY"}),
            json!(["NOT_FOUND", "input.subjectId"]),
        ),
        (
            json!({"kind": "API_KEY", "subjectId": "key_01h455vb4pex5vsknk084sn02q", "period": "DAY"}),
            json!(["NOT_FOUND", "input.subjectId"]),
        ),
        (
            json!({"kind": "API_KEY", "subjectId": house.ada.id, "period": "DAY"}),
            json!(["NOT_FOUND", "input.subjectId"]),
        ),
    ] {
        assert_eq!(code(&house.ask(&house.root, SET, input.clone()).await), expected, "{input}");
    }
    let made = house.ask(&house.root, SET, input.clone()).await["data"]["setBudget"]["budget"].clone();
    let expected = json!({"id": made["id"], "kind": "USER", "role": null, "subjectId": house.ada.id, "period": "DAY",
        "maxCostUsd": "1.5", "maxTokens": 7, "createdAt": "2026-03-01T12:00:00+00:00", "updatedAt": "2026-03-01T12:00:00+00:00"});
    assert_eq!(made, expected);
    house.served.library.app.clock.advance(TimeDelta::seconds(1));
    let again = house.set(json!({"kind": "USER", "subjectId": house.ada.id}), "DAY", (None, Some(8))).await;
    let replaced = (&again["id"], &again["maxCostUsd"], &again["maxTokens"], &again["updatedAt"]);
    assert_eq!(replaced, (&made["id"], &Value::Null, &json!(8), &json!("2026-03-01T12:00:01+00:00")));
    house.set(json!({"kind": "DEFAULT"}), "MONTH", (Some("0"), None)).await;

    let listed = house.served.ask(Some(&house.root.token), list, json!({"first": 1})).await["data"]["budgets"].clone();
    let newest = json!([{"kind": "DEFAULT", "role": null, "subjectId": null, "period": "MONTH", "maxCostUsd": "0", "maxTokens": null}]);
    assert_eq!(
        (&listed["totalCount"], &listed["nodes"], &listed["pageInfo"]["hasNextPage"]),
        (&json!(2), &newest, &json!(true))
    );
    let rest = json!({"first": 5, "after": listed["pageInfo"]["endCursor"]});
    let rest = house.served.ask(Some(&house.root.token), list, rest).await["data"]["budgets"].clone();
    assert_eq!((&rest["nodes"][0]["kind"], rest["nodes"].as_array().unwrap().len()), (&json!("USER"), 1));
    let users =
        house.served.ask(Some(&house.root.token), list, json!({"kind": "ROLE"})).await["data"]["budgets"].clone();
    assert_eq!(users["totalCount"], 0);

    // An administrator sees how anybody stands; others only themselves.
    let of = "query ($id: ID!) { node(id: $id) { ... on User { budget { day { kind limitTokens leftTokens } } } } }";
    let day = json!({"kind": "USER", "limitTokens": 8, "leftTokens": 8});
    for who in [&house.root, &house.ada] {
        let seen = house.served.ask(Some(&who.token), of, json!({"id": house.ada.id})).await;
        assert_eq!(seen["data"]["node"]["budget"]["day"], day, "{seen}");
    }

    let removed = house.ask(&house.root, REMOVE, json!({"id": made["id"]})).await;
    assert_eq!(removed["data"]["removeBudget"]["budget"]["id"], made["id"]);
    assert_eq!(code(&house.ask(&house.root, REMOVE, json!({"id": made["id"]})).await)[0], "NOT_FOUND");

    let trail = "{ viewer { auditTrail(filter: {actions: [\"budget.set\", \"budget.removed\"]}) { nodes { action actor object before after } } } }";
    let trail =
        house.served.ask(Some(&house.ada.token), trail, json!({})).await["data"]["viewer"]["auditTrail"].clone();
    let (first, second) = (
        json!({"period": "DAY", "maxCostUsd": "1.5", "maxTokens": 7}),
        json!({"period": "DAY", "maxCostUsd": null, "maxTokens": 8}),
    );
    let event = |action: &str, before: Value, after: Value| json!({"action": action, "actor": house.root.id, "object": house.ada.id, "before": before, "after": after});
    let expected = [
        event("budget.removed", second.clone(), Value::Null),
        event("budget.set", first.clone(), second),
        event("budget.set", Value::Null, first),
    ];
    assert_eq!(trail["nodes"], json!(expected));
}

#[tokio::test]
async fn a_key_has_a_budget_besides_that_of_its_account() {
    let provider = ProviderServer::start(vec![answer(&["Yes."])]).await;
    let house = House::new(&provider, &[("BUDGET_DAILY_TOKENS", "100000")]).await;
    let app = &house.served.library.app;
    let now = app.clock.now();
    let person = house.ada.actor.require().unwrap().clone();
    let (one, other) = (ApiKeyId::generate(now), ApiKeyId::generate(now));
    for (key, prefix) in [(one, "00000001"), (other, "00000002")] {
        let insert = format!(
            "INSERT INTO api_keys (id, user_id, name, prefix, hash, scopes, created_at, expires_at) VALUES ('{}', '{}', 'k',
                 '{prefix}', decode(repeat('00', 32), 'hex'), '{{CONVERSATIONS_WRITE}}', now(), now())",
            key.uuid(),
            person.user.id.uuid()
        );
        house.served.library.sql(&insert).await;
    }
    let with = |id: ApiKeyId| {
        let scopes = vec![KeyScope::ConversationsWrite, KeyScope::DocumentsRead];
        Actor::somebody(SignedIn { credential: Credential::ApiKey { id, scopes }, ..person.clone() })
    };
    let set = json!({"kind": "API_KEY", "subjectId": one.to_string()});
    let set = house.set(set, "DAY", (None, Some(HELD + TOKENS - 1))).await;
    assert_eq!((&set["kind"], &set["subjectId"]), (&json!("API_KEY"), &json!(one.to_string())));
    let question = || Question { text: HELLO.to_owned(), documents: None, kind: None };
    let asked = ask(app, &with(one), question(), None).await.unwrap();
    house.until_sums((COST, TOKENS, "0", 0)).await;
    assert_eq!(house.person().until(&asked.to_string(), "COMPLETED").await["costUsd"], COST);
    let refused = ask(app, &with(one), question(), None).await.unwrap_err();
    assert_eq!(
        refused.message(),
        "This API key's budget of tokens for today does not cover this. It starts anew at 2026-03-02 00:00 UTC."
    );
    let quota = refused.quota().unwrap();
    assert_eq!((quota.kind, quota.period, quota.unit), ("API_KEY", "DAY", "TOKENS"));
    assert_eq!(
        house.sums().await,
        (COST.to_owned(), TOKENS, "0".to_owned(), 0),
        "nothing is held, not of the account either"
    );

    // Another key, and the person, have the rest of the account's.
    ask(app, &with(other), question(), None).await.unwrap();
    house.until_sums(("0.0001875", 2 * TOKENS, "0", 0)).await;
    house.say().await;
    assert_eq!(house.sums().await, ("0.00028125".to_owned(), 3 * TOKENS, "0".to_owned(), 0));
    let standing = async |key| {
        let standings = own_standing(app, &with(key)).await.unwrap();
        let days = standings.into_iter().filter(|standing| standing.period == Period::Day);
        let mut days: Vec<_> = days.map(|day| (day.of_key, day.tokens, day.left_tokens())).collect();
        days.sort_unstable();
        days
    };
    assert_eq!(standing(one).await, [(false, 54, Some(99_946)), (true, 18, Some(HELD - 1))]);
    assert_eq!(standing(other).await, [(false, 54, Some(99_946)), (true, 18, None)]);
    let trail = "{ viewer { auditTrail(filter: {actions: [\"budget.set\"]}) { nodes { object account } } } }";
    let trail = house.served.ask(Some(&house.ada.token), trail, json!({})).await;
    let expected = json!([{"object": one.to_string(), "account": house.ada.id}]);
    assert_eq!(trail["data"]["viewer"]["auditTrail"]["nodes"], expected, "its owner learns of it");
    // A key that goes takes its budget along, and leaves what the account spent.
    house.served.library.sql("DELETE FROM api_keys").await;
    assert_eq!(house.served.library.text("count(*) FROM budgets").await.unwrap(), "0");
    assert_eq!(house.sums().await.1, 3 * TOKENS);
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
