//! Databases of somebody else's as data.

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use secrecy::SecretString;

use super::types::DataSource;
use crate::domain::data::external::entering::{Change, Entered};
use crate::domain::data::external::model::{self, SourceConnection};

/// The schema that every database has by default.
const PUBLIC: &str = "public";
/// Where Postgres listens by default.
const PORT: i32 = 5432;

/// Whether a source could be used when somebody last looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum DataSourceStatus {
    /// It could. Uploads always can.
    Ready,
    /// The error says why not. The tables are those that were seen before.
    Failed,
}

/// Why a source could not be used.
#[derive(Debug, Clone, SimpleObject)]
pub struct DataSourceError {
    /// A stable code, one of those in docs/DATA.md.
    pub code: String,
    /// A sentence for whoever looks after the source.
    pub message: String,
}

impl DataSourceError {
    /// What stood in the way; `None` for nothing.
    #[must_use]
    pub fn of(connection: &SourceConnection) -> Option<Self> {
        let code = connection.error_code.clone()?;
        Some(Self { code, message: connection.error_message.clone().unwrap_or_default() })
    }
}

/// What somebody should see to who looks after a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum DataSourceNote {
    /// The user may change tables of these schemas. No statement does: each is checked and runs in a read-only transaction. A user that
    /// may only SELECT is better all the same.
    MayWrite,
    /// The way to the database is not encrypted.
    Unencrypted,
}

/// What is to be said of a source.
#[must_use]
pub fn notes(connection: &SourceConnection) -> Vec<DataSourceNote> {
    let may_write = connection.may_write.then_some(DataSourceNote::MayWrite);
    let unencrypted = (connection.tls == model::TlsMode::Disable).then_some(DataSourceNote::Unencrypted);
    may_write.into_iter().chain(unencrypted).collect()
}

/// How the way to a database is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::TlsMode")]
pub enum DataSourceTls {
    /// Encrypted, and only with a certificate for this very host that is trusted.
    VerifyFull,
    /// In plain text. Only where whoever runs the server allows it.
    Disable,
}

/// How a database of somebody else's is reached. The password is shown to nobody.
#[derive(Debug, Clone, SimpleObject)]
pub struct ExternalDatabase {
    /// Name or address of its server.
    pub host: String,
    /// Where Postgres listens there.
    pub port: i32,
    /// Which database of that server.
    pub database: String,
    /// Whom statements run as.
    pub username: String,
    /// How the way there is kept.
    pub tls: DataSourceTls,
    /// Certificates of authorities in PEM that are trusted besides those that everybody trusts. Null for none.
    pub ca_certificate: Option<String>,
    /// Whose tables can be read. A table's name without a schema is looked for in the first of them before the others.
    pub schemas: Vec<String>,
    /// The version of Postgres, as the server said when somebody last looked.
    pub server_version: String,
    /// Whether frequent values of its text columns are read and kept until the source is refreshed, so that questions may name them. Those of
    /// tables that a question may be about are told to the model that answers it.
    pub reads_values: bool,
}

impl From<SourceConnection> for ExternalDatabase {
    fn from(row: SourceConnection) -> Self {
        Self {
            host: row.host,
            port: row.port,
            database: row.database_name,
            username: row.username,
            tls: row.tls.into(),
            ca_certificate: row.ca_certificate,
            schemas: row.schemas,
            server_version: row.server_version,
            reads_values: row.reads_values,
        }
    }
}

