//! Answers that survive cut sockets, other instances, killed processes and a Postgres that goes away.

use std::time::Duration;

use elenchus::db::embedded::server as embedded;
use elenchus::db::embedded::settings::Settings;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rustix::process::Signal;
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::support::database::TestDatabase;
use crate::support::live::{LiveServer, Person};
use crate::support::private;
use crate::support::provider::{ProviderServer, Reply, Step, Wire};

const WIRE: Wire = Wire::OpenAi;

/// Settings that make the scripted provider the chat model.
fn model(provider: &ProviderServer) -> Vec<(&str, &str)> {
    vec![("CHAT_MODEL", "openai/scripted"), ("OPENAI_BASE_URL", &provider.base_url), ("OPENAI_API_KEY", "sk-test")]
}

/// Words in several scripts, so that cuts fall into characters. Eight at a time end in a line: a blank at the end of
/// what was said so far waits for the next word, since it would go with a marker that is dropped.
fn words(count: usize) -> Vec<String> {
    let words = ["plain ", "größer ", "法律 ", "नमस्ते ", "👩‍⚖️ ", "مرحبا ", "e\u{301}t ", "\n\n"];
    (0..count).map(|index| format!("{index}{}", words[index % words.len()])).collect()
}

/// A whole answer as bytes, cut anywhere, also within characters and within events.
fn shredded(tokens: &[String], pace: Duration, random: &mut StdRng) -> Reply {
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let bytes = WIRE.transcript(&tokens).into_bytes();
    let mut reply = Reply::stream(Vec::<Vec<u8>>::new());
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        let (piece, left) = rest.split_at(random.random_range(1..=60).min(rest.len()));
        reply.steps.extend([Step::Send(piece.to_vec()), Step::Wait(pace)]);
        rest = left;
    }
    reply
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_cuts_lose_and_repeat_nothing() {
    let mut random = StdRng::seed_from_u64(20_261_121);
    let tokens = words(120);
    let provider = ProviderServer::start(vec![shredded(&tokens, Duration::from_millis(3), &mut random)]).await;
    let database = TestDatabase::new().await;
    let server = LiveServer::start(&database, &model(&provider)).await;
    let person = server.register("cuts@example.org").await;
    let sent = person.send("Go on for a while.").await;

    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let (person, generation) = (person.clone(), sent.generation.clone());
        let cut_after = random.random_range(0..60);
        readers.spawn(async move {
            let mut text = String::new();
            let mut after: Option<String> = None;
            let mut stream = person.follow(&generation, None).await;
            for _ in 0..cut_after {
                let Some(step) = stream.step().await else { return text };
                let step = &step["generation"];
                text.push_str(step["text"].as_str().unwrap_or(""));
                after = Some(step["cursor"].as_str().unwrap().to_owned());
            }
            // The socket goes without a word.
            drop(stream);
            let (rest, ends) = person.follow(&generation, after.as_deref()).await.rest().await;
            assert!(ends.len() <= 1, "{ends:?}");
            text + &rest
        });
    }
    let texts = readers.join_all().await;
    let stored = person.until(&sent.generation, "COMPLETED").await;
    assert_eq!(stored["text"], tokens.concat());
    assert_eq!(texts.len(), 200);
    for text in texts {
        assert_eq!(text, tokens.concat());
    }
    assert_eq!(stored["usage"], json!({ "inputTokens": 11, "outputTokens": 7, "isEstimated": false }));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_instance_shows_the_same_and_can_stop_it() {
    let first: Vec<String> = words(32);
    let opening: Vec<&str> = first.iter().map(String::as_str).collect();
    let endless = Reply::stream([WIRE.opening()]);
    let endless = opening.iter().fold(endless, |reply, token| reply.then(Step::Send(WIRE.token(token).into())));
    let provider = ProviderServer::start(vec![endless.then(Step::Stall)]).await;
    let database = TestDatabase::new().await;
    let a = LiveServer::start(&database, &model(&provider)).await;
    let on_a = a.register("two@example.org").await;
    let sent = on_a.send("Never stop.").await;
    on_a.until(&sent.generation, "RUNNING").await;
    let b = LiveServer::start(&database, &model(&provider)).await;
    let on_b = on_a.at(&b);

    let mut from_start = on_b.follow(&sent.generation, None).await;
    let mut shown = String::new();
    let mut middle = None;
    while shown != first.concat() {
        let step = from_start.step().await.unwrap();
        shown.push_str(step["generation"]["text"].as_str().unwrap());
        middle.get_or_insert_with(|| (step["generation"]["cursor"].as_str().unwrap().to_owned(), shown.clone()));
    }
    let (cursor, before) = middle.unwrap();
    let mut from_middle = on_b.follow(&sent.generation, Some(&cursor)).await;
    // Whoever has read the text goes on where it stood.
    let read = on_b.read(&sent.generation, "Generation", "status text cursor").await;
    assert_eq!((&read["status"], &read["text"]), (&json!("RUNNING"), &json!(first.concat())));
    let mut from_text = on_b.follow(&sent.generation, read["cursor"].as_str()).await;

    let stop = "mutation($id: ID!) { stopGeneration(input: { generationId: $id }) { generation { status text } } }";
    let stopped = on_b.run(stop, json!({ "id": sent.generation })).await;
    assert_eq!(stopped["stopGeneration"]["generation"], json!({ "status": "STOPPED", "text": first.concat() }));
    provider.closed(1).await;

    let (rest, ends) = from_start.rest().await;
    assert_eq!((rest.as_str(), ends.len()), ("", 1));
    let (rest, ends) = from_text.rest().await;
    assert_eq!((rest.as_str(), ends.len()), ("", 1));
    let read = on_b.read(&sent.generation, "Generation", "text cursor").await;
    assert_eq!(read["text"], first.concat());
    let (rest, ends) = on_b.follow(&sent.generation, read["cursor"].as_str()).await.rest().await;
    assert_eq!((rest.as_str(), ends.len()), ("", 1), "the end still comes");
    let (rest, ends) = from_middle.rest().await;
    assert_eq!(before + &rest, first.concat());
    assert_eq!(ends.len(), 1);
    assert_eq!(ends[0]["status"], "STOPPED");
    let (whole, ends) = on_b.follow(&sent.generation, None).await.rest().await;
    assert_eq!((whole, ends.len()), (first.concat(), 1));
    let after_end = on_b.follow(&sent.generation, Some(&last_cursor(&on_b, &sent.generation).await)).await.rest().await;
    assert_eq!(after_end, (String::new(), vec![]));
}

