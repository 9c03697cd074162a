//! Pure rules of what somebody enters of a database.

use std::net::IpAddr;

use secrecy::{ExposeSecret as _, SecretString};

use super::model::{SourceConnection, TlsMode};
use crate::domain::workspaces::policy::checked_name;
use crate::error::{Error, FieldError, Result};
use crate::warehouse::external::database::certificates;

/// Bytes of a name in Postgres.
const NAME_MAX: usize = 63;
/// Characters of a host name (RFC 1035).
const HOST_MAX: usize = 253;
/// Characters of a password.
const PASSWORD_MAX: usize = 1000;
/// Characters of certificates.
const PEM_MAX: usize = 65_536;
/// Schemas of one source.
const SCHEMAS_MAX: usize = 20;
/// The lowest port: below are those of other services, which nobody is to be made to knock at.
const PORT_MIN: u16 = 1024;

/// A database as it is entered.
#[derive(Debug, Clone)]
pub struct Entered {
    /// For people.
    pub name: String,
    pub host: String,
    pub port: i32,
    pub database: String,
    pub username: String,
    pub password: SecretString,
    pub tls: TlsMode,
    /// In PEM; `None` for none besides those that everybody trusts.
    pub ca_certificate: Option<String>,
    pub schemas: Vec<String>,
    /// Whether frequent values of its text columns are read and kept.
    pub reads_values: bool,
}

/// What somebody wants otherwise; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub name: Option<String>,
    pub host: Option<String>,
    pub port: Option<i32>,
    pub database: Option<String>,
    pub username: Option<String>,
    pub password: Option<SecretString>,
    pub tls: Option<TlsMode>,
    /// An empty text for none.
    pub ca_certificate: Option<String>,
    pub schemas: Option<Vec<String>>,
    pub reads_values: Option<bool>,
}

impl Change {
    /// What holds afterwards. `password` is the one that is kept.
    #[must_use]
    pub fn applied(self, name: &str, to: &SourceConnection, password: SecretString) -> Entered {
        Entered {
            name: self.name.unwrap_or_else(|| name.to_owned()),
            host: self.host.unwrap_or_else(|| to.host.clone()),
            port: self.port.unwrap_or(to.port),
            database: self.database.unwrap_or_else(|| to.database_name.clone()),
            username: self.username.unwrap_or_else(|| to.username.clone()),
            password: self.password.unwrap_or(password),
            tls: self.tls.unwrap_or(to.tls),
            ca_certificate: self.ca_certificate.or_else(|| to.ca_certificate.clone()),
            schemas: self.schemas.unwrap_or_else(|| to.schemas.clone()),
            reads_values: self.reads_values.unwrap_or(to.reads_values),
        }
    }
}

impl Entered {
    /// Whether all of this is so already, but for the name and the password.
    #[must_use]
    pub fn is_as(&self, other: &SourceConnection) -> bool {
        self.leads_as(other) && self.database == other.database_name && self.schemas == other.schemas
    }

    /// Whether the password goes to the same server, in the same way, for the same user.
    #[must_use]
    pub fn leads_as(&self, other: &SourceConnection) -> bool {
        (&self.host, self.port, &self.username, self.tls, &self.ca_certificate)
            == (&other.host, other.port, &other.username, other.tls, &other.ca_certificate)
    }
}

