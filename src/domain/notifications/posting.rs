//! Telling people something, in the transaction of whoever makes it true.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::model::{NotificationKind, Subject};
use super::policy;
use super::store::{self, NewNotification};
use crate::db::pool::Connection;
use crate::error::Result;
use crate::events::bus::Bus;
use crate::events::fact::Fact;
use crate::ids::{NotificationId, UserId};

/// Something that one person is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Who is told.
    pub user: UserId,
    pub kind: NotificationKind,
    /// One line. Control characters go, and what is behind 200 characters.
    pub title: String,
    /// Plain text. Control characters but line breaks go, and what is behind 2,000 characters.
    pub body: Option<String>,
    /// What it is about. Whether the reader may see that is found out when they look.
    pub subject: Option<Subject>,
    /// What is told, 1 to 500 characters: one person never gets two with the same.
    pub key: String,
}

/// Puts what is new into the inboxes of those who want to know, and wakes all that follow them, once the transaction of `conn`
/// commits. Whoever has no open account, does not want to know of the kind, or was told already is passed over.
///
/// Until the transaction ends nobody else posts to the same people, so that nobody who has seen one has missed another. Let it be
/// the last thing that the transaction does, and let one call tell all: two that lock the same people in turn may wait for each
/// other.
///
/// # Errors
/// When Postgres does not answer, or a key is not of 1 to 500 characters.
pub async fn post(conn: &Connection, now: DateTime<Utc>, news: &[News]) -> Result<()> {
    if news.is_empty() {
        return Ok(());
    }
    let new: Vec<NewNotification> = news.iter().map(|news| row(news, now)).collect();
    let told: BTreeSet<UserId> = store::insert(conn, &new, now).await?.into_iter().collect();
    let facts: Vec<Fact> = told.into_iter().map(|user| Fact::NotificationsPosted { user }).collect();
    if facts.is_empty() {
        return Ok(());
    }
    Bus::default().publish_all(conn, &facts).await
}

fn row(news: &News, now: DateTime<Utc>) -> NewNotification {
    NewNotification {
        id: NotificationId::generate(now),
        user_id: news.user,
        kind: news.kind,
        title: policy::title(&news.title),
        body: news.body.as_deref().and_then(policy::body),
        subject: news.subject,
        key: news.key.clone(),
    }
}
