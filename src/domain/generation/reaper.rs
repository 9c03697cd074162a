//! Heartbeats, and the end of what a dead process left: exactly once, by whoever sees it first.

use std::time::Instant;

use super::actions;
use super::ending;
use super::engine::Engine;
use super::event::{Event, EventBody};
use super::log;
use super::model::GenerationStatus;
use super::outcome::{Ending, INTERRUPTED};
use super::{store, store_instances};
use crate::db::pool::Transactional as _;
use crate::error::Result;
use crate::events::fact::Fact;
use crate::ids::GenerationId;

/// A run that was begun so often without showing anything is given up.
const MAX_ATTEMPTS: i32 = 3;
/// Runs ended at one look.
const AT_ONCE: i64 = 100;

impl Engine {
    /// Says that this instance lives, and ends what instances left that do not. Runs until the process ends.
    pub async fn keep_alive(&self) {
        let config = &self.app().config.generation;
        let mut beats = tokio::time::interval(config.heartbeat);
        beats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        // After Postgres was away, everybody's heartbeat is old: others get the time to beat before anybody is buried.
        let mut beating_since: Option<Instant> = None;
        loop {
            beats.tick().await;
            if let Err(error) = self.beat().await {
                tracing::warn!(error = %error.chain(), "no heartbeat");
                beating_since = None;
                continue;
            }
            let since = *beating_since.get_or_insert_with(Instant::now);
            let silence = i64::try_from(config.heartbeat_timeout.as_millis()).unwrap_or(i64::MAX);
            let may_bury = since.elapsed() >= config.heartbeat_timeout;
            if let Err(error) = self.reap(may_bury.then_some(silence)).await {
                tracing::warn!(error = %error.chain(), "cannot end what other instances left");
            }
        }
    }

    /// Registers this instance; before it takes any run.
    ///
    /// # Errors
    /// When Postgres does not answer.
    pub async fn register(&self) -> Result<()> {
        store_instances::beat(&*self.app().db.write().await?, self.instance(), env!("CARGO_PKG_VERSION")).await
    }

    async fn beat(&self) -> Result<()> {
        let conn = self.app().db.write().await?;
        store_instances::beat(&conn, self.instance(), env!("CARGO_PKG_VERSION")).await?;
        // A stop that was asked for while the listener was away.
        for id in store::stop_requested(&conn, self.instance()).await? {
            self.stop_here(id);
        }
        // Likewise of accounts that were shut while nobody listened.
        let shut = store::shut_owners(&conn).await?;
        drop(conn);
        for owner in shut {
            actions::stop_all_of(self, owner).await;
        }
        Ok(())
    }

    /// Takes this instance off the list, so that nobody waits for its heartbeat.
    ///
    /// # Errors
    /// When Postgres does not answer.
    pub async fn retire(&self) -> Result<()> {
        store_instances::retire(&*self.app().db.write().await?, self.instance()).await
    }

    /// Forgets instances that were silent for `silence` milliseconds, if given, and ends the runs that belong to nobody.
    ///
    /// # Errors
    /// When Postgres does not answer.
    pub async fn reap(&self, silence: Option<i64>) -> Result<()> {
        let conn = self.app().db.write().await?;
        if let Some(silence) = silence {
            let buried = store_instances::bury(&conn, silence).await?;
            if buried > 0 {
                tracing::warn!(buried, "instances were silent for too long");
            }
        }
        let orphans = store::orphans(&conn, AT_ONCE).await?;
        drop(conn);
        for id in orphans {
            self.end_orphan(id).await?;
        }
        Ok(())
    }

    /// Ends a run that belongs to nobody; begins it anew when nothing of it was shown.
    async fn end_orphan(&self, id: GenerationId) -> Result<()> {
        let app = self.app();
        let mut conn = app.db.write().await?;
        let ended = conn
            .transaction(async |conn| {
                // Locked by another instance means that it is being ended right now.
                let Some(run) = store::lock_live(conn, id).await? else { return Ok(None) };
                if run.status != GenerationStatus::Running || run.instance_id.is_some() {
                    return Ok(None);
                }
                let rows = log::after(conn, id, 0, i64::MAX).await?;
                if rows.is_empty() && run.attempt < MAX_ATTEMPTS && run.stop_requested_at.is_none() {
                    store::requeue(conn, id).await?;
                    app.bus.publish(conn, &Fact::GenerationQueued { generation: id }).await?;
                    return Ok(None);
                }
                let mut ending = Ending::empty(GenerationStatus::Failed);
                if run.stop_requested_at.is_some() {
                    ending.status = GenerationStatus::Stopped;
                } else {
                    let sentence = "The server that wrote this answer stopped. Its text so far is kept.";
                    ending.error = Some((INTERRUPTED.to_owned(), sentence.to_owned()));
                }
                for row in rows {
                    let event = Event::from_row(row)?;
                    ending.last_seq = event.cursor.seq + 1;
                    match event.body {
                        EventBody::Text(text) => {
                            ending.content.push_str(&text);
                            ending.text_seq = event.cursor.seq;
                        }
                        EventBody::Citations(citations) => {
                            ending.citations.extend(citations.iter().cloned());
                            ending.citations_seq = event.cursor.seq;
                        }
                        EventBody::End(_) => {}
                    }
                }
                ending::end_in(app, self.purposes(), conn, self.instance(), id, &ending, None).await
            })
            .await?;
        if ended.is_some() {
            tracing::info!(generation = %id, "ended a run whose server is gone");
        }
        Ok(())
    }
}
