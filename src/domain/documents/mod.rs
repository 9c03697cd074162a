//! Documents: what kind of file it is, the text in it, and the passages that are searched and cited.
//!
//! A file's kind is decided by its bytes ([`media`]), its text is read in a child process ([`extract`]), and the text
//! is cut into passages with exact offsets ([`chunk`]).

pub mod chunk;
pub mod extract;
pub mod media;
