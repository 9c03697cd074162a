//! The one schema: the roots of all domains put together.

use async_graphql::{ID, MergedObject, MergedSubscription, SDLExportOptions, Schema};

use super::accounts::mutation::AccountsMutation;
use super::analytics::edges::ActivityConnection;
use super::analytics::mutation::AnalyticsMutation;
use super::analytics::query::AnalyticsQuery;
use super::conversations::edges::MessageConnection;
use super::conversations::mutation::ConversationsMutation;
use super::conversations::subscription::ConversationsSubscription;
use super::courses::edges::{CourseConnection, CourseInvitationConnection, CourseMemberConnection};
use super::courses::enrolment_mutation::EnrolmentMutation;
use super::courses::misconceptions_mutation::MisconceptionsMutation;
use super::courses::mutation::CoursesMutation;
use super::courses::query::CoursesQuery;
use super::courses::tutoring_edges::TutoringSessionConnection;
use super::courses::tutoring_mutation::TutoringMutation;
use super::courses::tutoring_subscription::TutoringSubscription;
use super::courses::voice_mutation::VoiceMutation;
use super::dashboards::alert_edges::{AlertConnection, AlertEventConnection};
use super::dashboards::alert_mutation::AlertsMutation;
use super::dashboards::alert_subscription::AlertsSubscription;
use super::dashboards::board_edges::DashboardConnection;
use super::dashboards::board_mutation::DashboardsMutation;
use super::dashboards::board_query::DashboardsQuery;
use super::dashboards::board_subscription::DashboardsSubscription;
use super::dashboards::chart_mutation::ChartsMutation;
use super::dashboards::insight_mutation::InsightsMutation;
use super::dashboards::insight_subscription::InsightsSubscription;
use super::dashboards::picture_edges::PictureExportConnection;
use super::dashboards::picture_mutation::PicturesMutation;
use super::dashboards::picture_subscription::PicturesSubscription;
use super::dashboards::report_edges::{ReportRunConnection, ScheduledReportConnection};
use super::dashboards::report_mutation::ReportsMutation;
use super::dashboards::report_query::ReportsQuery;
use super::dashboards::share_edges::SharedDashboardConnection;
use super::dashboards::share_mutation::SharesMutation;
use super::dashboards::share_query::SharesQuery;
use super::dashboards::template_edges::PromptTemplateVersionConnection;
use super::dashboards::template_mutation::TemplatesMutation;
use super::data::edges::{DataQuestionConnection, DatasetUploadConnection, QueryRunConnection, SavedQueryConnection};
use super::data::external_mutation::ExternalMutation;
use super::data::glossary_mutation::GlossaryMutation;
use super::data::mutation::DataMutation;
use super::data::query::DataQuery;
use super::data::question_mutation::QuestionsMutation;
use super::data::saved_mutation::SavedQueriesMutation;
use super::data::subscription::DataSubscription;
use super::documents::edges::{ChunkConnection, DocumentConnection};
use super::documents::mutation::DocumentsMutation;
use super::documents::query::DocumentsQuery;
use super::documents::subscription::DocumentsSubscription;
use super::generation::mutation::GenerationMutation;
use super::generation::subscription::GenerationSubscription;
use super::notifications::edges::NotificationConnection;
use super::notifications::mutation::NotificationsMutation;
use super::notifications::subscription::NotificationsSubscription;
use super::query::NodeQuery;
use super::users::account_mutation::AccountMutation;
use super::users::admin::UserConnection;
use super::users::admin_mutation::AdminMutation;
use super::users::audit_edges::AuditEventConnection;
use super::users::audit_query::AuditQuery;
use super::users::budget_edges::BudgetLimitConnection;
use super::users::budget_mutation::BudgetMutation;
use super::users::budget_query::BudgetQuery;
use super::users::invitations::InvitationConnection;
use super::users::invitations_mutation::InvitationsMutation;
use super::users::invitations_query::InvitationsQuery;
use super::users::keys_mutation::KeysMutation;
use super::users::mutation::UsersMutation;
use super::users::query::UsersQuery;
use super::users::second_factor_mutation::SecondFactorMutation;
use super::users::sessions_mutation::SessionsMutation;
use super::users::single_sign_on_mutation::SingleSignOnMutation;
use super::viewer::ConversationConnection;
use super::webhooks::edges::WebhookDeliveryConnection;
use super::webhooks::mutation::WebhooksMutation;
use super::workspaces::edges::{GlossaryTermConnection, WorkspaceMemberConnection};
use super::workspaces::mutation::WorkspacesMutation;

/// What can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    NodeQuery,
    DocumentsQuery,
    UsersQuery,
    InvitationsQuery,
    AuditQuery,
    BudgetQuery,
    CoursesQuery,
    DataQuery,
    DashboardsQuery,
    SharesQuery,
    ReportsQuery,
    AnalyticsQuery,
);

