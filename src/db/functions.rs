//! Functions of the database that several stores call.

use diesel::sql_types::{Nullable, Uuid};

diesel::define_sql_function! {
    /// Whether a conversation is a session of a course that `reader` teaches, which its teachers may read.
    fn is_taught_by(conversation: Nullable<Uuid>, reader: Uuid) -> Bool;
}
