//! Rows and enums of what spans an account.

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::db::schema::data_exports;
use crate::ids::{DataExportId, UserId};

/// How far a copy has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum ExportStatus {
    /// Waits for a worker, or is being written.
    Running,
    /// Can be fetched.
    Ready,
    /// Could not be written.
    Failed,
}

crate::db::enums::text_enum!(ExportStatus { Running => "RUNNING", Ready => "READY", Failed => "FAILED" });

/// A copy of all that is one person's.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable)]
#[diesel(table_name = data_exports, check_for_backend(diesel::pg::Pg))]
pub struct DataExport {
    pub id: DataExportId,
    pub user_id: UserId,
    pub status: ExportStatus,
    /// 0 to 1.
    pub progress: f32,
    /// `None` until it is READY.
    pub byte_size: Option<i64>,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// When it is removed; `None` while RUNNING.
    pub expires_at: Option<DateTime<Utc>>,
}
