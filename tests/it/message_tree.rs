//! Messages as a tree: branches, siblings, and the pages that show them all.

use elenchus::ids::MessageId;
use serde_json::{Value, json};

use super::support::dialogue::Exchange;
use super::support::live::Person;
use super::support::served::Served;

/// The text of the person's messages from the first to this one's, by `parent`, replies as `>`.
async fn branch(person: &Person, leaf: &str) -> Vec<String> {
    let mut branch = Vec::new();
    let mut next = Some(leaf.to_owned());
    while let Some(id) = next {
        let message = person.read(&id, "Message", "role content parent { id }").await;
        let is_reply = message["role"] == "ASSISTANT";
        branch.push(if is_reply { ">".to_owned() } else { message["content"].as_str().unwrap().to_owned() });
        next = message["parent"]["id"].as_str().map(str::to_owned);
    }
    branch.reverse();
    branch
}

async fn siblings(person: &Person, id: &str) -> Vec<String> {
    let message = person.read(id, "Message", "siblings { id }").await;
    message["siblings"].as_array().unwrap().iter().map(|message| message["id"].as_str().unwrap().to_owned()).collect()
}

async fn ended(person: &Person, exchange: Exchange) -> Exchange {
    person.until(&exchange.generation, "COMPLETED").await;
    exchange
}

const PAGE: &str = "query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { node(id: $id) {
    ... on Conversation { messages(first: $first, after: $after, last: $last, before: $before) { totalCount
      nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } } }";

/// Ids on a page, whether there is more before and behind, and the cursors of its ends.
async fn page(person: &Person, conversation: &str, mut variables: Value) -> (Vec<String>, (bool, bool), [Value; 2]) {
    variables["id"] = json!(conversation);
    let data = person.run(PAGE, variables).await;
    let page = &data["node"]["messages"];
    assert_eq!(page["totalCount"], 10, "{page}");
    let ids = page["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect();
    let info = &page["pageInfo"];
    let more = (info["hasPreviousPage"].as_bool().unwrap(), info["hasNextPage"].as_bool().unwrap());
    (ids, more, [info["startCursor"].clone(), info["endCursor"].clone()])
}

#[tokio::test]
async fn edits_and_other_replies_are_siblings_and_the_newest_branch_goes_on() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let first = ada.converse(None, "one").await;
    assert_eq!(first.whole["message"]["parent"], Value::Null);
    assert_eq!(first.whole["reply"]["parent"]["id"], *first.message);
    let conversation = first.conversation.as_str();

    let other = ended(&ada, ada.regenerate(&first.reply).await).await;
    assert_eq!((&other.conversation, &other.message), (&first.conversation, &first.message));
    let again = ended(&ada, ada.regenerate(&first.message).await).await;
    let replies = [first.reply.clone(), other.reply.clone(), again.reply.clone()];
    for reply in &replies {
        assert_eq!(siblings(&ada, reply).await, replies, "oldest first, itself among them");
    }

    let second = ada.converse(Some(conversation), "two").await;
    assert_eq!(second.whole["message"]["parent"]["id"], *again.reply, "it follows the newest");
    let edited = ended(&ada, ada.edit(&first.message, "ONE").await).await;
    assert_eq!(edited.whole["message"]["parent"], Value::Null);
    assert_eq!(siblings(&ada, &first.message).await, [first.message.clone(), edited.message.clone()]);
    assert_eq!(siblings(&ada, &second.message).await, [second.message.as_str()]);

    let third = ada.converse(Some(conversation), "three").await;
    assert_eq!(branch(&ada, &third.reply).await, ["ONE", ">", "three", ">"]);
    assert_eq!(branch(&ada, &second.reply).await, ["one", ">", "two", ">"], "the old branch stays");
    // 3 + 3 messages and replies, and two other replies.
    let back = json!({ "text": "back", "conversationId": conversation, "parentId": first.reply, "waitForReply": true });
    let back = ada.say(back).await;
    assert_eq!(branch(&ada, &back.reply).await, ["one", ">", "back", ">"]);

    let all =
        [&back, &third, &edited, &second].map(|exchange| [exchange.reply.clone(), exchange.message.clone()]).concat();
    let all: Vec<String> =
        all.into_iter().chain([again.reply, other.reply, first.reply, first.message.clone()]).collect();
    assert_eq!(all.len(), 12);
    // The newest two go, so that ten are left.
    let delete = json!({ "messageId": back.message });
    let deleted = ada.act("deleteMessage", "DeleteMessageInput", delete, "deletedId conversation { id }").await;
    assert_eq!(deleted, json!({ "deletedId": back.message, "conversation": { "id": conversation } }));
    assert!(ada.misses(&back.reply).await, "what follows goes along");
    let all = &all[2..];

    let (ids, more, [_, end]) = page(&ada, conversation, json!({ "first": 4 })).await;
    assert_eq!((ids.as_slice(), more), (&all[..4], (false, true)));
    let (ids, more, [start, _]) = page(&ada, conversation, json!({ "first": 4, "after": end })).await;
    assert_eq!((ids.as_slice(), more), (&all[4..8], (true, true)));
    let (ids, more, _) = page(&ada, conversation, json!({ "last": 3, "before": start })).await;
    assert_eq!((ids.as_slice(), more), (&all[1..4], (true, true)));
    let (ids, more, [_, end]) = page(&ada, conversation, json!({ "last": 3 })).await;
    assert_eq!((ids.as_slice(), more), (&all[7..], (true, false)));
    let (ids, more, _) = page(&ada, conversation, json!({ "first": 4, "after": end })).await;
    assert_eq!((ids, more), (vec![], (true, false)), "an empty page, with something before it");
    let (ids, more, _) = page(&ada, conversation, json!({})).await;
    assert_eq!((ids.as_slice(), more), (all, (false, false)));
}

