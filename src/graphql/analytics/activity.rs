//! What somebody did, as data.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::analytics::model;

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::ActivityKind")]
pub enum ActivityKind {
    /// Asked or said something that a model answers.
    Question,
    /// Had a model work on something else, such as the themes of a week.
    Generation,
    /// Uploaded a document.
    Upload,
    /// Began a tutoring session.
    Session,
    /// Signed in.
    SignIn,
    /// Asked something about data, in plain words.
    DataQuestion,
    /// Ran a statement, or a saved query; those of questions are told with these.
    Statement,
    /// Brought a file of data.
    DataUpload,
    /// Had a text written about a result.
    Insight,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::ActivityStatus")]
pub enum ActivityStatus {
    /// It goes on.
    Running,
    /// It came to its end.
    Succeeded,
    /// Somebody stopped it.
    Stopped,
    /// It broke off.
    Failed,
}

/// Something that somebody did.
#[derive(Debug, Clone, SimpleObject)]
pub struct Activity {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: ActivityKind,
    /// What became of it.
    pub status: ActivityStatus,
    /// What it was done to, for `node`: the text that was written, the document, the session, the question, the run, the file. Null once it is
    /// deleted or you are no member of its workspace any more, and for a sign-in.
    pub object_id: Option<ID>,
    /// Tokens that models read and wrote for it; of a question about data that took several attempts, for the last. Null where none did, and
    /// until it has ended.
    pub tokens: Option<i64>,
    /// How long it took to be written, or a statement to run, in milliseconds. Null where nothing was, and until it has ended.
    pub duration_ms: Option<i32>,
}

impl From<model::Activity> for Activity {
    fn from(row: model::Activity) -> Self {
        Self {
            at: row.at,
            kind: row.kind.into(),
            status: row.status.into(),
            object_id: row.object().map(ID),
            tokens: row.tokens,
            duration_ms: row.duration_ms,
        }
    }
}
