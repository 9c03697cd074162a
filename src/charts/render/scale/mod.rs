//! From values to places: numbers and moments along a line, categories in bands, and the marks on an axis between them.

pub mod band;
pub mod calendar;
pub mod continuous;
pub mod position;
pub mod ticks;
