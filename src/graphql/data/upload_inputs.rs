//! What is said of files that become tables.

use async_graphql::{Enum, ID, InputObject, SimpleObject, Upload};

use super::tables::ColumnType;
use super::uploads::{DatasetUpload, DateOrder, DecimalMark};
use crate::domain::data::uploads::model;
use crate::error::Error;
use crate::graphql::error::to_graphql;
use crate::tabular::dialect::Hints;

/// What becomes of rows that are there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::LoadMode")]
pub enum LoadMode {
    /// The file takes their place, or makes the table.
    Replace,
    /// The file goes behind them. It has the same columns, in any order.
    Append,
}

/// How a file is written. What is left out is found out.
#[derive(Debug, Clone, Default, InputObject)]
pub struct DialectInput {
    /// By its label in the WHATWG Encoding Standard, such as windows-1252. Null to find out.
    pub encoding: Option<String>,
    /// What stands between values: one ASCII character. Null to find out.
    pub delimiter: Option<String>,
    /// What stands around values: one ASCII character. Null for a double quote.
    pub quote: Option<String>,
    /// Whether the first record holds the names of the columns. Null to find out; on a sheet it does.
    pub has_header: Option<bool>,
    /// How its numbers are written. Null to find out.
    pub decimal_mark: Option<DecimalMark>,
    /// How its dates are written. Null to find out.
    pub date_order: Option<DateOrder>,
    /// What stands for no value in every column, besides nothing at all. Null for the usual words, in columns that are no text.
    pub null_texts: Option<Vec<String>>,
    /// The sheet of a workbook, by its name, which `DatasetInspection.sheets` lists. Null for the first that is shown and not empty. Other
    /// files have none, and it says nothing of them.
    pub sheet: Option<String>,
}

impl DialectInput {
    fn hints(self) -> async_graphql::Result<Hints> {
        let char = |text: Option<String>, path: &str| match text {
            None => Ok(None),
            Some(text) => {
                let mut chars = text.chars();
                match (chars.next(), chars.next()) {
                    (Some(char), None) => Ok(Some(char)),
                    _ => Err(to_graphql(Error::bad_input(path, "Give one character."))),
                }
            }
        };
        Ok(Hints {
            encoding: self.encoding,
            delimiter: char(self.delimiter, "input.dialect.delimiter")?,
            quote: char(self.quote, "input.dialect.quote")?,
            has_header: self.has_header,
            decimal_mark: self.decimal_mark.map(Into::into),
            date_order: self.date_order.map(Into::into),
            null_texts: self.null_texts,
            sheet: self.sheet,
        })
    }
}

/// What a column that was found is to be.
#[derive(Debug, Clone, InputObject)]
pub struct ColumnInput {
    /// The column, by the name under which it was found.
    pub name: String,
    /// What it is to be called in SQL. Null for as it was found.
    pub rename: Option<String>,
    /// What its values are to be. Null for what was found.
    #[graphql(name = "type")]
    pub kind: Option<ColumnType>,
}

impl From<ColumnInput> for model::ColumnChange {
    fn from(input: ColumnInput) -> Self {
        Self { name: input.name, rename: input.rename, kind: input.kind.map(Into::into) }
    }
}

/// A file to make a table of.
#[derive(InputObject)]
pub struct UploadDatasetInput {
    /// The workspace that it is for. Null for your personal one.
    pub workspace_id: Option<ID>,
    /// The file, sent as a part of a multipart request: CSV, TSV, JSON lines, XLSX or Parquet.
    pub file: Upload,
    /// The table's name in SQL. Null for one by the name of the file; required for APPEND.
    pub table: Option<String>,
    /// What becomes of rows that are there already. Null for REPLACE.
    pub mode: Option<LoadMode>,
    /// Whether it is loaded as soon as it was looked at. Null for true.
    pub load: Option<bool>,
    /// How the file is written. Null to find out.
    pub dialect: Option<DialectInput>,
    /// What its columns are to be. Null or empty for as they are found.
    pub columns: Option<Vec<ColumnInput>>,
}

impl UploadDatasetInput {
    /// The file, the workspace, and what is wanted.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` with the field at fault.
    pub fn parts(self) -> async_graphql::Result<(Upload, Option<ID>, model::Plan)> {
        let plan = plan(self.table, self.mode, self.load.unwrap_or(true), self.dialect, self.columns)?;
        Ok((self.file, self.workspace_id, plan))
    }
}

/// A file to load in another way, or for the first time.
#[derive(Debug, Clone, InputObject)]
pub struct LoadDatasetInput {
    /// The upload.
    pub id: ID,
    /// The table's name in SQL. Null for one by the name of the file; required for APPEND.
    pub table: Option<String>,
    /// What becomes of rows that are there already. Null for REPLACE.
    pub mode: Option<LoadMode>,
    /// False to have it looked at only. Null for true.
    pub load: Option<bool>,
    /// How the file is written. Null to find out.
    pub dialect: Option<DialectInput>,
    /// What its columns are to be. Null or empty for as they are found.
    pub columns: Option<Vec<ColumnInput>>,
}

impl LoadDatasetInput {
    /// The upload, and what is wanted.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` with the field at fault.
    pub fn parts(self) -> async_graphql::Result<(ID, model::Plan)> {
        let plan = plan(self.table, self.mode, self.load.unwrap_or(true), self.dialect, self.columns)?;
        Ok((self.id, plan))
    }
}

fn plan(
    table: Option<String>,
    mode: Option<LoadMode>,
    loads: bool,
    dialect: Option<DialectInput>,
    columns: Option<Vec<ColumnInput>>,
) -> async_graphql::Result<model::Plan> {
    Ok(model::Plan {
        table,
        mode: mode.map(Into::into).unwrap_or_default(),
        loads,
        hints: dialect.unwrap_or_default().hints()?,
        columns: columns.unwrap_or_default().into_iter().map(Into::into).collect(),
    })
}

/// An upload as it is now.
#[derive(Debug, Clone, SimpleObject)]
pub struct DatasetUploadPayload {
    /// The upload. Follow it with `datasetProgress`.
    pub upload: DatasetUpload,
}

/// An upload to delete.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteDatasetUploadInput {
    /// The upload.
    pub id: ID,
}

/// An upload that was deleted.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeleteDatasetUploadPayload {
    /// The id of what is gone.
    pub deleted_id: ID,
}
