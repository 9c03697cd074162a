//! Rows and enums of external databases.

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Bytea, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::ids::DataSourceId;

/// How the way to a database is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum TlsMode {
    /// Only with a certificate for this very host that is trusted.
    VerifyFull,
    /// In plain text.
    Disable,
}

crate::db::enums::text_enum!(TlsMode { VerifyFull => "VERIFY_FULL", Disable => "DISABLE" });

/// How an external database is reached, and how it was when somebody last looked. The password is not in it.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct SourceConnection {
    #[diesel(sql_type = SqlUuid)]
    pub source_id: DataSourceId,
    #[diesel(sql_type = Text)]
    pub host: String,
    #[diesel(sql_type = Integer)]
    pub port: i32,
    #[diesel(sql_type = Text)]
    pub database_name: String,
    #[diesel(sql_type = Text)]
    pub username: String,
    #[diesel(sql_type = Text)]
    pub tls: TlsMode,
    /// Authorities in PEM that are trusted besides.
    #[diesel(sql_type = Nullable<Text>)]
    pub ca_certificate: Option<String>,
    /// Whose tables may be read; at least one.
    #[diesel(sql_type = Array<Text>)]
    pub schemas: Vec<String>,
    /// One more with every change of what is above, or of the password.
    #[diesel(sql_type = BigInt)]
    pub revision: i64,
    /// Whether the role may change a table of these schemas.
    #[diesel(sql_type = Bool)]
    pub may_write: bool,
    #[diesel(sql_type = Text)]
    pub server_version: String,
    #[diesel(sql_type = Timestamptz)]
    pub last_checked_at: DateTime<Utc>,
    /// Why the last look found nothing; `None` when it did.
    #[diesel(sql_type = Nullable<Text>)]
    pub error_code: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub error_message: Option<String>,
    /// Whether frequent values of its text columns are read and kept, so that questions may name them.
    #[diesel(sql_type = Bool)]
    pub reads_values: bool,
}

/// As it is stored.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct StoredConnection {
    #[diesel(embed)]
    pub connection: SourceConnection,
    #[diesel(sql_type = Bytea)]
    pub sealed_password: Vec<u8>,
}
