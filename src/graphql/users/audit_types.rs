//! The audit trail as data.

use async_graphql::{ID, InputObject, Json, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::users::audit::model;
use crate::graphql::scalars::id;

/// Something that changed access or configuration, or destroyed something. Once written it never changes.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct AuditEvent {
    /// Opaque, and the same for as long as the event is kept.
    pub id: ID,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// What was done, as in `sign_in.failed` or `document.deleted`: the thing, a dot, and what became of it. There will be
    /// more of them.
    pub action: String,
    /// Who did it: the id of an account or of an API key, `system` for the server itself, `nobody` for somebody who had
    /// not signed in.
    pub actor: String,
    /// The account that it happened to, by its id; it may be gone by now. Null where none is known.
    pub account: Option<ID>,
    /// The thing that it was done to, by its id; it may be gone by now. Null when it is the account itself.
    pub object: Option<ID>,
    /// The address from where it was asked for. Null when it is not known, for the server's own work, and in your own
    /// trail for what somebody else did.
    pub address: Option<String>,
    /// The program it was asked for with, as that calls itself. Null as `address` is.
    pub user_agent: Option<String>,
    /// The id of the request, as `x-request-id` and the log have it. Null as `address` is.
    pub request_id: Option<String>,
    /// What held before, as far as it was changed; secrets are taken out. Null when nothing did.
    pub before: Option<Json<serde_json::Value>>,
    /// What holds since; secrets are taken out. Null when nothing does.
    pub after: Option<Json<serde_json::Value>>,
    /// Not shown: who did it, for the edge.
    #[graphql(skip)]
    pub actor_account: Option<String>,
}

impl From<model::AuditEvent> for AuditEvent {
    fn from(row: model::AuditEvent) -> Self {
        Self {
            id: id(row.id),
            occurred_at: row.occurred_at,
            action: row.action,
            actor: row.actor,
            account: row.account.map(ID),
            object: row.object.map(ID),
            address: row.address,
            user_agent: row.user_agent,
            request_id: row.request,
            before: row.before.map(Json),
            after: row.after.map(Json),
            actor_account: row.actor_account,
        }
    }
}

/// Which events to list. What is null does not matter.
#[derive(Debug, Clone, Default, InputObject)]
pub struct AuditFilter {
    /// What was done: any of these. BAD_USER_INPUT for one that this version does not know. Null or empty for all.
    pub actions: Option<Vec<String>>,
    /// The account that it happened to, by its id. Null for any.
    pub account: Option<ID>,
    /// Who did it: an account by its id, its API keys included; an API key by its id; `system` or `nobody`. Null for
    /// anybody.
    pub actor: Option<String>,
    /// The thing that it was done to, by its id. Null for any.
    pub object: Option<ID>,
    /// Only what happened then or later. Null for the beginning.
    pub since: Option<DateTime<Utc>>,
    /// Only what happened before. Null for the end.
    pub until: Option<DateTime<Utc>>,
}

impl From<AuditFilter> for model::AuditFilter {
    fn from(filter: AuditFilter) -> Self {
        Self {
            actions: filter.actions.unwrap_or_default(),
            account: filter.account.map(|id| id.0),
            actor: filter.actor,
            object: filter.object.map(|id| id.0),
            since: filter.since,
            until: filter.until,
        }
    }
}