#[tokio::test]
async fn a_page_stays_where_it_is_while_more_is_said() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let first = ada.converse(None, "one").await;
    let second = ada.converse(Some(&first.conversation), "two").await;
    let pages = "messages(first: 3) { nodes { id } pageInfo { endCursor } }";
    let page = ada.read(&first.conversation, "Conversation", pages).await;
    let newest = [&second.reply, &second.message, &first.reply].map(|id| json!({ "id": id }));
    assert_eq!(page["messages"]["nodes"], json!(newest));
    ada.converse(Some(&first.conversation), "three").await;
    ended(&ada, ada.regenerate(&first.reply).await).await;
    let cursor = page["messages"]["pageInfo"]["endCursor"].as_str().unwrap();
    let rest =
        format!("messages(first: 3, after: {cursor:?}) {{ totalCount nodes {{ id }} pageInfo {{ hasNextPage }} }}");
    let rest = ada.read(&first.conversation, "Conversation", &rest).await;
    let oldest = json!({ "totalCount": 7, "nodes": [{ "id": first.message }], "pageInfo": { "hasNextPage": false } });
    assert_eq!(rest["messages"], oldest);
}

#[tokio::test]
async fn only_what_can_be_edited_answered_rated_or_deleted_is() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let said = ada.converse(None, "one").await;
    let elsewhere = ada.converse(None, "elsewhere").await;
    let bad = |field: &str| ("BAD_USER_INPUT".to_owned(), vec![field.to_owned()]);
    let edit = |id: &str, text: &str| json!({ "messageId": id, "text": text });
    for (input, field) in [
        (edit(&said.reply, "not mine"), "input.messageId"),
        (edit(&said.message, " \n"), "input.text"),
        (edit(&said.message, &"x".repeat(10_001)), "input.text"),
        (json!({ "messageId": said.message, "text": "x", "model": "nobody" }), "input.model"),
        (json!({ "messageId": said.message, "text": "x", "model": "openai/not-offered" }), "input.model"),
    ] {
        assert_eq!(ada.act_refused("editMessage", "EditMessageInput", input).await, bad(field));
    }
    let regenerate = json!({ "messageId": said.reply, "model": "openai/not-offered" });
    assert_eq!(ada.act_refused("regenerateReply", "RegenerateReplyInput", regenerate).await, bad("input.model"));
    let send = json!({ "text": "x", "conversationId": said.conversation, "parentId": elsewhere.reply });
    let not_found = ("NOT_FOUND".to_owned(), vec!["input.parentId".to_owned()]);
    assert_eq!(
        ada.act_refused("sendMessage", "SendMessageInput", send).await,
        not_found,
        "a parent of another conversation"
    );
    let send = json!({ "text": "x", "parentId": said.reply });
    assert_eq!(
        ada.act_refused("sendMessage", "SendMessageInput", send).await,
        bad("input.parentId"),
        "a parent in none"
    );

    let unknown = MessageId::generate(served.library.app.clock.now()).to_string();
    for (field, kind) in [
        ("regenerateReply", "RegenerateReplyInput"),
        ("deleteMessage", "DeleteMessageInput"),
        ("rateMessage", "RateMessageInput"),
        ("confirmDelivery", "ConfirmDeliveryInput"),
    ] {
        assert_eq!(ada.act_refused(field, kind, json!({ "messageId": unknown })).await.0, "NOT_FOUND", "{field}");
    }
    let rate = json!({ "messageId": said.message, "rating": "UP" });
    assert_eq!(ada.act_refused("rateMessage", "RateMessageInput", rate).await, bad("input.messageId"), "one's own");
    let rate = json!({ "messageId": said.reply, "rating": "UP", "comment": "x".repeat(2001) });
    assert_eq!(ada.act_refused("rateMessage", "RateMessageInput", rate).await, bad("input.comment"));
}

