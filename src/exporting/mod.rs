//! Results as files: CSV, workbooks, JSON and Parquet, written page by page, so that a result of any size needs the memory of one page.
//!
//! [`writer`] begins a file of a [`format`](mod@format) and takes rows as [`crate::warehouse::cells`] has them. What a format cannot hold is refused as
//! a whole ([`problem`]): nothing is cut, and no number is rounded. [`text`] says how a value looks as text, [`formula`] keeps
//! spreadsheets from running it, [`number`] and [`moment`] read it back where a format has types of its own, [`names`] tells columns
//! of one name apart. Parquet wants to know its types before the first row: [`survey`] looks at all rows before.

pub mod csv_file;
pub mod format;
pub mod formula;
pub mod json_file;
pub mod moment;
pub mod names;
pub mod number;
pub mod parquet_column;
pub mod parquet_file;
pub mod problem;
pub mod rows;
pub mod survey;
pub mod text;
pub mod writer;
pub mod xlsx_cell;
pub mod xlsx_file;

#[cfg(test)]
mod tests;
