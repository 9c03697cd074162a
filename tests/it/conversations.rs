//! Conversations: the list, what can be done with one, what becomes of it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::TimeDelta;
use elenchus::domain::conversations::jobs::PurgeConversations;
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::support::library::FIRST;
use super::support::live::Person;
use super::support::served::Served;

const LIST: &str =
    "query($first: Int, $after: String, $last: Int, $before: String, $filter: ConversationFilter) { viewer {
    conversations(first: $first, after: $after, last: $last, before: $before, filter: $filter) { totalCount
      edges { cursor } nodes { title } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";

/// A page of the list.
#[derive(Debug)]
struct Listed {
    titles: Vec<String>,
    total: i64,
    /// Whether there is more before and behind.
    more: (bool, bool),
    start: Option<String>,
    end: Option<String>,
    cursors: Vec<String>,
}

async fn list(person: &Person, variables: Value) -> Listed {
    let data = person.run(LIST, variables).await;
    let page = &data["viewer"]["conversations"];
    let texts = |path: &str, name: &str| -> Vec<String> {
        let list = page.pointer(path).and_then(Value::as_array).unwrap();
        list.iter().map(|item| item[name].as_str().unwrap().to_owned()).collect()
    };
    let info = &page["pageInfo"];
    Listed {
        titles: texts("/nodes", "title"),
        total: page["totalCount"].as_i64().unwrap(),
        more: (info["hasPreviousPage"].as_bool().unwrap(), info["hasNextPage"].as_bool().unwrap()),
        start: info["startCursor"].as_str().map(str::to_owned),
        end: info["endCursor"].as_str().map(str::to_owned),
        cursors: texts("/edges", "cursor"),
    }
}

async fn titles(person: &Person, variables: Value) -> Vec<String> {
    list(person, variables).await.titles
}

fn minute(served: &Served) {
    served.library.app.clock.advance(TimeDelta::minutes(1));
}

/// Conversations of these titles, a minute apart.
async fn begin_all(served: &Served, person: &Person, titles: &[&str]) -> Vec<String> {
    let mut ids = Vec::new();
    for title in titles {
        minute(served);
        ids.push(person.begin(title).await);
    }
    ids
}

#[tokio::test]
async fn the_list_is_paged_both_ways_in_the_order_of_the_last_message() {
    let served = Served::new().await;
    let (ada, bob) = (served.speaker("ada").await, served.speaker("bob").await);
    let ids = begin_all(&served, &ada, &["1", "2", "3", "4", "5", "6", "7"]).await;
    begin_all(&served, &bob, &["his", "own"]).await;
    minute(&served);
    ada.converse(Some(&ids[2]), "This one comes to the top.").await;

    let first = list(&ada, json!({ "first": 3 })).await;
    assert_eq!((first.titles, first.total, first.more), (vec!["3".into(), "7".into(), "6".into()], 7, (false, true)));
    assert_eq!((first.cursors.first(), first.cursors.last()), (first.start.as_ref(), first.end.as_ref()));
    let second = list(&ada, json!({ "first": 3, "after": first.end })).await;
    assert_eq!((second.titles, second.total, second.more), (vec!["5".into(), "4".into(), "2".into()], 7, (true, true)));
    let third = list(&ada, json!({ "first": 3, "after": second.end })).await;
    assert_eq!((third.titles, third.total, third.more), (vec!["1".into()], 7, (true, false)));
    let beyond = list(&ada, json!({ "first": 3, "after": third.end })).await;
    assert_eq!((beyond.titles, beyond.total, beyond.more, beyond.end), (vec![], 7, (true, false), None));

    let last = list(&ada, json!({ "last": 3 })).await;
    assert_eq!((last.titles, last.more), (vec!["4".into(), "2".into(), "1".into()], (true, false)));
    let before = list(&ada, json!({ "last": 3, "before": last.start })).await;
    assert_eq!((before.titles, before.more), (vec!["7".into(), "6".into(), "5".into()], (true, true)));
    let top = list(&ada, json!({ "last": 3, "before": before.start })).await;
    assert_eq!((top.titles, top.more), (vec!["3".into()], (false, true)));
    assert_eq!(
        titles(&ada, json!({ "after": first.cursors[1] })).await,
        ["6", "5", "4", "2", "1"],
        "20 where nobody says"
    );
    assert_eq!(titles(&ada, json!({ "first": 100 })).await, ["3", "7", "6", "5", "4", "2", "1"]);
    // A cursor is a place in time: with another's one sees one's own.
    assert_eq!(titles(&bob, json!({ "after": second.end })).await, Vec::<String>::new());
    assert_eq!(titles(&bob, json!({ "after": first.start })).await, ["own", "his"]);
    assert_eq!(list(&bob, json!({})).await.total, 2);
}

#[tokio::test]
async fn ties_have_an_order_and_what_moves_is_never_listed_twice() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let mut ids = Vec::new();
    for title in ["1", "2", "3", "4", "5"] {
        ids.push(ada.begin(title).await);
    }
    let first = list(&ada, json!({ "first": 2 })).await;
    assert_eq!(first.titles, ["5", "4"], "made at the same moment: the later one first");
    minute(&served);
    ada.converse(Some(&ids[4]), "Said while somebody turns the page.").await;
    ada.begin("6").await;
    let second = list(&ada, json!({ "first": 2, "after": first.end })).await;
    assert_eq!((second.titles, second.more), (vec!["3".into(), "2".into()], (true, true)));
    ada.converse(Some(&ids[0]), "This one has left the rest of the list.").await;
    assert_eq!(titles(&ada, json!({ "first": 2, "after": second.end })).await, Vec::<String>::new());
    assert_eq!(titles(&ada, json!({})).await, ["6", "5", "1", "4", "3", "2"]);
}

