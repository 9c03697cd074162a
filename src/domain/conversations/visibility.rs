//! Who may read which conversations, said once. Only its owner speaks in one, and changes it; a session of a course may be read by
//! those who teach the course, for as long as it is kept.

use diesel::prelude::*;

use crate::db::functions::is_taught_by;
use crate::db::schema::conversations;
use crate::ids::UserId;

/// Those that `reader` may read and that are not deleted.
#[diesel::dsl::auto_type]
pub fn readable_by(reader: UserId) -> _ {
    conversations::deleted_at
        .is_null()
        .and(conversations::owner_id.eq(reader).or(is_taught_by(conversations::id.nullable(), reader)))
}

/// The same in SQL for statements that Diesel cannot write, over `conversations c`, for the reader that the parameter of this
/// number names.
#[must_use]
pub fn readable_sql(parameter: &str) -> String {
    format!("c.deleted_at IS NULL AND (c.owner_id = {parameter} OR is_taught_by(c.id, {parameter}))")
}
