//! Tables out of workbooks and Parquet files, which are read where nothing can be lost, as documents are.
//!
//! [`child`] is the process that reads one: [`workbook`] by its [`cell`]s, [`columnar`] by its [`value`]s, out of a [`source`] that
//! needs no descriptor, with the [`stamps`] that its reader would round. [`lines`] is the form in which it answers, a list of JSON for
//! each row, and [`received`] what of an answer is believed: it goes to a file of ours, never into memory.

pub mod cell;
pub mod child;
pub mod columnar;
pub mod lines;
pub mod received;
pub mod source;
pub mod stamps;
pub mod value;
pub mod workbook;
