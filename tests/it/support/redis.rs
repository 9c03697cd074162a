//! A Redis of a test's own, reached over a socket in a folder.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use elenchus::limits::redis::Redis;

pub struct RedisServer {
    process: Child,
    folder: tempfile::TempDir,
}

/// Whether this machine has one. `make setup` installs it where it may; a run that must not go without says so by
/// `REQUIRE_REDIS`.
pub fn is_here() -> bool {
    let found = Command::new("redis-server").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let here = found.is_ok_and(|status| status.success());
    assert!(here || std::env::var_os("REQUIRE_REDIS").is_none(), "redis-server is missing");
    if !here {
        eprintln!("SKIPPED: there is no redis-server here");
    }
    here
}

impl RedisServer {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let process = Self::run(folder.path());
        let server = Self { process, folder };
        server.answering().await;
        server
    }

    fn run(folder: &std::path::Path) -> Child {
        let socket = folder.join("redis.sock");
        Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"])
            .arg(socket)
            .arg("--dir")
            .arg(folder)
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    }

    pub fn url(&self) -> String {
        format!("redis+unix://{}", self.folder.path().join("redis.sock").display())
    }

    async fn answering(&self) {
        while Redis::new(&self.url().into()).unwrap().version().await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub async fn start_again(&mut self) {
        self.process = Self::run(self.folder.path());
        self.answering().await;
    }

    /// What a client of its own hears.
    pub fn ask(&self, words: &[&str]) -> String {
        let socket = self.folder.path().join("redis.sock");
        let answer = Command::new("redis-cli").arg("-s").arg(socket).args(words).output().unwrap();
        String::from_utf8(answer.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}
