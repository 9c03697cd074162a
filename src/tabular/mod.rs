//! Tables out of files: what a file's columns are called, what they hold, and every value as Postgres takes it.
//!
//! [`inspect`] looks at a whole file once: [`encoding`] and [`sniff`] find out how it is written ([`dialect`]), [`rows`] reads it record by
//! record with line numbers, [`infer`] says what each column holds, [`names`] what it is called in SQL. Whatever is found can be corrected
//! and looked at again. [`convert`] then turns records into lines for COPY, by way of [`number`] and [`moment`]; what does not fit is a
//! [`problem`] with its line. Nothing here guesses by a sample: a column is of a type when all its values are.

pub mod column;
pub mod convert;
pub mod csv_records;
pub mod csv_rows;
pub mod dialect;
pub mod encoding;
pub mod infer;
pub mod inspect;
pub mod json_rows;
pub mod moment;
pub mod names;
pub mod number;
pub mod problem;
pub mod record;
pub mod rows;
pub mod sniff;