#[tokio::test]
async fn the_list_is_filtered_by_status_and_the_archive_is_left_by_hand_or_by_a_message() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let ids = begin_all(&served, &ada, &["1", "2", "3"]).await;
    let put_away = |id: String| {
        let ada = &ada;
        async move {
            let input = json!({ "conversationId": id });
            ada.act("archiveConversation", "ConversationInput", input, "conversation { status }").await["conversation"]
                .clone()
        }
    };
    for id in [&ids[0], &ids[1], &ids[1]] {
        assert_eq!(put_away(id.clone()).await, json!({ "status": "ARCHIVED" }), "twice is as good as once");
    }
    let by = |status: &str| json!({ "first": 1, "filter": { "status": status } });
    let archived = list(&ada, by("ARCHIVED")).await;
    assert_eq!((archived.titles, archived.total, archived.more), (vec!["2".into()], 2, (false, true)));
    let active = list(&ada, by("ACTIVE")).await;
    assert_eq!((active.titles, active.total, active.more), (vec!["3".into()], 1, (false, false)));
    assert_eq!(list(&ada, json!({ "filter": {} })).await.total, 3);
    assert_eq!(list(&ada, json!({ "filter": null })).await.total, 3);

    let back = json!({ "conversationId": ids[0], "status": "ACTIVE" });
    let back = ada.act("updateConversation", "UpdateConversationInput", back, "conversation { title status }").await;
    assert_eq!(back["conversation"], json!({ "title": "1", "status": "ACTIVE" }));
    let said = ada.converse(Some(&ids[1]), "Are you still there?").await;
    assert_eq!(said.whole["conversation"]["status"], "ACTIVE");
    put_away(ids[1].clone()).await;
    assert_eq!(ada.regenerate(&said.reply).await.whole["conversation"]["status"], "ACTIVE");
    assert_eq!(list(&ada, by("ARCHIVED")).await.total, 0);
}

