//! The words of the demo's bookshop, and questions that were asked with them.

use std::collections::HashSet;

use super::plan::{PlannedQuestion, PlannedTerm};
use super::queries::{by_name, keep, run};
use crate::app::App;
use crate::db::page::Page;
use crate::domain::data::glossary::model::Content as Meaning;
use crate::domain::data::glossary::{actions as glossary, reading as known_terms};
use crate::domain::data::queries::asking::WAIT_MAX;
use crate::domain::data::questions::asking::{self, AskData};
use crate::domain::data::questions::feedback;
use crate::domain::data::questions::model::{AnswerRating, DataQuestion};
use crate::domain::data::questions::reading;
use crate::domain::data::saved::actions as saved;
use crate::domain::data::saved::model::Content;
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::ids::{DataQuestionId, DataSourceId, GlossaryTermId, WorkspaceId};

/// Defines the words that are not there.
///
/// # Errors
/// When Postgres does not answer.
pub async fn define(app: &App, demo: &Actor, workspace: WorkspaceId, planned: &[PlannedTerm]) -> Result<()> {
    let page: Page<GlossaryTermId> = Page::new(Some(100), None, None, None, |_| None)?;
    let there = known_terms::pages_of(app, demo, &[workspace], &page).await?.remove(&workspace).unwrap_or_default();
    let there: HashSet<&str> = there.rows.iter().map(|term| term.term.as_str()).collect();
    for term in planned.iter().filter(|planned| !there.contains(planned.term.as_str())) {
        let meaning = Meaning {
            term: term.term.clone(),
            synonyms: term.synonyms.clone(),
            definition: term.definition.clone(),
            expression: term.expression.clone(),
        };
        glossary::define(app, demo, workspace, &meaning).await?;
    }
    Ok(())
}

/// Asks the questions that were not asked, without a model, whatever the installation has: a demo costs nothing.
///
/// # Errors
/// When a database does not answer.
pub async fn ask(app: &App, demo: &Actor, source: DataSourceId, planned: &[PlannedQuestion]) -> Result<()> {
    let page: Page<DataQuestionId> = Page::new(Some(100), None, None, None, |_| None)?;
    let there = reading::pages_of(app, demo, &[source], &page).await?.remove(&source).unwrap_or_default();
    let there: HashSet<&str> = there.rows.iter().map(|question| question.question.as_str()).collect();
    for planned in planned.iter().filter(|planned| !there.contains(planned.text.as_str())) {
        let question = planned.text.clone();
        let ask = AskData { source, question, previous: None, is_to_run: true, is_without_model: true, wait: WAIT_MAX };
        let asked = asking::ask(app, demo, ask).await?;
        if let Some(is_good) = planned.is_good.filter(|_| asked.status.is_settled()) {
            let rating = if is_good { AnswerRating::Up } else { AnswerRating::Down };
            feedback::rate(app, demo, asked.id, Some(rating), planned.comment.as_deref()).await?;
        }
        if planned.is_kept {
            vouch(app, demo, &asked).await?;
        }
    }
    Ok(())
}

/// Makes a verified query of an answer: the next who asks the same is answered by it.
async fn vouch(app: &App, demo: &Actor, asked: &DataQuestion) -> Result<()> {
    let Some(sql) = asked.sql.clone() else { return Ok(()) };
    let name = asked.question.trim_end_matches('?').to_owned();
    let query = if let Some(query) = by_name(app, demo, asked.source_id).await?.remove(&name) {
        query
    } else {
        let content = Content {
            name,
            description: asked.explanation.clone(),
            question: Some(asked.question.clone()),
            sql,
            parameters: Vec::new(),
        };
        keep(app, demo, asked.source_id, &content).await?
    };
    run(app, demo, &query).await?;
    saved::verify(app, demo, query.id, true, None).await?;
    Ok(())
}
