//! What was said before, as the model sees it: the latest turns whole, older ones as a summary that it wrote.

use serde_json::{Value, json};

use crate::support::provider::{Received, Reply, Step};
use crate::support::talk::{Call, Said, Talk, WIRE, answer, prompt};

/// Two exchanges of those below fit.
const BUDGET: (&str, &str) = ("HISTORY_TOKENS", "100");

/// 23 tokens, and so many words that it stands alone.
fn question(n: usize) -> String {
    format!("Question {n}:{}", " ab".repeat(26))
}

/// 22 tokens.
fn reply(n: usize) -> String {
    format!("Reply {n}.{}", " cd".repeat(26))
}

/// Replies to the question that was asked last.
fn reply_to(received: &Received) -> Reply {
    let asked = prompt(received).1.pop().unwrap().1;
    let number = asked.rsplit_once("Question ").unwrap().1.split(':').next().unwrap().parse().unwrap();
    answer(&reply(number))
}

fn script(call: Call, place: usize, received: &Received) -> Reply {
    match call {
        Call::Reply => reply_to(received),
        Call::Summary => answer(&format!("Summary {}.", place + 1)),
        Call::Title => answer("A title"),
        Call::Rewrite => panic!("nothing here hangs on what was said before"),
    }
}

/// The exchanges of these numbers, and a question.
fn turns(exchanges: &[usize], asked: usize) -> Vec<(String, String)> {
    let mut turns = Vec::new();
    for n in exchanges {
        turns.push(("user".to_owned(), question(*n)));
        turns.push(("assistant".to_owned(), reply(*n)));
    }
    turns.push(("user".to_owned(), question(asked)));
    turns
}

/// Asks questions `from` to `to`, and lets everything come to rest after each.
async fn ask(talk: &Talk, before: Option<&Said>, from: usize, to: usize) -> Vec<Said> {
    let mut said: Vec<Said> = before.cloned().into_iter().collect();
    for n in from..=to {
        let mut input = json!({ "text": question(n) });
        if let Some(last) = said.last() {
            input["conversationId"] = json!(last.conversation);
        }
        let sent = talk.say(input).await;
        assert_eq!((sent.text.as_str(), sent.status.as_str()), (reply(n).as_str(), "COMPLETED"));
        talk.rest().await;
        said.push(sent);
    }
    said
}

