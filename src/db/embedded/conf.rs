//! `postgresql.conf` and `pg_hba.conf` for a server that shares a laptop with its only client.

use std::fmt::Write as _;
use std::path::Path;

use super::error::{EmbeddedError, Result};
use super::settings::Settings;

/// Who may connect: anyone who can reach the socket and knows a password.
pub const HBA: &str = "# Written anew at every start.\nlocal all all scram-sha-256\n";

/// For [`crate::db::embedded::settings::Settings::durable`] both ways. What is not here is as Postgres has it.
const ALWAYS: &[(&str, &str)] = &[
    ("listen_addresses", ""),
    ("password_encryption", "scram-sha-256"),
    ("shared_buffers", "128MB"),
    ("effective_cache_size", "1GB"),
    ("maintenance_work_mem", "128MB"),
    ("work_mem", "8MB"),
    // Compiling pays off for long analytic statements only, and costs every short one.
    ("jit", "off"),
    ("random_page_cost", "1.1"),
    // Nobody replicates from here.
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
    ("wal_compression", "on"),
    ("max_wal_size", "1GB"),
    ("min_wal_size", "80MB"),
    ("checkpoint_timeout", "15min"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    ("datestyle", "iso, mdy"),
    ("lc_messages", "C"),
    // To standard error, which is our log file. Terse: a detail line would repeat people's data.
    ("log_destination", "stderr"),
    ("logging_collector", "off"),
    ("log_line_prefix", "%m [%p] "),
    ("log_error_verbosity", "terse"),
    ("log_checkpoints", "off"),
];

const NOT_DURABLE: &[(&str, &str)] =
    &[("fsync", "off"), ("full_page_writes", "off"), ("synchronous_commit", "off"), ("autovacuum_naptime", "1h")];

/// The text of `postgresql.conf`. `socket` is the folder of the socket; `name` marks the cluster's processes.
pub fn postgresql(settings: &Settings, socket: &str, name: &str) -> Result<String> {
    let mut text = "# Written anew at every start. ALTER SYSTEM wins over it.\n".to_owned();
    let max_connections = settings.max_connections.max(4).to_string();
    // A comma or a space would end the folder's name.
    let socket = format!("\"{}\"", socket.replace('"', "\"\""));
    let computed = [
        ("cluster_name", name),
        ("unix_socket_directories", &socket),
        ("unix_socket_permissions", "0700"),
        ("max_connections", &max_connections),
        ("dynamic_shared_memory_type", shared_memory()),
    ];
    let when_not_durable = if settings.durable { &[] } else { NOT_DURABLE };
    let extra = settings.extra.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in ALWAYS.iter().copied().chain(when_not_durable.iter().copied()).chain(computed).chain(extra) {
        let valid = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
            && !value.contains(['\n', '\r', '\0']);
        if !valid {
            return Err(EmbeddedError::Setting { name: name.to_owned() });
        }
        let value = value.replace('\\', "\\\\").replace('\'', "''");
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name} = '{value}'");
    }
    Ok(text)
}

/// Containers often have 64 MB of `/dev/shm`, on which building an index in parallel fails.
fn shared_memory() -> &'static str {
    const ENOUGH: u64 = 256 << 20;
    let size = rustix::fs::statvfs(Path::new("/dev/shm")).map(|it| it.f_blocks.saturating_mul(it.f_frsize));
    match size {
        Ok(size) if size < ENOUGH => "mmap",
        _ => "posix",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(extra: &[(&str, &str)]) -> Result<String> {
        let mut settings = Settings::new("/x");
        settings.extra = extra.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        postgresql(&settings, "/a b,\"c\"'", "elenchus-1")
    }

    #[test]
    fn values_are_quoted_and_the_last_line_wins() {
        let text = text(&[("work_mem", "1MB"), ("search_path", "it's \\ x")]).unwrap();
        assert!(text.contains("\nunix_socket_directories = '\"/a b,\"\"c\"\"''\"'\n"), "{text}");
        assert!(text.ends_with("\nwork_mem = '1MB'\nsearch_path = 'it''s \\\\ x'\n"), "{text}");
        assert!(!text.contains("fsync"), "{text}");
    }

    #[test]
    fn a_setting_cannot_bring_a_second_line() {
        assert!(matches!(text(&[("work_mem", "1MB'\nfsync = 'off")]), Err(EmbeddedError::Setting { .. })));
        assert!(matches!(text(&[("work_mem = '1MB'\nfsync", "off")]), Err(EmbeddedError::Setting { .. })));
    }
}
