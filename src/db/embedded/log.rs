//! Postgres's log: one file and one older one, each of a bounded size.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::error::{EmbeddedError, Result};

/// Bytes at which the log becomes the older one.
const FULL: u64 = 8 << 20;
/// Bytes at most that a tail looks at.
const TAIL: u64 = 16 << 10;

/// Opens the log for Postgres to append to.
pub fn open(path: &Path) -> Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path).map_err(EmbeddedError::disk(path))
}

/// Moves a full log's content to `postgres.log.1`. The file stays the same one, since Postgres has it open; a line
/// written between copying and emptying is lost.
pub fn trim(path: &Path) -> Result<()> {
    trim_at(path, FULL)
}

fn trim_at(path: &Path, full: u64) -> Result<()> {
    if length(path) < full {
        return Ok(());
    }
    let older = path.with_extension("log.1");
    let trim = || {
        if older.exists() {
            std::fs::remove_file(&older)?;
        }
        std::fs::copy(path, &older)?;
        OpenOptions::new().write(true).open(path)?.set_len(0)
    };
    trim().map_err(EmbeddedError::disk(path))
}

/// Bytes in the log now.
pub fn length(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// Why Postgres ended, from what it wrote after byte `from`: its last fatal line, else its last line.
pub fn last_words(path: &Path, from: u64) -> Option<String> {
    let mut file = File::open(path).ok()?;
    let start = from.max(length(path).saturating_sub(TAIL));
    file.seek(SeekFrom::Start(start)).ok()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let grave = |line: &&str| line.contains("FATAL:") || line.contains("PANIC:");
    let line = text.lines().rfind(grave).or_else(|| text.lines().rfind(|line| !line.trim().is_empty()))?;
    // Without the time and the process in front.
    Some(line.split_once("] ").map_or(line, |(_, rest)| rest).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_full_log_is_moved_away_and_the_open_file_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("postgres.log");
        let mut log = open(&path).unwrap();
        log.write_all(b"0123456789").unwrap();
        trim_at(&path, 11).unwrap();
        assert_eq!(length(&path), 10);
        trim_at(&path, 10).unwrap();
        log.write_all(b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(std::fs::read(folder.path().join("postgres.log.1")).unwrap(), b"0123456789");
    }

    #[test]
    fn the_last_words_are_the_fatal_ones_of_this_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("postgres.log");
        let earlier = "2026-01-01 00:00:00 UTC [1] FATAL:  an earlier run\n";
        let now = "2026-01-01 00:00:00 UTC [7] FATAL:  no room\n2026-01-01 00:00:00 UTC [7] LOG:  shut down\n";
        std::fs::write(&path, format!("{earlier}{now}")).unwrap();
        let from = earlier.len() as u64;
        assert_eq!(last_words(&path, from).as_deref(), Some("FATAL:  no room"));
        assert_eq!(last_words(&path, from + now.len() as u64), None);
    }
}
