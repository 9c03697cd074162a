//! Leaving, and taking a copy along, as data.

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::accounts::model;
use crate::graphql::scalars::id;

/// How far a copy has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::ExportStatus")]
pub enum ExportStatus {
    /// Waits for a worker, or is being written.
    Running,
    /// Can be fetched.
    Ready,
    /// Could not be written. Ask for another.
    Failed,
}

/// A copy of all that is yours, as a zip archive: lists in JSON, and your files as you uploaded them.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct DataExport {
    /// Opaque, and the same for the life of the copy.
    pub id: ID,
    /// How far it has come.
    pub status: ExportStatus,
    /// How far the writing has come, 0 to 1.
    pub progress: f64,
    /// Size of the archive, in bytes. Null until it is READY.
    pub byte_size: Option<i64>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it is removed. Null while RUNNING.
    pub expires_at: Option<DateTime<Utc>>,
    #[graphql(skip)]
    pub row: model::DataExport,
}

impl From<model::DataExport> for DataExport {
    fn from(row: model::DataExport) -> Self {
        Self {
            id: id(row.id),
            status: row.status.into(),
            progress: f64::from(row.progress),
            byte_size: row.byte_size,
            created_at: row.created_at,
            expires_at: row.expires_at,
            row,
        }
    }
}

/// A copy that was asked for.
#[derive(Debug, Clone, SimpleObject)]
pub struct ExportMyDataPayload {
    /// The copy: look at `viewer.dataExport` for how far it has come.
    pub data_export: DataExport,
}

/// Somebody who leaves.
#[derive(InputObject)]
pub struct DeleteAccountInput {
    /// The account's password. Null for an account that has none: its sign-in must then be less than ten minutes old.
    pub password: Option<String>,
}

/// An account that was deleted.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeleteAccountPayload {
    /// The id of what is gone.
    pub deleted_id: ID,
    /// Until when whoever runs this installation can restore it.
    pub purged_at: DateTime<Utc>,
}
