//! Objects by their global id, after the Relay object identification specification
//! (<https://relay.dev/graphql/objectidentification.htm>): the prefix of an id tells which table to ask.

use async_graphql::{Context, ID, Interface, Object, Result};

use super::context::actor;
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
use super::users::loaders::UserById;
use super::users::types::User;
use super::viewer::Viewer;
use super::workspaces::loaders::WorkspaceById;
use super::workspaces::types::Workspace;
use crate::error::Error;
use crate::ids::{
    AlertId, ChartId, ChunkId, ConversationId, CourseId, DashboardId, DashboardTileId, DataQuestionId, DataSourceId,
    DataTableId, DatasetUploadId, DocumentId, GenerationId, GlossaryTermId, MessageId, QueryRunId, ResultExportId,
    SavedQueryId, TutoringSessionId, UserId, WeekId, WorkspaceId,
};

/// Ids that one call of `nodes` may ask for.
const NODES_MAX: usize = 100;

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
    Alert(Box<Alert>),
    DataQuestion(Box<DataQuestion>),
    GlossaryTerm(Box<GlossaryTerm>),
}

/// The part of the root that finds objects.
#[derive(Default)]
pub struct NodeQuery;

/// What can be read.
#[Object]
impl NodeQuery {
    /// What belongs to the person asking. Null when nobody is signed in.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        actor(ctx).signed_in().map(|signed_in| Viewer { user: signed_in.user.clone().into() })
    }

    /// The object with this id. NOT_FOUND when there is none that you may see, UNAUTHENTICATED for nobody.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "Its id.")] id: ID) -> Result<Node> {
        actor(ctx).require().map_err(to_graphql)?;
        find(ctx, &id).await?.ok_or_else(|| to_graphql(Error::not_found("object").with_field("id")))
    }

    /// The objects with these ids, in their order; null in the place of one that you may not see.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Their ids, 100 at most.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        actor(ctx).require().map_err(to_graphql)?;
        if ids.len() > NODES_MAX {
            return Err(to_graphql(Error::bad_input("ids", format!("At most {NODES_MAX} ids at once."))));
        }
        futures::future::try_join_all(ids.iter().map(|id| find(ctx, id))).await
    }
}

/// The object with this id, if the reader may see it.
async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
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
        "alert" => match id.parse::<AlertId>() {
            Ok(key) => {
                let alert = load::<AlertById>(ctx, key).await?.map(Alert::try_from).transpose();
                alert.map_err(to_graphql)?.map(|alert| Node::Alert(Box::new(alert)))
            }
            Err(_) => None,
        },
        "question" => by!(DataQuestionId, DataQuestionById, DataQuestion),
        "term" => by!(GlossaryTermId, GlossaryTermById, GlossaryTerm),
        "workspace" => by!(WorkspaceId, WorkspaceById, Workspace),
        _ => None,
    })
}
