//! Statements that are kept, as data.

use async_graphql::{ID, SimpleObject};
use chrono::{DateTime, Utc};

use super::runs::QueryParameterType;
use crate::domain::data::saved::model;
use crate::graphql::scalars::id;
use crate::ids::{DataSourceId, SavedQueryId, UserId, WorkspaceId};

/// A value that a saved query asks for as $name.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeclaredParameter {
    /// Its name, without the $.
    pub name: String,
    /// What it is.
    #[graphql(name = "type")]
    pub kind: QueryParameterType,
    /// What people are asked for. Null for the name.
    pub label: Option<String>,
    /// The value when nobody says another, as Postgres reads it. Null for no value.
    pub default: Option<String>,
}

impl From<model::Declared> for DeclaredParameter {
    fn from(declared: model::Declared) -> Self {
        Self { name: declared.name, kind: declared.kind.into(), label: declared.label, default: declared.default }
    }
}

/// A statement about a data source that is kept under a name, to be run again with other values. All members of the workspace see it.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct SavedQuery {
    /// Opaque, and the same for the life of the query.
    pub id: ID,
    /// Its name for people.
    pub name: String,
    /// What it tells. Null while nobody has said.
    pub description: Option<String>,
    /// The words that it answers. Null for one that was written as it is.
    pub question: Option<String>,
    /// The statement as it was written.
    pub sql: String,
    /// What it asks for.
    pub parameters: Vec<DeclaredParameter>,
    /// Whether an editor vouches that the statement answers the question. A change of statement, parameters or question ends that.
    pub is_verified: bool,
    /// Since when somebody vouches for it. Null while nobody does.
    pub verified_at: Option<DateTime<Utc>>,
    /// From 1, one more with every change. Give it back with updateQuery.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed; when it was made, if it never was.
    pub updated_at: DateTime<Utc>,
    #[graphql(skip)]
    pub key: SavedQueryId,
    #[graphql(skip)]
    pub source_key: DataSourceId,
    #[graphql(skip)]
    pub workspace_key: WorkspaceId,
    #[graphql(skip)]
    pub author_key: Option<UserId>,
    #[graphql(skip)]
    pub verifier_key: Option<UserId>,
}

impl From<model::SavedQuery> for SavedQuery {
    fn from(row: model::SavedQuery) -> Self {
        let declared: Vec<model::Declared> = serde_json::from_value(row.parameters).unwrap_or_default();
        Self {
            id: id(row.id),
            name: row.name,
            description: row.description,
            question: row.question,
            sql: row.sql,
            parameters: declared.into_iter().map(DeclaredParameter::from).collect(),
            is_verified: row.is_verified,
            verified_at: row.verified_at,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            key: row.id,
            source_key: row.source_id,
            workspace_key: row.workspace_id,
            author_key: row.author_id,
            verifier_key: row.verifier_id,
        }
    }
}
