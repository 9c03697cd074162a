//! What belongs to the person asking.

use async_graphql::connection::Connection;
use async_graphql::{Context, Object, Result};

use super::accounts::edges::viewer_export;
use super::accounts::types::DataExport;
use super::context::{actor, app};
use super::conversations::edges::ConversationTotal;
use super::conversations::inputs::ConversationFilter;
use super::conversations::types::Conversation;
use super::courses::edges::viewer_invitations;
use super::courses::tutoring_edges::{TutoringSessionConnection, viewer_sessions};
use super::courses::tutoring_inputs::TutoringSessionFilter;
use super::courses::types::ReceivedCourseInvitation;
use super::courses::voice::SpeechSupport;
use super::courses::voice_edges::speech_support;
use super::dashboards::picture_edges::{PictureExportConnection, viewer_pictures};
use super::documents::edges::{DocumentConnection, viewer_documents};
use super::documents::types::DocumentFilter;
use super::error::to_graphql;
use super::notifications::edges::{NotificationConnection, viewer_notifications, viewer_preferences, viewer_unread};
use super::notifications::inputs::NotificationFilter;
use super::notifications::types::NotificationPreference;
use super::page::{PageArgs, connection};
use super::users::audit_edges::{AuditEventConnection, viewer_audit_trail};
use super::users::audit_types::AuditFilter;
use super::users::budget_edges::viewer_budget;
use super::users::budget_types::Budget;
use super::users::keys::{self, ApiKey};
use super::users::permissions::{self, Permission};
use super::users::sessions::{self, LoginSession};
use super::users::single_sign_on::{self, Identity};
use super::users::types::User;
use super::workspaces::edges::viewer_workspaces;
use super::workspaces::types::Workspace;
use crate::domain::conversations::actions;
use crate::domain::conversations::model::{self, ConversationCursor};
use crate::domain::users::actions::{identities, second_factor};

/// A page of conversations.
pub type ConversationConnection = Connection<String, Conversation, ConversationTotal>;

/// What belongs to the person asking.
pub struct Viewer {
    /// The account that is signed in.
    pub user: User,
}

/// What belongs to the person asking.
#[Object]
impl Viewer {
    /// The account that is signed in.
    async fn user(&self) -> &User {
        &self.user
    }

    /// What you may do, by your role and, when asking with an API key, by its scopes.
    async fn permissions(&self, ctx: &Context<'_>) -> Vec<Permission> {
        permissions::of(actor(ctx))
    }

    /// What is set up here to hear and to speak with.
    async fn speech(&self, ctx: &Context<'_>) -> SpeechSupport {
        speech_support(ctx)
    }

    /// Your sign-ins that hold, the one used last first. FORBIDDEN when asked with an API key.
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<LoginSession>> {
        sessions::of_viewer(ctx).await
    }

    /// Your API keys, newest first; those that have ended are shown for 30 days. FORBIDDEN when asked with an API key.
    async fn api_keys(&self, ctx: &Context<'_>) -> Result<Vec<ApiKey>> {
        keys::of_viewer(ctx).await
    }

    /// Whether your account has a password. False for one that is entered with another service only.
    async fn has_password(&self, ctx: &Context<'_>) -> Result<bool> {
        identities::has_password(app(ctx), actor(ctx)).await.map_err(to_graphql)
    }

    /// The other services that you sign in with, the oldest first. FORBIDDEN when asked with an API key.
    async fn identities(&self, ctx: &Context<'_>) -> Result<Vec<Identity>> {
        single_sign_on::of_viewer(ctx).await
    }

    /// How many of your recovery codes are unused. Null while you have no second factor.
    async fn recovery_codes_left(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        let left = second_factor::codes_left(app(ctx), actor(ctx)).await.map_err(to_graphql)?;
        Ok(left.map(|left| i32::try_from(left).unwrap_or(i32::MAX)))
    }

    /// The newest copy of all that is yours. Null when none was asked for, or its seven days are over.
    async fn data_export(&self, ctx: &Context<'_>) -> Result<Option<DataExport>> {
        viewer_export(ctx).await
    }

