//! Documents of a conversation: attached, detached, and all that an answer may rest on.

use chrono::TimeDelta;
use elenchus::ids::DocumentId;
use serde_json::{Value, json};

use super::support::live::Person;
use super::support::served::Served;

const DOCUMENTS: &str = "conversation { documents { filename } }";
const BOTH: [&str; 2] = ["attachDocuments", "detachDocuments"];

async fn change(person: &Person, field: &str, conversation: &str, documents: &[&str]) -> Vec<String> {
    let input = json!({ "conversationId": conversation, "documentIds": documents });
    let changed = person.act(field, "ConversationDocumentsInput", input, DOCUMENTS).await;
    names(&changed["conversation"])
}

fn names(conversation: &Value) -> Vec<String> {
    let documents = conversation["documents"].as_array().unwrap();
    documents.iter().map(|document| document["filename"].as_str().unwrap().to_owned()).collect()
}

async fn attached(person: &Person, conversation: &str) -> Vec<String> {
    names(&person.read(conversation, "Conversation", "documents { filename }").await)
}

async fn refused(person: &Person, field: &str, conversation: &str, documents: &[String]) -> (String, Vec<String>) {
    let input = json!({ "conversationId": conversation, "documentIds": documents });
    person.act_refused(field, "ConversationDocumentsInput", input).await
}

#[tokio::test]
async fn documents_come_and_go_all_or_none() {
    let served = Served::new().await;
    let (ada, bob) = (served.person("ada").await, served.person("bob").await);
    let mut ids = Vec::new();
    for name in ["a.txt", "b.txt", "c.txt"] {
        served.library.app.clock.advance(TimeDelta::seconds(1));
        ids.push(served.library.upload(&ada.actor, name, name.as_bytes()).await.id.to_string());
    }
    let his = served.library.upload(&bob.actor, "his.txt", b"his").await.id.to_string();
    let ada = Person { url: served.url(""), token: ada.token };
    let [a, b, c] = [ids[0].as_str(), ids[1].as_str(), ids[2].as_str()];
    let conversation = ada.begin("1").await;

    assert_eq!(change(&ada, "attachDocuments", &conversation, &[c]).await, ["c.txt"]);
    served.library.app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(change(&ada, "attachDocuments", &conversation, &[b, b]).await, ["c.txt", "b.txt"]);
    served.library.app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(change(&ada, "attachDocuments", &conversation, &[a, c]).await, ["c.txt", "b.txt", "a.txt"]);
    let now = served.library.app.clock.now().to_rfc3339_opts(chrono::SecondsFormat::Secs, false);
    let changed = ada.read(&conversation, "Conversation", "updatedAt lastMessageAt").await;
    assert_eq!(changed, json!({ "updatedAt": now, "lastMessageAt": null }), "a change, and nothing said");
    assert_eq!(change(&ada, "attachDocuments", &conversation, &[]).await, ["c.txt", "b.txt", "a.txt"]);
    assert_eq!(change(&ada, "detachDocuments", &conversation, &[b, &his]).await, ["c.txt", "a.txt"]);
    assert_eq!(change(&ada, "detachDocuments", &conversation, &[b]).await, ["c.txt", "a.txt"]);

    let unknown = DocumentId::generate(served.library.app.clock.now()).to_string();
    let not_found = ("NOT_FOUND".to_owned(), vec!["input.documentIds".to_owned()]);
    for strange in [&his, &unknown, "nonsense", ""] {
        let both = [b.to_owned(), strange.to_owned()];
        assert_eq!(refused(&ada, "attachDocuments", &conversation, &both).await, not_found, "{strange:?}");
    }
    let too_many = vec![b.to_owned(); 101];
    for field in BOTH {
        let refused = refused(&ada, field, &conversation, &too_many).await;
        assert_eq!(refused, ("BAD_USER_INPUT".to_owned(), vec!["input.documentIds".to_owned()]), "{field}");
    }
    for (field, kind, input) in [
        ("createConversation", "CreateConversationInput", json!({ "documentIds": [b, his] })),
        ("sendMessage", "SendMessageInput", json!({ "text": "Hello", "documentIds": [b, his] })),
        (
            "sendMessage",
            "SendMessageInput",
            json!({ "text": "Hello", "conversationId": conversation, "documentIds": [b, his] }),
        ),
    ] {
        assert_eq!(ada.act_refused(field, kind, input).await, not_found, "{field}");
    }
    assert_eq!(attached(&ada, &conversation).await, ["c.txt", "a.txt"], "none of those came in");
    let all = ada.run("{ viewer { conversations { totalCount nodes { messages { totalCount } } } } }", json!({})).await;
    let one = json!({ "totalCount": 1, "nodes": [{ "messages": { "totalCount": 0 } }] });
    assert_eq!(all["viewer"]["conversations"], one, "and no conversation was begun for them");

    let hundred = vec![b; 100];
    assert_eq!(change(&ada, "attachDocuments", &conversation, &hundred).await, ["c.txt", "a.txt", "b.txt"]);
    ada.act("deleteDocument", "DocumentInput", json!({ "id": c }), "id").await;
    assert_eq!(attached(&ada, &conversation).await, ["a.txt", "b.txt"], "what is deleted is attached to nothing");
    let gone = refused(&ada, "attachDocuments", &conversation, &[c.to_owned()]).await;
    assert_eq!(gone, not_found);
}

