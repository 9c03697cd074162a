//! A question is asked.

use std::time::Duration;

use serde_json::json;

use super::ending::{self, refuse};
use super::model::{DataQuestion, QuestionMethod, QuestionStatus};
use super::planning::planned;
use super::verified::same;
use super::{reading, requesting, samples, store, writing};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::data::following;
use crate::domain::data::glossary::store as glossary;
use crate::domain::data::model::DataSource;
use crate::domain::data::queries::asking::WAIT_MAX;
use crate::domain::data::reading::source;
use crate::domain::data::saved::store as saved;
use crate::domain::generation::expense::is_free;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::budgets::model::Payer;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{DataQuestionId, DataSourceId, UserId};

/// Longest question, in characters, as the table has it.
const QUESTION_MAX: usize = 2000;

/// A question to be answered.
#[derive(Debug, Clone)]
pub struct AskData {
    pub source: DataSourceId,
    pub question: String,
    /// The question that it follows.
    pub previous: Option<DataQuestionId>,
    /// Run the statement as soon as there is one.
    pub is_to_run: bool,
    /// Ask no model, also where the installation has one: nobody pays for the answer.
    pub is_without_model: bool,
    /// Answer when nothing more happens by itself, or after this time.
    pub wait: Duration,
}

/// Asks a question about a source of the actor's. That nothing would answer it is an answer too: it is part of the history.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown source or previous question, BAD_USER_INPUT for what is no question, `QUOTA_EXCEEDED` when a budget
/// does not cover the model: then nothing is stored.
pub async fn ask(app: &App, actor: &Actor, ask: AskData) -> Result<DataQuestion> {
    let signed_in = actor.require_may(Permission::ReadOwnData)?;
    let (asker, payer) = (signed_in.user.id, Payer::of(signed_in));
    require_verified(app, actor)?;
    let text = checked(&ask.question)?;
    let source = source(app, actor, ask.source).await?;
    if let Some(previous) = ask.previous {
        let found = reading::load(app, actor, &[previous]).await?.remove(&previous);
        let is_there = found.is_some_and(|found| found.source_id == source.id);
        if !is_there {
            return Err(reading::missing().with_field("input.previousId"));
        }
    }
    let mut question = blank(app, &source, asker, text, &ask);
    write(app, &source, &mut question, ask.is_without_model).await?;
    let id = question.id;
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let mut question = question.clone();
        if question.status == QuestionStatus::Writing {
            question.generation_id = Some(requesting::first(app, conn, payer, id).await?);
        }
        store::insert(conn, &question).await?;
        writing::start(app, conn, &question).await
    })
    .await?;
    drop(conn);
    following::wait(app, actor, id, ask.wait.min(WAIT_MAX)).await
}

/// Runs the statement of the actor's own question, which waits for that. One that runs or was run stays as it is.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown question, FORBIDDEN for somebody else's, CONFLICT for one that has no statement.
pub async fn run(app: &App, actor: &Actor, id: DataQuestionId, wait: Duration) -> Result<DataQuestion> {
    let asker = actor.require_may(Permission::ReadOwnData)?.user.id;
    require_verified(app, actor)?;
    let seen: DataQuestion = following::see(app, actor, id).await?;
    if seen.asker_id != Some(asker) {
        return Err(Error::forbidden("Somebody else asked this. Ask it yourself to run it."));
    }
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let mut question = store::lock(conn, id).await?.ok_or_else(reading::missing)?;
        match question.status {
            QuestionStatus::Running | QuestionStatus::Answered => return Ok(()),
            QuestionStatus::Ready => {}
            _ => return Err(Error::conflict("This question has no statement that could be run.")),
        }
        question.status = QuestionStatus::Running;
        question.is_to_run = true;
        ending::save(app, conn, &question).await?;
        writing::start(app, conn, &question).await
    })
    .await?;
    drop(conn);
    following::wait(app, actor, id, wait.min(WAIT_MAX)).await
}

/// Finds the statement of a new question, or who is to write it.
async fn write(app: &App, source: &DataSource, question: &mut DataQuestion, is_without_model: bool) -> Result<()> {
    let conn = app.db.read().await?;
    let queries = saved::verified(&conn, source.id).await?;
    if let Some(query) = same(&question.question, &queries) {
        question.method = QuestionMethod::Verified;
        question.saved_query_id = Some(query.id);
        let explanation = match &query.description {
            Some(description) => description.clone(),
            None => format!("This is the verified query “{}”.", query.name),
        };
        writing::written(question, query.sql.clone(), &explanation, &[]);
        return Ok(());
    }
    if !is_without_model && !is_free(&app.config.models.chat.provider) {
        question.attempts = 1;
        return Ok(());
    }
    question.method = QuestionMethod::Planner;
    let terms = glossary::all(&conn, source.workspace_id).await?;
    drop(conn);
    let tables = samples::tables(app, source, &question.question).await?;
    let now = app.clock.now();
    // Many tables with many values are work for a while, which no other answer waits for.
    let (asked, today) =
        (question.question.clone(), store::today(&*app.db.read().await?, question.asker_id, now).await?);
    let plan = tokio::task::spawn_blocking(move || planned(&asked, &tables, &terms, today));
    match plan.await.map_err(Error::internal)? {
        Ok(plan) => writing::written(question, plan.sql, &plan.explanation, &plan.assumptions),
        Err(no) => refuse(question, no.reason.as_str(), &no.message, &no.suggestions, now),
    }
    Ok(())
}

fn blank(app: &App, source: &DataSource, asker: UserId, text: String, ask: &AskData) -> DataQuestion {
    let now = app.clock.now();
    DataQuestion {
        id: DataQuestionId::generate(now),
        source_id: source.id,
        workspace_id: source.workspace_id,
        asker_id: Some(asker),
        previous_id: ask.previous,
        question: text,
        method: QuestionMethod::Model,
        status: QuestionStatus::Writing,
        is_to_run: ask.is_to_run,
        sql: None,
        explanation: None,
        assumptions: json!([]),
        refusal_code: None,
        refusal_message: None,
        suggestions: json!([]),
        attempts: 0,
        problem: None,
        generation_id: None,
        run_id: None,
        saved_query_id: None,
        rating: None,
        rating_comment: None,
        created_at: now,
        updated_at: now,
        ended_at: None,
    }
}

/// A question as it is kept. Postgres takes no NUL in a text.
fn checked(question: &str) -> Result<String> {
    let text = question.replace('\0', "\u{FFFD}").trim().to_owned();
    if text.is_empty() {
        return Err(Error::bad_input("input.question", "This must not be empty."));
    }
    if text.chars().count() > QUESTION_MAX {
        return Err(Error::bad_input("input.question", format!("At most {QUESTION_MAX} characters.")));
    }
    Ok(text)
}
