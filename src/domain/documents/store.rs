//! Statements about documents; those about texts and passages are in [`store_texts`](super::store_texts) and
//! [`store_chunks`](super::store_chunks).

use chrono::{DateTime, Utc};
use diesel::dsl::{AsSelect, Select};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::model::{Document, DocumentChange, DocumentFilter, NewDocument, ProcessingStatus};
use super::visibility::{owned_by, visible_to};
use crate::db::page::Page;
use crate::db::pool::Connection;
use crate::db::schema::{documents, users};
use crate::error::Result;
use crate::ids::{DocumentId, UserId};

pub async fn insert(mut conn: &Connection, new: &[NewDocument]) -> Result<()> {
    diesel::insert_into(documents::table).values(new).execute(&mut conn).await?;
    Ok(())
}

/// The document, if `viewer` may see it: a foreign one is as good as none.
pub async fn find(
    mut conn: &Connection,
    viewer: UserId,
    now: DateTime<Utc>,
    id: DocumentId,
) -> Result<Option<Document>> {
    let visible = documents::table.filter(documents::id.eq(id)).filter(visible_to(viewer, now));
    Ok(visible.select(Document::as_select()).first(&mut conn).await.optional()?)
}

/// Those of `ids` that `viewer` may see, in no order.
pub async fn load(
    mut conn: &Connection,
    viewer: UserId,
    now: DateTime<Utc>,
    ids: &[DocumentId],
) -> Result<Vec<Document>> {
    let visible = documents::table.filter(documents::id.eq_any(ids)).filter(visible_to(viewer, now));
    Ok(visible.select(Document::as_select()).load(&mut conn).await?)
}

/// The document, if `viewer` may see it and their account is open: for addresses that are used without a sign-in.
pub async fn find_for_open_account(
    mut conn: &Connection,
    viewer: UserId,
    now: DateTime<Utc>,
    id: DocumentId,
) -> Result<Option<Document>> {
    let open = users::table.find(viewer).filter(users::is_active).filter(users::deleted_at.is_null());
    let visible = documents::table.filter(documents::id.eq(id)).filter(visible_to(viewer, now));
    let visible = visible.filter(diesel::dsl::exists(open));
    Ok(visible.select(Document::as_select()).first(&mut conn).await.optional()?)
}

/// Which of these rows are there, deleted ones too.
pub async fn existing(mut conn: &Connection, ids: &[DocumentId]) -> Result<Vec<DocumentId>> {
    Ok(documents::table.filter(documents::id.eq_any(ids)).select(documents::id).load(&mut conn).await?)
}

/// Under which keys the files of these rows are, deleted ones too.
pub async fn storage_keys(mut conn: &Connection, ids: &[DocumentId]) -> Result<Vec<String>> {
    Ok(documents::table.filter(documents::id.eq_any(ids)).select(documents::storage_key).load(&mut conn).await?)
}

/// Which of these people have an account, a deleted one too.
pub async fn known_owners(mut conn: &Connection, ids: &[UserId]) -> Result<Vec<UserId>> {
    Ok(users::table.filter(users::id.eq_any(ids)).select(users::id).load(&mut conn).await?)
}

type Rows<'a> = diesel::helper_types::IntoBoxed<'a, Select<documents::table, AsSelect<Document, Pg>>, Pg>;

/// Narrows a query over documents to those that are `owner`'s and that `filter` lets through.
macro_rules! filtered {
    ($rows:expr, $owner:expr, $filter:expr) => {{
        let DocumentFilter { status, category, jurisdiction, practice_area, keyword, search } = $filter;
        let mut rows = $rows.filter(owned_by($owner));
        if let Some(status) = status {
            rows = rows.filter(documents::status.eq(*status));
        }
        if let Some(category) = category {
            rows = rows.filter(documents::category.eq(category));
        }
        if let Some(jurisdiction) = jurisdiction {
            rows = rows.filter(documents::jurisdiction.eq(jurisdiction));
        }
        if let Some(practice_area) = practice_area {
            rows = rows.filter(documents::practice_area.eq(practice_area));
        }
        if let Some(keyword) = keyword {
            rows = rows.filter(documents::keywords.contains(vec![keyword.as_str()]));
        }
        if let Some(search) = search {
            let pattern = like_pattern(search);
            rows = rows.filter(
                documents::filename.ilike(pattern.clone()).or(documents::title.ilike(pattern).assume_not_null()),
            );
        }
        rows
    }};
}

