//! The least that any server must do for N: read the rows by prepared statements, write them as JSON.
//!
//! As many connections as the product has for reads, shared and pipelined in the same way; axum below. No GraphQL, no
//! sign-in, no limits, no log, no metrics. Of JSON only the escaping of texts is `serde_json`'s; everything else is
//! written down in its final form. The answer has the very content of the product's, which [`super::nested`] checks.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use chrono::DateTime;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, accepts, to_sql_checked};
use tokio_postgres::{Client, NoTls, Row, Statement};
use uuid::Uuid;

use crate::Outcome;

/// Has this program be the limit's server.
pub const ARGUMENT: &str = "limit-server";
/// Stands before the address in its first line.
pub const MARK: &str = "the limit listens at ";
/// The default of the product's `DATABASE_READ_CONNECTIONS`.
const CONNECTIONS: usize = 4;

const CONVERSATIONS: &str = "SELECT id, title, status, created_at, last_message_at FROM conversations \
    WHERE owner_id = $1 AND deleted_at IS NULL ORDER BY coalesce(last_message_at, created_at) DESC, id DESC LIMIT 20";
const MESSAGES: &str = "SELECT m.conversation_id, m.id, m.role, m.status, m.content, m.created_at \
    FROM unnest($1::uuid[]) AS k (id) CROSS JOIN LATERAL (SELECT conversation_id, id, role, status, content, \
    created_at FROM messages WHERE conversation_id = k.id ORDER BY id DESC LIMIT 10) AS m";
const DOCUMENTS: &str = "SELECT a.conversation_id, d.id, d.filename, d.byte_size, d.status, d.created_at \
    FROM conversation_documents a JOIN documents d ON d.id = a.document_id \
    WHERE a.conversation_id = ANY ($1) AND d.deleted_at IS NULL ORDER BY a.attached_at, a.document_id";

struct Shared {
    lines: Vec<Line>,
    next: AtomicUsize,
}

struct Line {
    client: Client,
    conversations: Statement,
    messages: Statement,
    documents: Statement,
}

/// Serves until the process is told to stop.
///
/// # Errors
/// When Postgres or the network stands against it.
pub async fn serve() -> Outcome<()> {
    let url = std::env::var("DATABASE_URL")?;
    let mut lines = Vec::new();
    for _ in 0..CONNECTIONS {
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
        tokio::spawn(connection);
        client.batch_execute("SET jit = off").await?;
        let conversations = client.prepare(CONVERSATIONS).await?;
        let messages = client.prepare(MESSAGES).await?;
        let documents = client.prepare(DOCUMENTS).await?;
        lines.push(Line { client, conversations, messages, documents });
    }
    let shared = Arc::new(Shared { lines, next: AtomicUsize::new(0) });
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{MARK}{}", listener.local_addr()?);
    axum::serve(listener, Router::new().route("/{reader}", get(answer)).with_state(shared)).await?;
    Ok(())
}

