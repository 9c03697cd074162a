//! HTML: the page is read as a browser would and what is not shown taken out ([`page`]), then what is left is written
//! line by line ([`layout`]).

pub mod layout;
pub mod page;