async fn summary(talk: &Talk, said: &Said) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on Conversation { contextSummary } } }";
    talk.run(query, json!({ "id": said.conversation })).await["node"]["contextSummary"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_latest_turns_of_the_branch_go_in_whole_and_in_order() {
    let refusing = |call, place, received: &Received| match call {
        Call::Summary => Reply::refusal(400, &json!({ "error": { "message": "no" } })),
        _ => script(call, place, received),
    };
    let talk = Talk::new(&[BUDGET], refusing).await;
    let said = ask(&talk, None, 1, 5).await;
    let prompts: Vec<_> = talk.calls(Call::Reply).iter().map(|received| prompt(received).1).collect();
    assert_eq!(prompts, [turns(&[], 1), turns(&[1], 2), turns(&[1, 2], 3), turns(&[2, 3], 4), turns(&[3, 4], 5)]);
    assert!(talk.calls(Call::Rewrite).is_empty());

    // Another reply does not see the first one.
    talk.again("regenerateReply", json!({ "messageId": said[4].reply })).await;
    assert_eq!(talk.prompt().1, turns(&[3, 4], 5));
    // Another branch sees nothing of this one.
    let text = question(9);
    let edited = talk.again("editMessage", json!({ "messageId": said[1].message, "text": text })).await;
    assert_eq!(talk.prompt().1, turns(&[1], 9));
    let next =
        talk.say(json!({ "conversationId": edited.conversation, "parentId": edited.reply, "text": question(8) }));
    next.await;
    assert_eq!(talk.prompt().1, turns(&[1, 9], 8));
    let (system, _) = talk.prompt();
    assert!(!system.contains("<<<summary"), "{system}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_message_that_is_too_long_leaves_those_before_it_out() {
    let talk = Talk::new(&[BUDGET], |call, place, received| match (call, place) {
        (Call::Reply, 1) => answer(&"long ".repeat(100)),
        _ => script(call, place, received),
    })
    .await;
    let first = ask(&talk, None, 1, 1).await.remove(0);
    talk.go_on(&first, &question(2)).await;
    talk.rest().await;
    talk.go_on(&first, &question(3)).await;
    let (system, messages) = talk.prompt();
    assert_eq!(messages, turns(&[], 3));
    assert!(system.contains("\nSummary 1.\n"), "{system}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_longer_fits_goes_in_as_a_summary_that_grows() {
    let talk = Talk::new(&[BUDGET], script).await;
    let said = ask(&talk, None, 1, 2).await;
    assert_eq!(talk.calls(Call::Summary).len(), 0);
    assert_eq!(summary(&talk, &said[1]).await, Value::Null);

    // Now the first exchange no longer fits: half of the budget is summarised at once.
    let said = ask(&talk, said.last(), 3, 3).await;
    assert_eq!(summary(&talk, &said[1]).await, "Summary 1.");
    let lines = |numbers: &[usize]| {
        let exchanges = numbers
            .iter()
            .flat_map(|n| ["Person: ".into(), question(*n), "\nAssistant: ".into(), reply(*n), "\n".into()]);
        exchanges.collect::<Vec<String>>().concat()
    };
    let (_, asked) = prompt(&talk.calls(Call::Summary)[0]);
    assert_eq!(asked, [("user".to_owned(), lines(&[1, 2]))]);

    let said = ask(&talk, said.last(), 4, 4).await;
    let (system, messages) = talk.prompt();
    assert_eq!(messages, turns(&[2, 3], 4));
    assert!(system.starts_with("You are Elenchus") && system.contains("\nSummary 1.\n"), "{system}");
    // What does not fit is told already.
    assert_eq!(talk.calls(Call::Summary).len(), 1);

    let said = ask(&talk, said.last(), 5, 5).await;
    let (_, asked) = prompt(&talk.calls(Call::Summary)[1]);
    let grown =
        format!("The summary so far, of all that was said before:\nSummary 1.\n\nSince then:\n{}", lines(&[3, 4]));
    assert_eq!(asked, [("user".to_owned(), grown)]);
    assert_eq!(summary(&talk, &said[1]).await, "Summary 2.");
    ask(&talk, said.last(), 6, 6).await;
    let (system, messages) = talk.prompt();
    assert_eq!(messages, turns(&[4, 5], 6));
    assert!(system.contains("\nSummary 2.\n") && !system.contains("Summary 1."), "{system}");

    // The summary does not tell of another branch, and goes with what it tells of.
    let delete = "mutation($id: ID!) { deleteMessage(input: { messageId: $id }) { conversation { contextSummary } } }";
    let first = talk.served.library.text("id FROM messages WHERE parent_id IS NULL").await.unwrap();
    let first = elenchus::ids::MessageId::from_uuid(first.parse().unwrap()).to_string();
    let edited = talk.again("editMessage", json!({ "messageId": first, "text": question(8) })).await;
    let (system, messages) = talk.prompt();
    assert_eq!(messages, turns(&[], 8));
    assert!(!system.contains("Summary"), "{system}");
    assert_eq!(summary(&talk, &edited).await, "Summary 2.");
    let deleted = talk.run(delete, json!({ "id": first })).await;
    assert_eq!(deleted["deleteMessage"]["conversation"]["contextSummary"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_of_another_branch_is_not_told() {
    let talk = Talk::new(&[BUDGET], script).await;
    let said = ask(&talk, None, 1, 3).await;
    // The summary tells of the second exchange; this branch says something else in its place, and grows as long.
    let edited = talk.again("editMessage", json!({ "messageId": said[1].message, "text": question(9) })).await;
    talk.rest().await;
    let mut last = edited.reply;
    for n in [8, 7] {
        let input = json!({ "conversationId": said[0].conversation, "parentId": last, "text": question(n) });
        last = talk.say(input).await.reply;
        if n == 8 {
            let (system, messages) = talk.prompt();
            assert_eq!(messages, turns(&[1, 9], 8));
            assert!(!system.contains("Summary"), "{system}");
        }
        talk.rest().await;
    }
    // Its own summary took the place of the other one, and was not made from it.
    let (system, messages) = talk.prompt();
    assert_eq!(messages, turns(&[9, 8], 7));
    assert!(system.contains("\nSummary 2.\n"), "{system}");
    let (_, asked) = prompt(&talk.calls(Call::Summary)[1]);
    assert!(asked[0].1.starts_with("Person: Question 1:") && asked[0].1.contains("Reply 9."), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_summary_that_fails_harms_nothing_and_is_made_later() {
    let talk = Talk::new(&[BUDGET], |call, place, received| match (call, place) {
        (Call::Summary, 0) => Reply::refusal(400, &json!({ "error": { "message": "no" } })),
        (Call::Summary, 1) => answer(&"and so on ".repeat(1000)),
        _ => script(call, place, received),
    })
    .await;
    let said = ask(&talk, None, 1, 3).await;
    assert_eq!(summary(&talk, &said[0]).await, Value::Null);
    let said = ask(&talk, said.last(), 4, 4).await;
    let (system, messages) = talk.prompt();
    assert_eq!(messages, turns(&[2, 3], 4));
    assert!(!system.contains("<<<summary"), "{system}");
    assert_eq!(summary(&talk, &said[0]).await, Value::Null);
    let said = ask(&talk, said.last(), 5, 5).await;
    assert_eq!(summary(&talk, &said[0]).await, "Summary 3.");
    // Nothing that was said is lost with the summaries that failed.
    let (_, asked) = prompt(&talk.calls(Call::Summary)[2]);
    for n in 1..=4 {
        assert!(asked[0].1.contains(&question(n)) && asked[0].1.contains(&reply(n)), "{n}: {asked:?}");
    }
    ask(&talk, said.last(), 6, 6).await;
    assert!(talk.prompt().0.contains("\nSummary 3.\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_that_broke_off_go_in_as_far_as_they_were_shown() {
    let talk = Talk::new(&[], |call, place, received| match (call, place) {
        (Call::Reply, 0) => Reply::stream([WIRE.opening(), WIRE.token("Half of")]).then(Step::Cut),
        (Call::Reply, 1) => Reply::stream([WIRE.opening(), WIRE.token("Stopped here")]).then(Step::Stall),
        (Call::Reply, 2) => Reply::refusal(400, &json!({ "error": { "message": "no" } })),
        _ => script(call, place, received),
    })
    .await;
    let failed = talk.say(json!({ "text": question(1) })).await;
    assert_eq!((failed.text.as_str(), failed.status.as_str()), ("Half of", "FAILED"));
    let send = "mutation($input: SendMessageInput!) { sendMessage(input: $input) { reply { generation { id } } } }";
    let sent = talk.run(send, json!({ "input": { "conversationId": failed.conversation, "text": question(2) } })).await;
    let generation = sent["sendMessage"]["reply"]["generation"]["id"].clone();
    let shown = "(SELECT e.body FROM generation_events e JOIN generations g ON g.id = e.generation_id \
                 WHERE g.status = 'RUNNING' AND e.kind = 'TEXT')";
    talk.until(shown, "Stopped here").await;
    let stop = "mutation($id: ID!) { stopGeneration(input: { generationId: $id }) { generation { status } } }";
    let stopped = talk.run(stop, json!({ "id": generation })).await;
    assert_eq!(stopped["stopGeneration"]["generation"]["status"], "STOPPED");
    let silent = talk.go_on(&failed, &question(3)).await;
    assert_eq!((silent.text.as_str(), silent.status.as_str()), ("", "FAILED"));
    talk.go_on(&failed, &question(4)).await;
    let turn = |role: &str, text: String| (role.to_owned(), text);
    assert_eq!(
        talk.prompt().1,
        [
            turn("user", question(1)),
            turn("assistant", "Half of".to_owned()),
            turn("user", question(2)),
            turn("assistant", "Stopped here".to_owned()),
            // Nothing was said to the third: no provider takes an empty turn.
            turn("user", format!("{}\n\n{}", question(3), question(4))),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_providers_tool_calls_do_not_break_a_conversation() {
    use crate::support::provider::{ProviderServer, Wire};

    let other = ProviderServer::start(vec![Reply::stream([Wire::Anthropic.transcript(&["From the other."])])]).await;
    let call = json!({ "index": 0, "id": "call_1", "type": "function",
        "function": { "name": "search", "arguments": "{\"q\": 1}" } });
    let calling = [
        WIRE.opening(),
        WIRE.token("Let me look."),
        WIRE.event(&json!({ "choices": [{ "index": 0, "delta": { "tool_calls": [call] } }] })),
        WIRE.event(&json!({ "choices": [{ "index": 0, "delta": {}, "finish_reason": "tool_calls" }] })),
        WIRE.ending(),
    ]
    .concat();
    let settings = [
        ("FALLBACK_CHAT_MODEL", "anthropic/other"),
        ("ANTHROPIC_BASE_URL", other.base_url.as_str()),
        ("ANTHROPIC_API_KEY", "sk-test"),
    ];
    let talk = Talk::new(&settings, move |call, place, received| match (call, place) {
        (Call::Reply, 0) => Reply::stream([calling.clone()]),
        _ => script(call, place, received),
    })
    .await;
    let first = talk.say(json!({ "text": question(1) })).await;
    assert_eq!((first.text.as_str(), first.status.as_str()), ("Let me look.", "COMPLETED"));
    let input = json!({ "conversationId": first.conversation, "text": question(2), "model": "anthropic/other" });
    let second = talk.say(input).await;
    assert_eq!((second.text.as_str(), second.status.as_str()), ("From the other.", "COMPLETED"));
    let body = other.requests()[0].body.to_string();
    let messages = &other.requests()[0].body["messages"];
    let roles: Vec<_> = messages.as_array().unwrap().iter().map(|message| message["role"].clone()).collect();
    assert_eq!(roles, ["user", "assistant", "user"], "{messages}");
    assert!(!body.contains("call_1") && !body.contains("tool_use") && body.contains("Let me look."), "{body}");
}