async fn answer(State(shared): State<Arc<Shared>>, Path(reader): Path<Uuid>) -> impl IntoResponse {
    let turn = shared.next.fetch_add(1, Ordering::Relaxed) % CONNECTIONS;
    match shared.lines[turn].read(reader).await {
        Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

impl Line {
    async fn read(&self, reader: Uuid) -> Outcome<Vec<u8>> {
        let conversations = self.client.query(&self.conversations, &[&Key(reader)]).await?;
        let keys = conversations.iter().map(|row| row.try_get(0)).collect::<Result<Vec<Key>, _>>()?;
        let parameters: [&(dyn ToSql + Sync); 1] = [&keys];
        let (messages, documents) = tokio::try_join!(
            self.client.query(&self.messages, &parameters),
            self.client.query(&self.documents, &parameters)
        )?;
        write(&keys, &conversations, &messages, &documents)
    }
}

fn write(keys: &[Key], conversations: &[Row], messages: &[Row], documents: &[Row]) -> Outcome<Vec<u8>> {
    let mut out = Vec::with_capacity(160 * 1024);
    out.extend_from_slice(br#"{"data":{"viewer":{"conversations":{"nodes":["#);
    let mut messages = messages.iter().peekable();
    for (at, (key, row)) in keys.iter().zip(conversations).enumerate() {
        comma(&mut out, at);
        id(&mut out, "conv", *key);
        field(&mut out, "title", row.try_get(1)?)?;
        field(&mut out, "status", row.try_get(2)?)?;
        time(&mut out, "createdAt", row.try_get(3)?)?;
        time(&mut out, "lastMessageAt", row.try_get(4)?)?;
        out.extend_from_slice(br#","messages":{"nodes":["#);
        let mut count = 0;
        // They come in the order of the keys.
        while let Some(row) = messages.next_if(|row| row.try_get::<_, Key>(0).is_ok_and(|of| of.0 == key.0)) {
            comma(&mut out, count);
            count += 1;
            id(&mut out, "msg", row.try_get(1)?);
            field(&mut out, "role", row.try_get(2)?)?;
            field(&mut out, "status", row.try_get(3)?)?;
            field(&mut out, "content", row.try_get(4)?)?;
            time(&mut out, "createdAt", row.try_get(5)?)?;
            out.push(b'}');
        }
        out.extend_from_slice(br#"]},"documents":["#);
        let mut count = 0;
        for row in documents {
            if row.try_get::<_, Key>(0)?.0 != key.0 {
                continue;
            }
            comma(&mut out, count);
            count += 1;
            id(&mut out, "doc", row.try_get(1)?);
            field(&mut out, "filename", row.try_get(2)?)?;
            write!(out, r#","byteSize":{}"#, row.try_get::<_, i64>(3)?)?;
            field(&mut out, "status", row.try_get(4)?)?;
            time(&mut out, "createdAt", row.try_get(5)?)?;
            out.push(b'}');
        }
        out.extend_from_slice(b"]}");
    }
    out.extend_from_slice(b"]}}}}");
    Ok(out)
}

fn comma(out: &mut Vec<u8>, at: usize) {
    if at > 0 {
        out.push(b',');
    }
}

/// The first field of an object: a TypeID, 26 digits of Crockford's base 32.
fn id(out: &mut Vec<u8>, prefix: &str, key: Key) {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    out.extend_from_slice(br#"{"id":""#);
    out.extend_from_slice(prefix.as_bytes());
    out.push(b'_');
    let bits = key.0.as_u128();
    out.extend((0..26_u32).rev().map(|digit| {
        let five = usize::try_from((bits >> (5 * digit)) & 31).unwrap_or_default();
        DIGITS[five]
    }));
    out.push(b'"');
}

fn field(out: &mut Vec<u8>, name: &str, text: &str) -> Outcome<()> {
    write!(out, r#","{name}":"#)?;
    Ok(serde_json::to_writer(out, text)?)
}

fn time(out: &mut Vec<u8>, name: &str, time: Time) -> Outcome<()> {
    let time = DateTime::from_timestamp_micros(time.0).ok_or("a time out of range")?;
    Ok(write!(out, r#","{name}":"{}""#, time.to_rfc3339())?)
}

/// `uuid` in Postgres's binary form.
#[derive(Debug, Clone, Copy)]
struct Key(Uuid);

type SqlError = Box<dyn std::error::Error + Sync + Send>;

impl<'a> FromSql<'a> for Key {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, SqlError> {
        Ok(Self(Uuid::from_slice(raw)?))
    }
    accepts!(UUID);
}

impl ToSql for Key {
    fn to_sql(&self, _: &Type, out: &mut bytes::BytesMut) -> Result<IsNull, SqlError> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }
    accepts!(UUID);
    to_sql_checked!();
}

/// `timestamptz`, in microseconds of Unix time; Postgres counts from 2000-01-01.
#[derive(Debug, Clone, Copy)]
struct Time(i64);

impl<'a> FromSql<'a> for Time {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, SqlError> {
        Ok(Self(i64::from_be_bytes(raw.try_into()?) + 946_684_800_000_000))
    }
    accepts!(TIMESTAMPTZ);
}
