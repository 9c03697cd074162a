//! The gate in front of every SQL statement that a person or a language model wrote.
//!
//! [`check`](check::check) parses the statement, accepts only what is on an allow-list at every node of the tree, and
//! writes the statement anew while it does so. Only that text may be sent to Postgres, never the user's own: what no
//! rule here wrote is not in it, so comments, further statements and everything that two parsers could read in two
//! ways are gone. It is the second lock; the first is a role that may only SELECT, in a READ ONLY transaction with a
//! time-out and a cap on rows, `search_path` = `pg_catalog` and a `temp_file_limit`. Each has to hold by itself.
//!
//! `query`, `from`, `expression`, `special`, `call` and `window` are the rules by kind of node, `functions`, `types`,
//! `operators` and `literals` the lists. `names` says what a name may be, `scopes` which CTE it means, `bounds` guards the
//! parser, `gate` is the state of a check, `text` writes.

mod bounds;
mod call;
pub mod check;
pub mod checked;
mod expression;
mod from;
mod functions;
mod gate;
mod literals;
mod names;
mod operators;
pub mod parameters;
mod query;
pub mod refusal;
pub mod relations;
mod scopes;
mod special;
mod text;
mod types;
mod window;

#[cfg(test)]
mod tests;
