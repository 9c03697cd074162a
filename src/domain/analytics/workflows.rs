//! Work in several steps that the server does for somebody, as sums.

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WorkflowKind {
    AccountExport,
    /// A file of data, looked at or loaded.
    DataLoad,
    Misconceptions,
    PictureExport,
    /// A dashboard sent by mail.
    Report,
    ResultExport,
    Themes,
}

crate::db::enums::text_enum!(WorkflowKind {
    AccountExport => "ACCOUNT_EXPORT",
    DataLoad => "DATA_LOAD",
    Misconceptions => "MISCONCEPTIONS",
    PictureExport => "PICTURE_EXPORT",
    Report => "REPORT",
    ResultExport => "RESULT_EXPORT",
    Themes => "THEMES",
});

/// What became of such work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WorkflowFigures {
    pub started: i64,
    /// Those of them that came to their end, with all or a part of what they were for.
    pub completed: i64,
    /// Those of the completed that lack something.
    pub partial: i64,
    pub failed: i64,
    /// Those whose object was removed, or that were begun anew, before their end.
    pub stopped: i64,
    /// How long the completed took in all, in milliseconds.
    pub duration_sum_ms: i64,
}

impl WorkflowFigures {
    /// The columns of a row, in the order in which the statement gives them.
    #[must_use]
    pub fn of_sums(sums: &[i64]) -> Self {
        let at = |place: usize| sums.get(place).copied().unwrap_or_default();
        Self { started: at(0), completed: at(1), partial: at(2), failed: at(3), stopped: at(4), duration_sum_ms: at(5) }
    }

    /// Adds what became of others.
    pub fn add(&mut self, other: &Self) {
        self.started += other.started;
        self.completed += other.completed;
        self.partial += other.partial;
        self.failed += other.failed;
        self.stopped += other.stopped;
        self.duration_sum_ms += other.duration_sum_ms;
    }

    /// Those that go on.
    #[must_use]
    pub fn running(&self) -> i64 {
        self.started - self.completed - self.failed - self.stopped
    }

    /// How many of those that completed or failed completed, from 0 to 1; `None` before one has.
    #[must_use]
    pub fn success_rate(&self) -> Option<f64> {
        ratio(self.completed, self.completed + self.failed)
    }

    /// How long the completed took on average, in milliseconds; `None` before one has completed.
    #[must_use]
    pub fn mean_duration_ms(&self) -> Option<f64> {
        ratio(self.duration_sum_ms, self.completed)
    }
}

/// Exact up to 2^53, some 285,000 years of milliseconds.
#[expect(clippy::cast_precision_loss, reason = "no sum of durations comes near")]
fn ratio(of: i64, by: i64) -> Option<f64> {
    (by > 0).then(|| of as f64 / by as f64)
}