#[tokio::test]
async fn pages_that_cannot_be_are_refused_with_the_argument() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let conversation = ada.begin("1").await;
    let said = ada.converse(Some(&conversation), "Something.").await;
    let cursor = list(&ada, json!({})).await.end.unwrap();
    let messages = "query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { node(id: $id) {
        ... on Conversation { messages(first: $first, after: $after, last: $last, before: $before) { nodes { id } } } } }";
    let refused = |field: &str| ("BAD_USER_INPUT".to_owned(), vec![field.to_owned()]);
    let with_id = |mut variables: Value| {
        variables["id"] = json!(conversation);
        variables
    };
    for (variables, field) in [
        (json!({ "first": 0 }), "first"),
        (json!({ "first": -1 }), "first"),
        (json!({ "first": 101 }), "first"),
        (json!({ "last": 0 }), "last"),
        (json!({ "last": 101 }), "last"),
        (json!({ "first": 1, "last": 1 }), "last"),
        (json!({ "after": cursor, "before": cursor }), "before"),
        (json!({ "first": 1, "before": cursor }), "before"),
        (json!({ "last": 1, "after": cursor }), "before"),
    ] {
        assert_eq!(ada.refused(LIST, variables.clone()).await, refused(field), "{variables}");
        assert_eq!(ada.refused(messages, with_id(variables.clone())).await, refused(field), "messages: {variables}");
    }
    let id = said.conversation.as_str();
    for plain in [
        "",
        "nonsense",
        "~",
        id,
        &format!("~{id}"),
        &format!("1~{}", said.message),
        &format!("1.5~{id}"),
        // Before and behind all that Postgres can name.
        &format!("-9000000000000000~{id}"),
        &format!("-1~{id}"),
        &format!("9223372036854775807~{id}"),
        &format!("99999999999999999999~{id}"),
    ] {
        let made_up = BASE64.encode(plain);
        assert_eq!(ada.refused(LIST, json!({ "after": made_up })).await, refused("after"), "{plain}");
        assert_eq!(ada.refused(LIST, json!({ "before": made_up })).await, refused("before"), "{plain}");
        assert_eq!(ada.refused(messages, with_id(json!({ "after": made_up }))).await, refused("after"), "{plain}");
    }
    for no_base64 in ["%", "====", "\u{0}", &cursor[1..], &said.message] {
        assert_eq!(ada.refused(LIST, json!({ "after": no_base64 })).await, refused("after"), "{no_base64}");
    }
    // As far ahead as a time can be written: a place behind which there is everything.
    let far = BASE64.encode(format!("8000000000000000000~{id}"));
    assert_eq!(titles(&ada, json!({ "after": far })).await, ["1"]);
    let too_large = ada.refused(LIST, json!({ "first": 3_000_000_000_u32 })).await;
    assert_eq!(too_large.0, "BAD_USER_INPUT");
}

const WHOLE: &str = "conversation { title status kind metadata lastMessageAt documents { id } }";

#[tokio::test]
async fn what_is_not_given_stays_as_it_is() {
    let served = Served::new().await;
    let ada = served.speaker("ada").await;
    let made = ada.act("createConversation", "CreateConversationInput", json!({}), WHOLE).await;
    let empty = json!({ "title": "New conversation", "status": "ACTIVE", "kind": "GENERAL", "metadata": {},
        "lastMessageAt": null, "documents": [] });
    assert_eq!(made["conversation"], empty);
    let nulls = json!({ "title": null, "kind": null, "metadata": null, "documentIds": null });
    let made = ada.act("createConversation", "CreateConversationInput", nulls, WHOLE).await;
    assert_eq!(made["conversation"], empty);

    let input =
        json!({ "title": "  Rent\n and \t damages\u{7} ", "kind": "LEGAL_RESEARCH", "metadata": { "a": [1, null] } });
    let made = ada
        .act("createConversation", "CreateConversationInput", input, "conversation { id title kind metadata }")
        .await;
    let id = made["conversation"]["id"].as_str().unwrap().to_owned();
    let mut expected = json!({ "title": "Rent and damages", "kind": "LEGAL_RESEARCH", "metadata": { "a": [1, null] }, "status": "ACTIVE" });
    for (change, shows) in [
        (json!({}), json!({})),
        (json!({ "title": null, "status": null, "kind": null, "metadata": null }), json!({})),
        (json!({ "title": "x".repeat(255) }), json!({ "title": "x".repeat(255) })),
        (json!({ "title": "größer" }), json!({ "title": "größer" })),
        (json!({ "kind": "GENERAL" }), json!({ "kind": "GENERAL" })),
        (json!({ "metadata": { "b": 2 } }), json!({ "metadata": { "b": 2 } })),
        (json!({ "metadata": {} }), json!({ "metadata": {} })),
        (json!({ "status": "ARCHIVED" }), json!({ "status": "ARCHIVED" })),
    ] {
        let mut input = change.clone();
        input["conversationId"] = json!(id);
        expected.as_object_mut().unwrap().extend(shows.as_object().unwrap().clone());
        let payload = "conversation { title kind metadata status }";
        let changed = ada.act("updateConversation", "UpdateConversationInput", input, payload).await;
        assert_eq!(changed["conversation"], expected, "{change}");
        assert_eq!(ada.read(&id, "Conversation", "title kind metadata status").await, expected);
    }
    let deep = json!({ "a": "x".repeat(16 * 1024) });
    for (change, field) in [
        (json!({ "title": "" }), vec!["input.title"]),
        (json!({ "title": " \n" }), vec!["input.title"]),
        (json!({ "title": "x".repeat(256) }), vec!["input.title"]),
        (json!({ "metadata": [] }), vec!["input.metadata"]),
        (json!({ "metadata": "text" }), vec!["input.metadata"]),
        (json!({ "metadata": deep }), vec!["input.metadata"]),
        (json!({ "metadata": { "a": "\u{0}" } }), vec!["input.metadata"]),
        (json!({ "title": "", "metadata": [] }), vec!["input.title", "input.metadata"]),
    ] {
        let refused = ("BAD_USER_INPUT".to_owned(), field.into_iter().map(str::to_owned).collect());
        assert_eq!(ada.act_refused("createConversation", "CreateConversationInput", change.clone()).await, refused);
        let mut input = change.clone();
        input["conversationId"] = json!(id);
        assert_eq!(ada.act_refused("updateConversation", "UpdateConversationInput", input).await, refused, "{change}");
    }
    assert_eq!(ada.read(&id, "Conversation", "title kind metadata status").await, expected);
}

