//! PDF: by PDFium where its library is found ([`library`], [`pdfium`]), else by a reader in Rust alone ([`unpdf`]).
//! Both give their text page by page to [`pages`].

pub mod library;
pub mod pages;
pub mod pdfium;
pub mod unpdf;
