//! Functions of the database that several stores call.

use diesel::sql_types::{Nullable, Text, Uuid};

diesel::define_sql_function! {
    /// Whether a conversation is a session of a course that `reader` teaches, which its teachers may read.
    fn is_taught_by(conversation: Nullable<Uuid>, reader: Uuid) -> Bool;
}

diesel::define_sql_function! {
    /// Whether `reader` may still see the data that a text of this purpose was written about; true for what is not about data.
    fn is_of_seen_data(generation: Uuid, purpose: Text, reader: Uuid) -> Bool;
}
