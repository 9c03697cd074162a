//! DOCX (ECMA-376, Office Open XML): a zip ([`package`]) of XML parts ([`xml`]), of which the main one, with its
//! notes, is turned into text ([`body`]) in [`document`].

pub mod body;
pub mod document;
pub mod package;
pub mod paragraph;
pub mod xml;
