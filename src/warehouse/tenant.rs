//! What one workspace has in the database of uploaded data: a schema, and a role that reads it.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tokio_postgres::Client;
use uuid::Uuid;

use super::idle::Whose;
use super::names::{literal, quoted};
use super::place::Warehouse;
use super::refusal::failed;
use crate::error::Result;

/// Makes and removes roles one at a time, on whichever instance: "tenants" in bytes.
const LOCK: i64 = 0x0074_656e_616e_7473;
/// What a statement of a role may write to disk while it sorts and joins.
const TEMP_FILES: &str = "1GB";

/// A workspace, as the database of uploaded data knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// The schema of its tables.
    pub schema: String,
    /// The login role that reads it.
    pub role: String,
}

impl Warehouse {
    /// The names of a workspace's schema and role.
    #[must_use]
    pub fn tenant(&self, workspace: Uuid) -> Tenant {
        let id = workspace.simple();
        Tenant { schema: format!("workspace_{id}"), role: format!("{}{id}", self.role_prefix()) }
    }

    /// The password of a role: nothing of it is stored but what Postgres keeps.
    pub(super) fn password(&self, role: &str) -> String {
        let mut password = String::new();
        // HMAC takes keys of any length.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.shared.key) {
            mac.update(role.as_bytes());
            password = hex::encode(mac.finalize().into_bytes());
        }
        password
    }

    /// Makes schema and role of a workspace, or brings them to what they should be: a role that may less than it did, or has another
    /// password, is as it is meant to be afterwards. `client` is the owner's.
    ///
    /// # Errors
    /// UPSTREAM_UNAVAILABLE when Postgres does not answer.
    pub async fn provide(&self, client: &Client, workspace: Uuid) -> Result<Tenant> {
        let tenant = self.tenant(workspace);
        let (schema, role) = (quoted(&tenant.schema), quoted(&tenant.role));
        let password = literal(&self.password(&tenant.role));
        let seconds = self.shared.config.statement_timeout.as_secs();
        let (named, database) = (literal(&tenant.role), quoted(&self.shared.name));
        // One at a time: each changes the row of the database itself, which two at once cannot.
        let statements = format!(
            "BEGIN;
             SELECT pg_advisory_xact_lock({LOCK});
             CREATE SCHEMA IF NOT EXISTS {schema};
             DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {named}) THEN CREATE ROLE {role}; END IF; END $$;
             ALTER ROLE {role} LOGIN NOINHERIT CONNECTION LIMIT {limit} PASSWORD {password};
             ALTER ROLE {role} SET default_transaction_read_only = on;
             ALTER ROLE {role} SET statement_timeout = '{seconds}s';
             ALTER ROLE {role} SET lock_timeout = '5s';
             ALTER ROLE {role} SET idle_in_transaction_session_timeout = '60s';
             ALTER ROLE {role} SET search_path = {schema};
             ALTER ROLE {role} SET jit = off;
             REVOKE ALL ON SCHEMA {schema} FROM PUBLIC;
             GRANT CONNECT ON DATABASE {database} TO {role};
             GRANT USAGE ON SCHEMA {schema} TO {role};
             GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role};
             -- Only superusers may bound what a sort or a join writes to disk.
             DO $$ BEGIN IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
                 THEN ALTER ROLE {role} SET temp_file_limit = '{TEMP_FILES}'; END IF; END $$;
             COMMIT;",
            limit = self.shared.config.connections.saturating_mul(4),
        );
        let made = client.batch_execute(&statements).await;
        if made.is_err() {
            // The next statement would find a transaction that is broken off.
            let _rolled_back = client.batch_execute("ROLLBACK").await;
        }
        made.map_err(failed)?;
        Ok(tenant)
    }

    /// Removes all that a workspace has here. That there is nothing is as good.
    ///
    /// # Errors
    /// UPSTREAM_UNAVAILABLE when Postgres does not answer.
    pub async fn remove(&self, workspace: Uuid) -> Result<()> {
        let client = self.owner().await?;
        let tenant = self.tenant(workspace);
        let (schema, role) = (quoted(&tenant.schema), quoted(&tenant.role));
        self.shared.idle.let_go(|whose| whose == Whose::Workspace(workspace)).await;
        client.batch_execute(&format!("DROP SCHEMA IF EXISTS {schema} CASCADE")).await.map_err(failed)?;
        let exists =
            client.query_opt("SELECT 1 FROM pg_roles WHERE rolname = $1", &[&tenant.role]).await.map_err(failed)?;
        if exists.is_some() {
            // Rights that are left would hold the role.
            let statements = format!(
                "BEGIN; SELECT pg_advisory_xact_lock({LOCK}); REVOKE ALL ON DATABASE {} FROM {role}; DROP ROLE {role}; COMMIT",
                quoted(&self.shared.name)
            );
            client.batch_execute(&statements).await.map_err(failed)?;
        }
        Ok(())
    }
}
