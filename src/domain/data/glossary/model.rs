//! Rows of the words of workspaces.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};

use crate::ids::{GlossaryTermId, UserId, WorkspaceId};

/// What a word means, as somebody writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    pub term: String,
    pub synonyms: Vec<String>,
    pub definition: String,
    /// A column or table, or a SQL expression over the columns of one table; `None` when it cannot be computed.
    pub expression: Option<String>,
}

/// What is to be changed; `None` for as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub term: Option<String>,
    pub synonyms: Option<Vec<String>>,
    pub definition: Option<String>,
    pub expression: Option<Option<String>>,
}

impl Change {
    /// What comes of it.
    #[must_use]
    pub fn of(&self, was: &Content) -> Content {
        Content {
            term: self.term.as_ref().unwrap_or(&was.term).clone(),
            synonyms: self.synonyms.as_ref().unwrap_or(&was.synonyms).clone(),
            definition: self.definition.as_ref().unwrap_or(&was.definition).clone(),
            expression: self.expression.as_ref().unwrap_or(&was.expression).clone(),
        }
    }
}

/// A word of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct GlossaryTerm {
    #[diesel(sql_type = SqlUuid)]
    pub id: GlossaryTermId,
    #[diesel(sql_type = SqlUuid)]
    pub workspace_id: WorkspaceId,
    #[diesel(sql_type = Text)]
    pub term: String,
    #[diesel(sql_type = Array<Text>)]
    pub synonyms: Vec<String>,
    #[diesel(sql_type = Text)]
    pub definition: String,
    /// `None` when it cannot be computed.
    #[diesel(sql_type = Nullable<Text>)]
    pub expression: Option<String>,
    /// From 1, one more with every change.
    #[diesel(sql_type = Integer)]
    pub version: i32,
    /// `None` when their account is gone.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub author_id: Option<UserId>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
}

impl GlossaryTerm {
    /// What it means.
    #[must_use]
    pub fn content(&self) -> Content {
        Content {
            term: self.term.clone(),
            synonyms: self.synonyms.clone(),
            definition: self.definition.clone(),
            expression: self.expression.clone(),
        }
    }
}
