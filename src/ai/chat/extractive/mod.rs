//! A model without a model: answers by quoting the passages it is given, sentence by sentence, with citations.
//!
//! It needs no key and no network, and says that it quotes. How: [`candidates`] are the sentences of the passages, [`terms`]
//! makes words of one kind comparable, [`ranking`] chooses what answers a question, [`centrality`] what sums up a text,
//! [`composition`] words the answer, [`model`] streams it. [`phrases`] tells what many passages are about.

pub mod candidates;
pub mod centrality;
pub mod composition;
pub mod model;
pub mod phrases;
pub mod ranking;
pub mod socratic;
pub mod stopwords;
pub mod terms;
