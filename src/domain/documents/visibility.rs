//! Who may see which documents, said once: every statement that reads documents for a person goes through here.

use diesel::prelude::*;

use crate::db::schema::documents;
use crate::ids::UserId;

/// The documents that `viewer` may see: those that are theirs and not deleted. An administrator sees no more.
#[diesel::dsl::auto_type]
pub fn visible_to(viewer: UserId) -> _ {
    documents::deleted_at.is_null().and(documents::owner_id.eq(viewer))
}

/// The same in SQL for statements that Diesel cannot write, over `documents d`; the viewer's id goes right behind.
pub const VISIBLE_TO: &str = "d.deleted_at IS NULL AND d.owner_id = ";
