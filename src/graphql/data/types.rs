//! Data sources as data.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::data::model;
use crate::graphql::scalars::id;
use crate::ids::{DataSourceId, WorkspaceId};

/// What a data source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::SourceKind")]
pub enum DataSourceKind {
    /// Tables from files that members of the workspace uploaded.
    Uploads,
    /// A Postgres database of somebody else's, which is read and never changed.
    Postgres,
}

/// Tables that can be asked together, of one workspace. Its members see it.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct DataSource {
    /// Opaque, and the same for the life of the source.
    pub id: ID,
    /// Its name for people.
    pub name: String,
    /// What it is.
    pub kind: DataSourceKind,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its tables were last changed; when it was made, if they never were.
    pub updated_at: DateTime<Utc>,
    #[graphql(skip)]
    pub key: DataSourceId,
    #[graphql(skip)]
    pub workspace_key: WorkspaceId,
}

impl From<model::DataSource> for DataSource {
    fn from(row: model::DataSource) -> Self {
        Self {
            id: id(row.id),
            name: row.name,
            kind: row.kind.into(),
            created_at: row.created_at,
            updated_at: row.updated_at,
            key: row.id,
            workspace_key: row.workspace_id,
        }
    }
}
