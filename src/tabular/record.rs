//! A record and its values.

/// Columns of a table; Postgres takes up to 1,600.
pub const COLUMNS_MAX: usize = 1000;
/// Bytes of one value: a quote that is never closed swallows the rest of its file.
pub const VALUE_MAX: usize = 1024 * 1024;

/// One value of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    Null,
    /// As somebody wrote it: it may be anything.
    Written(String),
    /// A text by its format: a date at most, and never a number.
    Text(String),
    /// A text in the cell of a sheet: as [`Field::Text`], but for the words that stand for no value, which people write in cells.
    Cell(String),
    /// An error in the cell of a sheet, as it is shown there, or a formula without a result, from its `=` on.
    Error(String),
    /// A number or a truth by its format.
    Literal(String),
    /// An object or a list, as JSON.
    Json(String),
}

impl Field {
    /// What stands there; nothing for no value.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Null => None,
            Self::Written(text)
            | Self::Text(text)
            | Self::Cell(text)
            | Self::Error(text)
            | Self::Literal(text)
            | Self::Json(text) => Some(text),
        }
    }
}

/// A record, and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// From 1.
    pub line: u64,
    pub fields: Vec<Field>,
}