/// What was entered, tidy.
///
/// # Errors
/// BAD_USER_INPUT with every field that does not do.
pub fn checked(entered: Entered) -> Result<Entered> {
    let mut wrong = Vec::new();
    let mut refuse = |field: &str, message: String| {
        wrong.push(FieldError { path: format!("input.{field}"), message });
    };
    let name = checked_name(&entered.name);
    if let Err(error) = &name {
        refuse("name", error.message().to_owned());
    }
    let host = entered.host.trim().to_ascii_lowercase();
    if !is_host(&host) {
        refuse("host", "Give a host name or an address, without a port.".to_owned());
    }
    if !u16::try_from(entered.port).is_ok_and(|port| port >= PORT_MIN) {
        refuse("port", format!("Give a port from {PORT_MIN} to 65535."));
    }
    for (field, text) in [("database", &entered.database), ("username", &entered.username)] {
        if !is_name(text) {
            refuse(field, format!("Give 1 to {NAME_MAX} bytes, without control characters."));
        }
    }
    let password = entered.password.expose_secret();
    if password.is_empty() || password.chars().count() > PASSWORD_MAX || password.contains('\0') {
        refuse("password", format!("Give 1 to {PASSWORD_MAX} characters, and not U+0000."));
    }
    let ca_certificate = entered.ca_certificate.filter(|pem| !pem.trim().is_empty());
    if ca_certificate.as_ref().is_some_and(|pem| pem.chars().count() > PEM_MAX || certificates(pem).is_err()) {
        refuse("caCertificate", format!("Give certificates in PEM, of at most {PEM_MAX} characters."));
    }
    let mut schemas: Vec<String> = Vec::new();
    for schema in entered.schemas {
        if !schemas.contains(&schema) {
            schemas.push(schema);
        }
    }
    if schemas.is_empty() || schemas.len() > SCHEMAS_MAX {
        refuse("schemas", format!("Name 1 to {SCHEMAS_MAX} schemas."));
    }
    for (place, schema) in schemas.iter().enumerate() {
        if !is_name(schema) || is_of_postgres(schema) {
            refuse(&format!("schemas.{place}"), "This cannot be a schema of yours.".to_owned());
        }
    }
    match name {
        Ok(name) if wrong.is_empty() => Ok(Entered { name, host, ca_certificate, schemas, ..entered }),
        _ => Err(Error::bad_inputs(wrong)),
    }
}

/// Whether it can be a name of the DNS, or is an address. What the system makes of it is judged when it is called.
fn is_host(host: &str) -> bool {
    let is_name = host.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-' | '_'));
    (1..=HOST_MAX).contains(&host.len()) && (is_name || host.parse::<IpAddr>().is_ok())
}

fn is_name(name: &str) -> bool {
    (1..=NAME_MAX).contains(&name.len()) && !name.chars().any(char::is_control)
}

fn is_of_postgres(schema: &str) -> bool {
    let schema = schema.to_ascii_lowercase();
    schema.starts_with("pg_") || schema == "information_schema"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entered() -> Entered {
        Entered {
            name: " Sales ".to_owned(),
            host: " DB.example.org ".to_owned(),
            port: 5432,
            database: "sales".to_owned(),
            username: "reader".to_owned(),
            password: SecretString::from("swordfish"),
            tls: TlsMode::VerifyFull,
            ca_certificate: Some(" ".to_owned()),
            schemas: vec!["public".to_owned(), "Sales 2026".to_owned(), "public".to_owned()],
            reads_values: false,
        }
    }

    fn refused(wrong: Entered) -> Vec<String> {
        let error = checked(wrong).err().unwrap();
        error.fields().iter().map(|field| field.path.clone()).collect()
    }

    #[test]
    fn what_is_entered_is_tidied() {
        let tidy = checked(entered()).unwrap();
        assert_eq!((tidy.name.as_str(), tidy.host.as_str()), ("Sales", "db.example.org"));
        assert_eq!(tidy.schemas, ["public", "Sales 2026"]);
        assert_eq!(tidy.ca_certificate, None);
    }

    #[test]
    fn each_field_that_does_not_do_is_told() {
        let all = Entered {
            name: String::new(),
            host: "a b".to_owned(),
            port: 80,
            database: String::new(),
            username: "a\nb".to_owned(),
            password: SecretString::from(""),
            tls: TlsMode::Disable,
            ca_certificate: Some("x".to_owned()),
            schemas: vec!["pg_catalog".to_owned(), "information_schema".to_owned(), "ok".to_owned()],
            reads_values: false,
        };
        let fields = [
            "input.name",
            "input.host",
            "input.port",
            "input.database",
            "input.username",
            "input.password",
            "input.caCertificate",
            "input.schemas.0",
            "input.schemas.1",
        ];
        assert_eq!(refused(all), fields);
        assert_eq!(refused(Entered { schemas: Vec::new(), ..entered() }), ["input.schemas"]);
        for host in ["", "/var/run/postgresql", "host:5432", "user@host", "[::1]", "fe80::1%eth0", "a,b", "http://x"] {
            assert_eq!(refused(Entered { host: host.to_owned(), ..entered() }), ["input.host"], "{host}");
        }
        for port in [-1, 0, 1023, 65_536] {
            assert_eq!(refused(Entered { port, ..entered() }), ["input.port"], "{port}");
        }
        for host in ["10.0.0.1", "::1", "db", "my_db.example.org"] {
            assert!(checked(Entered { host: host.to_owned(), ..entered() }).is_ok(), "{host}");
        }
    }
}