/// A pattern for text that contains `text` as it is.
fn like_pattern(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// A page of documents, newest first, one row more than asked for if there is one.
pub async fn list(
    mut conn: &Connection,
    owner: UserId,
    filter: &DocumentFilter,
    page: &Page<DocumentId>,
) -> Result<Vec<Document>> {
    let rows: Rows<'_> = documents::table.select(Document::as_select()).into_boxed();
    let mut rows = filtered!(rows, owner, filter);
    if page.is_backward() {
        if let Some(cursor) = page.cursor {
            rows = rows.filter(documents::id.gt(cursor));
        }
        rows = rows.order(documents::id.asc());
    } else {
        if let Some(cursor) = page.cursor {
            rows = rows.filter(documents::id.lt(cursor));
        }
        rows = rows.order(documents::id.desc());
    }
    Ok(rows.limit(page.limit()).load(&mut conn).await?)
}

pub async fn count(mut conn: &Connection, owner: UserId, filter: &DocumentFilter) -> Result<i64> {
    let rows = documents::table.select(diesel::dsl::count_star()).into_boxed();
    Ok(filtered!(rows, owner, filter).get_result(&mut conn).await?)
}

pub async fn update(
    mut conn: &Connection,
    owner: UserId,
    id: DocumentId,
    change: &DocumentChange,
    now: DateTime<Utc>,
) -> Result<Option<Document>> {
    let own = documents::table.filter(documents::id.eq(id)).filter(owned_by(owner));
    let changed = diesel::update(own)
        .set((change, documents::updated_at.eq(now)))
        .returning(Document::as_returning())
        .get_result(&mut conn)
        .await
        .optional()?;
    Ok(changed)
}

/// Hides a document from every reader; false when `owner` has none with that id.
pub async fn mark_deleted(mut conn: &Connection, owner: UserId, id: DocumentId, now: DateTime<Utc>) -> Result<bool> {
    let own = documents::table.filter(documents::id.eq(id)).filter(owned_by(owner));
    let marked = diesel::update(own)
        .set((documents::deleted_at.eq(now), documents::updated_at.eq(now)))
        .execute(&mut conn)
        .await?;
    Ok(marked == 1)
}

/// Makes a document as if it had just been uploaded, under a new revision.
pub async fn reset(
    mut conn: &Connection,
    owner: UserId,
    id: DocumentId,
    now: DateTime<Utc>,
) -> Result<Option<Document>> {
    let own = documents::table.filter(documents::id.eq(id)).filter(owned_by(owner));
    let reset = diesel::update(own)
        .set((
            documents::revision.eq(documents::revision + 1),
            documents::status.eq(ProcessingStatus::Pending),
            documents::progress.eq(0.0_f32),
            documents::error_code.eq(None::<String>),
            documents::error_message.eq(None::<String>),
            documents::page_count.eq(None::<i32>),
            documents::char_count.eq(None::<i32>),
            documents::chunk_count.eq(0),
            documents::is_truncated.eq(false),
            documents::language.eq(None::<String>),
            documents::processed_at.eq(None::<DateTime<Utc>>),
            documents::updated_at.eq(now),
        ))
        .returning(Document::as_returning())
        .get_result(&mut conn)
        .await
        .optional()?;
    Ok(reset)
}

/// Whose it is and where its bytes are, of a document that was deleted.
pub async fn find_deleted(mut conn: &Connection, id: DocumentId) -> Result<Option<(UserId, String)>> {
    let deleted = documents::table.find(id).filter(documents::deleted_at.is_not_null());
    Ok(deleted.select((documents::owner_id, documents::storage_key)).for_update().first(&mut conn).await.optional()?)
}

/// Removes the row and what hangs on it.
pub async fn remove(mut conn: &Connection, id: DocumentId) -> Result<()> {
    diesel::delete(documents::table.find(id)).execute(&mut conn).await?;
    Ok(())
}
