//! Figures within a text: numbers, percentages, sums of money, multiples, ranks, words for numbers, and times.

pub mod figure;
pub mod find;
mod hedges;
pub mod moment;
pub mod moment_text;
mod numeral;
mod spelled;
mod suffix;
