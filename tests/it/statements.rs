//! A page of pages costs the same number of SQL statements, however many parents it has.

use serde_json::{Value, json};

use super::support::served::Served;

/// Conversations, a page of messages each, generations, citations (two: those of runs that are still written stand in
/// the log), attached documents, and cited ones.
/// `docs/ARCHITECTURE.md` names this number.
const STATEMENTS: &str = "7";

const NESTED: &str = "query ($first: Int!) { viewer { conversations(first: $first) { nodes {
    messages(first: 10) { nodes { generation { usage { totalTokens } citations { document { filename } } } } }
    documents { filename } } } } }";

/// Fifty conversations of ten messages; each reply cites two documents, each conversation has two others attached.
const SEED: &str = "
    INSERT INTO documents (id, owner_id, filename, media_type, byte_size, sha256, storage_key, status, created_at, updated_at)
    SELECT md5('document ' || n)::uuid, u.id, 'file ' || n || '.txt', 'text/plain', 1, decode(repeat('00', 32), 'hex'),
           'none/' || n, 'READY', now(), now()
    FROM users u, generate_series(1, 40) n;
    INSERT INTO conversations (id, owner_id, kind, title, last_message_at, created_at, updated_at)
    SELECT md5('conversation ' || n)::uuid, u.id, 'GENERAL', 'Conversation ' || n, now() - n * interval '1 minute', now(), now()
    FROM users u, generate_series(1, 50) n;
    INSERT INTO conversation_documents (conversation_id, document_id, attached_at)
    SELECT md5('conversation ' || n)::uuid, md5('document ' || (n + k) % 20 + 1)::uuid, now()
    FROM generate_series(1, 50) n, generate_series(0, 1) k;
    INSERT INTO generations (id, owner_id, purpose, status, content, input_tokens, output_tokens, conversation_id, created_at, ended_at)
    SELECT md5('generation ' || n || ' ' || m)::uuid, u.id, 'REPLY', 'COMPLETED', 'Yes. [1] [2]', 10, 5,
           md5('conversation ' || n)::uuid, now(), now()
    FROM users u, generate_series(1, 50) n, generate_series(1, 5) m;
    INSERT INTO messages (id, conversation_id, author_id, role, content, status, generation_id, created_at)
    SELECT md5('message ' || n || ' ' || k)::uuid, md5('conversation ' || n)::uuid, u.id, 'USER', 'Is it?', 'SENT', NULL, now()
    FROM users u, generate_series(1, 50) n, generate_series(1, 5) k;
    INSERT INTO messages (id, conversation_id, role, content, status, generation_id, created_at)
    SELECT md5('reply ' || n || ' ' || k)::uuid, md5('conversation ' || n)::uuid, 'ASSISTANT', 'Yes. [1] [2]', 'COMPLETED',
           md5('generation ' || n || ' ' || k)::uuid, now()
    FROM generate_series(1, 50) n, generate_series(1, 5) k;
    INSERT INTO generation_citations (generation_id, position, marker, document_id, start_char, end_char, quote, score,
                                      answer_start_char, answer_end_char)
    SELECT md5('generation ' || n || ' ' || m)::uuid, k, k + 1, md5('document ' || 21 + (n + m + k) % 20)::uuid, 0, 1, 'Y', 1, 0, 4
    FROM generate_series(1, 50) n, generate_series(1, 5) m, generate_series(0, 1) k";

fn list<'a>(value: &'a Value, path: &str) -> &'a Vec<Value> {
    value.pointer(path).and_then(Value::as_array).unwrap_or_else(|| panic!("no {path} in {value}"))
}

#[tokio::test]
async fn the_number_of_statements_does_not_grow_with_the_page() {
    let served = Served::new().await;
    let person = served.person("ada").await;
    served.library.sql(SEED).await;
    for first in [1, 10, 50] {
        let answer = served.answer(Some(&person.token), NESTED, json!({ "first": first })).await;
        assert_eq!(answer.body.get("errors"), None);
        let conversations = list(&answer.body, "/data/viewer/conversations/nodes");
        assert_eq!(conversations.len(), first);
        for conversation in conversations {
            assert_eq!(list(conversation, "/documents").len(), 2);
            let messages = list(conversation, "/messages/nodes");
            let replies: Vec<_> = messages.iter().filter(|message| !message["generation"].is_null()).collect();
            assert_eq!((messages.len(), replies.len()), (10, 5));
            for reply in replies {
                assert_eq!(reply["generation"]["usage"]["totalTokens"], 15);
                let citations = list(reply, "/generation/citations");
                assert_eq!(citations.iter().filter(|citation| citation["document"]["filename"].is_string()).count(), 2);
            }
        }
        assert_eq!(answer.headers["x-sql-statements"], STATEMENTS, "for {first} conversations");
    }
}
