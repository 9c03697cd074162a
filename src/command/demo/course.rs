//! The demo's course: weeks with readings, a professor, two students, and sessions that they have held.

use std::collections::HashMap;

use chrono::TimeDelta;
use secrecy::SecretString;
use serde::Deserialize;

use super::stage::{PASSWORD, actor_of, incoming, until_read};
use crate::app::App;
use crate::db::page::Page;
use crate::domain::conversations::model::{MessageKind, MessageRole};
use crate::domain::courses::actions::{courses, enrol, members, weeks};
use crate::domain::courses::misconceptions::held_against;
use crate::domain::courses::model::{CourseRole, Enrolment, Member};
use crate::domain::courses::reading;
use crate::domain::courses::tutoring::model::EndReason;
use crate::domain::courses::tutoring::past::{self, PastLine, PastSession, PastTheme};
use crate::domain::documents::actions::upload;
use crate::domain::users::actions::accounts;
use crate::domain::users::actor::Actor;
use crate::domain::users::model::Role;
use crate::error::{Error, Result};
use crate::ids::{CourseId, CourseMemberId, UserId, WeekId};

/// Whose account the professor's is.
const PROFESSOR: &str = "professor";
const PLAN: &str = include_str!("contracts/course.json");

/// File name and text of every reading.
const READINGS: &[(&str, &str)] = &[
    ("1-offer-and-acceptance.md", include_str!("contracts/1-offer-and-acceptance.md")),
    ("1-casebook.md", include_str!("contracts/1-casebook.md")),
    ("2-consideration-and-reliance.md", include_str!("contracts/2-consideration-and-reliance.md")),
    ("2-casebook.md", include_str!("contracts/2-casebook.md")),
    ("3-terms-and-interpretation.md", include_str!("contracts/3-terms-and-interpretation.md")),
    ("3-casebook.md", include_str!("contracts/3-casebook.md")),
    ("4-breach-and-damages.md", include_str!("contracts/4-breach-and-damages.md")),
    ("4-casebook.md", include_str!("contracts/4-casebook.md")),
    ("5-mistake-misrepresentation-and-duress.md", include_str!("contracts/5-mistake-misrepresentation-and-duress.md")),
    ("5-casebook.md", include_str!("contracts/5-casebook.md")),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Plan {
    code: String,
    name: String,
    professor_name: String,
    description: String,
    term: String,
    weeks: Vec<PlannedWeek>,
    students: Vec<PlannedStudent>,
    sessions: Vec<PlannedSession>,
}

#[derive(Deserialize)]
struct PlannedWeek {
    number: i32,
    title: String,
    readings: Vec<String>,
    themes: Vec<PlannedTheme>,
}

#[derive(Deserialize)]
struct PlannedTheme {
    title: String,
    question: String,
    spans: Vec<Quote>,
}

#[derive(Deserialize)]
struct Quote {
    #[serde(default)]
    marker: i32,
    quote: String,
}

#[derive(Deserialize)]
struct PlannedStudent {
    key: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlannedSession {
    student: String,
    week: i32,
    theme: String,
    days_ago: f64,
    seconds: i64,
    end_reason: String,
    messages: Vec<PlannedLine>,
}

#[derive(Deserialize)]
struct PlannedLine {
    role: String,
    kind: String,
    at: i64,
    text: String,
    citations: Vec<Quote>,
    flag: Option<PlannedFlag>,
}

#[derive(Deserialize)]
struct PlannedFlag {
    categories: Vec<String>,
    explanation: String,
}

/// Makes the course unless it is there, with `demo` as an assistant in it: so one sees what those who teach see.
///
/// # Errors
/// When Postgres or the store of files does not answer.
pub async fn fill(app: &App, demo: &Actor) -> Result<()> {
    let plan: Plan = serde_json::from_str(PLAN).map_err(Error::internal)?;
    if courses::get_by_code(app, demo, &plan.code).await.is_ok() {
        return Ok(());
    }
    let professor = account(app, PROFESSOR, &plan.professor_name, Role::Professor).await?;
    let Some((course, week_ids)) = course(app, &professor, &plan).await? else {
        tracing::warn!("the readings of the demo's course are not read yet; it is made at the next start");
        return Ok(());
    };
    enrol::enrol(app, demo, &plan.code, None).await?;
    members::set_role(app, &professor, course, member(app, &professor, course, demo).await?, CourseRole::Assistant)
        .await?;
    let mut students = HashMap::new();
    for student in &plan.students {
        let actor = account(app, &student.key, &student.name, Role::Student).await?;
        enrol::enrol(app, &actor, &plan.code, None).await?;
        students.insert(student.key.as_str(), actor.require_id()?);
    }
    for session in &plan.sessions {
        let (Some(student), Some(week)) = (students.get(session.student.as_str()), week_ids.get(&session.week)) else {
            return Err(Error::internal("a session of nobody's, or about no week"));
        };
        past::put_session(app, &session_of(app, session, *student, *week)?).await?;
    }
    // Without a model, whatever the installation has: a demo costs nothing.
    for week in week_ids.values() {
        held_against::put(app, *week).await?;
    }
    tracing::info!(course = plan.code, sessions = plan.sessions.len(), "the demo's course is there");
    Ok(())
}

/// The address of the professor's account, which is made if it is not there.
///
/// # Errors
/// When Postgres does not answer.
pub async fn professor(app: &App) -> Result<String> {
    let plan: Plan = serde_json::from_str(PLAN).map_err(Error::internal)?;
    account(app, PROFESSOR, &plan.professor_name, Role::Professor).await?;
    Ok(address(PROFESSOR))
}

async fn account(app: &App, name: &str, full_name: &str, role: Role) -> Result<Actor> {
    let email = address(name);
    let user = accounts::ensure_demo_user(app, &email, full_name, role, &SecretString::from(PASSWORD)).await?;
    Ok(actor_of(app, user))
}

fn address(name: &str) -> String {
    format!("{name}@elenchus.local")
}

/// The course with its weeks, by their numbers; `None` when its readings take too long.
async fn course(app: &App, professor: &Actor, plan: &Plan) -> Result<Option<(CourseId, HashMap<i32, WeekId>)>> {
    let files = READINGS.iter().map(|(name, text)| incoming(name, text.as_bytes())).collect::<Result<Vec<_>>>()?;
    let documents = upload::upload(app, professor, files).await?;
    let by_name: HashMap<_, _> = documents.iter().map(|document| (document.filename.clone(), document.id)).collect();
    if !until_read(app, professor, documents).await? {
        return Ok(None);
    }
    let create = courses::Create {
        code: plan.code.clone(),
        name: plan.name.clone(),
        professor_name: Some(plan.professor_name.clone()),
        description: Some(plan.description.clone()),
        term: Some(plan.term.clone()),
        enrolment: Some(Enrolment::Open),
        shows_members: true,
    };
    let course = courses::create(app, professor, create).await?.course.id;
    let mut ids = HashMap::new();
    for week in &plan.weeks {
        let add = weeks::Add {
            number: week.number,
            title: Some(week.title.clone()),
            themes: Vec::new(),
            opens_at: None,
            closes_at: None,
            documents: week.readings.iter().filter_map(|name| by_name.get(name).copied()).collect(),
        };
        let id = weeks::add(app, professor, course, add).await?.id;
        let themes: Vec<PastTheme> = week.themes.iter().map(theme_of).collect();
        past::put_themes(app, id, &themes).await?;
        ids.insert(week.number, id);
    }
    Ok(Some((course, ids)))
}

fn theme_of(planned: &PlannedTheme) -> PastTheme {
    PastTheme {
        title: planned.title.clone(),
        question: planned.question.clone(),
        quotes: planned.spans.iter().map(|span| span.quote.clone()).collect(),
    }
}

/// What `somebody` is listed as among the members.
async fn member(app: &App, viewer: &Actor, course: CourseId, somebody: &Actor) -> Result<CourseMemberId> {
    let user = somebody.require_id()?;
    let page: Page<CourseMemberId> = Page::new(Some(100), None, None, None, |_| None)?;
    let listed = reading::member_pages(app, viewer, &[course], None, &page).await?.remove(&course).unwrap_or_default();
    let found = listed.rows.into_iter().find(|member: &Member| member.user_id == user);
    found.map(|member| member.id).ok_or_else(|| Error::not_found("member"))
}

fn session_of(app: &App, planned: &PlannedSession, student: UserId, week: WeekId) -> Result<PastSession> {
    #[expect(clippy::cast_possible_truncation, reason = "some weeks in seconds")]
    let ago = TimeDelta::seconds((planned.days_ago * 86_400.0) as i64);
    Ok(PastSession {
        student,
        week,
        theme: planned.theme.clone(),
        started_at: app.clock.now() - ago,
        took: TimeDelta::seconds(planned.seconds),
        end_reason: planned.end_reason.parse::<EndReason>().map_err(|_| unknown(&planned.end_reason))?,
        lines: planned.messages.iter().map(line_of).collect::<Result<Vec<_>>>()?,
    })
}

fn line_of(planned: &PlannedLine) -> Result<PastLine> {
    Ok(PastLine {
        role: if planned.role == "STUDENT" { MessageRole::User } else { MessageRole::Assistant },
        kind: planned.kind.parse::<MessageKind>().map_err(|_| unknown(&planned.kind))?,
        after: TimeDelta::seconds(planned.at),
        text: planned.text.clone(),
        quotes: planned.citations.iter().map(|quote| (quote.marker, quote.quote.clone())).collect(),
        flag: planned.flag.as_ref().map(|flag| (flag.categories.clone(), flag.explanation.clone())),
    })
}

fn unknown(word: &str) -> Error {
    Error::internal(format!("{word:?} in the plan of the demo's course"))
}
