//! Templates of prompts, as data.

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::dashboards::templates::model;
use crate::graphql::scalars::id;
use crate::ids::{PromptTemplateId, PromptTemplateVersionId, UserId, WorkspaceId};

/// What a template asks a model for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::TemplateKind")]
pub enum PromptTemplateKind {
    /// Texts about results: see generateInsight.
    Insight,
}

/// How models are asked for texts: by a text with placeholders, in versions. What every model is told besides, that figures have to follow
/// from the result, is part of no template.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct PromptTemplate {
    /// Opaque, and the same for the life of the template.
    pub id: ID,
    /// What it asks for.
    pub kind: PromptTemplateKind,
    /// What it is called.
    pub name: String,
    /// The number of its newest version, from 1. Give it back with savePromptTemplate.
    pub version: i32,
    /// What its newest version says. Placeholders are {{result}}, {{columns}}, {{glossary}}, {{focus}}, {{language}}, {{question}},
    /// {{title}} and {{description}}.
    pub body: String,
    /// Whether it is part of this installation: every workspace has it, and nobody changes it.
    pub is_built_in: bool,
    /// Whether it is out of use, and kept for what it wrote.
    pub is_deleted: bool,
    /// When it was made. Null for the one that is built in.
    pub created_at: Option<DateTime<Utc>>,
    /// When its newest version was saved, or it was renamed. Null for the one that is built in.
    pub updated_at: Option<DateTime<Utc>>,
    #[graphql(skip)]
    pub key: PromptTemplateId,
    #[graphql(skip)]
    pub workspace_key: Option<WorkspaceId>,
    #[graphql(skip)]
    pub author_key: Option<UserId>,
}

impl From<model::PromptTemplate> for PromptTemplate {
    fn from(row: model::PromptTemplate) -> Self {
        Self {
            id: id(row.id),
            kind: row.kind.into(),
            name: row.name,
            version: row.version,
            body: row.body,
            is_built_in: row.workspace_id.is_none(),
            is_deleted: row.is_deleted,
            created_at: row.created_at,
            updated_at: row.updated_at,
            key: row.id,
            workspace_key: row.workspace_id,
            author_key: row.author_id,
        }
    }
}

/// What a template said at one time. It never changes.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct PromptTemplateVersion {
    /// Opaque, and the same for the life of the version.
    pub id: ID,
    /// From 1, one more with every version of the template.
    pub number: i32,
    /// What it says.
    pub body: String,
    /// Why it was saved. Null when nobody said.
    pub note: Option<String>,
    /// When it was saved. Null for the template that is built in.
    pub created_at: Option<DateTime<Utc>>,
    #[graphql(skip)]
    pub key: PromptTemplateVersionId,
    #[graphql(skip)]
    pub template_key: PromptTemplateId,
    #[graphql(skip)]
    pub workspace_key: Option<WorkspaceId>,
    #[graphql(skip)]
    pub author_key: Option<UserId>,
}

impl From<model::PromptTemplateVersion> for PromptTemplateVersion {
    fn from(row: model::PromptTemplateVersion) -> Self {
        Self {
            id: id(row.id),
            number: row.number,
            body: row.body,
            note: row.note,
            created_at: row.created_at,
            key: row.id,
            template_key: row.template_id,
            workspace_key: row.workspace_id,
            author_key: row.author_id,
        }
    }
}

/// A template to save: a new one of a workspace, or another version of one.
#[derive(Debug, Clone, InputObject)]
pub struct SavePromptTemplateInput {
    /// The template. Null for a new one.
    pub id: Option<ID>,
    /// The workspace of a new one. Null for one that is there.
    pub workspace_id: Option<ID>,
    /// What it is called, 1 to 100 characters; a workspace has a name once, in any case. Null for as it is; a new one needs it.
    pub name: Option<String>,
    /// What it says, 1 to 8,000 characters, with {{result}} and each of the other placeholders at most once. Null for as it is; a new one needs
    /// it.
    pub body: Option<String>,
    /// Why, up to 500 characters. Null for nothing.
    pub note: Option<String>,
    /// The newest version that you have seen. Null for a new one, and for that alone.
    pub version: Option<i32>,
}

/// A template that is to say again what it said.
#[derive(Debug, Clone, InputObject)]
pub struct RestorePromptTemplateInput {
    /// The template.
    pub id: ID,
    /// The number of the version.
    pub version: i32,
}

/// A template to delete.
#[derive(Debug, Clone, InputObject)]
pub struct DeletePromptTemplateInput {
    /// The template.
    pub id: ID,
}

/// A template as it is now.
#[derive(Debug, Clone, SimpleObject)]
pub struct PromptTemplatePayload {
    /// The template.
    pub template: PromptTemplate,
}

/// A template that was deleted.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeletePromptTemplatePayload {
    /// The id of what is out of use.
    pub deleted_id: ID,
}
