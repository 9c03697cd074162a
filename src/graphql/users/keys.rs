//! API keys as data, and what their owner does with them.

use async_graphql::{Context, Enum, ID, InputObject, Result, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::users::actions::keys as actions;
use crate::domain::users::{keys, model};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;

/// What an API key lets a program do, out of what its owner may. No key manages accounts, sign-ins or keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::Scope")]
pub enum ApiKeyScope {
    /// Read and follow conversations and answers.
    ConversationsRead,
    /// Begin, change and delete conversations; includes reading them. Having a model write needs `DOCUMENTS_READ`
    /// besides, since what it writes may quote any document.
    ConversationsWrite,
    /// Read, search and fetch documents.
    DocumentsRead,
    /// Upload, change and delete documents; includes reading them.
    DocumentsWrite,
    /// Read courses: their weeks, and who takes part. What is read in them needs `DOCUMENTS_READ`.
    CoursesRead,
    /// Make, change, join and leave courses; includes reading them.
    CoursesWrite,
    /// Read workspaces: who works there, and what is in them.
    DataRead,
    /// Make, change, share and leave workspaces, and change what is in them; includes reading them.
    DataWrite,
    /// See how the installation is and what was done in it. For administrators alone.
    SystemRead,
}

/// A key with which a program asks in the name of its owner, as `Authorization: Bearer elk_…`.
#[derive(Debug, Clone, SimpleObject)]
pub struct ApiKey {
    /// Opaque, and the same for the life of the key.
    pub id: ID,
    /// What its owner calls it.
    pub name: String,
    /// The beginning of the key, by which to recognise it.
    pub prefix: String,
    /// What it may be used for.
    pub scopes: Vec<ApiKeyScope>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// When it was used last, within two minutes. Null when it never was.
    pub last_used_at: Option<DateTime<Utc>>,
    /// How many requests and operations on sockets were made with it, within two minutes.
    pub use_count: i64,
    /// When its owner ended it. Null when nobody did.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl From<model::ApiKey> for ApiKey {
    fn from(key: model::ApiKey) -> Self {
        Self {
            id: ID(key.id.to_string()),
            name: key.name,
            prefix: keys::shown(&key.prefix),
            scopes: key.scopes.into_iter().map(Into::into).collect(),
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            use_count: key.use_count,
            revoked_at: key.revoked_at,
        }
    }
}

/// A key to make.
#[derive(Debug, InputObject)]
pub struct CreateApiKeyInput {
    /// What to call it, 1 to 100 characters.
    pub name: String,
    /// What it may be used for; at least one, and none that your role has no use for.
    pub scopes: Vec<ApiKeyScope>,
    /// How many days it is good for, at most 365 unless this installation says otherwise. Null for 90, or for what is
    /// allowed if that is less.
    pub expires_in_days: Option<i32>,
}

/// A key that was made.
#[derive(SimpleObject)]
pub struct CreateApiKeyPayload {
    /// The key as it is listed from now on.
    pub api_key: ApiKey,
    /// The key itself. It is shown this once, and cannot be found out again.
    pub secret: String,
}

/// A key to end.
#[derive(Debug, InputObject)]
pub struct RevokeApiKeyInput {
    /// The key.
    pub id: ID,
}

/// A key that was ended.
#[derive(Debug, SimpleObject)]
pub struct RevokeApiKeyPayload {
    /// The key as it now is.
    pub api_key: ApiKey,
}

/// The keys of whoever asks.
///
/// # Errors
/// FORBIDDEN for a key.
pub async fn of_viewer(ctx: &Context<'_>) -> Result<Vec<ApiKey>> {
    let keys = actions::list(app(ctx), actor(ctx)).await.map_err(to_graphql)?;
    Ok(keys.into_iter().map(ApiKey::from).collect())
}
