//! The purpose `DATA_QUESTION`: a model writes the statement that answers a question.

use futures::FutureExt as _;
use futures::future::BoxFuture;

use super::answers::{self, Answer};
use super::context::{Context, told};
use super::ending::{self, fail, refuse};
use super::model::{DataQuestion, QuestionStatus};
use super::planning::suggested;
use super::requesting::{self, DATA_QUESTION, OUTPUT_TOKENS, Task};
use super::{prompts as built_in, sample_store, samples, store, writing};
use crate::ai::chat::prompt::nonce;
use crate::ai::chat::request::{ChatRequest, Turn};
use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::data::glossary::store as glossary;
use crate::domain::data::queries::gating;
use crate::domain::data::reading::missing_source;
use crate::domain::data::saved::store as saved;
use crate::domain::data::source_store;
use crate::domain::generation::model::{Generation, GenerationStatus};
use crate::domain::generation::prompts;
use crate::domain::generation::purpose::{Prompt, Purpose};
use crate::error::{Error, ErrorCode, Result};

/// Questions that a question follows and that are told with it; itself counts.
const CHAIN: i32 = 4;
/// Characters of a statement that are kept, as the table has it.
const SQL: usize = 20_000;
/// What the model is told of an answer that cannot be read.
const UNREADABLE: &str = "The answer was not one JSON object with sql, explanation, assumptions and cannot.";

/// Writes the statement that answers a question.
pub struct DataQuestions;

impl Purpose for DataQuestions {
    fn name(&self) -> &'static str {
        DATA_QUESTION
    }

    fn prepare<'a>(&'a self, app: &'a App, generation: &'a Generation) -> BoxFuture<'a, Result<Prompt>> {
        prepare(app, generation).boxed()
    }

    fn settle<'a>(&'a self, app: &'a App, conn: &'a Connection, ended: &'a Generation) -> BoxFuture<'a, Result<()>> {
        settle(app, conn, ended).boxed()
    }
}

fn task(generation: &Generation) -> Result<Task> {
    serde_json::from_value(generation.input.clone()).map_err(Error::internal)
}

async fn prepare(app: &App, generation: &Generation) -> Result<Prompt> {
    let task = task(generation)?;
    let conn = app.db.read().await?;
    let mut chain = store::chain(&conn, task.question, CHAIN).await?;
    if chain.first().is_none_or(|question| question.id != task.question) {
        return Err(Error::not_found("question"));
    }
    let question = chain.remove(0);
    // Whoever left the workspace since they asked has nothing of it read for them.
    let source = source_store::load(&conn, generation.owner_id, &[question.source_id]).await?.pop();
    let source = source.ok_or_else(missing_source)?;
    chain.retain(|earlier| earlier.source_id == source.id && earlier.sql.is_some());
    let terms = glossary::all(&conn, source.workspace_id).await?;
    let verified = saved::verified(&conn, source.id).await?;
    let today = store::today(&conn, question.asker_id, app.clock.now()).await?;
    drop(conn);
    let tables = samples::tables(app, &source, &question.question).await?;
    let context =
        Context { question: &question, tables: &tables, terms: &terms, earlier: &chain, verified: &verified, today };
    let prompt = prompts::read(app.config.models.prompts_dir.as_deref(), built_in::DATA_QUESTION);
    let request = ChatRequest {
        system: prompt.text,
        turns: vec![Turn::User { text: told(&context, &nonce()) }],
        max_output_tokens: OUTPUT_TOKENS,
        // The same question is to be answered the same way tomorrow.
        temperature: Some(0.0),
        response_schema: Some(answers::schema()),
        ..ChatRequest::default()
    };
    Ok(Prompt { version: prompt.version, request, ..Prompt::default() })
}

async fn settle(app: &App, conn: &Connection, ended: &Generation) -> Result<()> {
    let found = store::lock(conn, task(ended)?.question).await?;
    let is_awaited = |question: &DataQuestion| {
        question.status == QuestionStatus::Writing && question.generation_id == Some(ended.id)
    };
    // It may be gone with its source.
    let Some(mut question) = found.filter(is_awaited) else { return Ok(()) };
    if ended.status == GenerationStatus::Completed {
        take(app, conn, &mut question, ended).await?;
    } else {
        let code = match ended.status {
            GenerationStatus::Stopped => "STOPPED",
            _ => ended.error_code.as_deref().unwrap_or_else(|| ErrorCode::UpstreamUnavailable.as_str()),
        };
        let message = ended.error_message.as_deref().unwrap_or("The statement was not written to its end.");
        fail(&mut question, code, message, app.clock.now());
    }
    ending::save(app, conn, &question).await?;
    writing::start(app, conn, &question).await
}

/// Takes what holds of an answer: a statement that the gate lets through, or a reason.
async fn take(app: &App, conn: &Connection, question: &mut DataQuestion, ended: &Generation) -> Result<()> {
    let (sql, explanation, assumptions) = match answers::read(&ended.content) {
        Some(Answer::Written { sql, explanation, assumptions }) => (sql, explanation, assumptions),
        Some(Answer::Cannot(why)) => {
            let tables = sample_store::tables(conn, question.source_id).await?;
            refuse(question, "CANNOT_ANSWER", &why, &suggested(&tables), app.clock.now());
            return Ok(());
        }
        None => return requesting::again(app, conn, question, ended, ("UNREADABLE_ANSWER", UNREADABLE)).await,
    };
    let Some(source) = source_store::find(conn, question.source_id).await? else {
        let message = "The workspace of the data source was deleted.";
        fail(question, ErrorCode::NotFound.as_str(), message, app.clock.now());
        return Ok(());
    };
    let known = gating::known(conn, &source).await?;
    match gating::checked(app, &source, &known, &sql, &[]) {
        Ok(_) => {
            writing::written(question, sql, &explanation, &assumptions);
            Ok(())
        }
        Err(refusal) => {
            // Postgres takes no NUL in a text.
            question.sql = Some(sql.replace('\0', "\u{FFFD}").chars().take(SQL).collect());
            let problem = gating::told(&refusal).replace('\0', "\u{FFFD}");
            requesting::again(app, conn, question, ended, (refusal.code.as_str(), &problem)).await
        }
    }
}
