//! Statements about the themes of weeks.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;

use super::model::{
    Extraction, ExtractionMethod, ExtractionStatus, Found, PATIENCE, Passage, Theme, ThemeOrigin, ThemeSpan,
};
use crate::db::pool::Connection;
use crate::db::schema::{course_members, courses, documents, theme_extractions, theme_spans, themes, weeks};
use crate::domain::courses::model::CourseRole;
use crate::domain::courses::store::seen_by;
use crate::domain::documents::visibility::visible_to;
use crate::error::Result;
use crate::ids::{ChunkId, DocumentId, ThemeId, UserId, WeekId};

/// Weeks whose themes are brought up to date at once.
const STALE_AT_ONCE: i64 = 20;

/// Students learn what a week is about when it opens.
#[diesel::dsl::auto_type(no_type_alias)]
fn has_opened(now: DateTime<Utc>) -> _ {
    let student: CourseRole = CourseRole::Student;
    course_members::role.ne(student).or(weeks::opens_at.is_null().or(weeks::opens_at.assume_not_null().le(now)))
}

/// The themes of those of these weeks that `viewer` sees, in their order.
pub async fn load(mut conn: &Connection, viewer: UserId, now: DateTime<Utc>, ids: &[WeekId]) -> Result<Vec<Theme>> {
    let visible = themes::table
        .inner_join(weeks::table.inner_join(courses::table.inner_join(course_members::table)))
        .filter(themes::week_id.eq_any(ids))
        .filter(seen_by(viewer))
        .filter(has_opened(now))
        .order((themes::week_id, themes::position));
    Ok(visible.select(Theme::as_select()).load(&mut conn).await?)
}

/// Where these themes are found, as far as `viewer` sees them and may read there, in their order.
pub async fn spans(
    mut conn: &Connection,
    viewer: UserId,
    now: DateTime<Utc>,
    ids: &[ThemeId],
) -> Result<Vec<ThemeSpan>> {
    let visible = theme_spans::table
        .inner_join(themes::table.inner_join(weeks::table.inner_join(courses::table.inner_join(course_members::table))))
        .inner_join(documents::table)
        .filter(theme_spans::theme_id.eq_any(ids))
        .filter(seen_by(viewer))
        .filter(has_opened(now))
        .filter(visible_to(viewer, now))
        .order((theme_spans::theme_id, theme_spans::position));
    Ok(visible.select(ThemeSpan::as_select()).load(&mut conn).await?)
}

/// The extractions of those of these weeks that `viewer` teaches.
pub async fn extractions(mut conn: &Connection, viewer: UserId, ids: &[WeekId]) -> Result<Vec<Extraction>> {
    let visible = theme_extractions::table
        .inner_join(weeks::table.inner_join(courses::table.inner_join(course_members::table)))
        .filter(theme_extractions::week_id.eq_any(ids))
        .filter(seen_by(viewer))
        .filter(course_members::role.ne(CourseRole::Student));
    Ok(visible.select(Extraction::as_select()).load(&mut conn).await?)
}

/// The themes of a week of a course that was locked, in their order.
pub async fn all(mut conn: &Connection, week: WeekId) -> Result<Vec<Theme>> {
    let all = themes::table.filter(themes::week_id.eq(week)).order(themes::position);
    Ok(all.select(Theme::as_select()).load(&mut conn).await?)
}

pub async fn extraction(mut conn: &Connection, week: WeekId) -> Result<Option<Extraction>> {
    let found = theme_extractions::table.find(week).select(Extraction::as_select());
    Ok(found.first(&mut conn).await.optional()?)
}

/// What of a week is read and can be read: its readings that are there and were read in, each with its revision.
const READABLE: &str = "week_documents r JOIN documents d ON d.id = r.document_id \
    WHERE d.deleted_at IS NULL AND d.status = 'READY' AND r.week_id = ";

/// SHA-256 of what an extraction of so many themes would read.
fn fingerprint_sql(wanted: &str, week: &str) -> String {
    format!(
        "(SELECT sha256(convert_to({wanted}::text || ':' || string_agg(d.id::text || '.' || d.revision, ',' \
                 ORDER BY r.attached_at, d.id), 'UTF8')) FROM {READABLE}{week})"
    )
}

#[derive(QueryableByName)]
struct Fingerprint {
    #[diesel(sql_type = Nullable<Binary>)]
    hash: Option<Vec<u8>>,
}

