//! How numbers and times are written on a picture: a subset of d3's formats, in English.

pub mod number;
pub mod time;
