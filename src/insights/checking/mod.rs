//! Every figure of a text held against a result.

mod around;
pub mod check;
mod claims;
mod offers;
pub mod report;
mod resolve;