/// SHA-256 of what an extraction of so many themes would read; `None` when there is nothing to read yet.
pub async fn fingerprint(mut conn: &Connection, week: WeekId, wanted: i32) -> Result<Option<Vec<u8>>> {
    let row: Fingerprint = diesel::sql_query(format!("SELECT {} AS hash", fingerprint_sql("$2", "$1")))
        .bind::<SqlUuid, _>(week)
        .bind::<Integer, _>(wanted)
        .get_result(&mut conn)
        .await?;
    Ok(row.hash)
}

#[derive(QueryableByName)]
struct PassageRow {
    #[diesel(sql_type = SqlUuid)]
    document_id: DocumentId,
    #[diesel(sql_type = SqlUuid)]
    chunk_id: ChunkId,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Nullable<Integer>)]
    page: Option<i32>,
    #[diesel(sql_type = Integer)]
    start_char: i32,
    #[diesel(sql_type = Text)]
    content: String,
    #[diesel(sql_type = Integer)]
    token_count: i32,
}

/// All passages of a week's readings, in the order of reading: the same for the same fingerprint.
pub async fn passages(mut conn: &Connection, week: WeekId) -> Result<Vec<Passage>> {
    let rows: Vec<PassageRow> = diesel::sql_query(format!(
        "SELECT d.id AS document_id, c.id AS chunk_id, coalesce(d.title, d.filename) AS title, c.page, c.start_char, \
                c.content, c.token_count FROM chunks c, {READABLE}$1 AND c.document_id = d.id \
         ORDER BY r.attached_at, d.id, c.position"
    ))
    .bind::<SqlUuid, _>(week)
    .load(&mut conn)
    .await?;
    let numbered = rows.into_iter().zip(1..).map(|(row, number)| Passage {
        number,
        document_id: row.document_id,
        chunk_id: row.chunk_id,
        title: row.title,
        page: row.page,
        start_char: row.start_char,
        content: row.content,
        tokens: u32::try_from(row.token_count).unwrap_or(0),
    });
    Ok(numbered.collect())
}

#[derive(QueryableByName)]
struct Tokens {
    #[diesel(sql_type = BigInt)]
    tokens: i64,
}

/// Tokens of all passages of a week's readings.
pub async fn tokens(mut conn: &Connection, week: WeekId) -> Result<u32> {
    let row: Tokens = diesel::sql_query(format!(
        "SELECT coalesce(sum(t.tokens), 0)::bigint AS tokens FROM (SELECT (SELECT sum(c.token_count) FROM chunks c \
         WHERE c.document_id = d.id) AS tokens FROM {READABLE}$1) t"
    ))
    .bind::<SqlUuid, _>(week)
    .get_result(&mut conn)
    .await?;
    Ok(u32::try_from(row.tokens).unwrap_or(u32::MAX))
}

