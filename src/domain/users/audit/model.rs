//! Rows of the audit trail, and what can be in them.

use std::fmt::Display;

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::db::schema::audit_events;
use crate::ids::{AuditEventId, UserId};

/// What is recorded. The text is for good: trails of years are searched by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Action {
    /// Somebody made an account for themselves.
    AccountRegistered,
    /// An account was made by whoever runs the server, or by an administrator.
    AccountCreated,
    SignInSucceeded,
    /// Somebody came with a wrong password or to a closed account.
    SignInFailed,
    /// A sign-in was ended before its time.
    SignInEnded,
    /// A refresh token came a second time, and its sign-in was ended.
    RefreshTokenReused,
    AccountRoleChanged,
    /// An account was shut by an administrator, or by whoever runs the server.
    AccountDeactivated,
    AccountReactivated,
    ApiKeyCreated,
    ApiKeyRevoked,
    InvitationCreated,
    InvitationRevoked,
    /// From now on signing in takes a code.
    SecondFactorEnabled,
    /// Another service vouched for the owner, who signs in with it from now on.
    IdentityLinked,
    /// An account whose address nobody had confirmed went to whom another service vouched for; nothing that opened it opens it
    /// any more.
    AccountFreed,
    /// By the owner, who signs in with that service no more.
    IdentityUnlinked,
    /// Signing in takes no code any more: turned off by the owner, or taken off by whoever runs the server.
    SecondFactorDisabled,
    RecoveryCodesReplaced,
    PasswordChanged,
    /// By the link of a mail.
    PasswordReset,
    /// Somebody proved to read the mail of the account's address.
    EmailVerified,
    EmailChanged,
    /// What somebody's account says of them.
    ProfileChanged,
    AvatarChanged,
    /// A copy of all that is the account's was asked for.
    DataExported,
    /// By its owner: shut at once, and purged some time later.
    AccountDeleted,
    /// By whoever runs the server, before it was purged.
    AccountRestored,
    /// All that was left of it was removed.
    AccountPurged,
    ConversationDeleted,
    /// With all that followed it.
    MessageDeleted,
    DocumentUploaded,
    DocumentDeleted,
    CourseCreated,
    CourseUpdated,
    CourseDeleted,
    /// From another one.
    CourseCopied,
    /// A code to join with takes the place of any before.
    CourseCodeSet,
    WeekAdded,
    /// Themes were asked for, to be found in the readings.
    ThemesExtracted,
    /// Misconceptions were asked for, to be found in what students said.
    MisconceptionsSought,
    WeekUpdated,
    WeekDeleted,
    /// Documents became readings of a week, which its course's members may read.
    ReadingsAdded,
    ReadingRemoved,
    /// By whichever way in.
    CourseMemberAdded,
    CourseMemberRemoved,
    CourseMemberRoleChanged,
    CourseInvitationCreated,
    CourseInvitationRevoked,
    /// A shared one: everybody's own makes itself, and is recorded nowhere.
    WorkspaceCreated,
    WorkspaceRenamed,
    WorkspaceDeleted,
    WorkspaceMemberAdded,
    WorkspaceMemberRoleChanged,
    /// By an owner, or by themselves.
    WorkspaceMemberRemoved,
    /// What was said in a tutoring session was deleted, by its student.
    TranscriptDeleted,
    /// A student agreed that a recording of one is kept, or not any more.
    RecordingConsented,
    RecordingUploaded,
    RecordingDeleted,
    /// What was held back in one was decided about.
    FlagResolved,
    DashboardCreated,
    DashboardUpdated,
    DashboardDeleted,
    /// With a person outside of its workspace, or with whoever has a link.
    DashboardShared,
    DashboardShareRevoked,
    /// A link was opened for the first time.
    DashboardLinkOpened,
    /// A dashboard is mailed at times from now on.
    ReportScheduled,
    ReportUpdated,
    ReportDeleted,
    /// By hand, beside its times.
    ReportRun,
    /// Somebody does not want a report any more.
    ReportUnsubscribed,
    AlertCreated,
    AlertUpdated,
    AlertDeleted,
    /// Nobody hears of it for a time, or everybody does again.
    AlertMuted,
    /// Somebody sees to it.
    AlertAcknowledged,
    DatasetUploaded,
    DatasetUploadDeleted,
    DataTableDeleted,
    /// A file of a result was asked for.
    ResultExported,
    /// A picture of a chart or a dashboard was asked for.
    PictureExported,
    /// A database of somebody else's can be asked from now on.
    DataSourceCreated,
    DataSourceUpdated,
    DataSourceDeleted,
    SavedQueryCreated,
    SavedQueryUpdated,
    SavedQueryDeleted,
    /// Somebody vouched for it, or does no more.
    SavedQueryVerified,
    ChartCreated,
    ChartUpdated,
    ChartDeleted,
    TermDefined,
    TermUpdated,
    TermDeleted,
    InsightDeleted,
    PromptTemplateCreated,
    /// It has another version.
    PromptTemplateUpdated,
    PromptTemplateDeleted,
    /// Messages about a workspace are sent elsewhere from now on.
    WebhookCreated,
    WebhookUpdated,
    /// Its secret was exchanged.
    WebhookSecretRotated,
    WebhookDeleted,
    /// By the server itself: it said that it is gone, or was failing for days.
    WebhookDisabled,
    BudgetSet,
    BudgetRemoved,
    /// What the database keeps encrypted was encrypted anew with the newest key.
    KeyResealed,
    /// The oldest part of this trail was removed.
    AuditTrailPurged,
}

