//! From the rows of a result to the items that marks are drawn for: values, transforms, units of time, bins, aggregates, stacks.

pub mod aggregate;
pub mod bins;
pub mod datum;
pub mod encode;
pub mod item;
pub mod key;
pub mod moment;
pub mod orient;
pub mod predicate;
pub mod stack;
pub mod table;
pub mod transform;
pub mod units;
pub mod window;