/// Writes down an extraction that begins, in the place of the one before.
pub async fn begin(mut conn: &Connection, extraction: &Extraction) -> Result<()> {
    diesel::insert_into(theme_extractions::table)
        .values(extraction)
        .on_conflict(theme_extractions::week_id)
        .do_update()
        .set(extraction)
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Ends an extraction; false when another one has taken its place.
pub async fn end(
    mut conn: &Connection,
    week: WeekId,
    hash: &[u8],
    (status, method): (ExtractionStatus, Option<ExtractionMethod>),
    now: DateTime<Utc>,
) -> Result<bool> {
    let this = theme_extractions::table
        .find(week)
        .filter(theme_extractions::content_hash.eq(hash))
        .filter(theme_extractions::status.eq(ExtractionStatus::Pending));
    let ended = diesel::update(this)
        .set((
            theme_extractions::status.eq(status),
            theme_extractions::method.eq(method),
            theme_extractions::ended_at.eq(now),
        ))
        .execute(&mut conn)
        .await?;
    Ok(ended == 1)
}

/// Puts these themes in the place of all that a week has, without their spans for those that are new.
pub async fn rewrite(mut conn: &Connection, week: WeekId, kept: &[Theme]) -> Result<()> {
    let ids: Vec<ThemeId> = kept.iter().map(|theme| theme.id).collect();
    diesel::delete(themes::table.filter(themes::week_id.eq(week)).filter(themes::id.ne_all(ids)))
        .execute(&mut conn)
        .await?;
    // In one statement: places are compared when all have theirs.
    diesel::insert_into(themes::table)
        .values(kept)
        .on_conflict(themes::id)
        .do_update()
        .set((themes::position.eq(excluded(themes::position)), themes::origin.eq(excluded(themes::origin))))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Puts what was found in the place of what was extracted before, behind what was written; a title that was written is not
/// there twice.
pub async fn replace_extracted(mut conn: &Connection, week: WeekId, found: &[Found], now: DateTime<Utc>) -> Result<()> {
    let mut kept: Vec<Theme> = all(conn, week).await?;
    kept.retain(|theme| theme.origin == ThemeOrigin::Written);
    let mut spans = Vec::new();
    for one in found {
        let same = |theme: &Theme| theme.title.to_lowercase() == one.title.to_lowercase();
        if kept.iter().any(same) {
            continue;
        }
        let id = ThemeId::generate(now);
        spans.extend(one.spans.iter().zip(0..).map(|(span, position)| ThemeSpan {
            theme_id: id,
            position,
            document_id: span.document_id,
            chunk_id: Some(span.chunk_id),
            page: span.page,
            start_char: span.start_char,
            end_char: span.end_char,
            quote: span.quote.clone(),
        }));
        let (title, question) = (one.title.clone(), one.question.clone());
        let position = 0;
        kept.push(Theme {
            id,
            week_id: week,
            position,
            title,
            question,
            origin: ThemeOrigin::Extracted,
            created_at: now,
        });
    }
    for (theme, position) in kept.iter_mut().zip(0..) {
        theme.position = position;
    }
    rewrite(conn, week, &kept).await?;
    diesel::insert_into(theme_spans::table).values(&spans).execute(&mut conn).await?;
    Ok(())
}

/// Gives week `to` the themes of week `from`, with where they are found.
pub async fn copy(mut conn: &Connection, from: WeekId, to: WeekId, now: DateTime<Utc>) -> Result<()> {
    let mut copied = Vec::new();
    for theme in all(conn, from).await? {
        let id = ThemeId::generate(now);
        copied.push((theme.id, Theme { id, week_id: to, created_at: now, ..theme }));
    }
    diesel::insert_into(themes::table)
        .values(copied.iter().map(|(_, theme)| theme.clone()).collect::<Vec<_>>())
        .execute(&mut conn)
        .await?;
    diesel::sql_query(
        "INSERT INTO theme_spans SELECT c.copy, s.position, s.document_id, s.chunk_id, s.page, s.start_char, s.end_char, s.quote \
         FROM unnest($1, $2) AS c (original, copy) JOIN theme_spans s ON s.theme_id = c.original",
    )
    .bind::<Array<SqlUuid>, _>(copied.iter().map(|(original, _)| *original).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(copied.iter().map(|(_, theme)| theme.id).collect::<Vec<_>>())
    .execute(&mut conn)
    .await?;
    Ok(())
}

/// A week whose themes were extracted from readings that are others now, and whoever pays for its course.
#[derive(Debug, QueryableByName)]
pub struct Stale {
    #[diesel(sql_type = SqlUuid)]
    pub week_id: WeekId,
    #[diesel(sql_type = SqlUuid)]
    pub professor_id: UserId,
    #[diesel(sql_type = Integer)]
    pub wanted: i32,
}

/// Weeks whose readings have changed since their themes were extracted, and those whose extraction was lost, those that wait
/// longest first. What is under way is waited for.
pub async fn stale(mut conn: &Connection, now: DateTime<Utc>) -> Result<Vec<Stale>> {
    let rows = diesel::sql_query(format!(
        "SELECT e.week_id, m.user_id AS professor_id, e.wanted FROM theme_extractions e JOIN weeks w ON w.id = e.week_id \
         JOIN courses c ON c.id = w.course_id JOIN course_members m ON m.course_id = c.id AND m.role = 'PROFESSOR' \
         WHERE c.deleted_at IS NULL AND c.archived_at IS NULL \
               AND CASE WHEN e.status = 'PENDING' THEN e.requested_at <= $2 ELSE e.content_hash <> {} END \
         ORDER BY e.requested_at LIMIT $1",
        fingerprint_sql("e.wanted", "e.week_id")
    ))
    .bind::<BigInt, _>(STALE_AT_ONCE)
    .bind::<Timestamptz, _>(now - PATIENCE)
    .load(&mut conn)
    .await?;
    Ok(rows)
}