#[tokio::test]
async fn an_answer_rests_on_the_attached_ones_alone() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let mut ids = Vec::new();
    for (name, text) in
        [("rent.txt", "The rent is due in advance."), ("lease.txt", "The rent is due at the end of the month.")]
    {
        ids.push(served.library.add(&ada.actor, name, text.as_bytes()).await.id.to_string());
    }
    let ada = Person { url: served.url(""), token: ada.token };
    let cited = async |reply: &str| -> Vec<String> {
        let found = ada.read(reply, "Message", "citations { document { filename } }").await;
        let citations = found["citations"].as_array().unwrap();
        let mut names: Vec<String> =
            citations.iter().map(|citation| citation["document"]["filename"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names.dedup();
        names
    };
    let question = "When is the rent due?";
    let open = ada.converse(None, question).await;
    assert_eq!(cited(&open.reply).await, ["lease.txt", "rent.txt"]);
    let input = json!({ "text": question, "documentIds": [ids[0]], "waitForReply": true });
    let bound = ada.say(input).await;
    assert_eq!(cited(&bound.reply).await, ["rent.txt"]);
    assert_eq!(attached(&ada, &bound.conversation).await, ["rent.txt"]);

    let further = json!({ "text": question, "conversationId": bound.conversation, "documentIds": [ids[1]], "waitForReply": true });
    let both = ada.say(further).await;
    assert_eq!(cited(&both.reply).await, ["lease.txt", "rent.txt"]);
    assert_eq!(change(&ada, "detachDocuments", &bound.conversation, &[&ids[0]]).await, ["lease.txt"]);
    let other = ada.converse(Some(&bound.conversation), question).await;
    assert_eq!(cited(&other.reply).await, ["lease.txt"]);
}

/// Names of the documents that a search finds, sorted; the code and field of a refusal.
async fn found(served: &Served, token: &str, scope: Value) -> Result<Vec<String>, (String, String)> {
    let query =
        "query($scope: SearchScopeInput) { search(query: \"rent\", scope: $scope) { hits { document { filename } } } }";
    let answer = served.ask(Some(token), query, json!({ "scope": scope })).await;
    if let Some(error) = answer.get("errors") {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let extensions = &error[0]["extensions"];
        return Err((text(&extensions["code"]), text(&extensions["fields"][0]["path"])));
    }
    let hits = answer["data"]["search"]["hits"].as_array().unwrap();
    let mut names: Vec<_> = hits.iter().map(|hit| hit["document"]["filename"].as_str().unwrap().to_owned()).collect();
    names.sort();
    Ok(names)
}

#[tokio::test]
async fn a_search_goes_where_the_answers_of_a_conversation_do() {
    let served = Served::new().await;
    let (ada, bob) = (served.person("ada").await, served.person("bob").await);
    let mut ids = Vec::new();
    for name in ["a.txt", "b.txt"] {
        ids.push(served.library.add(&ada.actor, name, b"The rent is due on Monday.").await.id.to_string());
    }
    let person = Person { url: served.url(""), token: ada.token.clone() };
    let conversation = person.begin("1").await;
    let scope = json!({ "conversationId": conversation });
    let all = ["a.txt".to_owned(), "b.txt".to_owned()];
    assert_eq!(
        found(&served, &ada.token, scope.clone()).await.unwrap(),
        all,
        "nothing is attached: all, as for replies"
    );
    change(&person, "attachDocuments", &conversation, &[&ids[1]]).await;
    assert_eq!(found(&served, &ada.token, scope.clone()).await.unwrap(), ["b.txt"]);
    let both = json!({ "conversationId": conversation, "documentIds": [ids[0]] });
    assert_eq!(found(&served, &ada.token, both).await.unwrap(), [""; 0], "each field narrows");
    let refused = Err(("NOT_FOUND".to_owned(), "scope.conversationId".to_owned()));
    assert_eq!(found(&served, &bob.token, scope).await, refused);
    assert_eq!(found(&served, &bob.token, json!({ "conversationId": "nonsense" })).await, refused);
}
