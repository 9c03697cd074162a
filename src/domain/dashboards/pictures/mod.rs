//! Pictures of charts and dashboards, for previews, mail and files.
//!
//! [`drawing`] reads the newest results and draws what each tile shows; [`paper`] puts all of it on one sheet, or on pages; [`linking`] gives
//! out addresses of charts that are drawn when somebody fetches them; [`exports`] has files made in the background. Nothing here runs a
//! query. `sheet` and what it is made of are functions of their arguments; whatever takes a processor's time goes through [`press`].

mod cells;
pub mod drawing;
pub mod exports;
pub mod format;
pub mod frames;
pub mod grid;
pub mod linking;
pub mod model;
mod nested;
pub mod paper;
mod plain;
pub mod press;
mod sheet;
mod tile_art;

#[cfg(test)]
mod tests;
