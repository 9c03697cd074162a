//! Upkeep of sign-ins, of what leads to them, and of the audit trail.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::audit::model::{Action, Entry};
use super::audit::store as audit_store;
use super::audit::{self, Author};
use super::{identity_store, invitation_store, key_store, mail_token_store, second_factor_store, session_store};
use crate::app::App;
use crate::jobs::job::{Attempt, Job, JobError};

/// How long a sign-in is kept after its end, and a refresh token after it ran out: long enough to find out who came in
/// when, and to notice that a stolen token comes back; after that it is only personal data (RFC 9700, section 4.14.2,
/// wants reuse noticed while a token could still be worth something, which this is well beyond).
const KEPT: TimeDelta = TimeDelta::days(30);

/// Removes sign-ins, API keys and invitations that ended 30 days ago, refresh tokens that ran out as long ago, and links of
/// mails that old.
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
        while key_store::purge(&conn, before).await? > 0 {}
        invitation_store::purge(&conn, before).await?;
        // Nobody asks after these once they are over.
        second_factor_store::purge_challenges(&conn, app.clock.now()).await?;
        while mail_token_store::purge(&conn, before).await? > 0 {}
        identity_store::purge_attempts(&conn, app.clock.now()).await?;
        Ok(())
    }
}

/// Removes events older than `AUDIT_RETENTION_DAYS`, and records that it did.
#[derive(Debug, Serialize, Deserialize)]
pub struct PurgeAuditTrail {}

impl Job<App> for PurgeAuditTrail {
    const KIND: &'static str = "users.purge_audit_trail";
    const PRIORITY: i16 = -10;

    fn dedupe_key(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let Some(kept) = app.config.audit.kept else { return Ok(()) };
        let now = app.clock.now();
        let conn = app.db.write().await?;
        let mut events = 0;
        loop {
            match audit_store::purge(&conn, now - kept).await? {
                0 => break,
                purged => events += purged,
            }
        }
        if events > 0 {
            let entry = Entry::new(Action::AuditTrailPurged).after(json!({"events": events, "before": now - kept}));
            audit::record_by(&conn, now, &Author::system(), entry).await?;
        }
        Ok(())
    }
}
