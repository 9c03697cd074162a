//! From what is entered or kept to a database that is called, and from what goes wrong to what is said of it.

use secrecy::{ExposeSecret as _, SecretString};

use super::entering::Entered;
use super::model::{SourceConnection, StoredConnection, TlsMode};
use crate::app::App;
use crate::error::Error;
use crate::seal::columns::DATA_SOURCE;
use crate::warehouse::external::database::{Database, Tls};
use crate::warehouse::external::problem::Problem;
use crate::warehouse::external::running::Target;

/// The database that somebody entered.
#[must_use]
pub fn database(entered: &Entered) -> Database {
    Database {
        host: entered.host.clone(),
        // Checked before; a port that is none is one that nobody answers at.
        port: u16::try_from(entered.port).unwrap_or_default(),
        name: entered.database.clone(),
        user: entered.username.clone(),
        password: entered.password.clone(),
        tls: tls(entered.tls, entered.ca_certificate.as_ref()),
    }
}

/// The database that is kept, for statements.
///
/// # Errors
/// When its password cannot be read.
pub fn target(app: &App, stored: &StoredConnection) -> Result<Target, Problem> {
    let SourceConnection { source_id, host, port, database_name, username, revision, .. } = &stored.connection;
    let database = Database {
        host: host.clone(),
        port: u16::try_from(*port).unwrap_or_default(),
        name: database_name.clone(),
        user: username.clone(),
        password: password(app, stored)?,
        tls: tls(stored.connection.tls, stored.connection.ca_certificate.as_ref()),
    };
    Ok(Target { source: source_id.uuid(), revision: *revision, database })
}

/// The password that is kept.
///
/// # Errors
/// When it does not open any more.
pub fn password(app: &App, stored: &StoredConnection) -> Result<SecretString, Problem> {
    let source = stored.connection.source_id.uuid();
    let opened = app.sealer.open(&DATA_SOURCE, source, &stored.sealed_password).map_err(|error| {
        tracing::warn!(%source, %error, "the password of a data source does not open");
        Problem::Locked
    })?;
    let text = std::str::from_utf8(opened.expose_secret()).map_err(|_| Problem::Locked)?;
    Ok(SecretString::from(text))
}

fn tls(mode: TlsMode, authorities: Option<&String>) -> Tls {
    match mode {
        TlsMode::VerifyFull => Tls::VerifyFull { authorities: authorities.cloned() },
        TlsMode::Disable => Tls::Disable,
    }
}

/// What is said of a database that cannot be asked as it was entered, and which field that concerns.
#[must_use]
pub fn refused(problem: &Problem) -> Error {
    let field = match problem {
        Problem::Closed | Problem::Unreachable | Problem::Foreign | Problem::TooOld => "input.host",
        Problem::TlsNotOffered | Problem::TlsUnverified | Problem::TlsFailed | Problem::Plaintext => "input.tls",
        Problem::Authorities => "input.caCertificate",
        Problem::SignIn | Problem::Locked => "input.password",
        Problem::NoDatabase => "input.database",
        Problem::TooPowerful(_) => "input.username",
        Problem::NoSchema(_) | Problem::TooMany { .. } => "input.schemas",
        Problem::Busy => return Error::unavailable(problem.to_string()),
    };
    Error::bad_input(field, problem.to_string())
}
