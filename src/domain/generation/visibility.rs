//! Who may read which generations, said once: every statement that reads them for a person goes through here.

use diesel::prelude::*;

use crate::db::functions::{is_of_seen_data, is_taught_by};
use crate::db::schema::generations;
use crate::ids::UserId;

/// Those that are `owner`'s own and for something that still is: to follow, and to stop.
#[diesel::dsl::auto_type]
pub fn owned_by(owner: UserId) -> _ {
    generations::owner_id.eq(owner).and(generations::discarded_at.is_null())
}

/// Those that `reader` may read: their own, if they may still see the data that it is about, and what was written in sessions of a course that
/// they teach. An administrator reads no more.
#[diesel::dsl::auto_type]
pub fn readable_by(reader: UserId) -> _ {
    generations::discarded_at
        .is_null()
        .and(generations::owner_id.eq(reader).or(is_taught_by(generations::conversation_id, reader)))
        .and(is_of_seen_data(generations::id, generations::purpose, reader))
}
