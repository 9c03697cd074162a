//! The audit trail of all accounts.

use async_graphql::{Context, Object, Result};

use super::audit_edges::{AuditEventConnection, whole_audit_trail};
use super::audit_types::AuditFilter;
use crate::graphql::page::PageArgs;

/// The part of the root that reads the audit trail.
#[derive(Default)]
pub struct AuditQuery;

/// What can be read.
#[Object]
impl AuditQuery {
    /// What was done to accounts, access, configuration and data by anybody, newest first. FORBIDDEN for those who may
    /// not read the trail of all accounts; one's own is `viewer.auditTrail`.
    async fn audit_trail(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
        #[graphql(desc = "Which to list. Null for all.")] filter: Option<AuditFilter>,
    ) -> Result<AuditEventConnection> {
        whole_audit_trail(ctx, PageArgs { first, after, last, before }, filter).await
    }
}
