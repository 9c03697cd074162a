//! Sentences about a result, written without a model. [`summary`] chooses among what `sizes`, `extremes` and `course` have to say.

pub mod course;
pub mod digits;
pub mod extremes;
pub mod observation;
pub mod periods;
pub mod phrases;
pub mod sizes;
pub mod summary;
