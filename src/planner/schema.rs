//! What is known of the data that questions are about.

use crate::tabular::column::ColumnType;

/// The tables that may be asked.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    pub tables: Vec<Table>,
}

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    /// As the catalogue has it, without quotes.
    pub name: String,
    /// Likewise; none where the name alone says which table it is.
    pub schema: Option<String>,
    pub description: Option<String>,
    pub row_count: u64,
    pub columns: Vec<Column>,
}

impl Table {
    /// Its name for people, with its schema where there is another table of this name.
    #[must_use]
    pub fn spoken(&self) -> String {
        self.schema.as_ref().map_or_else(|| self.name.clone(), |schema| format!("{schema}.{}", self.name))
    }
}

/// A column of a table.
#[derive(Debug, Clone)]
pub struct Column {
    /// As the catalogue has it, without quotes.
    pub name: String,
    /// In the file that it came from; empty where it has none.
    pub header: String,
    pub kind: ColumnType,
    /// The sign that stands with every number, such as `€` or `%`; the numbers are stored without it.
    pub unit: Option<char>,
    pub description: Option<String>,
    /// Different values of a text column, 200 at most; a value that is not here is only found in quotes.
    pub samples: Vec<String>,
}

impl Column {
    /// Whether it holds numbers to compute with.
    #[must_use]
    pub const fn is_number(&self) -> bool {
        matches!(self.kind, ColumnType::Integer | ColumnType::Decimal | ColumnType::Float)
    }

    /// Whether it holds days or moments.
    #[must_use]
    pub const fn is_date(&self) -> bool {
        matches!(self.kind, ColumnType::Date | ColumnType::Timestamp | ColumnType::TimestampTz)
    }

    /// Whether its name says that it tells rows apart; such numbers are counted, never summed up.
    #[must_use]
    pub fn is_key(&self) -> bool {
        let name = self.name.to_lowercase();
        name == "id" || name.ends_with("_id")
    }
}

/// What somebody calls something.
#[derive(Debug, Clone)]
pub struct Term {
    pub term: String,
    pub definition: String,
    /// A column or table, or a SQL expression over the columns of one table, also an aggregate; none when it cannot be computed.
    pub expression: Option<String>,
    pub synonyms: Vec<String>,
}
