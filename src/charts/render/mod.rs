//! The picture of a specification with its rows, as SVG.
//!
//! [`svg`](svg::svg) is the way in. `plot` finds out which scales there are (`domain`, `scale`), how large everything is (`layout`), and holds
//! both; `guide` draws axes, legends and titles, `marks` what they are there for. `writer` is the only one that writes SVG: nothing of a result
//! gets into it unescaped, and no figure that is none.

mod color;
mod dimension;
mod domain;
mod extent;
mod guide;
mod label;
mod layout;
mod marks;
pub mod options;
mod palette;
mod path;
mod plot;
mod scale;
mod summary;
pub mod svg;
mod symbol;
pub mod text;
pub mod theme;
pub mod writer;
