//! Making a cluster, and telling it its settings and its password.

use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::Stdio;

use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::account::Account;
use super::binaries::Binaries;
use super::conf;
use super::error::{EmbeddedError, Result};
use super::password::Password;
use super::place::{self, Place};
use super::settings::Settings;

/// The cluster's owner, and the name of its database.
pub const NAME: &str = "elenchus";

/// Starts the name of a cluster that is being made.
const UNFINISHED: &str = "new-";

/// Best first; a system that does not have one says "invalid locale name". In all of them text sorts by code point,
/// which no upgrade of the system changes; they differ in what counts as a letter beyond ASCII.
const LOCALES: [&[&str]; 3] = [&["--locale=C.UTF-8"], &["--locale=C", "--lc-ctype=en_US.UTF-8"], &["--locale=C"]];

/// A cluster whose owner has the password: made now, or as it was.
pub async fn prepare(
    place: &Place,
    account: &Account,
    binaries: &Binaries,
    settings: &Settings,
    password: &Password,
) -> Result<()> {
    remove_unfinished(place.room())?;
    let cluster = place.cluster();
    if !cluster.exists() {
        tracing::info!(folder = %cluster.display(), version = binaries.version, "making a Postgres cluster");
        // Before the cluster: a password too many does no harm, a cluster without one would be locked.
        password.keep()?;
        initialise(place.room(), &cluster, account, binaries, settings, &password.secret).await?;
        return place.record_made();
    }
    place.record_made()?;
    let owner = std::fs::metadata(&cluster).map_err(EmbeddedError::disk(&cluster))?.uid();
    if account.switch && owner != account.uid {
        account.own_all(&cluster)?;
    }
    if password.new {
        tracing::warn!("the password file of the database was lost; giving the database a new password");
        set_password(&cluster, account, binaries, &password.secret).await?;
        password.keep()?;
    }
    Ok(())
}

/// Writes the configuration files.
pub fn configure(cluster: &Path, account: &Account, settings: &Settings, socket: &str, name: &str) -> Result<()> {
    let text = conf::postgresql(settings, socket, name)?;
    for (file, text) in [("postgresql.conf", text.as_str()), ("pg_hba.conf", conf::HBA)] {
        let path = cluster.join(file);
        place::replace(&path, text.as_bytes())?;
        account.own(&path)?;
    }
    Ok(())
}

/// Makes the cluster beside its place and moves it there whole, so that one cut short is never taken for a cluster.
async fn initialise(
    room: &Path,
    cluster: &Path,
    account: &Account,
    binaries: &Binaries,
    settings: &Settings,
    password: &SecretString,
) -> Result<()> {
    let folder = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(room).map_err(EmbeddedError::disk(room))?;
    let folder = folder.path();
    account.own(folder)?;
    let password_file = folder.join("password");
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&password_file)
        .and_then(|mut file| file.write_all(password.expose_secret().as_bytes()))
        .map_err(EmbeddedError::disk(&password_file))?;
    account.own(&password_file)?;
    let data = folder.join("data");
    let mut refusal = String::new();
    for locale in LOCALES {
        let mut initdb = account.command(binaries.initdb(), folder);
        initdb
            .arg("--pgdata")
            .arg(&data)
            .arg("--pwfile")
            .arg(&password_file)
            .args(["--username", NAME, "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-instructions"])
            .args(locale);
        if !settings.durable {
            initdb.arg("--no-sync");
        }
        let output = initdb.output().await.map_err(|error| failed("initdb", error.to_string()))?;
        if output.status.success() {
            std::fs::rename(&data, cluster).map_err(EmbeddedError::disk(cluster))?;
            let sync = || std::fs::File::open(room)?.sync_all();
            return sync().map_err(EmbeddedError::disk(room));
        }
        refusal = last_line(&output.stderr);
        if !String::from_utf8_lossy(&output.stderr).contains("invalid locale") {
            break;
        }
    }
    Err(failed("initdb", refusal))
}

/// Sets the owner's password in a cluster that is not running.
async fn set_password(cluster: &Path, account: &Account, binaries: &Binaries, password: &SecretString) -> Result<()> {
    const TOOL: &str = "setting the password of the database";
    let mut command: Command = account.command(binaries.postgres(), cluster);
    command
        .args(["--single", "-D"])
        .arg(cluster)
        .arg("postgres")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| failed(TOOL, error.to_string()))?;
    if let Some(mut stdin) = child.stdin.take() {
        let statement = format!("ALTER ROLE {NAME} PASSWORD '{}'\n", password.expose_secret());
        // A Postgres that does not read says why in its output.
        let _ = stdin.write_all(statement.as_bytes()).await;
    }
    let output = child.wait_with_output().await.map_err(|error| failed(TOOL, error.to_string()))?;
    // In this mode a refused statement does not make the process fail.
    let refused = String::from_utf8_lossy(&output.stderr).contains("ERROR:");
    if output.status.success() && !refused { Ok(()) } else { Err(failed(TOOL, last_line(&output.stderr))) }
}

fn remove_unfinished(room: &Path) -> Result<()> {
    for entry in std::fs::read_dir(room).map_err(EmbeddedError::disk(room))? {
        let entry = entry.map_err(EmbeddedError::disk(room))?;
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            std::fs::remove_dir_all(entry.path()).map_err(EmbeddedError::disk(&entry.path()))?;
        }
    }
    Ok(())
}

fn failed(tool: &'static str, detail: String) -> EmbeddedError {
    EmbeddedError::Tool { tool, detail }
}

/// The line that says what went wrong: the last with "error" or "FATAL" in it, else the last.
fn last_line(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let telling = |line: &&str| ["error:", "ERROR:", "FATAL:"].iter().any(|word| line.contains(word));
    text.lines().rfind(telling).or_else(|| text.lines().last()).unwrap_or("it said nothing").trim().to_owned()
}
