//! The facts that instances tell each other. They carry ids: who hears one reads the rows.

use serde::{Deserialize, Serialize};

use crate::ids::{
    AlertId, ConversationId, DashboardId, DataQuestionId, DataSourceId, DatasetUploadId, DocumentId, GenerationId,
    InsightId, InstanceId, MessageId, PictureExportId, QueryRunId, ResultExportId, SavedQueryId, UserId, WorkspaceId,
};

/// Something that has happened and is committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum Fact {
    /// Log rows were appended: the last sequence number of each generation.
    GenerationsLogged { by: InstanceId, runs: Vec<(GenerationId, i32)> },
    /// A generation waits for an instance to write it.
    GenerationQueued { generation: GenerationId },
    /// Somebody wants a generation to stop.
    GenerationStopRequested { generation: GenerationId },
    /// A message was added to a conversation.
    MessageAdded { conversation: ConversationId, message: MessageId },
    /// A message was changed: its status, its rating.
    MessageChanged { conversation: ConversationId, message: MessageId },
    /// A message was deleted, with all that followed it.
    MessageDeleted { conversation: ConversationId, message: MessageId },
    /// Title, status, documents or summary of a conversation changed.
    ConversationChanged { conversation: ConversationId },
    /// Somebody is typing, or has stopped.
    TypingChanged { conversation: ConversationId, user: UserId, typing: bool },
    /// A client has shown the messages up to this one.
    MessagesDelivered { conversation: ConversationId, message: MessageId },
    /// Status or progress of a document changed.
    DocumentProgressed { document: DocumentId },
    /// Status or progress of a file that becomes a table changed.
    DatasetProgressed { upload: DatasetUploadId },
    /// A statement has ended, or somebody wants it to stop.
    QueryRunChanged { run: QueryRunId },
    /// Status or progress of a file of a result changed.
    ResultExportProgressed { export: ResultExportId },
    /// Status or progress of a picture changed.
    PictureExportProgressed { export: PictureExportId },
    /// The data of a source are other ones from now on.
    SourceChanged { source: DataSourceId },
    /// A run of a kept statement has begun or ended.
    SavedQueryRan { query: SavedQueryId, run: QueryRunId },
    /// A dashboard was changed or deleted.
    DashboardChanged { dashboard: DashboardId },
    /// The state of an alert is another, or it was told again.
    AlertChanged { workspace: WorkspaceId, alert: AlertId },
    /// A question about data has come further.
    QuestionChanged { question: DataQuestionId },
    /// Somebody has other notifications than before.
    NotificationsPosted { user: UserId },
    /// A text about a result has come further.
    InsightChanged { insight: InsightId },
    /// Somebody's sign-ins, keys, role or state changed: what rests on how they were looks again.
    AccessChanged { user: UserId },
    /// An account was shut or deleted: what is done for it is stopped.
    AccountShut { user: UserId },
    /// A job waits.
    JobQueued,
    /// Facts may have been missed: whoever follows something looks at its rows again. Never sent, only made locally.
    Missed,
}

/// What one can listen to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Everything about the engine's runs.
    Generations,
    Conversation(ConversationId),
    Document(DocumentId),
    Dataset(DatasetUploadId),
    QueryRun(QueryRunId),
    ResultExport(ResultExportId),
    PictureExport(PictureExportId),
    Source(DataSourceId),
    SavedQuery(SavedQueryId),
    Dashboard(DashboardId),
    /// The alerts of a workspace.
    Alerts(WorkspaceId),
    /// The data of every source.
    Sources,
    Question(DataQuestionId),
    /// What one person is told.
    Notifications(UserId),
    Insight(InsightId),
    /// What one account's sockets and streams rest on.
    Access(UserId),
    Jobs,
}

impl Topic {
    /// Facts that one slow listener may lag behind before it hears [`Fact::Missed`] instead. Each costs memory for as long
    /// as somebody listens.
    #[must_use]
    pub const fn backlog(self) -> usize {
        match self {
            // Every open socket listens, and being told once is as good as twice.
            Self::Access(_) | Self::Notifications(_) => 1,
            _ => 256,
        }
    }
}

impl Fact {
    /// The topic it belongs to; `None` for all of them.
    #[must_use]
    pub fn topic(&self) -> Option<Topic> {
        match self {
            Self::GenerationsLogged { .. }
            | Self::GenerationQueued { .. }
            | Self::GenerationStopRequested { .. }
            | Self::AccountShut { .. } => Some(Topic::Generations),
            Self::MessageAdded { conversation, .. }
            | Self::MessageChanged { conversation, .. }
            | Self::MessageDeleted { conversation, .. }
            | Self::ConversationChanged { conversation }
            | Self::TypingChanged { conversation, .. }
            | Self::MessagesDelivered { conversation, .. } => Some(Topic::Conversation(*conversation)),
            Self::DocumentProgressed { document } => Some(Topic::Document(*document)),
            Self::DatasetProgressed { upload } => Some(Topic::Dataset(*upload)),
            Self::QueryRunChanged { run } => Some(Topic::QueryRun(*run)),
            Self::ResultExportProgressed { export } => Some(Topic::ResultExport(*export)),
            Self::PictureExportProgressed { export } => Some(Topic::PictureExport(*export)),
            Self::SourceChanged { source } => Some(Topic::Source(*source)),
            Self::SavedQueryRan { query, .. } => Some(Topic::SavedQuery(*query)),
            Self::DashboardChanged { dashboard } => Some(Topic::Dashboard(*dashboard)),
            Self::AlertChanged { workspace, .. } => Some(Topic::Alerts(*workspace)),
            Self::QuestionChanged { question } => Some(Topic::Question(*question)),
            Self::NotificationsPosted { user } => Some(Topic::Notifications(*user)),
            Self::InsightChanged { insight } => Some(Topic::Insight(*insight)),
            Self::AccessChanged { user } => Some(Topic::Access(*user)),
            Self::JobQueued => Some(Topic::Jobs),
            Self::Missed => None,
        }
    }

    /// Another topic that it belongs to besides: for those who listen to all of a kind.
    #[must_use]
    pub fn besides(&self) -> Option<Topic> {
        match self {
            Self::SourceChanged { .. } => Some(Topic::Sources),
            _ => None,
        }
    }
}
