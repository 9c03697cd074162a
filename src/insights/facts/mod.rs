//! What follows from a result: its cells, and what can be derived from them for a figure that somebody claims.
//!
//! [`view`] makes a result ready. Nothing is enumerated into memory: [`search`] holds one figure, and `levels`, `shares`, `changes`,
//! `counts`, `ranks` and `moments` offer it the few facts that its [`scope`] leaves. `guesses` goes further and trusts nothing that could be
//! chance.

pub mod changes;
pub mod counts;
pub mod field;
pub mod guesses;
pub mod levels;
pub mod moments;
pub mod ranks;
pub mod scope;
pub mod search;
pub mod shares;
pub mod stats;
pub mod view;
