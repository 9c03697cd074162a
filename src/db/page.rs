//! Keyset pages after the Relay cursor connections specification (<https://relay.dev/graphql/connections.htm>).
//!
//! A page is asked for by the sort key of its neighbour, never by an offset: rows that come or go do not shift it, and
//! the hundredth page costs what the first does. A store fetches `limit + 1` rows; the extra one tells that there are more.

use crate::error::{Error, FieldError, Result};

/// Rows on a page when the caller does not say.
pub const DEFAULT_SIZE: usize = 20;
/// Most rows on a page.
pub const MAX_SIZE: usize = 100;

/// Which way a page goes from its cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// `first` … `after`
    Forward,
    /// `last` … `before`
    Backward,
}

/// The arguments of a connection, checked. `C` is the typed cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Page<C> {
    pub direction: Direction,
    /// 1 to [`MAX_SIZE`].
    pub size: usize,
    /// The row beside the page; `None` starts at the end that `direction` comes from.
    pub cursor: Option<C>,
}

impl<C> Page<C> {
    /// Checks `first`, `after`, `last` and `before`; without `first` and `last`, the first [`DEFAULT_SIZE`].
    ///
    /// # Errors
    /// BAD_USER_INPUT with the argument at fault.
    pub fn new(
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        parse: impl Fn(&str) -> Option<C>,
    ) -> Result<Self> {
        if first.is_some() && last.is_some() {
            return Err(Error::bad_input("last", "Give first or last, not both."));
        }
        if after.is_some() && before.is_some() {
            return Err(Error::bad_input("before", "Give after or before, not both."));
        }
        let backward = last.is_some() || before.is_some();
        if backward && (first.is_some() || after.is_some()) {
            return Err(Error::bad_inputs(vec![FieldError {
                path: "before".into(),
                message: "first goes with after, last with before.".into(),
            }]));
        }
        let (name, asked, cursor_name, cursor) =
            if backward { ("last", last, "before", before) } else { ("first", first, "after", after) };
        let size = match asked {
            None => DEFAULT_SIZE,
            Some(asked) => usize::try_from(asked)
                .ok()
                .filter(|size| (1..=MAX_SIZE).contains(size))
                .ok_or_else(|| Error::bad_input(name, format!("{name} must be from 1 to {MAX_SIZE}.")))?,
        };
        let cursor = match cursor {
            None => None,
            Some(text) => {
                Some(parse(&text).ok_or_else(|| Error::bad_input(cursor_name, "This is not a cursor of this list."))?)
            }
        };
        let direction = if backward { Direction::Backward } else { Direction::Forward };
        Ok(Self { direction, size, cursor })
    }

    /// Rows to fetch: one more than the page, to learn whether there are more.
    #[must_use]
    pub fn limit(&self) -> i64 {
        i64::try_from(self.size + 1).unwrap_or(i64::MAX)
    }

    #[must_use]
    pub fn is_backward(&self) -> bool {
        self.direction == Direction::Backward
    }

    /// Makes a slice of what was fetched with [`Page::limit`], in the order of the fetch.
    #[must_use]
    pub fn slice<T>(&self, mut rows: Vec<T>) -> Slice<T> {
        let more = rows.len() > self.size;
        rows.truncate(self.size);
        let beside = self.cursor.is_some();
        if self.is_backward() {
            rows.reverse();
            return Slice { rows, has_next: beside, has_previous: more };
        }
        Slice { rows, has_next: more, has_previous: beside }
    }
}

/// The rows of one page in list order, and whether there are more on either side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice<T> {
    pub rows: Vec<T>,
    pub has_next: bool,
    pub has_previous: bool,
}

impl<T> Default for Slice<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), has_next: false, has_previous: false }
    }
}
