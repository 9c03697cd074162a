//! Somebody wants a text about a result. What follows from the same is not written twice.

use std::time::Duration;

use serde_json::Value;

use super::ending::finish;
use super::model::{Insight, InsightMethod, InsightStatus};
use super::subject::{self, ROWS_MAX};
use super::{identity, languages, requesting, store};
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::dashboards::charts::reading as charts;
use crate::domain::dashboards::templates::model::PromptTemplate;
use crate::domain::dashboards::templates::{built_in, reading as templates, store as versions};
use crate::domain::data::following;
use crate::domain::data::queries::asking::WAIT_MAX;
use crate::domain::data::queries::history;
use crate::domain::data::queries::latest::{self, Asked};
use crate::domain::data::queries::model::{QueryRun, RunStatus};
use crate::domain::data::reading::source;
use crate::domain::data::saved::{reading as saved, values};
use crate::domain::generation::expense::is_free;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::budgets::model::Payer;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::{
    ChartId, InsightId, PromptTemplateId, PromptTemplateVersionId, QueryResultId, QueryRunId, UserId, WorkspaceId,
};
use crate::insights::prompt::rules;

/// Longest focus, in characters, as the table has it.
const FOCUS_MAX: usize = 500;

/// What a text is to be about.
#[derive(Debug, Clone)]
pub enum About {
    Run(QueryRunId),
    /// The newest result of a chart's query with these values by name; what is missing has its default.
    Chart(ChartId, Vec<(String, Option<String>)>),
}

/// A text to be written.
#[derive(Debug, Clone)]
pub struct Generate {
    pub about: About,
    /// `None` for the one that is built in.
    pub template: Option<PromptTemplateId>,
    /// What it should answer.
    pub focus: Option<String>,
    /// A code; `None` for English.
    pub language: Option<String>,
    /// Whether no model is asked, whatever the installation has.
    pub is_without_model: bool,
    /// Write anew what is there already.
    pub is_fresh: bool,
    /// Answer when nothing more happens by itself, or after this time.
    pub wait: Duration,
}

/// By what a model is asked.
struct Asking {
    version_id: Option<PromptTemplateVersionId>,
    prompt: String,
    model: String,
}

/// Has a text written about a result that the actor sees, or gives the one that is there.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown run, chart or template, CONFLICT where there is no result and for one of more than 10,000 rows,
/// BAD_USER_INPUT for a focus, language or values that do not do, `QUOTA_EXCEEDED` when a budget does not cover the model: then nothing is
/// stored.
pub async fn generate(app: &App, actor: &Actor, generate: Generate) -> Result<Insight> {
    let signed_in = actor.require_may(Permission::ReadOwnData)?;
    let (author, payer) = (signed_in.user.id, Payer::of(signed_in));
    require_verified(app, actor)?;
    let (run, chart) = found(app, actor, &generate.about).await?;
    let (focus, language) = (focus(generate.focus.as_deref())?, languages::checked(generate.language.as_deref())?);
    let result = result_of(&run)?;
    let workspace = source(app, actor, run.source_id).await?.workspace_id;
    let asking = asking(app, actor, workspace, generate.template).await?.filter(|_| !generate.is_without_model);
    let mut new = blank(app, &run, workspace, author, asking.as_ref());
    (new.chart_id, new.result_id, new.focus, new.language) = (chart, Some(result), focus, language);
    let model = asking.as_ref().map(|asking| asking.model.as_str());
    new.cache_key = identity::key(&*app.db.read().await?, &new, model).await?.to_vec();
    if asking.is_none() {
        write(app, &mut new).await?;
    }
    let mut conn = app.db.write().await?;
    let id = conn
        .transaction(async |conn| {
            // Whoever comes second waits here for the first, and finds what that began.
            if !store::lock_result(conn, result).await? {
                return Err(gone());
            }
            if !generate.is_fresh
                && let Some(there) = store::cached(conn, &new.cache_key).await?
            {
                return Ok(there);
            }
            let mut insight = new.clone();
            if insight.status == InsightStatus::Writing {
                insight.generation_id = Some(requesting::first(app, conn, payer, insight.id).await?);
            }
            store::insert(conn, &insight).await?;
            Ok(insight.id)
        })
        .await?;
    drop(conn);
    following::wait(app, actor, id, generate.wait.min(WAIT_MAX)).await
}