    /// Your conversations, the one spoken in last first.
    async fn conversations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
        #[graphql(desc = "Which to list. Null for all.")] filter: Option<ConversationFilter>,
    ) -> Result<ConversationConnection> {
        let status = filter.and_then(|filter| filter.status).map(model::ConversationStatus::from);
        let page = PageArgs { first, after, last, before }.page(parse_cursor)?;
        let slice = actions::list(app(ctx), actor(ctx), status, page).await.map_err(to_graphql)?;
        Ok(connection(slice, ConversationTotal { status }, cursor, Conversation::from))
    }

    /// Your documents, newest first.
    async fn documents(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
        #[graphql(desc = "Which to list. Null for all.")] filter: Option<DocumentFilter>,
    ) -> Result<DocumentConnection> {
        viewer_documents(ctx, PageArgs { first, after, last, before }, filter).await
    }

    /// The workspaces that you are a member of, 500 at most: your personal one first, which is made when it is first looked
    /// for, then the others by name.
    async fn workspaces(&self, ctx: &Context<'_>) -> Result<Vec<Workspace>> {
        viewer_workspaces(ctx).await
    }

    /// What you were told, newest first. FORBIDDEN for an API key without `DATA_READ`, as is all about notifications.
    async fn notifications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many of the newest, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those older than this cursor. Null for the newest.")] after: Option<String>,
        #[graphql(desc = "How many of the oldest, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those newer than this cursor. Null for the oldest.")] before: Option<String>,
        #[graphql(desc = "Which to list. Null for all.")] filter: Option<NotificationFilter>,
    ) -> Result<NotificationConnection> {
        viewer_notifications(ctx, PageArgs { first, after, last, before }, filter).await
    }

    /// How many of your notifications you have not read.
    async fn unread_notification_count(&self, ctx: &Context<'_>) -> Result<i64> {
        viewer_unread(ctx).await
    }

    /// Which notifications you want, by kind.
    async fn notification_preferences(&self, ctx: &Context<'_>) -> Result<Vec<NotificationPreference>> {
        viewer_preferences(ctx).await
    }

    /// The pictures of charts and dashboards that you had made, newest first, as far as you still see what is on them.
    async fn picture_exports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
    ) -> Result<PictureExportConnection> {
        viewer_pictures(ctx, PageArgs { first, after, last, before }).await
    }

    /// The invitations to courses that you can accept, newest first, 100 at most: those that went to your e-mail address.
    /// Empty while the address is not confirmed.
    async fn course_invitations(&self, ctx: &Context<'_>) -> Result<Vec<ReceivedCourseInvitation>> {
        viewer_invitations(ctx).await
    }

    /// Your tutoring sessions in all courses, newest first.
    async fn tutoring_sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
        #[graphql(desc = "Which to list. Null for all.")] filter: Option<TutoringSessionFilter>,
    ) -> Result<TutoringSessionConnection> {
        viewer_sessions(ctx, PageArgs { first, after, last, before }, filter).await
    }

    /// What happened to your account and to what is yours, newest first: sign-ins, changes of access, deletions.
    async fn audit_trail(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start of the list, 1 to 100. Null for 20.")] first: Option<i32>,
        #[graphql(desc = "Only those behind this cursor. Null for the start of the list.")] after: Option<String>,
        #[graphql(desc = "How many from the end of the list, 1 to 100. Null for first.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor. Null for the end of the list.")] before: Option<String>,
        #[graphql(desc = "Which to list. Null for all.")] filter: Option<AuditFilter>,
    ) -> Result<AuditEventConnection> {
        viewer_audit_trail(ctx, PageArgs { first, after, last, before }, filter).await
    }

    /// What you may spend on models, what you have spent, and what is left.
    async fn budget(&self, ctx: &Context<'_>) -> Result<Budget> {
        viewer_budget(ctx).await
    }
}

fn cursor(conversation: &model::Conversation) -> String {
    format!("{}~{}", conversation.spoken_at().timestamp_micros(), conversation.id)
}

fn parse_cursor(text: &str) -> Option<ConversationCursor> {
    let (micros, id) = text.split_once('~')?;
    // Nothing was said before the epoch, and Postgres does not know every time that a made-up cursor can name.
    let micros: i64 = micros.parse().ok().filter(|micros| *micros >= 0)?;
    let spoken_at = chrono::DateTime::from_timestamp_micros(micros)?;
    Some(ConversationCursor { spoken_at, id: id.parse().ok()? })
}
