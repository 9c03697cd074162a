//! Which charts fit a result, by the types of its columns and by their values.
//!
//! The rules are those of the literature. Mackinlay (APT, 1986) ranks how exactly each channel is read: position before length, angle, area and colour, so that
//! quantities go on x and y, and colour is for few categories. Show Me (Mackinlay, Hanrahan and Stolte, 2007) and Voyager with Draco (Wongsuphasawat and others,
//! 2016; Moritz and others, 2019) choose marks by the types at hand. In short: a quantity over time is a line, with few categories several lines; a quantity of
//! categories is a bar, longest first, lying down where names are long or many; two quantities are a scatter plot; a quantity of two categories is a heat map; one
//! quantity in many rows is a histogram; a single quantity is that number; shares of few parts may be a pie, which is never first, because angles are read badly.
//!
//! [`facts`] looks at the columns, `over_time`, `of_categories`, `of_quantities` and `plain` hold the rules, `shapes` writes specifications, and
//! [`propose`](rank::propose) puts what they say in order. The same result gives the same proposals.

mod calendar_words;
pub mod facts;
mod of_categories;
mod of_quantities;
mod over_time;
mod plain;
pub mod proposal;
pub mod rank;
mod seen;
mod shapes;
