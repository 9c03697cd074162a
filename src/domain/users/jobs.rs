//! Upkeep of sign-ins.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::session_store;
use crate::app::App;
use crate::jobs::job::{Attempt, Job, JobError};

/// How long a sign-in is kept after its end, and a refresh token after it ran out: long enough to find out who came in
/// when, and to notice that a stolen token comes back; after that it is only personal data (RFC 9700, section 4.14.2,
/// wants reuse noticed while a token could still be worth something, which this is well beyond).
const KEPT: TimeDelta = TimeDelta::days(30);

/// Removes sign-ins that ended 30 days ago, and refresh tokens that ran out as long ago.
#[derive(Debug, Serialize, Deserialize)]
pub struct PurgeSignIns {}

impl Job<App> for PurgeSignIns {
    const KIND: &'static str = "users.purge_sign_ins";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let before = app.clock.now() - KEPT;
        let conn = app.db.write().await?;
        while session_store::purge_sessions(&conn, before).await? > 0 {}
        while session_store::purge_tokens(&conn, before).await? > 0 {}
        Ok(())
    }
}
