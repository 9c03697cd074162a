//! The audit trail: who did what, on what, when, from where.
//!
//! What changes access, destroys something or changes the configuration is recorded in the transaction that does it: the
//! one is never there without the other. Rows are never changed, which the database sees to, and removed only by age.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use self::model::{Entry, NewAuditEvent};
use super::actor::Actor;
use super::client::Client;
use crate::app::App;
use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::{AuditEventId, UserId};
use crate::trace::work;

pub mod model;
pub mod reading;
pub mod redaction;
pub mod store;

/// What the server itself is called, at work that nobody asked for.
pub const SYSTEM: &str = "system";
/// What those are called who have not signed in.
pub const NOBODY: &str = "nobody";

/// Who did something, and from where.
#[derive(Debug, Clone)]
pub struct Author {
    name: String,
    account: Option<UserId>,
    client: Client,
}

impl Author {
    /// Whoever asks.
    #[must_use]
    pub fn of(actor: &Actor) -> Self {
        let Some(signed_in) = actor.signed_in() else { return Self::nobody(actor.client()) };
        let account = Self::account(signed_in.user.id, actor.client());
        match signed_in.api_key() {
            Some(key) => Self { name: key.to_string(), ..account },
            None => account,
        }
    }

    /// Somebody who has just proved to be the owner of this account.
    #[must_use]
    pub fn account(id: UserId, client: &Client) -> Self {
        Self { name: id.to_string(), account: Some(id), client: client.clone() }
    }

    /// Somebody who has not signed in.
    #[must_use]
    pub fn nobody(client: &Client) -> Self {
        Self { name: NOBODY.to_owned(), account: None, client: client.clone() }
    }

    /// The server itself, or whoever runs it.
    #[must_use]
    pub fn system() -> Self {
        Self { name: SYSTEM.to_owned(), account: None, client: Client::default() }
    }
}

/// Records what the actor does, in the caller's transaction.
///
/// # Errors
/// When Postgres does not answer.
pub async fn record(conn: &Connection, now: DateTime<Utc>, actor: &Actor, entry: Entry) -> Result<()> {
    store::insert(conn, &[row(now, &Author::of(actor), entry)]).await
}

/// As [`record`], for several things at once: one statement.
///
/// # Errors
/// When Postgres does not answer.
pub async fn record_all(conn: &Connection, now: DateTime<Utc>, actor: &Actor, entries: Vec<Entry>) -> Result<()> {
    let author = Author::of(actor);
    let rows: Vec<_> = entries.into_iter().map(|entry| row(now, &author, entry)).collect();
    store::insert(conn, &rows).await
}

/// As [`record`], where there is no actor yet, or none at all.
///
/// # Errors
/// When Postgres does not answer.
pub async fn record_by(conn: &Connection, now: DateTime<Utc>, author: &Author, entry: Entry) -> Result<()> {
    store::insert(conn, &[row(now, author, entry)]).await
}

/// Records what no transaction goes with, such as a refusal. Nobody waits for it, and it takes its time whatever was
/// refused. When more is refused at once than can be written, the rest is only counted.
pub fn note(app: &App, author: &Author, entry: Entry) {
    let Ok(turn) = Arc::clone(&app.notes).try_acquire_owned() else {
        metrics::counter!("elenchus_audit_dropped_total").increment(1);
        return;
    };
    let row = row(app.clock.now(), author, entry);
    let app = app.clone();
    tokio::spawn(async move {
        let _turn = turn;
        let written = async { store::insert(&*app.db.write().await?, &[row]).await }.await;
        if let Err(error) = written {
            metrics::counter!("elenchus_audit_dropped_total").increment(1);
            tracing::warn!(error = error.chain(), "a refusal is missing in the audit trail");
        }
    });
}

fn row(now: DateTime<Utc>, author: &Author, entry: Entry) -> NewAuditEvent {
    NewAuditEvent {
        id: AuditEventId::generate(now),
        occurred_at: now,
        action: entry.action,
        actor: author.name.clone(),
        actor_account: author.account.map(|id| id.to_string()),
        account: entry.account.or(author.account).map(|id| id.to_string()),
        object: entry.object,
        address: author.client.address.map(|address| address.to_string()),
        user_agent: author.client.user_agent.clone(),
        request: work::request_id(),
        before: entry.before.map(redaction::redacted),
        after: entry.after.map(redaction::redacted),
    }
}
