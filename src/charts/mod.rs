//! Charts out of results: specifications in Vega-Lite, which of them fit a result, and their pictures.
//!
//! A chart is a specification in a subset of Vega-Lite that [`profile`] takes: declarative, without expressions, addresses or data of its own. It is data,
//! which clients draw with Vega-Lite as it is; [`render`] draws the same for mail, exports and previews, and [`png`] makes a bitmap of that,
//! [`pdf`] pages.
//! What the subset allows and the renderer cannot draw is an error with a sentence, never another picture. [`propose`] says which charts fit a
//! result, by its types and values. `spec` is the specification as types, `data` what happens to rows on the way to marks, `format` how numbers
//! and times are written. Everything here is a function of its arguments: no clock, no files, no fonts of the machine.

mod data;
pub mod failure;
mod figures;
mod fonts;
mod format;
pub mod names;
pub mod pdf;
pub mod png;
pub mod problems;
pub mod profile;
pub mod propose;
pub mod render;
mod sentences;
pub mod spec;

#[cfg(test)]
mod tests;
