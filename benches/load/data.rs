//! The fixed synthetic set: 200 people with 20 conversations each, 20 messages in each, a document for each.
//!
//! Rows are written in the order of time, so that the messages of one conversation lie scattered over the table as in
//! real use. Message texts have 400 characters, quotes and line ends among them.

use std::sync::Arc;
use std::time::Duration;

use elenchus::db::connect::Connector;
use elenchus::db::migrate;
use elenchus::domain::users::password;
use tokio::sync::Semaphore;

use crate::Outcome;

/// The password of everybody.
pub const PASSWORD: &str = "eleven purple ducks";

/// People who ask nested queries and follow streams: all the same but for their rows.
pub const READERS: usize = 20;

/// All people. The documents and conversations of the one with number n are n, n + 200, n + 400 and so on.
pub const PEOPLE: usize = 200;

/// Conversations of each, and documents; messages in each conversation.
pub const EACH: usize = 20;

/// Beginning of the ids and times, so that they are the same in every run: 2026-01-01 in milliseconds. `{hash}` stands
/// for everybody's password.
const FILL: &str = r#"
CREATE FUNCTION pg_temp.made_id(ms bigint, kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(1767225600000 + ms), 12, '0') || '7' || substr(md5(kind || n), 1, 3)
            || '8' || substr(md5(kind || n), 4, 15))::uuid $$;
CREATE FUNCTION pg_temp.made_at(ms bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
    SELECT to_timestamp(1767225600) + ms * interval '1 millisecond' $$;

INSERT INTO users (id, email, full_name, password_hash, created_at, updated_at)
SELECT pg_temp.made_id(n, 'user', n), format('reader%s@bench.example', n), format('Reader %s', n), '{hash}',
       pg_temp.made_at(n), pg_temp.made_at(n)
FROM generate_series(0, 199) n;

INSERT INTO documents (id, owner_id, filename, media_type, byte_size, sha256, storage_key, status, progress,
                       created_at, updated_at, processed_at)
SELECT pg_temp.made_id(n * 1000, 'document', n), pg_temp.made_id(n % 200, 'user', n % 200),
       format('report "%s".txt', n), 'text/plain', 1000 + n, decode(md5('a' || n) || md5('b' || n), 'hex'),
       format('bench/%s', n), 'READY', 1, pg_temp.made_at(n * 1000), pg_temp.made_at(n * 1000),
       pg_temp.made_at(n * 1000)
FROM generate_series(0, 3999) n;

INSERT INTO conversations (id, owner_id, kind, title, last_message_at, created_at, updated_at)
SELECT pg_temp.made_id(n * 1000, 'conversation', n), pg_temp.made_id(n % 200, 'user', n % 200), 'GENERAL',
       format('Conversation "%s"', n), pg_temp.made_at((80000 + n) * 1000), pg_temp.made_at(n * 1000),
       pg_temp.made_at((80000 + n) * 1000)
FROM generate_series(0, 3999) n;

INSERT INTO conversation_documents (conversation_id, document_id, attached_at)
SELECT pg_temp.made_id(n * 1000, 'conversation', n), pg_temp.made_id(n * 1000, 'document', n),
       pg_temp.made_at(n * 1000)
FROM generate_series(0, 3999) n;

INSERT INTO messages (id, conversation_id, parent_id, author_id, role, content, status, created_at)
SELECT pg_temp.made_id((4000 + n) * 1000, 'message', n), pg_temp.made_id(c * 1000, 'conversation', c),
       CASE WHEN n >= 4000 THEN pg_temp.made_id(n * 1000, 'message', n - 4000) END,
       CASE WHEN turn % 2 = 0 THEN pg_temp.made_id(c % 200, 'user', c % 200) END,
       CASE WHEN turn % 2 = 0 THEN 'USER' ELSE 'ASSISTANT' END,
       left(repeat(format(E'Reader %s asked "why?" in turn %s.\nThe answer, as they say, follows here: ', c, turn), 8), 400),
       CASE WHEN turn % 2 = 0 THEN 'SENT' ELSE 'COMPLETED' END, pg_temp.made_at((4000 + n) * 1000)
FROM (SELECT n, n % 4000 AS c, n / 4000 AS turn FROM generate_series(0, 79999) n ORDER BY n) AS said;
"#;

/// Makes the tables and fills them.
///
/// # Errors
/// When Postgres refuses.
pub async fn fill(url: &str) -> Outcome<()> {
    let connector = Connector::new(url, Duration::from_secs(10))?;
    migrate::run(&connector).await?;
    let hash = password::hash(&Arc::new(Semaphore::new(1)), Duration::from_secs(10), &PASSWORD.into()).await?;
    let (client, _alive) = connector.client().await?;
    client.batch_execute(&FILL.replace("{hash}", &hash)).await?;
    for table in ["users", "documents", "conversations", "conversation_documents", "messages"] {
        client.batch_execute(&format!("VACUUM ANALYZE {table}")).await?;
    }
    // Its write-ahead log would otherwise be worked off during the measurements.
    client.batch_execute("CHECKPOINT").await?;
    Ok(())
}

/// What a document is called.
pub fn filename(document: usize) -> String {
    format!("report \"{document}\".txt")
}

/// The address to sign in with.
pub fn email(reader: usize) -> String {
    format!("reader{reader}@bench.example")
}
