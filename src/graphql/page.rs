//! Relay connections over the keyset pages of `db::page`.

use std::fmt::Display;

use async_graphql::connection::{Connection, Edge, EmptyFields};
use async_graphql::{ObjectType, OutputType};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use super::error::to_graphql;
use crate::db::page::{Page, Slice};

/// The arguments of a connection, as clients give them.
#[derive(Debug, Clone, Default)]
pub struct PageArgs {
    pub first: Option<i32>,
    pub after: Option<String>,
    pub last: Option<i32>,
    pub before: Option<String>,
}

impl PageArgs {
    /// Checks them; `parse` reads the plain form of a cursor.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` with the argument at fault.
    pub fn page<C>(self, parse: impl Fn(&str) -> Option<C>) -> async_graphql::Result<Page<C>> {
        Page::new(self.first, self.after, self.last, self.before, |text| parse(&opened(text)?)).map_err(to_graphql)
    }
}

/// A cursor as clients see it: opaque, so that nobody builds on what is inside.
#[must_use]
pub fn closed(plain: impl Display) -> String {
    BASE64.encode(plain.to_string())
}

fn opened(cursor: &str) -> Option<String> {
    String::from_utf8(BASE64.decode(cursor).ok()?).ok()
}

/// A slice as a connection: `nodes`, `edges`, `pageInfo` and, in `extra`, what is computed only when selected.
pub fn connection<T, N, E>(
    slice: Slice<T>,
    extra: E,
    cursor: impl Fn(&T) -> String,
    node: impl Fn(T) -> N,
) -> Connection<String, N, E>
where
    N: OutputType,
    E: ObjectType,
{
    let mut connection = Connection::with_additional_fields(slice.has_previous, slice.has_next, extra);
    connection.edges = slice
        .rows
        .into_iter()
        .map(|row| {
            let cursor = closed(cursor(&row));
            Edge::<String, N, EmptyFields>::new(cursor, node(row))
        })
        .collect();
    connection
}
