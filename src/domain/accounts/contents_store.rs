//! Statements that give what a copy of an account holds: rows as JSON and files, a page at a time, in the order of their ids.

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::sections::{Section, where_member};
use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::UserId;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Jsonb)]
    row: serde_json::Value,
}

/// A page of a section's rows behind `after`, with the id of the last.
pub async fn page(
    mut conn: &Connection,
    section: &Section,
    owner: UserId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<(Vec<serde_json::Value>, Option<Uuid>)> {
    let rows: Vec<Row> = diesel::sql_query(format!(
        "SELECT r.id, to_jsonb(r) AS row FROM ({}) AS r WHERE ($2::uuid IS NULL OR r.id > $2) AND $4::text <> '' ORDER BY r.id LIMIT $3",
        section.rows
    ))
    .bind::<SqlUuid, _>(owner)
    .bind::<Nullable<SqlUuid>, _>(after)
    .bind::<BigInt, _>(limit)
    .bind::<Text, _>(owner.to_string())
    .load(&mut conn)
    .await?;
    let last = rows.last().map(|row| row.id);
    Ok((rows.into_iter().map(|row| row.row).collect(), last))
}

/// What a file is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum FileKind {
    Document,
    Recording,
    Dataset,
}

crate::db::enums::text_enum!(FileKind {
    Document => "DOCUMENT",
    Recording => "RECORDING",
    Dataset => "DATASET",
});

/// A file of a document, of data or of a recording, as it is found in the store and named in the copy.
#[derive(Debug, QueryableByName)]
pub struct OwnFile {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub kind: FileKind,
    /// As it was uploaded; empty for a recording.
    #[diesel(sql_type = Text)]
    pub filename: String,
    #[diesel(sql_type = Text)]
    pub media_type: String,
    #[diesel(sql_type = Text)]
    pub storage_key: String,
}

/// The files of an account: of its documents, of the data that it brought to workspaces of its own, and of recordings of its tutoring sessions.
const FILES: &str = concat!(
    "SELECT id, 'DOCUMENT' AS kind, filename, media_type, storage_key FROM documents WHERE owner_id = $1 AND deleted_at IS NULL \
     UNION ALL SELECT r.id, 'RECORDING', '', r.media_type, r.storage_key FROM tutoring_recordings r \
     JOIN tutoring_sessions t ON t.id = r.session_id WHERE t.student_id = $1 \
     UNION ALL SELECT u.id, 'DATASET', u.filename, '', u.storage_key FROM dataset_uploads u JOIN data_sources s ON s.id = u.source_id ",
    where_member!("s"),
    " WHERE u.uploader_id = $1"
);

/// A page of an account's files behind `after`, in the order of their ids.
pub async fn files(mut conn: &Connection, owner: UserId, after: Option<Uuid>, limit: i64) -> Result<Vec<OwnFile>> {
    let files = diesel::sql_query(format!(
        "SELECT * FROM ({FILES}) AS f WHERE ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3"
    ));
    let files = files.bind::<SqlUuid, _>(owner).bind::<Nullable<SqlUuid>, _>(after).bind::<BigInt, _>(limit);
    Ok(files.load(&mut conn).await?)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many files those are in all.
pub async fn count_files(mut conn: &Connection, owner: UserId) -> Result<i64> {
    let count = diesel::sql_query(format!("SELECT count(*) AS count FROM ({FILES}) AS f"));
    Ok(count.bind::<SqlUuid, _>(owner).get_result::<Count>(&mut conn).await?.count)
}
