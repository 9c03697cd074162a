//! The words of workspaces, as data.

use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::data::glossary::model;
use crate::graphql::scalars::{changed, id};
use crate::ids::{GlossaryTermId, UserId, WorkspaceId};

/// What a workspace calls something. Questions in plain words are understood by it.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct GlossaryTerm {
    /// Opaque, and the same for the life of the term.
    pub id: ID,
    /// The word.
    pub term: String,
    /// Other words for it.
    pub synonyms: Vec<String>,
    /// What it means.
    pub definition: String,
    /// A column or table, or a SQL expression over the columns of one table. Null when it cannot be computed.
    pub expression: Option<String>,
    /// From 1, one more with every change. Give it back with updateTerm.
    pub version: i32,
    /// When it was defined.
    pub created_at: DateTime<Utc>,
    /// When it was last changed; when it was defined, if it never was.
    pub updated_at: DateTime<Utc>,
    #[graphql(skip)]
    pub key: GlossaryTermId,
    #[graphql(skip)]
    pub workspace_key: WorkspaceId,
    #[graphql(skip)]
    pub author_key: Option<UserId>,
}

impl From<model::GlossaryTerm> for GlossaryTerm {
    fn from(row: model::GlossaryTerm) -> Self {
        Self {
            id: id(row.id),
            term: row.term,
            synonyms: row.synonyms,
            definition: row.definition,
            expression: row.expression,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            key: row.id,
            workspace_key: row.workspace_id,
            author_key: row.author_id,
        }
    }
}

/// A term to define.
#[derive(Debug, Clone, InputObject)]
pub struct DefineTermInput {
    /// The workspace whose word it is.
    pub workspace_id: ID,
    /// The word, 1 to 100 characters; a workspace has it once, in any case.
    pub term: String,
    /// Other words for it, 20 at most, 1 to 100 characters each. Null or empty for none.
    pub synonyms: Option<Vec<String>>,
    /// What it means, 1 to 1,000 characters.
    pub definition: String,
    /// A column or table, or a SQL expression over the columns of one table, up to 500 characters. Null when it cannot be computed.
    pub expression: Option<String>,
}

impl From<DefineTermInput> for model::Content {
    fn from(input: DefineTermInput) -> Self {
        Self {
            term: input.term,
            synonyms: input.synonyms.unwrap_or_default(),
            definition: input.definition,
            expression: input.expression,
        }
    }
}

/// What to change in a term. A field that is left out stays.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateTermInput {
    /// The term.
    pub id: ID,
    /// The version that you have seen.
    pub version: i32,
    /// The word, 1 to 100 characters. Null for as it is.
    pub term: Option<String>,
    /// All other words for it, in the place of what they were. Null for as they are.
    pub synonyms: Option<Vec<String>>,
    /// What it means, 1 to 1,000 characters. Null for as it is.
    pub definition: Option<String>,
    /// How it is computed, as in defineTerm. Null when it cannot be.
    pub expression: MaybeUndefined<String>,
}

impl From<UpdateTermInput> for model::Change {
    fn from(input: UpdateTermInput) -> Self {
        Self {
            term: input.term,
            synonyms: input.synonyms,
            definition: input.definition,
            expression: changed(input.expression),
        }
    }
}

/// A term to delete.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteTermInput {
    /// The term.
    pub id: ID,
}

/// A term as it is now.
#[derive(Debug, Clone, SimpleObject)]
pub struct GlossaryTermPayload {
    /// The term.
    pub term: GlossaryTerm,
}

/// A term that was deleted.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeleteTermPayload {
    /// The id of what is gone.
    pub deleted_id: ID,
}
