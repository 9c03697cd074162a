//! Statements about questions. All that read them for somebody join the members of the workspace.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::model::{AnswerRating, DataQuestion};
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::{data_questions, users};
use crate::domain::workspaces::reading::seen_by;
use crate::error::Result;
use crate::ids::{DataQuestionId, DataSourceId, UserId};

const QUESTION: &str = "q.id, q.source_id, s.workspace_id, q.asker_id, q.previous_id, q.question, q.method, q.status, q.is_to_run, \
     q.sql, q.explanation, q.assumptions, q.refusal_code, q.refusal_message, q.suggestions, q.attempts, q.problem, \
     q.generation_id, q.run_id, q.saved_query_id, q.rating, q.rating_comment, q.created_at, q.updated_at, q.ended_at";
/// A source that was deleted has no workspace.
const FROM: &str = "data_questions q JOIN data_sources s ON s.id = q.source_id AND s.workspace_id IS NOT NULL";

/// Those of these questions that `reader` sees.
pub async fn load(mut conn: &Connection, reader: UserId, ids: &[DataQuestionId]) -> Result<Vec<DataQuestion>> {
    let seen = diesel::sql_query(format!("SELECT {QUESTION} FROM {FROM} {} WHERE q.id = ANY ($2)", seen_by("s")));
    Ok(seen.bind::<SqlUuid, _>(reader).bind::<Array<SqlUuid>, _>(ids).load(&mut conn).await?)
}

