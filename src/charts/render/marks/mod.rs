//! What is drawn for the items of a layer.

mod arcs;
mod bars;
pub mod draw;
mod lines;
mod look;
mod points;
mod rules;
mod spans;
pub mod texts;
