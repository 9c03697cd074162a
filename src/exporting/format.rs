//! Which files there are.

/// What a file of rows is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// RFC 4180, in UTF-8.
    Csv,
    /// A workbook of Excel (ECMA-376).
    Xlsx,
    /// A list of objects.
    Json,
    /// An object a line.
    JsonLines,
    Parquet,
}

impl Format {
    pub const ALL: [Self; 5] = [Self::Csv, Self::Xlsx, Self::Json, Self::JsonLines, Self::Parquet];

    /// What it is served as.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Json => "application/json",
            Self::JsonLines => "application/x-ndjson",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// How its name ends, without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
            Self::JsonLines => "jsonl",
            Self::Parquet => "parquet",
        }
    }

    /// Whether all rows have to be looked at before the first one is written.
    #[must_use]
    pub const fn needs_survey(self) -> bool {
        matches!(self, Self::Parquet)
    }
}
