//! The log of a server process, as a file.

use std::fs::File;

use serde_json::Value;
use tempfile::NamedTempFile;

pub struct Log(NamedTempFile);

impl Log {
    pub fn new() -> Self {
        Self(NamedTempFile::new().unwrap())
    }

    /// Where the process writes.
    pub fn file(&self) -> File {
        self.0.reopen().unwrap()
    }

    pub fn text(&self) -> String {
        std::fs::read_to_string(self.0.path()).unwrap()
    }

    /// Every line, which must be JSON.
    pub fn lines(&self) -> Vec<Value> {
        let text = self.text();
        text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect()
    }
}
