//! What is searched for when a question hangs on what was said before.

use serde_json::json;

use crate::support::provider::{Received, Reply};
use crate::support::talk::{Call, Said, Talk, WIRE, answer, prompt};

const ZEBRA: &str = "A grown zebra weighs three hundred kilograms.";
const LION: &str = "A lion sleeps twenty hours a day.";
const FIRST: &str = "Which animals of the plains do the documents describe?";

fn script(call: Call, rewritten: &str) -> Reply {
    match call {
        Call::Rewrite => answer(rewritten),
        _ => answer("First the lion [1], then the zebra [2]."),
    }
}

/// A talk over two documents in which the first question is answered.
async fn begun(settings: &[(&str, &str)], rewrite: Reply) -> (Talk, Said) {
    let talk = Talk::new(settings, move |call, _, _: &Received| match call {
        Call::Rewrite => rewrite.clone(),
        _ => script(call, ""),
    })
    .await;
    for (name, text) in [("zebra.txt", ZEBRA), ("lion.txt", LION)] {
        talk.served.library.add(&talk.person.actor, name, text.as_bytes()).await;
    }
    let first = talk.say(json!({ "text": FIRST })).await;
    (talk, first)
}

/// The last user turn of the latest prompt.
fn asked(talk: &Talk) -> String {
    talk.prompt().1.pop().unwrap().1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_hangs_on_earlier_turns_is_rewritten_for_the_search_alone() {
    let (talk, first) = begun(&[], answer(" \"zebra kilograms\"\n")).await;
    // Nothing hangs on anything yet.
    assert_eq!(talk.calls(Call::Rewrite).len(), 0);

    let own = "and what about the second?";
    let sent = talk.go_on(&first, own).await;
    let rewrites = talk.calls(Call::Rewrite);
    let (_, messages) = prompt(&rewrites[0]);
    let transcript =
        format!("Person: {FIRST}\nAssistant: First the lion, then the zebra.\nPerson: and what about the second?");
    assert_eq!((rewrites.len(), messages), (1, vec![("user".to_owned(), transcript)]));
    let asked = asked(&talk);
    assert!(asked.contains(ZEBRA) && !asked.contains(LION), "{asked}");
    assert!(asked.ends_with(&format!("\n\n{own}")) && !asked.contains("zebra kilograms"), "{asked}");
    let (_, messages) = talk.prompt();
    // Markers of the reply before would be taken for those of these passages.
    assert_eq!(messages[0], ("user".to_owned(), FIRST.to_owned()));
    assert_eq!(messages[1], ("assistant".to_owned(), "First the lion, then the zebra.".to_owned()));

    let query = "query($message: ID!, $reply: ID!) { message: node(id: $message) { ... on Message { content } } \
                 reply: node(id: $reply) { ... on Message { generation { usage { inputTokens outputTokens } } } } }";
    let stored = talk.run(query, json!({ "message": sent.message, "reply": sent.reply })).await;
    assert_eq!(stored["message"]["content"], own);
    // 11 and 7 for the reply, and as many for the rewriting.
    assert_eq!(stored["reply"]["generation"]["usage"], json!({ "inputTokens": 22, "outputTokens": 14 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rewriting_that_fails_or_is_none_leaves_the_persons_own_words() {
    let own = "so then tell me this: is the zebra really heavy or not?";
    let long = format!("The lion {}", "roars and sleeps ".repeat(40));
    let cut = [
        WIRE.opening(),
        WIRE.token("lion"),
        WIRE.event(&json!({ "choices": [
        { "index": 0, "delta": {}, "finish_reason": "length" }] })),
        WIRE.ending(),
    ]
    .concat();
    for (name, rewrite) in [
        ("empty", Reply::stream([WIRE.opening() + &WIRE.reason() + &WIRE.ending()])),
        ("blank", answer(" \n ")),
        ("marks", answer("\"...\"")),
        ("ten times too long", answer(&long)),
        ("an answer", answer("The lion.\nIt sleeps.")),
        ("cut", Reply::stream([cut])),
        ("refused", Reply::refusal(500, &json!({ "error": { "message": "no" } }))),
        ("hung up", Reply::hang_up()),
    ] {
        let (talk, first) = begun(&[], rewrite).await;
        let sent = talk.go_on(&first, own).await;
        assert_eq!(sent.status, "COMPLETED", "{name}");
        assert!(!talk.calls(Call::Rewrite).is_empty(), "{name}");
        let asked = asked(&talk);
        assert!(asked.contains(ZEBRA) && !asked.contains(LION) && asked.ends_with(own), "{name}: {asked}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bare_question_is_sought_with_the_one_before_it() {
    let (talk, first) = begun(&[], Reply::refusal(500, &json!({ "error": { "message": "no" } }))).await;
    let long = "What does the document about the zebra say about how heavy such an animal is, \
                in kilograms and in pounds, and what of that is certain, and why?";
    let second = talk.go_on(&first, long).await;
    // So many words stand alone.
    assert_eq!(talk.calls(Call::Rewrite).len(), 0);
    talk.go_on(&second, "And why?").await;
    assert_eq!(talk.calls(Call::Rewrite).len(), 1);
    let asked = asked(&talk);
    assert!(asked.contains(ZEBRA) && asked.ends_with("\n\nAnd why?"), "{asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_that_only_quotes_rewrites_nothing() {
    let (talk, _) = begun(&[("CHAT_MODEL", "extractive")], answer("never asked")).await;
    let first = talk.say(json!({ "text": "How heavy is the zebra?" })).await;
    assert!(first.text.contains("A grown zebra weighs three hundred kilograms. [1]"), "{}", first.text);
    talk.go_on(&first, "and the lion?").await;
    talk.rest().await;
    assert_eq!(talk.provider.requests().len(), 0);
    // Nor does a message that asks for it by name.
    let (talk, first) = begun(&[], answer("never asked")).await;
    let input = json!({ "conversationId": first.conversation, "text": "and the zebra?", "model": "extractive" });
    assert!(talk.say(input).await.text.contains("zebra weighs"));
    assert_eq!(talk.calls(Call::Rewrite).len(), 0);
}
