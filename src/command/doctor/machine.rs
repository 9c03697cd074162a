//! What the machine and the binary bring along: folders, files, secrets, libraries, clock.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rustix::process::Resource;

use super::report::Report;
use crate::clock::Clock;
use crate::config::load::Config;
use crate::config::secrets::Secrets;
use crate::config::storage::StorageConfig;
use crate::extraction::pdf::library;
use crate::http::graphiql::assets::Assets;
use crate::storage::store::Storage;

const MIB: u64 = 1024 * 1024;
/// Room that a first start takes, with fetched files and an empty database.
const SCARCE_BYTES: u64 = 1024 * MIB;
/// Postgres stops when it cannot write its log.
const FULL_BYTES: u64 = 64 * MIB;
/// A socket or a stream takes one each.
const FEW_FILES: u64 = 4096;
/// 2026-01-01: no machine with a clock that goes has an earlier date.
const PAST: i64 = 1_767_225_600;

/// The data directory, and the room that is left on its disk.
pub fn folder(report: &mut Report, config: &Config) {
    let folder = &config.server.data_dir;
    if let Err(error) = std::fs::create_dir_all(folder) {
        return report.fail("data", &format!("cannot make {}: {error}", folder.display()));
    }
    let free = match rustix::fs::statvfs(folder) {
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
        Err(error) => return report.fail("data", &format!("cannot look at {}: {error}", folder.display())),
    };
    let found = format!("{} has {} MiB left", folder.display(), free / MIB);
    if free < FULL_BYTES {
        report.fail("data", &format!("{found}: make room, or set DATA_DIR to another disk"));
    } else if free < SCARCE_BYTES {
        report.warn("data", &found, "A first start takes about 500 MiB; make room, or set DATA_DIR to another disk.");
    } else {
        report.ok("data", &found);
    }
}

/// The store of files, tried with a small one.
pub async fn storage(report: &mut Report, config: &Config) {
    let place = match &config.storage {
        StorageConfig::Local { folder } => folder.display().to_string(),
        StorageConfig::S3 { bucket, .. } => format!("the bucket {bucket}"),
    };
    let tried = async { Storage::open(&config.storage)?.check().await };
    match tried.await {
        Ok(()) => report.ok("storage", &format!("{place} takes, gives and removes files")),
        Err(error) => report.fail("storage", &format!("{place}: {}", error.chain())),
    }
}

/// The secrets, and who may read those that are kept in files of ours.
pub fn secrets(report: &mut Report, config: &Config) {
    if let Err(error) = Secrets::load(&config.auth, &config.server.data_dir) {
        return report.fail("secrets", &error.to_string());
    }
    let kept =
        [("secret.key", config.auth.secret_key.is_none()), ("encryption.key", config.auth.encryption_key.is_none())];
    let kept: Vec<&str> = kept.into_iter().filter(|(_, is_kept)| *is_kept).map(|(name, _)| name).collect();
    for name in &kept {
        if is_open(&config.server.data_dir.join(name)) {
            let found = format!("{name} in DATA_DIR can be read by others");
            report.warn("secrets", &found, &format!("chmod 600 {}", config.server.data_dir.join(name).display()));
        }
    }
    let older = config.auth.secret_key_previous.len() + config.auth.encryption_key_previous.len();
    if older > 0 {
        report.ok("secrets", &format!("{older} older ones are still accepted"));
    }
    if kept.is_empty() {
        report.ok("secrets", "SECRET_KEY and ENCRYPTION_KEY are given");
    } else {
        report.ok("secrets", &format!("{} in DATA_DIR: keep a copy with the backup", kept.join(" and ")));
    }
}

fn is_open(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
}

/// The library that reads PDFs.
pub async fn pdfium(report: &mut Report, config: &Config, online: bool) {
    let (settings, data_dir) = (&config.documents.extraction, &config.server.data_dir);
    let found = if online || settings.pdfium_lib.is_some() {
        library::locate_pdfium(settings, data_dir).await
    } else {
        library::fetched_pdfium(data_dir)
    };
    match found {
        Some(path) => report.ok("pdf", &format!("PDFium is {}", path.display())),
        None if settings.pdfium_lib.is_some() => report.warn(
            "pdf",
            "PDFIUM_LIB names no file; PDFs are read by the built-in reader, which finds less text",
            "Set PDFIUM_LIB to the path of libpdfium, or leave it empty to have it fetched.",
        ),
        None => report.warn(
            "pdf",
            "PDFium is not here yet; without it PDFs are read by the built-in reader, which finds less text",
            "The first start of a server fetches it (4 MB, needs python3-pip), or `elenchus doctor --online` now.",
        ),
    }
}

/// The files of GraphiQL in this binary.
pub fn graphiql(report: &mut Report, config: &Config) {
    if !config.graphql.graphiql {
        report.ok("graphiql", "off");
    } else if Assets::embedded().complete() {
        report.ok("graphiql", "is in this binary");
    } else {
        report.warn(
            "graphiql",
            "was not there when this binary was built; /graphiql says so",
            "Run `make graphiql` and build again.",
        );
    }
}

/// The clock, as far as one can tell without another.
pub fn clock(report: &mut Report) {
    let now = Clock::System.now();
    if now.timestamp() < PAST {
        report.warn("clock", &format!("the clock says {now}"), "Set it: tokens, leases and certificates go by it.");
    } else {
        report.ok("clock", &now.format("%Y-%m-%d %H:%M:%S UTC").to_string());
    }
}

/// How many files and sockets the process may have open.
pub fn open_files(report: &mut Report) {
    match rustix::process::getrlimit(Resource::Nofile).current {
        Some(most) if most < FEW_FILES => report.warn(
            "files",
            &format!("{most} may be open at once, of which every socket takes one"),
            "Raise it for many clients: `ulimit -n 65536`, or LimitNOFILE=65536 for systemd.",
        ),
        Some(most) => report.ok("files", &format!("{most} may be open at once")),
        None => report.ok("files", "any number may be open at once"),
    }
}
