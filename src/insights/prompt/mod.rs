//! A result in front of a model, and what the model is told when its text does not hold.

pub mod quoted;
pub mod repair;
pub mod rules;
pub mod strike;
pub mod table;