crate::db::enums::text_enum!(Action {
    AccountRegistered => "account.registered",
    AccountCreated => "account.created",
    SignInSucceeded => "sign_in.succeeded",
    SignInFailed => "sign_in.failed",
    SignInEnded => "sign_in.ended",
    RefreshTokenReused => "refresh_token.reused",
    AccountRoleChanged => "account.role_changed",
    AccountDeactivated => "account.deactivated",
    AccountReactivated => "account.reactivated",
    ApiKeyCreated => "api_key.created",
    ApiKeyRevoked => "api_key.revoked",
    InvitationCreated => "invitation.created",
    InvitationRevoked => "invitation.revoked",
    IdentityLinked => "identity.linked",
    AccountFreed => "account.freed",
    IdentityUnlinked => "identity.unlinked",
    SecondFactorEnabled => "second_factor.enabled",
    SecondFactorDisabled => "second_factor.disabled",
    RecoveryCodesReplaced => "recovery_codes.replaced",
    PasswordChanged => "password.changed",
    PasswordReset => "password.reset",
    EmailVerified => "email.verified",
    EmailChanged => "email.changed",
    ProfileChanged => "profile.changed",
    AvatarChanged => "avatar.changed",
    DataExported => "data.exported",
    AccountDeleted => "account.deleted",
    AccountRestored => "account.restored",
    AccountPurged => "account.purged",
    ConversationDeleted => "conversation.deleted",
    MessageDeleted => "message.deleted",
    DocumentUploaded => "document.uploaded",
    DocumentDeleted => "document.deleted",
    CourseCreated => "course.created",
    CourseUpdated => "course.updated",
    CourseDeleted => "course.deleted",
    CourseCopied => "course.copied",
    CourseCodeSet => "course.code_set",
    WeekAdded => "week.added",
    ThemesExtracted => "themes.extracted",
    MisconceptionsSought => "misconceptions.sought",
    WeekUpdated => "week.updated",
    WeekDeleted => "week.deleted",
    ReadingsAdded => "readings.added",
    ReadingRemoved => "reading.removed",
    CourseMemberAdded => "course_member.added",
    CourseMemberRemoved => "course_member.removed",
    CourseMemberRoleChanged => "course_member.role_changed",
    CourseInvitationCreated => "course_invitation.created",
    CourseInvitationRevoked => "course_invitation.revoked",
    WorkspaceCreated => "workspace.created",
    WorkspaceRenamed => "workspace.renamed",
    WorkspaceDeleted => "workspace.deleted",
    WorkspaceMemberAdded => "workspace_member.added",
    WorkspaceMemberRoleChanged => "workspace_member.role_changed",
    WorkspaceMemberRemoved => "workspace_member.removed",
    TranscriptDeleted => "transcript.deleted",
    RecordingConsented => "recording.consented",
    RecordingUploaded => "recording.uploaded",
    RecordingDeleted => "recording.deleted",
    FlagResolved => "moderation_flag.resolved",
    DashboardCreated => "dashboard.created",
    DashboardUpdated => "dashboard.updated",
    DashboardDeleted => "dashboard.deleted",
    DashboardShared => "dashboard_share.created",
    DashboardShareRevoked => "dashboard_share.revoked",
    DashboardLinkOpened => "dashboard_share.first_used",
    ReportScheduled => "report.scheduled",
    ReportUpdated => "report.updated",
    ReportDeleted => "report.deleted",
    ReportRun => "report.run",
    ReportUnsubscribed => "report.unsubscribed",
    AlertCreated => "alert.created",
    AlertUpdated => "alert.updated",
    AlertDeleted => "alert.deleted",
    AlertMuted => "alert.muted",
    AlertAcknowledged => "alert.acknowledged",
    DatasetUploaded => "dataset.uploaded",
    DatasetUploadDeleted => "dataset.upload_deleted",
    DataTableDeleted => "data_table.deleted",
    ResultExported => "result.exported",
    PictureExported => "picture.exported",
    DataSourceCreated => "data_source.created",
    DataSourceUpdated => "data_source.updated",
    DataSourceDeleted => "data_source.deleted",
    SavedQueryCreated => "saved_query.created",
    SavedQueryUpdated => "saved_query.updated",
    SavedQueryDeleted => "saved_query.deleted",
    SavedQueryVerified => "saved_query.verified",
    ChartCreated => "chart.created",
    ChartUpdated => "chart.updated",
    ChartDeleted => "chart.deleted",
    TermDefined => "glossary_term.defined",
    TermUpdated => "glossary_term.updated",
    TermDeleted => "glossary_term.deleted",
    WebhookCreated => "webhook.created",
    WebhookUpdated => "webhook.updated",
    WebhookSecretRotated => "webhook.secret_rotated",
    WebhookDeleted => "webhook.deleted",
    WebhookDisabled => "webhook.disabled",
    InsightDeleted => "insight.deleted",
    PromptTemplateCreated => "prompt_template.created",
    PromptTemplateUpdated => "prompt_template.updated",
    PromptTemplateDeleted => "prompt_template.deleted",
    BudgetSet => "budget.set",
    BudgetRemoved => "budget.removed",
    KeyResealed => "encryption_key.resealed",
    AuditTrailPurged => "audit_trail.purged",
});

