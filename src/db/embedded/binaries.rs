//! One installation of Postgres, and whether it will do.

use std::path::{Path, PathBuf};

use super::account::Account;
use super::error::{EmbeddedError, Result};

/// Postgres below this is too old for us.
pub const OLDEST_POSTGRES: u32 = 15;
/// pgvector below this is too old: iterative index scans and `halfvec` came until then.
pub const OLDEST_PGVECTOR: (u32, u32) = (0, 8);

/// An installation that was found to run, with pgvector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// The folder of `postgres` and `initdb`.
    pub bin: PathBuf,
    /// The folder of shared files, with `extension` below it.
    pub share: PathBuf,
    /// As Postgres says it: `18.4`.
    pub version: String,
    /// The version that decides who can read a cluster: 18.
    pub major: u32,
}

impl Binaries {
    /// The installation in `bin` and `share`, if `account` can run it and it has a fitting pgvector. The error says what
    /// is wrong with it.
    pub async fn probe(bin: &Path, share: &Path, account: &Account) -> Result<Self> {
        let broken = |detail: String| EmbeddedError::BrokenBinaries { bin: bin.to_owned(), detail };
        let control = share.join("extension/vector.control");
        let text = std::fs::read_to_string(&control)
            .map_err(|error| broken(format!("it has no pgvector ({}: {error})", control.display())))?;
        match pgvector_version(&text) {
            Some(version) if version >= OLDEST_PGVECTOR => {}
            _ => return Err(broken("its pgvector is older than 0.8".to_owned())),
        }
        // Both in one process: what matters is what the account can do, not what we can.
        let mut command = account.command("/bin/sh", Path::new("/"));
        command.args(["-c", "test -r \"$3\" && test -x \"$2\" && \"$1\" -V", "sh"]).args([
            bin.join("postgres"),
            bin.join("initdb"),
            control,
        ]);
        let output = command.output().await.map_err(|error| broken(error.to_string()))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            let why = if said.is_empty() { format!("{} may not run it", account.name) } else { said };
            return Err(broken(why));
        }
        let said = String::from_utf8_lossy(&output.stdout);
        let Some((version, major)) = postgres_version(&said) else {
            return Err(broken(format!("{:?} is not a version", said.trim())));
        };
        if major < OLDEST_POSTGRES {
            return Err(broken(format!("version {version} is older than {OLDEST_POSTGRES}")));
        }
        Ok(Self { bin: bin.to_owned(), share: share.to_owned(), version, major })
    }

    pub fn postgres(&self) -> PathBuf {
        self.bin.join("postgres")
    }

    pub fn initdb(&self) -> PathBuf {
        self.bin.join("initdb")
    }
}

/// From `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn postgres_version(said: &str) -> Option<(String, u32)> {
    let version = said.split_once("(PostgreSQL) ")?.1.split_whitespace().next()?;
    // A release has a dot (18.4); what comes before one has a word (19beta1).
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    Some((version.to_owned(), digits.parse().ok()?))
}

/// Major and minor version from an extension's control file.
fn pgvector_version(control: &str) -> Option<(u32, u32)> {
    let line = control.lines().find_map(|line| line.trim().strip_prefix("default_version"))?;
    let version = line.trim_start().strip_prefix('=')?.trim().trim_matches('\'');
    let mut parts = version.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        let debian = "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n";
        assert_eq!(postgres_version(debian), Some(("15.18".to_owned(), 15)));
        assert_eq!(postgres_version("postgres (PostgreSQL) 19beta1"), Some(("19beta1".to_owned(), 19)));
        assert_eq!(postgres_version("postgres: command not found"), None);
        assert_eq!(pgvector_version("comment = 'x'\ndefault_version = '0.8.5'\n"), Some((0, 8)));
        assert_eq!(pgvector_version("default_version='1.0'"), Some((1, 0)));
        assert_eq!(pgvector_version("default_version = ''"), None);
    }
}