/// The question, whoever asks: for work that is the server's own.
pub async fn find(mut conn: &Connection, id: DataQuestionId) -> Result<Option<DataQuestion>> {
    let found = diesel::sql_query(format!("SELECT {QUESTION} FROM {FROM} WHERE q.id = $1"));
    Ok(found.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// As [`find`]; nobody else changes it until the transaction ends.
pub async fn lock(mut conn: &Connection, id: DataQuestionId) -> Result<Option<DataQuestion>> {
    let found = diesel::sql_query(format!("SELECT {QUESTION} FROM {FROM} WHERE q.id = $1 FOR NO KEY UPDATE OF q"));
    Ok(found.bind::<SqlUuid, _>(id).get_result(&mut conn).await.optional()?)
}

/// The day that it is for whoever asks, in the time zone of their profile; in UTC for an account that is gone.
pub async fn today(mut conn: &Connection, asker: Option<UserId>, now: DateTime<Utc>) -> Result<NaiveDate> {
    let zone: Option<String> = match asker {
        Some(asker) => users::table.find(asker).select(users::timezone).first(&mut conn).await.optional()?,
        None => None,
    };
    let zone: Tz = zone.and_then(|zone| zone.parse().ok()).unwrap_or(Tz::UTC);
    Ok(now.with_timezone(&zone).date_naive())
}

/// The question with those that it follows, `most` at most and itself the first, all about its source.
pub async fn chain(mut conn: &Connection, id: DataQuestionId, most: i32) -> Result<Vec<DataQuestion>> {
    let found = diesel::sql_query(format!(
        "WITH RECURSIVE c (id, previous_id, place) AS (SELECT f.id, f.previous_id, 1 FROM data_questions f WHERE f.id = $1 \
         UNION ALL SELECT b.id, b.previous_id, c.place + 1 FROM c JOIN data_questions b ON b.id = c.previous_id WHERE c.place < $2) \
         SELECT {QUESTION} FROM {FROM} JOIN c ON c.id = q.id ORDER BY c.place"
    ));
    Ok(found.bind::<SqlUuid, _>(id).bind::<Integer, _>(most).load(&mut conn).await?)
}

/// The same page of the questions about each of these sources, as far as `reader` sees them, the newest first and in the order of the
/// fetch; one row more each than asked for if there is one.
pub async fn pages(
    mut conn: &Connection,
    reader: UserId,
    sources: &[DataSourceId],
    page: &Page<DataQuestionId>,
) -> Result<Vec<DataQuestion>> {
    let (beside, order) = if page.is_backward() { (">", "ASC") } else { ("<", "DESC") };
    let seen = diesel::sql_query(format!(
        "SELECT l.* FROM unnest($2) AS k (id) CROSS JOIN LATERAL (SELECT {QUESTION} FROM {FROM} {} WHERE q.source_id = k.id \
         AND ($3 IS NULL OR q.id {beside} $3) ORDER BY q.id {order} LIMIT $4) l ORDER BY l.source_id, l.id {order}",
        seen_by("s")
    ));
    let seen = seen
        .bind::<SqlUuid, _>(reader)
        .bind::<Array<SqlUuid>, _>(sources)
        .bind::<Nullable<SqlUuid>, _>(page.cursor)
        .bind::<BigInt, _>(page.limit());
    Ok(seen.load(&mut conn).await?)
}

/// Questions that nothing has happened to since `before` and that wait for nothing that goes on: for no model, and for no statement. Those
/// that waited longest first, `limit` at most.
pub async fn left_behind(mut conn: &Connection, before: DateTime<Utc>, limit: i64) -> Result<Vec<DataQuestion>> {
    let left = diesel::sql_query(format!(
        "SELECT {QUESTION} FROM {FROM} LEFT JOIN generations g ON g.id = q.generation_id LEFT JOIN query_runs r ON r.id = q.run_id \
         WHERE q.status IN ('WRITING', 'RUNNING') AND q.updated_at < $1 AND CASE q.status \
             WHEN 'WRITING' THEN g.id IS NULL OR g.status NOT IN ('QUEUED', 'RUNNING') \
             ELSE r.id IS NULL OR r.status <> 'RUNNING' END ORDER BY q.updated_at LIMIT $2"
    ));
    Ok(left.bind::<Timestamptz, _>(before).bind::<BigInt, _>(limit).load(&mut conn).await?)
}

/// Stores a question.
pub async fn insert(mut conn: &Connection, new: &DataQuestion) -> Result<()> {
    diesel::insert_into(data_questions::table)
        .values((
            data_questions::id.eq(new.id),
            data_questions::source_id.eq(new.source_id),
            data_questions::asker_id.eq(new.asker_id),
            data_questions::previous_id.eq(new.previous_id),
            data_questions::question.eq(&new.question),
            data_questions::method.eq(new.method),
            data_questions::status.eq(new.status),
            data_questions::is_to_run.eq(new.is_to_run),
            data_questions::sql.eq(&new.sql),
            data_questions::explanation.eq(&new.explanation),
            data_questions::assumptions.eq(&new.assumptions),
            data_questions::refusal_code.eq(&new.refusal_code),
            data_questions::refusal_message.eq(&new.refusal_message),
            data_questions::suggestions.eq(&new.suggestions),
            data_questions::attempts.eq(new.attempts),
            data_questions::generation_id.eq(new.generation_id),
            data_questions::saved_query_id.eq(new.saved_query_id),
            data_questions::created_at.eq(new.created_at),
            data_questions::updated_at.eq(new.updated_at),
            data_questions::ended_at.eq(new.ended_at),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Writes down how far a locked question has come.
pub async fn save(mut conn: &Connection, question: &DataQuestion, now: DateTime<Utc>) -> Result<()> {
    diesel::update(data_questions::table.find(question.id))
        .set((
            data_questions::status.eq(question.status),
            data_questions::is_to_run.eq(question.is_to_run),
            data_questions::sql.eq(&question.sql),
            data_questions::explanation.eq(&question.explanation),
            data_questions::assumptions.eq(&question.assumptions),
            data_questions::refusal_code.eq(&question.refusal_code),
            data_questions::refusal_message.eq(&question.refusal_message),
            data_questions::suggestions.eq(&question.suggestions),
            data_questions::attempts.eq(question.attempts),
            data_questions::problem.eq(&question.problem),
            data_questions::generation_id.eq(question.generation_id),
            data_questions::run_id.eq(question.run_id),
            data_questions::updated_at.eq(now),
            data_questions::ended_at.eq(question.ended_at),
        ))
        .execute(&mut conn)
        .await?;
    Ok(())
}

/// Writes down what whoever asked thinks of the answer, and why.
pub async fn rate(
    mut conn: &Connection,
    id: DataQuestionId,
    rating: Option<AnswerRating>,
    comment: Option<&str>,
) -> Result<()> {
    diesel::update(data_questions::table.find(id))
        .set((data_questions::rating.eq(rating.map(AnswerRating::number)), data_questions::rating_comment.eq(comment)))
        .execute(&mut conn)
        .await?;
    Ok(())
}