#[tokio::test]
async fn a_deleted_conversation_is_gone_for_every_reader_and_later_for_good() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let document = served.library.add(&ada.actor, "rent.txt", b"The rent is due in advance.").await.id.to_string();
    let ada = Person { url: served.url(""), token: ada.token };
    let said =
        ada.say(json!({ "text": "When is the rent due?", "documentIds": [document], "waitForReply": true })).await;
    let kept = ada.converse(None, "Zanzibar?").await;
    for conversation in [&said.conversation, &kept.conversation] {
        let input = json!({ "conversationId": conversation });
        let deleted = ada.act("deleteConversation", "ConversationInput", input.clone(), "deletedId").await;
        assert_eq!(deleted["deletedId"], **conversation);
        let again = ada.act_refused("deleteConversation", "ConversationInput", input).await;
        assert_eq!(again, ("NOT_FOUND".to_owned(), vec![]));
    }
    assert_eq!(list(&ada, json!({})).await.total, 0);
    for id in [&said.conversation, &said.message, &said.reply] {
        assert!(ada.misses(id).await, "{id}");
    }
    let id = json!(said.conversation);
    for (field, kind, input) in [
        ("updateConversation", "UpdateConversationInput", json!({ "conversationId": id, "title": "x" })),
        ("archiveConversation", "ConversationInput", json!({ "conversationId": id })),
        ("attachDocuments", "ConversationDocumentsInput", json!({ "conversationId": id, "documentIds": [document] })),
        ("detachDocuments", "ConversationDocumentsInput", json!({ "conversationId": id, "documentIds": [document] })),
        ("sendMessage", "SendMessageInput", json!({ "conversationId": id, "text": "Hello?" })),
        ("editMessage", "EditMessageInput", json!({ "messageId": said.message, "text": "Hello?" })),
        ("regenerateReply", "RegenerateReplyInput", json!({ "messageId": said.reply })),
        ("rateMessage", "RateMessageInput", json!({ "messageId": said.reply, "rating": "UP" })),
        ("deleteMessage", "DeleteMessageInput", json!({ "messageId": said.reply })),
        ("setTyping", "SetTypingInput", json!({ "conversationId": id, "isTyping": true })),
        ("confirmDelivery", "ConfirmDeliveryInput", json!({ "messageId": said.reply })),
    ] {
        assert_eq!(ada.act_refused(field, kind, input).await.0, "NOT_FOUND", "{field}");
    }

    // Thirty days later its rows go, and the files stay.
    let database = &served.library;
    let deleted_at = async |id: &str, time: &str| {
        let id: elenchus::ids::ConversationId = id.parse().unwrap();
        database.sql(&format!("UPDATE conversations SET deleted_at = {time} WHERE id = '{}'", id.uuid())).await;
    };
    deleted_at(&said.conversation, "deleted_at - interval '31 days'").await;
    deleted_at(&kept.conversation, "now() - interval '29 days'").await;
    PurgeConversations {}.run(database.app.clone(), FIRST).await.unwrap();
    for (table, count) in [
        ("conversations", "1"),
        ("messages", "2"),
        ("generations", "1"),
        ("conversation_documents", "0"),
        ("generation_citations", "0"),
        ("documents", "1"),
    ] {
        assert_eq!(database.text(&format!("count(*) FROM {table}")).await.as_deref(), Some(count), "{table}");
    }
    let found = ada.read(&document, "Document", "text downloadUrl").await;
    assert_eq!(found["text"], "The rent is due in advance.");
    let file = served.get(found["downloadUrl"].as_str().unwrap()).await;
    assert_eq!(file, (200, "The rent is due in advance.".to_owned()));
}
