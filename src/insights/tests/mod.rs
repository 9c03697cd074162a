//! The check held against a corpus of results and texts, and against results of all kinds.

mod corpus;
mod perturbed;
mod prompts;
mod properties;
mod verdicts;
mod written;
