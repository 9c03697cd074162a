//! Text out of hostile files. No byte of a document is parsed in the server's own address space.
//!
//! [`extractor`] starts this binary again as `extract-worker`, hands it the open file as standard input and reads one
//! answer ([`report`]) from its standard output, within bounds of time, memory and output; [`outcome`] says what a child
//! that died died of, and believes no answer that breaks the rules. [`child`] is what runs over
//! there: it gives up its rights first ([`limits`]), then lets the reader of the format ([`plain`], [`html`], [`docx`],
//! [`pdf`]) have the file. All text passes through [`tidy`] once, before it is stored, so that offsets into the stored
//! text never change. What kind of file it is says [`media`], by the bytes and never by the name. [`picture`] does for
//! pictures of people what the rest does for text, and [`table`] for workbooks and Parquet files.

pub mod child;
pub mod docx;
pub mod extractor;
pub mod html;
pub mod limits;
pub mod media;
pub mod outcome;
pub mod pdf;
pub mod picture;
pub mod plain;
pub mod report;
pub mod table;
pub mod tidy;
