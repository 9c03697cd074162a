//! Search over passages: by words (BM25), by meaning (vectors), or by both.
//!
//! [`query`] says what is asked and answered, [`search`] does it. Words become terms in [`terms`] when a passage is
//! stored and when it is looked for, [`ranking`] weighs them, [`fusion`] joins the two rankings, [`highlights`] shows
//! why a passage fits; [`keyword_store`], [`semantic_store`] and [`corpus_store`] hold the statements.

pub mod query;
