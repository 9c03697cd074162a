//! Rows and enums of templates.

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::ids::{PromptTemplateId, PromptTemplateVersionId, UserId, WorkspaceId};

/// What the texts are that a template asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum TemplateKind {
    /// About results.
    Insight,
}

crate::db::enums::text_enum!(TemplateKind { Insight => "INSIGHT" });

/// A template as it is now.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct PromptTemplate {
    #[diesel(sql_type = SqlUuid)]
    pub id: PromptTemplateId,
    /// `None` for the one that is built in.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub workspace_id: Option<WorkspaceId>,
    #[diesel(sql_type = Text)]
    pub kind: TemplateKind,
    #[diesel(sql_type = Text)]
    pub name: String,
    /// The number of its newest version.
    #[diesel(sql_type = Integer)]
    pub version: i32,
    /// What that says.
    #[diesel(sql_type = Text)]
    pub body: String,
    /// `None` when their account is gone, and for the one that is built in.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub author_id: Option<UserId>,
    /// `None` for the one that is built in, as the next.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub created_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub updated_at: Option<DateTime<Utc>>,
    /// Whether it is kept only for what it wrote.
    #[diesel(sql_type = Bool)]
    pub is_deleted: bool,
}

/// What a template said at one time.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct PromptTemplateVersion {
    #[diesel(sql_type = SqlUuid)]
    pub id: PromptTemplateVersionId,
    #[diesel(sql_type = SqlUuid)]
    pub template_id: PromptTemplateId,
    /// That of the template.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub workspace_id: Option<WorkspaceId>,
    /// From 1.
    #[diesel(sql_type = Integer)]
    pub number: i32,
    #[diesel(sql_type = Text)]
    pub body: String,
    /// Why it was written.
    #[diesel(sql_type = Nullable<Text>)]
    pub note: Option<String>,
    /// `None` when their account is gone, and for the one that is built in.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub author_id: Option<UserId>,
    /// `None` for the one that is built in.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub created_at: Option<DateTime<Utc>>,
}

/// Which template is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A new one of this workspace.
    New(WorkspaceId),
    /// One that the actor has seen with this version as its newest.
    Known(PromptTemplateId, i32),
}

/// What is to be written of a template; `None` for as it is.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub name: Option<String>,
    pub body: Option<String>,
    /// Why.
    pub note: Option<String>,
}