/// What can be done. Each takes one `input` and gives the objects that it changed.
#[derive(MergedObject, Default)]
pub struct Mutation(
    UsersMutation,
    SecondFactorMutation,
    SingleSignOnMutation,
    SessionsMutation,
    KeysMutation,
    AdminMutation,
    InvitationsMutation,
    BudgetMutation,
    AccountMutation,
    AccountsMutation,
    ConversationsMutation,
    GenerationMutation,
    DocumentsMutation,
    WorkspacesMutation,
    NotificationsMutation,
    DataMutation,
    ExternalMutation,
    SavedQueriesMutation,
    QuestionsMutation,
    GlossaryMutation,
    ChartsMutation,
    DashboardsMutation,
    SharesMutation,
    WebhooksMutation,
    InsightsMutation,
    TemplatesMutation,
    PicturesMutation,
    ReportsMutation,
    AlertsMutation,
    CoursesMutation,
    EnrolmentMutation,
    TutoringMutation,
    VoiceMutation,
    MisconceptionsMutation,
    AnalyticsMutation,
);

/// What can be followed. A stream that ends completes; one that breaks is taken up again.
#[derive(MergedSubscription, Default)]
pub struct Subscription(
    GenerationSubscription,
    ConversationsSubscription,
    DocumentsSubscription,
    TutoringSubscription,
    DataSubscription,
    DashboardsSubscription,
    NotificationsSubscription,
    InsightsSubscription,
    PicturesSubscription,
    AlertsSubscription,
);

/// The schema as the server runs it.
pub type ElenchusSchema = Schema<Query, Mutation, Subscription>;

/// Builds the schema. Depth, fields and the like are bounded before the engine sees a document, by `guard`.
#[must_use]
pub fn build(introspection: bool) -> ElenchusSchema {
    let builder = Schema::build(Query::default(), Mutation::default(), Subscription::default())
        .limit_recursive_depth(64)
        // The engine's own types, which say nothing of themselves.
        .override_input_type_description::<ID>("The name of one object among all objects of all types: opaque text.")
        .override_output_type_description::<UserConnection>("A page of accounts.")
        .override_output_type_description::<InvitationConnection>("A page of invitations.")
        .override_output_type_description::<ConversationConnection>("A page of conversations.")
        .override_output_type_description::<MessageConnection>("A page of messages.")
        .override_output_type_description::<DocumentConnection>("A page of documents.")
        .override_output_type_description::<ChunkConnection>("A page of passages.")
        .override_output_type_description::<DatasetUploadConnection>("A page of the files of a data source.")
        .override_output_type_description::<QueryRunConnection>("A page of what was run.")
        .override_output_type_description::<SavedQueryConnection>("A page of saved queries.")
        .override_output_type_description::<DashboardConnection>("A page of dashboards.")
        .override_output_type_description::<AlertConnection>("A page of alerts.")
        .override_output_type_description::<AlertEventConnection>("A page of what happened to an alert.")
        .override_output_type_description::<DataQuestionConnection>("A page of what was asked about a data source.")
        .override_output_type_description::<GlossaryTermConnection>("A page of a workspace's terms.")
        .override_output_type_description::<WebhookDeliveryConnection>("A page of what was sent to a webhook.")
        .override_output_type_description::<PromptTemplateVersionConnection>("A page of what a prompt template said.")
        .override_output_type_description::<PictureExportConnection>("A page of your pictures.")
        .override_output_type_description::<SharedDashboardConnection>("A page of dashboards that are shared with you.")
        .override_output_type_description::<ScheduledReportConnection>("A page of reports.")
        .override_output_type_description::<ReportRunConnection>("A page of what came of a report.")
        .override_output_type_description::<WorkspaceMemberConnection>("A page of a workspace's members.")
        .override_output_type_description::<NotificationConnection>("A page of what somebody was told.")
        .override_output_type_description::<CourseConnection>("A page of courses.")
        .override_output_type_description::<CourseMemberConnection>("A page of a course's members.")
        .override_output_type_description::<CourseInvitationConnection>("A page of a course's invitations.")
        .override_output_type_description::<TutoringSessionConnection>("A page of tutoring sessions.")
        .override_output_type_description::<AuditEventConnection>("A page of the audit trail.")
        .override_output_type_description::<BudgetLimitConnection>("A page of budgets.")
        .override_output_type_description::<ActivityConnection>("A page of what somebody did.");
    // "Did you mean" tells nothing where the whole schema can be read, and all of it, name by name, where it cannot.
    let builder = if introspection { builder } else { builder.disable_introspection().disable_suggestions() };
    builder.finish()
}

/// The contract as text: `schema.graphql`.
#[must_use]
pub fn sdl() -> String {
    let options = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .prefer_single_line_descriptions();
    build(true).sdl_with_options(options)
}
