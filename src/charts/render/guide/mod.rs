//! What helps to read the marks: axes, legends, titles.

pub mod axis;
pub mod draw_axis;
pub mod draw_legend;
pub mod entries;
pub mod heading;
pub mod legend;
pub mod tick;
mod tick_values;