/// A Postgres database to ask. It is tried before it is kept: see docs/DATA.md for what its user may not be.
#[derive(InputObject)]
pub struct CreateDataSourceInput {
    /// The workspace whose members ask it.
    pub workspace_id: ID,
    /// Its name for people, 1 to 100 characters.
    pub name: String,
    /// Name or address of its server, without a port: a public one, unless whoever runs this server has opened others.
    pub host: String,
    /// Where Postgres listens there, 1024 to 65535. Null for 5432.
    pub port: Option<i32>,
    /// Which database of that server.
    pub database: String,
    /// A user that may only SELECT what is to be asked.
    pub username: String,
    /// Its password, 1 to 1,000 characters. It is kept encrypted and shown to nobody.
    pub password: String,
    /// How the way there is kept. Null for encrypted, with a certificate that is verified.
    pub tls: Option<DataSourceTls>,
    /// Certificates of authorities in PEM that are trusted besides those that everybody trusts. Null for none.
    pub ca_certificate: Option<String>,
    /// Whose tables can be read, 1 to 20. A table's name without a schema is looked for in the first of them before the others. Null for
    /// public.
    pub schemas: Option<Vec<String>>,
    /// Whether frequent values of its text columns are read and kept until the source is refreshed, so that questions may name them. Those of
    /// tables that a question may be about are told to the model that answers it.
    #[graphql(default = false)]
    pub reads_values: bool,
}

impl CreateDataSourceInput {
    /// The workspace, and what was entered.
    #[must_use]
    pub fn parts(self) -> (ID, Entered) {
        let entered = Entered {
            name: self.name,
            host: self.host,
            port: self.port.unwrap_or(PORT),
            database: self.database,
            username: self.username,
            password: SecretString::from(self.password),
            tls: self.tls.map_or(model::TlsMode::VerifyFull, Into::into),
            ca_certificate: self.ca_certificate,
            schemas: self.schemas.unwrap_or_else(|| vec![PUBLIC.to_owned()]),
            reads_values: self.reads_values,
        };
        (self.workspace_id, entered)
    }
}

/// What is to be otherwise about a database. What leads elsewhere is tried before it is kept.
#[derive(InputObject)]
pub struct UpdateDataSourceInput {
    /// The source.
    pub id: ID,
    /// Its name for people, 1 to 100 characters. Null leaves it.
    pub name: Option<String>,
    /// Name or address of its server, without a port. Null leaves it. Another one needs the password again.
    pub host: Option<String>,
    /// Where Postgres listens there, 1024 to 65535. Null leaves it. Another one needs the password again.
    pub port: Option<i32>,
    /// Which database of that server. Null leaves it.
    pub database: Option<String>,
    /// Whom statements run as. Null leaves it. Another one needs the password again.
    pub username: Option<String>,
    /// The password, 1 to 1,000 characters. Null leaves it.
    pub password: Option<String>,
    /// How the way there is kept. Null leaves it. Another way needs the password again.
    pub tls: Option<DataSourceTls>,
    /// Certificates of authorities in PEM that are trusted besides; an empty text for none. Null leaves them. Others need the password again.
    pub ca_certificate: Option<String>,
    /// Whose tables can be read, 1 to 20. Null leaves them.
    pub schemas: Option<Vec<String>>,
    /// Whether frequent values of its text columns are read and kept; false forgets those that were. Null leaves it.
    pub reads_values: Option<bool>,
}

impl UpdateDataSourceInput {
    /// The source, and what is to be otherwise.
    #[must_use]
    pub fn parts(self) -> (ID, Change) {
        let change = Change {
            name: self.name,
            host: self.host,
            port: self.port,
            database: self.database,
            username: self.username,
            password: self.password.map(SecretString::from),
            tls: self.tls.map(Into::into),
            ca_certificate: self.ca_certificate,
            schemas: self.schemas,
            reads_values: self.reads_values,
        };
        (self.id, change)
    }
}

/// A database to look at again.
#[derive(Debug, Clone, InputObject)]
pub struct RefreshDataSourceInput {
    /// The source.
    pub id: ID,
}

/// A source as it is now.
#[derive(Debug, Clone, SimpleObject)]
pub struct DataSourcePayload {
    /// The source.
    pub data_source: DataSource,
}

/// A database to forget.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteDataSourceInput {
    /// The source.
    pub id: ID,
}

/// A database that was forgotten.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeleteDataSourcePayload {
    /// The id of what is gone.
    pub deleted_id: ID,
}
