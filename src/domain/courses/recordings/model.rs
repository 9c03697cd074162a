//! Rows of recordings.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};

use crate::db::schema::tutoring_recordings;
use crate::ids::{TutoringRecordingId, TutoringSessionId};

/// What a session sounded like.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Recording {
    #[diesel(sql_type = SqlUuid)]
    pub id: TutoringRecordingId,
    #[diesel(sql_type = SqlUuid)]
    pub session_id: TutoringSessionId,
    #[diesel(sql_type = Text)]
    pub storage_key: String,
    #[diesel(sql_type = Text)]
    pub media_type: String,
    /// Bytes.
    #[diesel(sql_type = BigInt)]
    pub byte_size: i64,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// From when on nobody hears it.
    #[diesel(sql_type = Timestamptz)]
    pub expires_at: DateTime<Utc>,
}

/// A recording to be stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = tutoring_recordings)]
pub struct NewRecording {
    pub id: TutoringRecordingId,
    pub session_id: TutoringSessionId,
    pub storage_key: String,
    pub media_type: &'static str,
    pub byte_size: i64,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}
