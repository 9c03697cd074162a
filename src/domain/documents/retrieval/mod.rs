//! Search over passages: by words (BM25), by meaning (vectors), or by both.
//!
//! [`query`] says what is asked and answered, [`search`] does it. Words become terms in [`terms`] when a passage is
//! stored and when it is looked for, [`ranking`] weighs them, [`fusion`] joins the two rankings, [`highlights`] shows
//! why a passage fits; [`corpus_store`], [`keyword_store`], [`semantic_store`],
//! [`index_store`], [`overview_store`] and [`hit_store`] hold the statements, [`scope_sql`] what all of them are narrowed
//! by.

pub mod corpus_store;
pub mod fusion;
pub mod highlights;
pub mod hit_store;
pub mod index_store;
pub mod keyword_store;
pub mod overview_store;
pub mod query;
pub mod ranking;
pub mod scope_sql;
pub mod search;
pub mod semantic_store;
pub mod terms;
