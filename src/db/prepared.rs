//! What Diesel asks of a statement that is written by hand.

/// Makes a struct with one lifetime, which writes SQL with the same text at every call, a query for passages and their
/// scores that is prepared once a connection.
macro_rules! scores_passages {
    ($($statement:ident)+) => {$(
        impl diesel::query_builder::QueryId for $statement<'_> {
            type QueryId = $statement<'static>;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl diesel::query_builder::Query for $statement<'_> {
            type SqlType = (diesel::sql_types::Uuid, diesel::sql_types::Double);
        }

        impl<Conn> diesel::RunQueryDsl<Conn> for $statement<'_> {}
    )+};
}

pub(super) use scores_passages;
