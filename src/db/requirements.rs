//! What a Postgres must bring along to serve us, whoever runs it. For `DATABASE_URL` and for `doctor`.

use tokio_postgres::Client;

use super::embedded::binaries::{OLDEST_PGVECTOR, OLDEST_POSTGRES};

/// A Postgres that will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerInfo {
    /// As Postgres says it: `18.4`.
    pub version: String,
    /// The version of pgvector that the database uses, or would on `CREATE EXTENSION`.
    pub pgvector: String,
    /// Whether the extension is in the database already.
    pub pgvector_installed: bool,
}

/// Why a Postgres will not do, with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum RequirementError {
    #[error("Postgres {version} is too old: Elenchus needs version {OLDEST_POSTGRES} or later")]
    Postgres { version: String },
    #[error(
        "Postgres {version} has no pgvector: install it on the database server (Debian: apt install \
         postgresql-{major}-pgvector; managed Postgres: allow the extension \"vector\")"
    )]
    NoPgvector { version: String, major: u32 },
    #[error(
        "pgvector {pgvector} is too old: Elenchus needs {}.{} or later. Update it on the database server (Debian: apt \
         install postgresql-{major}-pgvector)", OLDEST_PGVECTOR.0, OLDEST_PGVECTOR.1
    )]
    OldPgvector { pgvector: String, major: u32 },
    #[error(
        "the database still uses pgvector {installed}, though {available} is there: run ALTER EXTENSION vector UPDATE"
    )]
    PgvectorNotUpdated { installed: String, available: String },
    #[error("the database encodes text in {encoding}: create it with ENCODING 'UTF8'")]
    Encoding { encoding: String },
    #[error(
        "pgvector is not in the database, and the user {user} may not add it: run CREATE EXTENSION vector as a superuser"
    )]
    MayNotCreate { user: String },
    #[error("Postgres did not answer: {0}")]
    Query(#[from] tokio_postgres::Error),
}

/// One row about the server, whatever it has.
const LOOK: &str = "
    SELECT current_setting('server_version') AS version,
           current_setting('server_version_num')::int4 AS version_number,
           current_setting('server_encoding') AS encoding,
           current_user::text AS user_name,
           vector.default_version AS available,
           vector.installed_version AS installed,
           coalesce((SELECT versions.trusted AND has_database_privilege(current_database(), 'CREATE')
                     FROM pg_available_extension_versions AS versions
                     WHERE versions.name = 'vector' AND versions.version = vector.default_version), false)
               OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS may_create
    FROM (SELECT 1) AS one LEFT JOIN pg_available_extensions AS vector ON vector.name = 'vector'";

/// Checks the server and the database that `client` is connected to. Changes nothing.
pub async fn check(client: &Client) -> Result<ServerInfo, RequirementError> {
    let row = client.query_one(LOOK, &[]).await?;
    judge(&Facts {
        version: row.try_get("version")?,
        version_number: row.try_get("version_number")?,
        encoding: row.try_get("encoding")?,
        user: row.try_get("user_name")?,
        available: row.try_get("available")?,
        installed: row.try_get("installed")?,
        may_create: row.try_get("may_create")?,
    })
}

/// What [`LOOK`] saw.
struct Facts {
    version: String,
    /// 180004 for 18.4.
    version_number: i32,
    encoding: String,
    user: String,
    available: Option<String>,
    installed: Option<String>,
    may_create: bool,
}

fn judge(facts: &Facts) -> Result<ServerInfo, RequirementError> {
    let major = u32::try_from(facts.version_number / 10_000).unwrap_or(0);
    // Debian adds words of its own: 15.18 (Debian 15.18-0+deb12u1).
    let version = facts.version.split_whitespace().next().unwrap_or_default().to_owned();
    if major < OLDEST_POSTGRES {
        return Err(RequirementError::Postgres { version });
    }
    if facts.encoding != "UTF8" {
        return Err(RequirementError::Encoding { encoding: facts.encoding.clone() });
    }
    let Some(available) = facts.available.clone() else {
        return Err(RequirementError::NoPgvector { version, major });
    };
    if !recent(&available) {
        return Err(RequirementError::OldPgvector { pgvector: available, major });
    }
    match &facts.installed {
        Some(installed) if !recent(installed) => {
            Err(RequirementError::PgvectorNotUpdated { installed: installed.clone(), available })
        }
        None if !facts.may_create => Err(RequirementError::MayNotCreate { user: facts.user.clone() }),
        installed => Ok(ServerInfo {
            version,
            pgvector_installed: installed.is_some(),
            pgvector: installed.clone().unwrap_or(available),
        }),
    }
}

fn recent(pgvector: &str) -> bool {
    let mut parts = pgvector.split('.').map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= OLDEST_PGVECTOR
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts {
            version: "15.18 (Debian 15.18-0+deb12u1)".into(),
            version_number: 150_018,
            encoding: "UTF8".into(),
            user: "app".into(),
            available: Some("0.8.0".into()),
            installed: None,
            may_create: true,
        }
    }

    #[test]
    fn a_fitting_server_is_described() {
        let info = judge(&facts()).unwrap();
        let expected = ServerInfo { version: "15.18".into(), pgvector: "0.8.0".into(), pgvector_installed: false };
        assert_eq!(info, expected);
        let used = judge(&Facts { installed: Some("0.8.5".into()), may_create: false, ..facts() }).unwrap();
        assert_eq!((used.pgvector.as_str(), used.pgvector_installed), ("0.8.5", true));
    }

    #[test]
    fn each_lack_is_named_with_its_remedy() {
        let say = |facts: Facts| judge(&facts).unwrap_err().to_string();
        assert_eq!(
            say(Facts { version: "14.9".into(), version_number: 140_009, ..facts() }),
            "Postgres 14.9 is too old: Elenchus needs version 15 or later"
        );
        assert!(say(Facts { available: None, ..facts() }).contains("apt install postgresql-15-pgvector"));
        assert!(say(Facts { available: Some("0.7.4".into()), ..facts() }).contains("pgvector 0.7.4 is too old"));
        let stale = Facts { installed: Some("0.7.0".into()), ..facts() };
        assert!(say(stale).ends_with("run ALTER EXTENSION vector UPDATE"));
        assert!(say(Facts { may_create: false, ..facts() }).contains("the user app may not add it"));
        assert!(say(Facts { encoding: "SQL_ASCII".into(), ..facts() }).contains("SQL_ASCII"));
    }
}
