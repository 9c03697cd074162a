//! Questions and what becomes of them.

mod fixture;
mod fuzz;
mod questions;
mod suggested;
mod various;
