//! Looking at questions.

use std::collections::HashMap;

use super::model::{DataQuestion, SampledTable};
use super::planning::suggested;
use super::{sample_store, store};
use crate::app::App;
use crate::db::page::{Page, Slice};
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, ErrorCode, Result};
use crate::ids::{DataQuestionId, DataSourceId};

/// Sources that suggestions are made for at once: each is looked through.
const SUGGESTED_MAX: usize = 20;

/// Those of these questions that the actor sees.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn load(app: &App, actor: &Actor, ids: &[DataQuestionId]) -> Result<HashMap<DataQuestionId, DataQuestion>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let found = store::load(&*app.db.read().await?, reader, ids).await?;
    Ok(found.into_iter().map(|question| (question.id, question)).collect())
}

/// The same page of the questions about each of these sources, as far as the actor sees them, the newest first.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub async fn pages_of(
    app: &App,
    actor: &Actor,
    sources: &[DataSourceId],
    page: &Page<DataQuestionId>,
) -> Result<HashMap<DataSourceId, Slice<DataQuestion>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    let mut of: HashMap<DataSourceId, Vec<DataQuestion>> = HashMap::new();
    for question in store::pages(&*app.db.read().await?, reader, sources, page).await? {
        of.entry(question.source_id).or_default().push(question);
    }
    Ok(of.into_iter().map(|(source, questions)| (source, page.slice(questions))).collect())
}

/// Questions that work about each of these sources, as far as the actor sees them.
///
/// # Errors
/// UNAUTHENTICATED for nobody, `QUERY_TOO_COMPLEX` for more than 20 sources at once.
pub async fn suggestions(
    app: &App,
    actor: &Actor,
    sources: &[DataSourceId],
) -> Result<HashMap<DataSourceId, Vec<String>>> {
    let reader = actor.require_may(Permission::ReadOwnData)?.user.id;
    if sources.len() > SUGGESTED_MAX {
        let message = format!("That is to look into more than {SUGGESTED_MAX} data sources at once. Ask for fewer.");
        return Err(Error::new(ErrorCode::QueryTooComplex, message));
    }
    let mut of: HashMap<DataSourceId, Vec<SampledTable>> = HashMap::new();
    for table in sample_store::tables_of(&*app.db.read().await?, reader, sources).await? {
        of.entry(table.source_id).or_default().push(table);
    }
    Ok(of.into_iter().map(|(source, tables)| (source, suggested(&tables))).collect())
}

/// What is said of a question that is not there for whoever asks.
pub(super) fn missing() -> Error {
    Error::not_found("question")
}
