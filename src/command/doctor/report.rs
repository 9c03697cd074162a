//! The lines that the checks print.

use crate::command::ground::say;

/// Prints each finding at once, and counts the failures.
#[derive(Debug, Default)]
pub struct Report {
    failed: usize,
}

impl Report {
    /// All is well.
    #[expect(clippy::unused_self, reason = "a finding is written to a report, whatever its level")]
    pub fn ok(&mut self, name: &str, found: &str) {
        line("OK", name, found);
    }

    /// The server runs, but something may be missed. `advice` says what to do.
    #[expect(clippy::unused_self, reason = "a finding is written to a report, whatever its level")]
    pub fn warn(&mut self, name: &str, found: &str, advice: &str) {
        line("WARN", name, found);
        line("", "", advice);
    }

    /// The server does not run like this.
    pub fn fail(&mut self, name: &str, found: &str) {
        self.failed += 1;
        line("FAIL", name, found);
    }

    #[must_use]
    pub fn failed(&self) -> usize {
        self.failed
    }
}

fn line(level: &str, name: &str, text: &str) {
    say(&format!("{level:<5} {name:<10} {text}"));
}
