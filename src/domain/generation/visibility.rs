//! Who may read which generations, said once: every statement that reads them for a person goes through here.

use diesel::prelude::*;

use crate::db::schema::generations;
use crate::ids::UserId;

/// Those that are `reader`'s own and for something that still is. An administrator reads no more.
#[diesel::dsl::auto_type]
pub fn readable_by(reader: UserId) -> _ {
    generations::owner_id.eq(reader).and(generations::discarded_at.is_null())
}
