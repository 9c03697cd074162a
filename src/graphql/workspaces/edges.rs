//! From workspaces to who works there, and from people to their workspaces.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{ComplexObject, Context, ID, Object, Result};

use super::loaders::{WorkspaceMemberCount, WorkspaceMemberPage};
use super::types::{Workspace, WorkspaceMember};
use crate::domain::data::glossary::model::GlossaryTerm as Term;
use crate::domain::workspaces::actions::workspaces;
use crate::domain::workspaces::model;
use crate::domain::workspaces::policy::require_editor;
use crate::graphql::context::{actor, app};
use crate::graphql::dashboards::alert_edges::{AlertConnection, workspace_alerts};
use crate::graphql::dashboards::alert_types::AlertState;
use crate::graphql::dashboards::board_edges::{DashboardConnection, workspace_dashboards};
use crate::graphql::dashboards::report_edges::{ScheduledReportConnection, workspace_reports};
use crate::graphql::dashboards::template_loaders::TemplatesOfWorkspace;
use crate::graphql::dashboards::template_types::PromptTemplate;
use crate::graphql::data::glossary_types::GlossaryTerm;
use crate::graphql::data::loaders::SourcesOfWorkspace;
use crate::graphql::data::question_loaders::TermPageOfWorkspace;
use crate::graphql::data::types::DataSource;
use crate::graphql::error::to_graphql;
use crate::graphql::loader::load;
use crate::graphql::page::{PageArgs, connection};
use crate::graphql::scalars::parse_id;
use crate::graphql::webhooks::loaders::WebhooksOfWorkspace;
use crate::graphql::webhooks::types::Webhook;
use crate::ids::{WorkspaceId, WorkspaceMemberId};

/// A page of a workspace's members.
pub type WorkspaceMemberConnection = Connection<String, WorkspaceMember, WorkspaceMemberTotal>;

/// A page of a workspace's terms.
pub type GlossaryTermConnection = Connection<String, GlossaryTerm, EmptyFields>;

/// What is counted only when it is selected.
pub struct WorkspaceMemberTotal {
    workspace: WorkspaceId,
}

/// What is counted only when it is selected.
#[Object]
impl WorkspaceMemberTotal {
    /// How many members the list has in all.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(load::<WorkspaceMemberCount>(ctx, self.workspace).await?.unwrap_or(0))
    }
}

#[ComplexObject]
impl Workspace {
    /// Its data sources, by their names.
    async fn data_sources(&self, ctx: &Context<'_>) -> Result<Vec<DataSource>> {
        let sources = load::<SourcesOfWorkspace>(ctx, self.key).await?.unwrap_or_default();
        Ok(sources.into_iter().map(DataSource::from).collect())
    }

    /// Its dashboards, the newest first.
    async fn dashboards(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<DashboardConnection> {
        workspace_dashboards(ctx, self.key, PageArgs { first, after, last, before }).await
    }

    /// When its dashboards are mailed, the newest first; its viewers see what they get themselves.
    async fn scheduled_reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<ScheduledReportConnection> {
        workspace_reports(ctx, self.key, PageArgs { first, after, last, before }).await
    }

    /// Its alerts, the newest first.
    async fn alerts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those in one of these states. Null for all.")] states: Option<Vec<AlertState>>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<AlertConnection> {
        workspace_alerts(ctx, self.key, states, PageArgs { first, after, last, before }).await
    }

    /// What it calls things, in the order in which that was defined.
    async fn glossary(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<GlossaryTermConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let slice = load::<TermPageOfWorkspace>(ctx, (self.key, page)).await?.unwrap_or_default();
        Ok(connection(slice, EmptyFields, |row: &Term| row.id.to_string(), GlossaryTerm::from))
    }

    /// Where it has messages sent when something happens, the oldest first, 20 at most. Null, with FORBIDDEN, for its viewers.
    async fn webhooks(&self, ctx: &Context<'_>) -> Result<Option<Vec<Webhook>>> {
        require_editor(self.role.into()).map_err(to_graphql)?;
        let webhooks = load::<WebhooksOfWorkspace>(ctx, self.key).await?.unwrap_or_default();
        Ok(Some(webhooks.into_iter().map(Webhook::from).collect()))
    }

    /// The templates by which models are asked for insights: the one that is built in, then its own by name, 100 at most.
    async fn prompt_templates(&self, ctx: &Context<'_>) -> Result<Vec<PromptTemplate>> {
        let templates = load::<TemplatesOfWorkspace>(ctx, self.key).await?.unwrap_or_default();
        Ok(templates.into_iter().map(PromptTemplate::from).collect())
    }

    /// Who works there, in the order of joining. Whoever is deleting their account is not listed.
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<WorkspaceMemberConnection> {
        let page = PageArgs { first, after, last, before }.page(|text| text.parse().ok())?;
        let slice = load::<WorkspaceMemberPage>(ctx, (self.key, page)).await?.unwrap_or_default();
        let total = WorkspaceMemberTotal { workspace: self.key };
        Ok(connection(slice, total, |member: &model::Member| member.id.to_string(), WorkspaceMember::from))
    }
}

/// The reader's workspaces: their own first, the others by name.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for a key that may not read data.
pub async fn viewer_workspaces(ctx: &Context<'_>) -> Result<Vec<Workspace>> {
    let found = workspaces::list(app(ctx), actor(ctx)).await.map_err(to_graphql)?;
    Ok(found.into_iter().map(Workspace::from).collect())
}

/// The workspace in an argument of a mutation.
///
/// # Errors
/// `NOT_FOUND` for what is no id of a workspace.
pub fn workspace_id(id: &ID) -> Result<WorkspaceId> {
    parse_id(id, "input.workspaceId", "workspace")
}

/// The member in an argument of a mutation.
///
/// # Errors
/// `NOT_FOUND` for what is no id of a member.
pub fn workspace_member_id(id: &ID) -> Result<WorkspaceMemberId> {
    parse_id(id, "input.memberId", "member")
}
