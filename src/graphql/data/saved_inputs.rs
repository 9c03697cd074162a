//! What is said of statements that are kept.

use std::time::Duration;

use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};

use super::runs::{QueryParameterType, wait};
use super::saved_types::SavedQuery;
use crate::domain::data::saved::model;
use crate::graphql::scalars::changed;

/// A value that a saved query is to ask for as $name.
#[derive(Debug, Clone, InputObject)]
pub struct DeclaredParameterInput {
    /// Its name, without the $: a letter and up to 62 letters, digits and underscores.
    pub name: String,
    /// What it is.
    #[graphql(name = "type")]
    pub kind: QueryParameterType,
    /// What people are asked for, up to 100 characters. Null for the name.
    pub label: Option<String>,
    /// The value when nobody says another: for a NUMBER as 12.5, for a BOOLEAN true or false, for a DATE as 2026-12-31 or today, yesterday
    /// or tomorrow, for a TIMESTAMP as 2026-12-31T10:00:00Z, a day, or now. Null for no value.
    pub default: Option<String>,
}

impl From<DeclaredParameterInput> for model::Declared {
    fn from(input: DeclaredParameterInput) -> Self {
        Self { name: input.name, kind: input.kind.into(), label: input.label, default: input.default }
    }
}

/// A statement to keep.
#[derive(Debug, Clone, InputObject)]
pub struct CreateQueryInput {
    /// The source that it is about.
    pub data_source_id: ID,
    /// Its name, 1 to 200 characters.
    pub name: String,
    /// What it tells, up to 2,000 characters. Null for nothing.
    pub description: Option<String>,
    /// The words that it answers, up to 2,000 characters. Null for one that was written as it is.
    pub question: Option<String>,
    /// One SELECT in the SQL of Postgres, of at most 20,000 characters. See docs/DATA.md for what of it is run.
    pub sql: String,
    /// What it asks for: every $name in it. Null or empty for nothing, 50 at most.
    pub parameters: Option<Vec<DeclaredParameterInput>>,
}

impl From<CreateQueryInput> for model::Content {
    fn from(input: CreateQueryInput) -> Self {
        Self {
            name: input.name,
            description: input.description,
            question: input.question,
            sql: input.sql,
            parameters: declared(input.parameters.unwrap_or_default()),
        }
    }
}

/// What to change in a saved query. A field that is left out stays; a text that is null is emptied.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateQueryInput {
    /// The query.
    pub id: ID,
    /// The version that you have seen.
    pub version: i32,
    /// Its name, 1 to 200 characters. Null for as it is.
    pub name: Option<String>,
    /// What it tells, up to 2,000 characters. Null for nothing.
    pub description: MaybeUndefined<String>,
    /// The words that it answers, up to 2,000 characters. Null for none.
    pub question: MaybeUndefined<String>,
    /// The statement, as in createQuery. Null for as it is.
    pub sql: Option<String>,
    /// All that it asks for, in the place of what it asked for. Null for as it is.
    pub parameters: Option<Vec<DeclaredParameterInput>>,
}

impl From<UpdateQueryInput> for model::Change {
    fn from(input: UpdateQueryInput) -> Self {
        Self {
            name: input.name,
            description: changed(input.description),
            question: changed(input.question),
            sql: input.sql,
            parameters: input.parameters.map(declared),
        }
    }
}

fn declared(parameters: Vec<DeclaredParameterInput>) -> Vec<model::Declared> {
    parameters.into_iter().map(Into::into).collect()
}

/// A saved query to delete.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteQueryInput {
    /// The query.
    pub id: ID,
}

/// A saved query, and whether you vouch for it.
#[derive(Debug, Clone, InputObject)]
pub struct VerifyQueryInput {
    /// The query.
    pub id: ID,
    /// Whether its statement answers its question.
    pub verified: bool,
    /// The version that you have seen. Null for whichever it is.
    pub version: Option<i32>,
}

/// The value of a parameter that a saved query asks for.
#[derive(Debug, Clone, InputObject)]
pub struct ParameterValueInput {
    /// Its name, without the $.
    pub name: String,
    /// The value as Postgres reads it, of at most 10,000 characters. Null for no value.
    pub value: Option<String>,
}

/// A saved query to run.
#[derive(Debug, Clone, InputObject)]
pub struct RunSavedQueryInput {
    /// The query.
    pub id: ID,
    /// Values of what it asks for; what is left out is as the query says. Null or empty for none.
    pub parameters: Option<Vec<ParameterValueInput>>,
    /// True to run it anew though its result is there. Null for false.
    pub fresh: Option<bool>,
    /// How long the answer may wait for the end, in milliseconds, 0 to 10,000. Null for 1,000. Follow what takes longer with `queryRun`.
    pub wait_ms: Option<i32>,
}

impl RunSavedQueryInput {
    /// How long to wait.
    #[must_use]
    pub fn wait(&self) -> Duration {
        wait(self.wait_ms)
    }

    /// Names and values.
    #[must_use]
    pub fn values(self) -> Vec<(String, Option<String>)> {
        self.parameters.unwrap_or_default().into_iter().map(|given| (given.name, given.value)).collect()
    }
}

/// A saved query as it is now.
#[derive(Debug, Clone, SimpleObject)]
pub struct SavedQueryPayload {
    /// The query.
    pub query: SavedQuery,
}

/// A saved query that was deleted.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeleteQueryPayload {
    /// The id of what is gone.
    pub deleted_id: ID,
}