/// Something to record.
#[derive(Debug, Clone)]
pub struct Entry {
    pub action: Action,
    /// The account that it happens to; `None` for that of whoever does it.
    pub account: Option<UserId>,
    /// The thing that it is done to, by its public id; `None` when it is the account itself.
    pub object: Option<String>,
    /// What held before and is changed: a JSON object of the changed fields, never of secrets.
    pub before: Option<serde_json::Value>,
    /// What holds since.
    pub after: Option<serde_json::Value>,
}

impl Entry {
    #[must_use]
    pub fn new(action: Action) -> Self {
        Self { action, account: None, object: None, before: None, after: None }
    }

    /// Says which account it happens to.
    #[must_use]
    pub fn account(self, account: UserId) -> Self {
        Self { account: Some(account), ..self }
    }

    /// Says what it is done to.
    #[must_use]
    pub fn on(self, object: impl Display) -> Self {
        Self { object: Some(object.to_string()), ..self }
    }

    /// Says what held before.
    #[must_use]
    pub fn before(self, before: serde_json::Value) -> Self {
        Self { before: Some(before), ..self }
    }

    /// Says what holds since.
    #[must_use]
    pub fn after(self, after: serde_json::Value) -> Self {
        Self { after: Some(after), ..self }
    }
}

/// An event to be written.
#[derive(Debug, Insertable)]
#[diesel(table_name = audit_events)]
pub struct NewAuditEvent {
    pub id: AuditEventId,
    pub occurred_at: DateTime<Utc>,
    pub action: Action,
    pub actor: String,
    pub actor_account: Option<String>,
    pub account: Option<String>,
    pub object: Option<String>,
    pub address: Option<String>,
    pub user_agent: Option<String>,
    pub request: Option<String>,
    pub before: Option<serde_json::Value>,
    pub after: Option<serde_json::Value>,
}

/// An event of the trail.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = audit_events, check_for_backend(diesel::pg::Pg))]
pub struct AuditEvent {
    pub id: AuditEventId,
    pub occurred_at: DateTime<Utc>,
    /// Mostly one of [`Action`]; the trail may have been written by another version.
    pub action: String,
    pub actor: String,
    pub actor_account: Option<String>,
    pub account: Option<String>,
    pub object: Option<String>,
    pub address: Option<String>,
    pub user_agent: Option<String>,
    pub request: Option<String>,
    pub before: Option<serde_json::Value>,
    pub after: Option<serde_json::Value>,
}

/// Which events to list; what is `None` or empty does not matter.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    pub actions: Vec<String>,
    /// The account that it happened to.
    pub account: Option<String>,
    /// Who did it: an account, also by its API keys; an API key; `system` or `nobody`.
    pub actor: Option<String>,
    pub object: Option<String>,
    /// Not before.
    pub since: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
}
