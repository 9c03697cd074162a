//! A model without a model: answers by quoting the passages it is given, sentence by sentence, with citations.
//!
//! It needs no key and no network, and says that it quotes. How: [`sentences`] cuts the passages, [`terms`] makes words of
//! one kind comparable, [`ranking`] chooses, [`composition`] words the answer, [`model`] streams it.

pub mod composition;
pub mod model;
pub mod ranking;
pub mod sentences;
pub mod stopwords;
pub mod terms;
