//! Themes and sessions that came about elsewhere, or were written by hand, put in whole: for the demo, and for what comes from
//! another system. Whoever runs the server calls this; nobody is asked for a right.

use chrono::{DateTime, TimeDelta, Utc};

use super::model::{EndReason, FlagDirection, FlagSource, NewFlag, NewSession};
use super::tutor::TUTOR;
use super::{flag_store, store};
use crate::app::App;
use crate::clock::Clock;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::conversations::conducted::{self, Line};
use crate::domain::conversations::model::{MessageKind, MessageRole};
use crate::domain::courses::actions::courses::missing_week;
use crate::domain::courses::themes::model::{Found, FoundSpan, Passage};
use crate::domain::courses::themes::store as themes;
use crate::domain::courses::{store as courses, week_store};
use crate::domain::generation::model::Citation;
use crate::domain::generation::past::{self, PastText};
use crate::error::{Error, Result};
use crate::ids::{ConversationId, ModerationFlagId, TutoringSessionId, UserId, WeekId};

/// A theme with the sentences that it rests on, word for word as the readings have them.
#[derive(Debug, Clone)]
pub struct PastTheme {
    pub title: String,
    pub question: String,
    pub quotes: Vec<String>,
}

/// A session that has ended.
#[derive(Debug, Clone)]
pub struct PastSession {
    pub student: UserId,
    pub week: WeekId,
    /// Title of one of the week's themes.
    pub theme: String,
    pub started_at: DateTime<Utc>,
    pub took: TimeDelta,
    pub end_reason: EndReason,
    /// The first is the tutor's question.
    pub lines: Vec<PastLine>,
}

/// Something that was said.
#[derive(Debug, Clone)]
pub struct PastLine {
    pub role: MessageRole,
    pub kind: MessageKind,
    /// Since the beginning.
    pub after: TimeDelta,
    pub text: String,
    /// Markers in the text, and the sentences that they stand for.
    pub quotes: Vec<(i32, String)>,
    /// Categories and explanation, for what was held back.
    pub flag: Option<(Vec<String>, String)>,
}

/// Puts themes in the place of those that a week's readings gave.
///
/// # Errors
/// When Postgres does not answer.
pub async fn put_themes(app: &App, week: WeekId, past: &[PastTheme]) -> Result<()> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let passages = themes::passages(conn, week).await?;
        let found: Vec<Found> = past
            .iter()
            .map(|theme| Found {
                title: theme.title.clone(),
                question: Some(theme.question.clone()),
                spans: theme.quotes.iter().filter_map(|quote| span(&passages, quote)).collect(),
            })
            .collect();
        themes::replace_extracted(conn, week, &found, app.clock.now()).await
    })
    .await
}

/// Where a sentence stands in the readings.
fn span(passages: &[Passage], quote: &str) -> Option<FoundSpan> {
    let (passage, at) = passages.iter().find_map(|passage| Some((passage, passage.content.find(quote)?)))?;
    let start = passage.start_char + chars(passage.content.get(..at)?);
    Some(FoundSpan {
        document_id: passage.document_id,
        chunk_id: passage.chunk_id,
        page: passage.page,
        start_char: start,
        end_char: start + chars(quote),
        quote: quote.to_owned(),
    })
}

fn chars(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(i32::MAX)
}

/// Puts a session in, with all that was said. It counts like any other.
///
/// # Errors
/// `NOT_FOUND` for a week that the student does not see, when Postgres does not answer.
pub async fn put_session(app: &App, past: &PastSession) -> Result<TutoringSessionId> {
    // What is stored is dated by the clock.
    let then = App { clock: Clock::manual(past.started_at), ..app.clone() };
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let (week, _) = week_store::load(conn, past.student, &[past.week]).await?.pop().ok_or_else(missing_week)?;
        let course = courses::find(conn, past.student, week.course_id).await?.ok_or_else(missing_week)?.course;
        let theme = themes::all(conn, week.id).await?.into_iter().find(|theme| theme.title == past.theme);
        let (opening, rest) = past.lines.split_first().ok_or_else(|| Error::internal("a session without a word"))?;
        let conversation = conducted::begin(&then, conn, past.student, &past.theme, &opening.text).await?.id;
        let new = NewSession {
            id: TutoringSessionId::generate(past.started_at),
            student_id: past.student,
            course_id: course.id,
            week_id: week.id,
            theme_id: theme.as_ref().map(|theme| theme.id),
            conversation_id: conversation,
            is_trial: false,
            course_name: course.name,
            week_number: week.number,
            week_title: week.title,
            theme: Some(past.theme.clone()),
            question: theme.and_then(|theme| theme.question).unwrap_or_else(|| opening.text.clone()),
            voice: None,
            started_at: past.started_at,
            expires_at: past.started_at + TimeDelta::seconds(i64::from(course.tutoring_seconds)),
            recording_consented_at: None,
        };
        store::insert(conn, &new).await?;
        let passages = themes::passages(conn, week.id).await?;
        for line in rest {
            put_line(conn, past, new.id, conversation, &passages, line).await?;
        }
        store::end(conn, new.id, past.end_reason, past.started_at + past.took).await?;
        Ok(new.id)
    })
    .await
}

async fn put_line(
    conn: &Connection,
    past: &PastSession,
    session: TutoringSessionId,
    conversation: ConversationId,
    passages: &[Passage],
    line: &PastLine,
) -> Result<()> {
    let at = past.started_at + line.after;
    let is_written = line.role == MessageRole::Assistant && line.kind != MessageKind::Closing;
    let generation = if is_written {
        let citations =
            line.quotes.iter().filter_map(|(marker, quote)| citation(passages, &line.text, *marker, quote)).collect();
        let text = PastText {
            owner: past.student,
            conversation,
            purpose: TUTOR,
            provider: "demo",
            text: line.text.clone(),
            citations,
            at,
            took: TimeDelta::seconds(2),
        };
        Some(past::put_in(conn, text).await?)
    } else {
        None
    };
    let author = (line.role == MessageRole::User).then_some(past.student);
    let said = Line { role: line.role, kind: line.kind, author, text: &line.text, generation };
    let message = conducted::put_in(conn, conversation, said, at).await?;
    if let Some((categories, explanation)) = &line.flag {
        let flag = NewFlag {
            id: ModerationFlagId::generate(at),
            session_id: session,
            message_id: message,
            generation_id: generation,
            direction: FlagDirection::Input,
            categories: categories.clone(),
            source: FlagSource::Readings,
            explanation: explanation.clone(),
            excerpt: line.text.clone(),
            created_at: at,
        };
        flag_store::insert(conn, &flag).await?;
    }
    Ok(())
}

/// What a marker stands for, and the statement in front of it.
fn citation(passages: &[Passage], text: &str, marker: i32, quote: &str) -> Option<Citation> {
    let span = span(passages, quote)?;
    let shown = format!("[{marker}]");
    let end = text.find(&shown)? + shown.len();
    let said = text.get(..end)?;
    let begin = said.rfind(['.', '?', '!']).map_or(0, |at| at + 1);
    let begin = begin + (said.get(begin..)?.len() - said.get(begin..)?.trim_start().len());
    Some(Citation {
        marker,
        document_id: Some(span.document_id),
        chunk_id: Some(span.chunk_id),
        page: span.page,
        start_char: span.start_char,
        end_char: span.end_char,
        quote: span.quote,
        score: 1.0,
        answer_start_char: chars(text.get(..begin)?),
        answer_end_char: chars(said),
    })
}