/// The run whose result it is to be about, and the chart.
async fn found(app: &App, actor: &Actor, about: &About) -> Result<(QueryRun, Option<ChartId>)> {
    match about {
        About::Run(id) => {
            let run = history::load(app, actor, &[*id]).await?.remove(id);
            Ok((run.ok_or_else(|| Error::not_found("query run"))?, None))
        }
        About::Chart(id, given) => {
            let chart = charts::chart(app, actor, *id).await?;
            let query = saved::query(app, actor, chart.query_id).await?;
            let asked = Asked::new(query.id, &values::given(&query.declared()?, given)?)?;
            let standing = latest::load(app, actor, std::slice::from_ref(&asked)).await?.remove(&asked);
            let run = standing.and_then(|standing| standing.result).map(|ended| ended.run);
            let none = || {
                let message = "The chart's query has no result with these values yet. Please run it first.";
                Error::conflict(message).with_field("input.chartId")
            };
            Ok((run.ok_or_else(none)?, Some(chart.id)))
        }
    }
}

fn result_of(run: &QueryRun) -> Result<QueryResultId> {
    let rows = usize::try_from(run.row_count.unwrap_or(0)).unwrap_or(0);
    if rows > ROWS_MAX {
        return Err(Error::conflict("The result has more than 10,000 rows. Please sum it up in the query."));
    }
    run.result_id.filter(|_| run.status == RunStatus::Succeeded).ok_or_else(gone)
}

fn gone() -> Error {
    Error::conflict("This run has no result to write about. Please run the query.")
}

/// By what a model is asked; `None` without one.
async fn asking(
    app: &App,
    actor: &Actor,
    workspace: WorkspaceId,
    template: Option<PromptTemplateId>,
) -> Result<Option<Asking>> {
    let version = match template.filter(|id| *id != built_in::id()) {
        None => None,
        Some(id) => {
            let missing = || templates::missing().with_field("input.templateId");
            let found = templates::load(app, actor, &[id]).await?.remove(&id);
            let is_used = |found: &PromptTemplate| !found.is_deleted && found.workspace_id == Some(workspace);
            let number = found.filter(is_used).ok_or_else(missing)?.version;
            let version = versions::numbered(&*app.db.read().await?, id, number).await?.ok_or_else(missing)?;
            Some((version.id, format!("{id}@{number}")))
        }
    };
    let model = &app.config.models.chat;
    if is_free(&model.provider) {
        return Ok(None);
    }
    let (version_id, name) = match version {
        Some((version, name)) => (Some(version), name),
        None => (None, format!("{}@{}", built_in::NAME, built_in::VERSION)),
    };
    let prompt = format!("{name}+rules@{}", rules::VERSION);
    Ok(Some(Asking { version_id, prompt, model: model.to_string() }))
}

fn blank(app: &App, run: &QueryRun, workspace: WorkspaceId, author: UserId, asking: Option<&Asking>) -> Insight {
    let now = app.clock.now();
    Insight {
        id: InsightId::generate(now),
        source_id: run.source_id,
        workspace_id: workspace,
        run_id: Some(run.id),
        result_id: None,
        chart_id: None,
        saved_query_id: run.saved_query_id,
        template_version_id: asking.and_then(|asking| asking.version_id),
        generation_id: None,
        author_id: Some(author),
        parameters: run.parameters.clone(),
        focus: None,
        language: None,
        method: if asking.is_some() { InsightMethod::Model } else { InsightMethod::Rules },
        status: InsightStatus::Writing,
        prompt_version: asking.map(|asking| asking.prompt.clone()),
        cache_key: Vec::new(),
        title: None,
        body: None,
        figures: Value::Array(Vec::new()),
        struck: 0,
        note: None,
        draft: None,
        attempts: i32::from(asking.is_some()),
        is_partial: run.is_truncated.unwrap_or(false),
        error_code: None,
        error_message: None,
        rating: None,
        rating_comment: None,
        created_at: now,
        updated_at: now,
        ended_at: None,
        is_stale: false,
    }
}

/// Writes without a model.
async fn write(app: &App, insight: &mut Insight) -> Result<()> {
    let subject = subject::of(&*app.db.read().await?, insight).await?.ok_or_else(gone)?;
    let ground = subject.ground(insight);
    // A large result is work for a while, which no other answer waits for.
    let text = tokio::task::spawn_blocking(move || ground.by_rules()).await.map_err(Error::internal)?;
    finish(insight, text, app.clock.now());
    if insight.focus.is_some() || insight.language.as_deref().is_some_and(|code| !code.starts_with("en")) {
        let note = "There is no model here: this says what is most telling, in English, whatever was asked for.";
        insight.note = Some(note.to_owned());
    }
    Ok(())
}

/// A focus as it is kept. Postgres takes no NUL in a text.
fn focus(text: Option<&str>) -> Result<Option<String>> {
    let focus = text.map(|text| text.replace('\0', "\u{FFFD}").trim().to_owned()).filter(|text| !text.is_empty());
    if focus.as_ref().is_some_and(|focus| focus.chars().count() > FOCUS_MAX) {
        return Err(Error::bad_input("input.focus", format!("At most {FOCUS_MAX} characters.")));
    }
    Ok(focus)
}
