//! Installations of Postgres that this machine has already.

use std::path::{Path, PathBuf};

use super::account::Account;
use super::binaries::Binaries;

/// Folders that hold one folder a version, what lies between such a folder and its programs, and a prefix of its name.
const FOLDERS: [(&str, &str, &str); 5] = [
    ("/usr/lib/postgresql", "bin", ""),
    ("/usr", "bin", "pgsql-"),
    ("/opt/homebrew/opt", "bin", "postgresql@"),
    ("/usr/local/opt", "bin", "postgresql@"),
    ("/Applications/Postgres.app/Contents/Versions", "bin", ""),
];

/// The first installation that `account` can run, with a fitting pgvector, of version `major` if one is wanted.
pub async fn search(account: &Account, major: Option<u32>) -> Option<Binaries> {
    for (bin, share) in candidates() {
        match Binaries::probe(&bin, &share, account).await {
            Ok(binaries) if major.is_none_or(|major| binaries.major == major) => return Some(binaries),
            Ok(_) => {}
            Err(error) => tracing::debug!(%error, "passing over a Postgres"),
        }
    }
    None
}

/// Pairs of a folder of programs and a folder of shared files, best first.
fn candidates() -> Vec<(PathBuf, PathBuf)> {
    let mut bins: Vec<PathBuf> = Vec::new();
    for folder in std::env::var_os("PATH").iter().flat_map(std::env::split_paths) {
        if let Some(bin) = folder.join("postgres").canonicalize().ok().and_then(|it| it.parent().map(Path::to_owned)) {
            bins.push(bin);
        }
        // Debian's programs are not on the PATH, but its pg_config is.
        bins.extend(pg_config(&folder, "--bindir"));
    }
    for (parent, below, prefix) in FOLDERS {
        let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir(parent)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let version = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
                Some((version, entry.path().join(below)))
            })
            .collect();
        versions.sort_unstable_by(|a, b| b.cmp(a));
        bins.extend(versions.into_iter().map(|(_, bin)| bin));
    }
    let mut candidates: Vec<(PathBuf, PathBuf)> = Vec::new();
    for bin in bins {
        if candidates.iter().any(|(its, _)| *its == bin) {
            continue;
        }
        if let Some(share) = share_of(&bin) {
            candidates.push((bin, share));
        }
    }
    candidates
}

fn share_of(bin: &Path) -> Option<PathBuf> {
    let top = bin.parent()?;
    // Debian splits an installation between /usr/lib and /usr/share; the others keep it together.
    let debian = top.file_name().map(|version| Path::new("/usr/share/postgresql").join(version));
    pg_config(bin, "--sharedir")
        .into_iter()
        .chain([top.join("share/postgresql"), top.join("share")])
        .chain(debian)
        .find(|share| share.join("extension/vector.control").is_file())
}

/// What `pg_config` in `folder` answers, if there is one.
fn pg_config(folder: &Path, question: &str) -> Option<PathBuf> {
    let program = folder.join("pg_config");
    if !program.is_file() {
        return None;
    }
    let output = std::process::Command::new(program).arg(question).output().ok()?;
    let answer = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(answer.trim())).filter(|path| output.status.success() && path.is_absolute())
}
