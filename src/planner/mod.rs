//! Questions in plain English, answered by SQL over one table without any model.
//!
//! [`plan`](planning::plan) either gives one statement that answers the whole question, with a sentence that says what it computes and
//! what was assumed, or refuses with a reason. It never guesses: every word of the question is claimed by a rule, known to say nothing, or
//! named in the refusal. Nothing here reads data or the clock; what it is told about the tables is all that it knows.
//!
//! `words` and `numbers` read the question, `lexicon` knows what a table's words mean (`forms` the names, `terms` the glossary), `pieces`
//! puts both together, and a `reader` holds them while rules claim them, in this order (`reading`): `guards` (`refused_words`), `timing` (by way
//! of `times` and `calendar`), `comparing`, `presence`, `choosing` (values), `sharing`, `grouping`, `ranking` (`ranks`, `ordering`), `measuring`
//! (`measures`, `counting`), `listing`. What they found is a `query`, which `sql` and `conditions` write and `describe` says.
//! `vocabulary` lists the words that rules know. `hints` has questions that work.

mod calendar;
mod choosing;
mod comparing;
mod conditions;
mod counting;
pub mod describe;
mod forms;
mod grouping;
mod guards;
pub mod hints;
mod languages;
mod lexicon;
mod listing;
mod measures;
mod measuring;
mod numbers;
mod ordering;
mod pieces;
pub mod plan;
pub mod planning;
mod presence;
pub mod query;
mod ranking;
mod ranks;
mod reader;
mod reading;
pub mod refusal;
mod refused_words;
pub mod schema;
mod sharing;
mod sql;
mod terms;
mod times;
mod timing;
mod vocabulary;
mod words;

#[cfg(test)]
mod tests;
