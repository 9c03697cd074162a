//! The ids of a copy of an account: those that the API knows.

use serde_json::Value;
use uuid::Uuid;

use crate::domain::notifications::model::{Subject, SubjectKind};
use crate::ids::{
    AlertId, ApiKeyId, AuditEventId, ChartId, ConversationId, CourseId, CourseMemberId, DashboardId, DashboardTileId,
    DataQuestionId, DataSourceId, DatasetUploadId, DocumentId, GenerationId, GlossaryTermId, InsightId, LoginSessionId,
    MessageId, ModerationFlagId, NotificationId, PromptTemplateVersionId, QueryRunId, SavedQueryId, ScheduledReportId,
    TutoringRecordingId, TutoringSessionId, UserId, WeekId, WorkspaceId, WorkspaceMemberId,
};

/// A row with the ids that the API knows in the place of those in the tables.
pub(super) fn public(mut row: Value, kind: &str) -> Value {
    let Some(columns) = row.as_object_mut() else { return row };
    let subject_kind = columns.get("subject_kind").and_then(Value::as_str).and_then(|kind| kind.parse().ok());
    for (name, value) in columns.iter_mut() {
        let kind = match name.as_str() {
            "id" => kind,
            "subject" => {
                if let Some(kind) = subject_kind {
                    name_subject(value, kind);
                }
                continue;
            }
            "conversation_id" => "conv",
            "course_id" => "course",
            "workspace_id" => "workspace",
            "source_id" => "source",
            "query_id" | "saved_query_id" => "query",
            "run_id" => "run",
            "chart_id" => "chart",
            "dashboard_id" => "dashboard",
            "previous_id" => "question",
            "tiles" => "tile",
            "parent_id" | "message_id" => "msg",
            "generation_id" => "gen",
            "document_ids" => "doc",
            "session_id" => "tutoring",
            _ => continue,
        };
        match value {
            Value::Array(all) => all.iter_mut().for_each(|one| match one {
                Value::Object(_) => *one = public(one.take(), kind),
                id => name_it(id, kind),
            }),
            id => name_it(id, kind),
        }
    }
    row
}

/// What a notification is about, by its public id.
fn name_subject(value: &mut Value, kind: SubjectKind) {
    let Some(id) = value.as_str().and_then(|text| Uuid::try_parse(text).ok()) else { return };
    *value = Value::String(Subject { kind, id }.to_string());
}

fn name_it(value: &mut Value, kind: &str) {
    let Some(uuid) = value.as_str().and_then(|text| Uuid::try_parse(text).ok()) else { return };
    let id = match kind {
        "user" => UserId::from_uuid(uuid).to_string(),
        "sess" => LoginSessionId::from_uuid(uuid).to_string(),
        "conv" => ConversationId::from_uuid(uuid).to_string(),
        "msg" => MessageId::from_uuid(uuid).to_string(),
        "doc" => DocumentId::from_uuid(uuid).to_string(),
        "gen" => GenerationId::from_uuid(uuid).to_string(),
        "course" => CourseId::from_uuid(uuid).to_string(),
        "member" => CourseMemberId::from_uuid(uuid).to_string(),
        "workspace" => WorkspaceId::from_uuid(uuid).to_string(),
        "notification" => NotificationId::from_uuid(uuid).to_string(),
        "wsmember" => WorkspaceMemberId::from_uuid(uuid).to_string(),
        "week" => WeekId::from_uuid(uuid).to_string(),
        "key" => ApiKeyId::from_uuid(uuid).to_string(),
        "tutoring" => TutoringSessionId::from_uuid(uuid).to_string(),
        "recording" => TutoringRecordingId::from_uuid(uuid).to_string(),
        "flag" => ModerationFlagId::from_uuid(uuid).to_string(),
        "source" => DataSourceId::from_uuid(uuid).to_string(),
        "dataset" => DatasetUploadId::from_uuid(uuid).to_string(),
        "question" => DataQuestionId::from_uuid(uuid).to_string(),
        "run" => QueryRunId::from_uuid(uuid).to_string(),
        "query" => SavedQueryId::from_uuid(uuid).to_string(),
        "chart" => ChartId::from_uuid(uuid).to_string(),
        "dashboard" => DashboardId::from_uuid(uuid).to_string(),
        "tile" => DashboardTileId::from_uuid(uuid).to_string(),
        "insight" => InsightId::from_uuid(uuid).to_string(),
        "promptversion" => PromptTemplateVersionId::from_uuid(uuid).to_string(),
        "term" => GlossaryTermId::from_uuid(uuid).to_string(),
        "alert" => AlertId::from_uuid(uuid).to_string(),
        "report" => ScheduledReportId::from_uuid(uuid).to_string(),
        "audit" => AuditEventId::from_uuid(uuid).to_string(),
        _ => return,
    };
    *value = Value::String(id);
}
