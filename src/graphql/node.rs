//! Objects by their global id, after the Relay object identification specification
//! (<https://relay.dev/graphql/objectidentification.htm>): the prefix of an id tells which table to ask.

use async_graphql::{Context, ID, Interface, Result};

use super::conversations::loaders::{ConversationById, MessageById};
use super::conversations::types::{Conversation, Message};
use super::courses::loaders::{CourseById, WeekById};
use super::courses::tutoring::TutoringSession;
use super::courses::tutoring_loaders::TutoringSessionById;
use super::courses::types::{Course, Week};
use super::dashboards::alert_loaders::AlertById;
use super::dashboards::alert_types::Alert;
use super::dashboards::board_loaders::{DashboardById, DashboardTileById};
use super::dashboards::board_types::{Dashboard, DashboardTile};
use super::dashboards::chart_loaders::ChartById;
use super::dashboards::chart_types::Chart;
use super::dashboards::insight_loaders::InsightById;
use super::dashboards::insight_types::Insight;
use super::dashboards::picture_loaders::PictureExportById;
use super::dashboards::picture_types::PictureExport;
use super::dashboards::report_loaders::ReportById;
use super::dashboards::report_types::ScheduledReport;
use super::dashboards::template_loaders::PromptTemplateById;
use super::dashboards::template_types::PromptTemplate;
use super::data::exports::ResultExport;
use super::data::glossary_types::GlossaryTerm;
use super::data::loaders::{DataSourceById, DataTableById, DatasetUploadById, QueryRunById, ResultExportById};
use super::data::question_loaders::{DataQuestionById, GlossaryTermById};
use super::data::question_types::DataQuestion;
use super::data::runs::QueryRun;
use super::data::saved_loaders::SavedQueryById;
use super::data::saved_types::SavedQuery;
use super::data::tables::DataTable;
use super::data::types::DataSource;
use super::data::uploads::DatasetUpload;
use super::documents::loaders::{ChunkById, DocumentById};
use super::documents::types::{Chunk, Document};
use super::error::to_graphql;
use super::generation::loaders::GenerationById;
use super::generation::types::Generation;
use super::loader::load;
use super::notifications::loaders::NotificationById;
use super::notifications::types::Notification;
use super::users::loaders::UserById;
use super::users::types::User;
use super::webhooks::loaders::{WebhookById, WebhookDeliveryById};
use super::webhooks::types::{Webhook, WebhookDelivery};
use super::workspaces::loaders::WorkspaceById;
use super::workspaces::types::Workspace;
use crate::ids::{
    AlertId, ChartId, ChunkId, ConversationId, CourseId, DashboardId, DashboardTileId, DataQuestionId, DataSourceId,
    DataTableId, DatasetUploadId, DocumentId, GenerationId, GlossaryTermId, InsightId, MessageId, NotificationId,
    PictureExportId, PromptTemplateId, QueryRunId, ResultExportId, SavedQueryId, ScheduledReportId, TutoringSessionId,
    UserId, WebhookDeliveryId, WebhookId, WeekId, WorkspaceId,
};

/// An object with a global id.
#[derive(Debug, Clone, Interface)]
#[graphql(field(name = "id", ty = "&ID", desc = "Opaque, and the same for the life of the object."))]
pub enum Node {
    User(Box<User>),
    Conversation(Box<Conversation>),
    Message(Box<Message>),
    Generation(Box<Generation>),
    Document(Box<Document>),
    Chunk(Box<Chunk>),
    Course(Box<Course>),
    Week(Box<Week>),
    TutoringSession(Box<TutoringSession>),
    Workspace(Box<Workspace>),
    DataSource(Box<DataSource>),
    DataTable(Box<DataTable>),
    DatasetUpload(Box<DatasetUpload>),
    QueryRun(Box<QueryRun>),
    ResultExport(Box<ResultExport>),
    SavedQuery(Box<SavedQuery>),
    Chart(Box<Chart>),
    Dashboard(Box<Dashboard>),
    DashboardTile(Box<DashboardTile>),
    DataQuestion(Box<DataQuestion>),
    GlossaryTerm(Box<GlossaryTerm>),
    Notification(Box<Notification>),
    Webhook(Box<Webhook>),
    WebhookDelivery(Box<WebhookDelivery>),
    Alert(Box<Alert>),
    ScheduledReport(Box<ScheduledReport>),
    PictureExport(Box<PictureExport>),
    Insight(Box<Insight>),
    PromptTemplate(Box<PromptTemplate>),
}

/// The object with this id, if the reader may see it.
///
/// # Errors
/// FORBIDDEN for a key that may not read objects of its kind.
pub async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let prefix = id.split_once('_').map_or("", |(prefix, _)| prefix);
    macro_rules! by {
        ($id:ty, $loader:ty, $type:ident) => {
            match id.parse::<$id>() {
                Ok(key) => load::<$loader>(ctx, key).await?.map(|row| Node::$type(Box::new($type::from(row)))),
                Err(_) => None,
            }
        };
    }
    Ok(match prefix {
        "user" => by!(UserId, UserById, User),
        "conv" => by!(ConversationId, ConversationById, Conversation),
        "msg" => by!(MessageId, MessageById, Message),
        "gen" => by!(GenerationId, GenerationById, Generation),
        "doc" => by!(DocumentId, DocumentById, Document),
        "chunk" => by!(ChunkId, ChunkById, Chunk),
        "course" => by!(CourseId, CourseById, Course),
        "week" => by!(WeekId, WeekById, Week),
        "tutoring" => by!(TutoringSessionId, TutoringSessionById, TutoringSession),
        "source" => by!(DataSourceId, DataSourceById, DataSource),
        "table" => by!(DataTableId, DataTableById, DataTable),
        "dataset" => by!(DatasetUploadId, DatasetUploadById, DatasetUpload),
        "run" => by!(QueryRunId, QueryRunById, QueryRun),
        "resultexport" => by!(ResultExportId, ResultExportById, ResultExport),
        "query" => by!(SavedQueryId, SavedQueryById, SavedQuery),
        "chart" => by!(ChartId, ChartById, Chart),
        "dashboard" => by!(DashboardId, DashboardById, Dashboard),
        "tile" => by!(DashboardTileId, DashboardTileById, DashboardTile),
        "question" => by!(DataQuestionId, DataQuestionById, DataQuestion),
        "notification" => by!(NotificationId, NotificationById, Notification),
        "term" => by!(GlossaryTermId, GlossaryTermById, GlossaryTerm),
        "webhook" => by!(WebhookId, WebhookById, Webhook),
        "delivery" => by!(WebhookDeliveryId, WebhookDeliveryById, WebhookDelivery),
        "insight" => by!(InsightId, InsightById, Insight),
        "prompttemplate" => by!(PromptTemplateId, PromptTemplateById, PromptTemplate),
        "picture" => by!(PictureExportId, PictureExportById, PictureExport),
        "report" => by!(ScheduledReportId, ReportById, ScheduledReport),

        "alert" => match id.parse::<AlertId>() {
            Ok(key) => {
                let alert = load::<AlertById>(ctx, key).await?.map(Alert::try_from).transpose();
                alert.map_err(to_graphql)?.map(|alert| Node::Alert(Box::new(alert)))
            }
            Err(_) => None,
        },
        "workspace" => by!(WorkspaceId, WorkspaceById, Workspace),
        _ => None,
    })
}
