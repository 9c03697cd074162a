//! Data that people ask questions of: sources and their tables, files that become tables, statements and what comes of them.
//!
//! What is here belongs to a workspace, and every statement joins its members. Rows of uploads are in the warehouse; this domain keeps
//! what is known about them. [`uploads`] is how files get in, [`external`] how databases of somebody else's are found, [`queries`] how
//! statements run, [`saved`] those that are kept, [`questions`] how they are written for somebody who asks in plain words, in the words of
//! the [`glossary`], [`exports`] how results get out, and [`pruning`] how long what was run is kept.

pub mod exports;
pub mod external;
pub mod following;
pub mod glossary;
pub mod model;
pub mod pruning;
pub mod queries;
pub mod questions;
pub mod reading;
pub mod saved;
pub mod source_store;
pub mod uploads;
