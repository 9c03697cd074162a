//! Rows of statements that are kept.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::data::queries::identity::GivenType;
use crate::error::{Error, Result};
use crate::ids::{DataSourceId, SavedQueryId, UserId, WorkspaceId};

/// A value that a statement asks for as `$name`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Declared {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: GivenType,
    /// What people are asked for; `None` for the name.
    pub label: Option<String>,
    /// What it is when nobody says, as Postgres reads it; `None` for no value.
    pub default: Option<String>,
}

/// What is kept, as somebody writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    pub name: String,
    pub description: Option<String>,
    /// The words that the statement answers.
    pub question: Option<String>,
    pub sql: String,
    pub parameters: Vec<Declared>,
}

/// What is to be changed; `None` for as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub name: Option<String>,
    pub description: Option<Option<String>>,
    pub question: Option<Option<String>>,
    pub sql: Option<String>,
    pub parameters: Option<Vec<Declared>>,
}

impl Change {
    /// What comes of it.
    #[must_use]
    pub fn of(&self, was: &Content) -> Content {
        Content {
            name: self.name.as_ref().unwrap_or(&was.name).clone(),
            description: self.description.as_ref().unwrap_or(&was.description).clone(),
            question: self.question.as_ref().unwrap_or(&was.question).clone(),
            sql: self.sql.as_ref().unwrap_or(&was.sql).clone(),
            parameters: self.parameters.as_ref().unwrap_or(&was.parameters).clone(),
        }
    }
}

/// A statement that is kept.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct SavedQuery {
    #[diesel(sql_type = SqlUuid)]
    pub id: SavedQueryId,
    #[diesel(sql_type = SqlUuid)]
    pub source_id: DataSourceId,
    /// That of the source.
    #[diesel(sql_type = SqlUuid)]
    pub workspace_id: WorkspaceId,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub description: Option<String>,
    /// The words that the statement answers.
    #[diesel(sql_type = Nullable<Text>)]
    pub question: Option<String>,
    #[diesel(sql_type = Text)]
    pub sql: String,
    /// A list of [`Declared`].
    #[diesel(sql_type = Jsonb)]
    pub parameters: Value,
    /// From 1, one more with every change.
    #[diesel(sql_type = Integer)]
    pub version: i32,
    /// `None` when their account is gone.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub author_id: Option<UserId>,
    /// Whether an editor vouches that the statement answers the question.
    #[diesel(sql_type = Bool)]
    pub is_verified: bool,
    /// `None` while nobody vouches, and when their account is gone.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub verifier_id: Option<UserId>,
    /// `None` while nobody vouches.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub verified_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
}

impl SavedQuery {
    /// The values that it asks for.
    ///
    /// # Errors
    /// INTERNAL when the row holds something else.
    pub fn declared(&self) -> Result<Vec<Declared>> {
        serde_json::from_value(self.parameters.clone()).map_err(Error::internal)
    }

    /// What is kept.
    ///
    /// # Errors
    /// As [`SavedQuery::declared`].
    pub fn content(&self) -> Result<Content> {
        Ok(Content {
            name: self.name.clone(),
            description: self.description.clone(),
            question: self.question.clone(),
            sql: self.sql.clone(),
            parameters: self.declared()?,
        })
    }
}
