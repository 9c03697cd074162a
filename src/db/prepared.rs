//! What Diesel asks of a statement that is written by hand, beside its text.

/// Makes structs with one lifetime, which write SQL with the same text at every call, queries for rows of a type that are
/// prepared once a connection.
macro_rules! prepared {
    ($($statement:ident)+ => $row:ty) => {$(
        impl diesel::query_builder::QueryId for $statement<'_> {
            type QueryId = $statement<'static>;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl diesel::query_builder::Query for $statement<'_> {
            type SqlType = $row;
        }

        impl<Conn> diesel::RunQueryDsl<Conn> for $statement<'_> {}
    )+};
}

/// As [`prepared`], for those that write one of several texts: prepared once a connection and text.
macro_rules! prepared_by_text {
    ($($statement:ident)+ => $row:ty) => {$(
        impl diesel::query_builder::QueryId for $statement<'_> {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }

        impl diesel::query_builder::Query for $statement<'_> {
            type SqlType = $row;
        }

        impl<Conn> diesel::RunQueryDsl<Conn> for $statement<'_> {}
    )+};
}

pub(crate) use {prepared, prepared_by_text};