/// The cursor of the last step.
async fn last_cursor(person: &Person, generation: &str) -> String {
    let mut stream = person.follow(generation, None).await;
    let mut cursor = String::new();
    while let Some(step) = stream.step().await {
        step["generation"]["cursor"].as_str().unwrap().clone_into(&mut cursor);
    }
    cursor
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_leaves_one_end_and_all_that_it_showed() {
    let said = words(24);
    let reply = said
        .iter()
        .fold(Reply::stream([WIRE.opening()]), |reply, token| reply.then(Step::Send(WIRE.token(token).into())));
    let provider = ProviderServer::start(vec![reply.then(Step::Stall)]).await;
    let database = TestDatabase::new().await;
    let mut a = LiveServer::start(&database, &model(&provider)).await;
    let on_a = a.register("killed@example.org").await;
    let sent = on_a.send("Say something and die.").await;
    let mut stream = on_a.follow(&sent.generation, None).await;
    let mut shown = String::new();
    while shown != said.concat() {
        shown.push_str(stream.step().await.unwrap()["generation"]["text"].as_str().unwrap());
    }
    let b = LiveServer::start(&database, &model(&provider)).await;
    let on_b = on_a.at(&b);
    let mut follower = on_b.follow(&sent.generation, None).await;
    a.kill();

    let (text, ends) = follower.rest().await;
    assert_eq!(text, shown);
    assert_eq!(ends.len(), 1);
    assert_eq!(ends[0]["status"], "FAILED");
    assert_eq!(ends[0]["error"]["code"], "INTERRUPTED");
    assert_eq!(ends[0]["text"], shown);

    let again = LiveServer::start(&database, &model(&provider)).await;
    let (text, ends) = on_a.at(&again).follow(&sent.generation, None).await.rest().await;
    assert_eq!((text, ends.len()), (shown.clone(), 1));
    let message = on_b
        .run("query($id: ID!) { node(id: $id) { ... on Message { status content } } }", json!({ "id": sent.reply }))
        .await;
    assert_eq!(message["node"], json!({ "status": "FAILED", "content": shown }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_showed_nothing_begins_anew_elsewhere() {
    let said = words(5);
    let tokens: Vec<&str> = said.iter().map(String::as_str).collect();
    let silent = Reply::stream([WIRE.opening()]).then(Step::Stall);
    let provider = ProviderServer::start(vec![silent, Reply::tokens(WIRE, &tokens, Duration::ZERO)]).await;
    let database = TestDatabase::new().await;
    let mut a = LiveServer::start(&database, &model(&provider)).await;
    let on_a = a.register("anew@example.org").await;
    let sent = on_a.send("Think first.").await;
    on_a.until(&sent.generation, "RUNNING").await;
    while provider.requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let b = LiveServer::start(&database, &model(&provider)).await;
    let mut follower = on_a.at(&b).follow(&sent.generation, None).await;
    a.kill();
    let (text, ends) = follower.rest().await;
    assert_eq!((text, ends.len()), (said.concat(), 1));
    assert_eq!(ends[0]["status"], "COMPLETED");
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_lets_live_answers_end_refuses_new_work_and_closes_sockets_with_1012() {
    let said = words(60);
    let tokens: Vec<&str> = said.iter().map(String::as_str).collect();
    let provider = ProviderServer::start(vec![Reply::tokens(WIRE, &tokens, Duration::from_millis(30))]).await;
    let database = TestDatabase::new().await;
    let server = LiveServer::start(&database, &model(&provider)).await;
    let person = server.register("drain@example.org").await;
    let sent = person.send("Take two seconds.").await;
    let mut stream = person.follow(&sent.generation, None).await;
    let first = stream.step().await.unwrap()["generation"]["text"].as_str().unwrap().to_owned();
    let mut idle = person.socket().await;
    server.terminate();

    let health = reqwest::Client::new();
    let mut ready = 200;
    while ready == 200 {
        ready = health.get(format!("{}/health/ready", person.url)).send().await.unwrap().status().as_u16();
    }
    assert_eq!(ready, 503);
    let refused = person.respond("mutation { createConversation(input: {}) { conversation { id } } }", json!({})).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "UPSTREAM_UNAVAILABLE");
    let (rest, ends) = stream.rest().await;
    assert_eq!(first + &rest, said.concat());
    assert_eq!(ends[0]["status"], "COMPLETED");
    assert_eq!(idle.hear().await, Err(1012));
    assert!(server.ended().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_may_die_under_load() {
    let said = words(200);
    let tokens: Vec<&str> = said.iter().map(String::as_str).collect();
    let provider = ProviderServer::start(vec![Reply::tokens(WIRE, &tokens, Duration::from_millis(20))]).await;
    let room = private::scratch();
    let data = private::made(room.path()).await;
    // What was committed must outlive the crash.
    let settings = Settings { durable: true, max_connections: 60, ..private::settings(&data) };
    let postgres = embedded::start(settings).await.unwrap();
    let url = postgres.url().expose_secret().to_owned();
    let server = LiveServer::start_on(&url, &model(&provider)).await;
    let person = server.register("healing@example.org").await;
    let mut all = Vec::new();
    for _ in 0..5 {
        all.push(person.send("Keep talking.").await);
    }
    let mut followers = tokio::task::JoinSet::new();
    for sent in &all {
        let mut stream = person.follow(&sent.generation, None).await;
        let first = stream.step().await.unwrap()["generation"]["text"].as_str().unwrap().to_owned();
        followers.spawn(async move {
            let (rest, ends) = stream.rest().await;
            (first + &rest, ends)
        });
    }
    private::signal(private::pid(&postgres), Signal::KILL);
    let texts = followers.join_all().await;
    for (text, ends) in texts {
        assert_eq!(text, said.concat());
        assert_eq!(ends.len(), 1);
        assert_eq!(ends[0]["status"], "COMPLETED");
    }
    for sent in &all {
        let conversation = person
            .run(
                "query($id: ID!) { node(id: $id) { ... on Conversation { messages(first: 10) { totalCount nodes { status } } } } }",
                json!({ "id": sent.conversation }),
            )
            .await;
        assert_eq!(
            conversation["node"]["messages"],
            json!({ "totalCount": 2, "nodes": [{ "status": "COMPLETED" }, { "status": "SENT" }] })
        );
    }
    // No connection came back inside of a transaction: whatever is asked next begins anew.
    for index in 0..30 {
        person.send(&format!("Still there? {index}")).await;
    }
    drop(server);
    postgres.stop().await;
}