#[tokio::test]
async fn a_reply_is_rated_otherwise_and_not_at_all() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let said = ada.converse(None, "one").await;
    let rate = async |rating: Value, comment: Value| {
        let input = json!({ "messageId": said.reply, "rating": rating, "comment": comment });
        let rated = ada.act("rateMessage", "RateMessageInput", input, "message { feedback { rating comment } }").await;
        let stored = ada.read(&said.reply, "Message", "feedback { rating comment }").await;
        assert_eq!(rated["message"], stored);
        stored["feedback"].clone()
    };
    let longest = "ö".repeat(2000);
    for (rating, comment, feedback) in [
        (json!("UP"), json!("Good\0!"), json!({ "rating": "UP", "comment": "Good!" })),
        (json!("DOWN"), json!(longest), json!({ "rating": "DOWN", "comment": longest })),
        (json!("DOWN"), json!(null), json!({ "rating": "DOWN", "comment": null })),
        (json!(null), json!("a comment on nothing"), json!(null)),
        (json!(null), json!(null), json!(null)),
        (json!("UP"), json!(null), json!({ "rating": "UP", "comment": null })),
    ] {
        assert_eq!(rate(rating, comment).await, feedback);
    }
    let other = ended(&ada, ada.regenerate(&said.reply).await).await;
    assert_eq!(ada.read(&other.reply, "Message", "feedback { rating }").await, json!({ "feedback": null }));
}

#[tokio::test]
async fn a_deleted_message_takes_along_what_follows_it_and_nothing_else() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let first = ada.converse(None, "one").await;
    let other = ended(&ada, ada.regenerate(&first.reply).await).await;
    let second = ada.converse(Some(&first.conversation), "two").await;
    let conversation: elenchus::ids::ConversationId = first.conversation.parse().unwrap();
    let through: MessageId = second.reply.parse().unwrap();
    let summarise = format!(
        "UPDATE conversations SET context_summary = 'They said two.', summary_message_id = '{}' WHERE id = '{}'",
        through.uuid(),
        conversation.uuid()
    );
    served.library.sql(&summarise).await;

    ada.act("deleteMessage", "DeleteMessageInput", json!({ "messageId": first.reply }), "deletedId").await;
    assert_eq!(siblings(&ada, &other.reply).await, [other.reply.as_str()]);
    let summary = ada.read(&first.conversation, "Conversation", "contextSummary").await;
    assert_eq!(summary, json!({ "contextSummary": "They said two." }), "of another branch");
    ada.act("deleteMessage", "DeleteMessageInput", json!({ "messageId": second.message }), "deletedId").await;
    assert!(ada.misses(&second.message).await && ada.misses(&second.reply).await);
    let summary = ada.read(&first.conversation, "Conversation", "contextSummary").await;
    assert_eq!(summary, json!({ "contextSummary": null }), "it told of what is gone");
    let third = ada.converse(Some(&first.conversation), "three").await;
    assert_eq!(branch(&ada, &third.reply).await, ["one", ">", "three", ">"]);
    assert_eq!(third.whole["message"]["parent"]["id"], *other.reply);

    ada.act("deleteMessage", "DeleteMessageInput", json!({ "messageId": first.message }), "deletedId").await;
    let left = ada.read(&first.conversation, "Conversation", "messages { totalCount nodes { id } }").await;
    assert_eq!(left["messages"], json!({ "totalCount": 0, "nodes": [] }));
    let anew = ada.converse(Some(&first.conversation), "anew").await;
    assert_eq!(branch(&ada, &anew.reply).await, ["anew", ">"]);
}
