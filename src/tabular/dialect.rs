//! How a file of text is written.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FileFormat {
    /// Values between delimiters, RFC 4180: commas, semicolons, tabs or bars.
    Csv,
    /// One JSON object a line: <https://jsonlines.org>.
    JsonLines,
    /// A workbook of Excel, ECMA-376.
    Xlsx,
    /// <https://parquet.apache.org/docs/file-format/>
    Parquet,
}

impl FileFormat {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Csv, Self::JsonLines, Self::Xlsx, Self::Parquet];

    /// Whether it is no text: another process makes lists of it first.
    #[must_use]
    pub const fn is_binary(self) -> bool {
        matches!(self, Self::Xlsx | Self::Parquet)
    }

    /// The name in the database and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::JsonLines => "JSON_LINES",
            Self::Xlsx => "XLSX",
            Self::Parquet => "PARQUET",
        }
    }
}

impl FromStr for FileFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|format| format.as_str() == text);
        known.ok_or_else(|| format!("{text:?} is no format of files"))
    }
}

/// What stands between the whole and the fraction of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DecimalMark {
    /// `1,234.5`
    #[default]
    Point,
    /// `1.234,5`
    Comma,
}

/// How a date is read that does not begin with its year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DateOrder {
    /// `31/12/2026`
    DayFirst,
    /// `12/31/2026`
    MonthFirst,
}

/// How a file is written. What does not apply to its format is as it is by default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Dialect {
    /// By its label in the WHATWG Encoding Standard, in lower case: `utf-8`, `windows-1252`.
    pub encoding: String,
    /// One ASCII character.
    pub delimiter: char,
    /// One ASCII character.
    pub quote: char,
    /// Whether the first record holds the names of the columns.
    pub has_header: bool,
    pub decimal_mark: DecimalMark,
    /// `None` while nothing in the file says which; then dates that could be either stay text.
    pub date_order: Option<DateOrder>,
    /// What stands for no value, besides nothing at all, in every column. `None`: `NULL`, `NA`, `N/A`, `#N/A`, `NaN`, `null`, `n/a` and `-`
    /// do where a column is no text, and `\N` everywhere.
    pub null_texts: Option<Vec<String>>,
    /// The sheet of a workbook that the table is on; `None` for other files.
    pub sheet: Option<String>,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            encoding: "utf-8".to_owned(),
            delimiter: ',',
            quote: '"',
            has_header: true,
            decimal_mark: DecimalMark::Point,
            date_order: None,
            null_texts: None,
            sheet: None,
        }
    }
}

/// Words for no value that are never a number, a date or a truth.
const NULL_WORDS: &[&str] = &["NULL", "null", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "None", "-"];
/// How databases write it.
const NULL_ESCAPE: &str = "\\N";

impl Dialect {
    /// Whether this stands for no value in any column.
    #[must_use]
    pub fn is_null(&self, text: &str) -> bool {
        match &self.null_texts {
            _ if text.is_empty() => true,
            Some(texts) => texts.iter().any(|null| null == text),
            None => text == NULL_ESCAPE,
        }
    }

    /// Whether this stands for no value in a column that is no text.
    #[must_use]
    pub fn is_null_of_type(&self, text: &str) -> bool {
        self.is_null(text) || (self.null_texts.is_none() && NULL_WORDS.contains(&text))
    }
}

/// What somebody says of a file; `None` leaves it to be found out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Hints {
    pub encoding: Option<String>,
    pub delimiter: Option<char>,
    pub quote: Option<char>,
    pub has_header: Option<bool>,
    pub decimal_mark: Option<DecimalMark>,
    pub date_order: Option<DateOrder>,
    pub null_texts: Option<Vec<String>>,
    /// A sheet of a workbook, by its name.
    pub sheet: Option<String>,
}
