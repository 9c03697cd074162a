//! Charts as a whole: which specifications are taken, what is proposed, and what the pictures show.

mod bars;
mod corpora;
mod guides;
mod marks;
mod pictures;
mod properties;
mod proposals;
mod refusals;
mod seen;
