//! Budgets: what is reserved before a model is asked, and who may spend how much.

use chrono::{DateTime, Utc};
use futures::future::join_all;
use serde_json::json;

use super::budgets_support::*;
use super::support::database::TestDatabase;
use super::support::dialogue::{answer, beginning};
use super::support::live::{LiveServer, Person};
use super::support::provider::{ProviderServer, Reply, Step};

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
