//! What kind of file it is: by its bytes, never by its name.
//!
//! The bytes decide between PDF, DOCX and text. Among the three kinds of text, which no signature tells apart, the
//! content is asked first and the extension of the name may break the tie. What is two things at once, or none, is
//! refused. Looking is all that happens here: bounded searches for bytes, no format is parsed.

use std::io::{Read, Seek, SeekFrom};

use memchr::memmem;

/// The kinds of file whose text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaKind {
    Text,
    Markdown,
    Html,
    Pdf,
    Docx,
}

/// What is accepted, for messages.
pub const ACCEPTED: &str = "PDF, Word (DOCX), HTML, Markdown and plain text";

impl MediaKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Text, Self::Markdown, Self::Html, Self::Pdf, Self::Docx];

    /// The name on the child's command line and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
        }
    }

    /// The inverse of [`MediaKind::as_str`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The media type under which the file is served. HTML and Markdown are served as what they are only together
    /// with `Content-Disposition: attachment` and `nosniff`.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Text => "text/plain",
            Self::Markdown => "text/markdown",
            Self::Html => "text/html",
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }
}

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// A sentence for the person who uploaded it, which names what is accepted.
    #[error("{0}")]
    Unsupported(String),
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
}

/// How much of the front is searched for signatures and read for the kind of text.
const HEAD: usize = 64 * 1024;
/// How much of the end is searched for the directory of a zip: 65,557 bytes can hold its last record, the rest is
/// room for the names of the entries in front of it.
const TAIL: u64 = 1024 * 1024;
/// The last record of a zip without its comment.
const END_RECORD: usize = 22;

/// The kind of `file`; `name` is what the uploader calls it and may be anything.
///
/// # Errors
/// [`MediaError::Unsupported`] when it is of no kind that is read, or of two at once.
pub fn detect(file: &mut (impl Read + Seek), name: &str) -> Result<MediaKind, MediaError> {
    let length = file.seek(SeekFrom::End(0))?;
    if length == 0 {
        return Err(unsupported("The file is empty."));
    }
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.by_ref().take(TAIL).read_to_end(&mut tail)?;
    file.rewind()?;
    let mut head = Vec::new();
    file.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let kind = decide(file, &head, &tail, name);
    file.rewind()?;
    kind
}

fn decide(rest: &mut impl Read, head: &[u8], tail: &[u8], name: &str) -> Result<MediaKind, MediaError> {
    if head.starts_with(b"PK\x03\x04") {
        return zip_kind(tail);
    }
    let start = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    if start.starts_with(b"%PDF-") {
        if ends_as_zip(tail) {
            return Err(unsupported("The file is a PDF and a zip archive at once."));
        }
        return Ok(MediaKind::Pdf);
    }
    if head.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        let locked = memmem::find(tail, &utf16("EncryptedPackage")).is_some()
            || memmem::find(head, &utf16("EncryptedPackage")).is_some();
        return Err(unsupported(if locked {
            "The file is an Office document under a password. Save a copy without one."
        } else {
            "The file is in the old Office format (DOC, XLS, PPT). Save it as DOCX or PDF."
        }));
    }
    if looks_like_utf16(head) {
        return Err(unsupported("The file is text in UTF-16 or UTF-32. Save it as UTF-8."));
    }
    if start.starts_with(b"{\\rtf") {
        return Err(unsupported("The file is rich text (RTF). Save it as DOCX or PDF."));
    }
    if start.starts_with(b"%!PS") {
        return Err(unsupported("The file is PostScript. Save it as PDF."));
    }
    if !is_text(head) {
        return Err(match infer::get(head) {
            Some(found) => unsupported(&format!("The file is {}.", found.mime_type())),
            None => unsupported("The file is not text and of no known document format."),
        });
    }
    let mut block = vec![0; HEAD];
    loop {
        let read = rest.read(&mut block)?;
        if read == 0 {
            break;
        }
        if !is_text(&block[..read]) {
            return Err(unsupported("The file begins as text and goes on as something else."));
        }
    }
    if memmem::find(head.get(..1024).unwrap_or(head), b"%PDF-").is_some() && memmem::find(tail, b"%%EOF").is_some() {
        return Err(unsupported("The file is a PDF with something else in front of it."));
    }
    if ends_as_zip(tail) {
        return Err(unsupported("The file is text and a zip archive at once."));
    }
    Ok(text_kind(start, name))
}

fn unsupported(what: &str) -> MediaError {
    MediaError::Unsupported(format!("{what} Accepted are {ACCEPTED}."))
}

/// A zip is taken only for a Word document. Whether it really is one, the child says when it reads it.
fn zip_kind(tail: &[u8]) -> Result<MediaKind, MediaError> {
    // Names stand in the directory uncompressed. `word/` alone would also be any archive with such a folder.
    let has = |name: &[u8]| memmem::find(tail, name).is_some();
    if !ends_as_zip(tail) {
        return Err(unsupported("The file is a zip archive that is cut short or has something after its end."));
    }
    if has(b"[Content_Types].xml") && has(b"word/") {
        return Ok(MediaKind::Docx);
    }
    Err(unsupported(if has(b"[Content_Types].xml") && has(b"xl/") {
        "The file is a spreadsheet (XLSX)."
    } else if has(b"[Content_Types].xml") && has(b"ppt/") {
        "The file is a presentation (PPTX). Save it as PDF."
    } else {
        "The file is a zip archive, not a Word document."
    }))
}

/// Whether the last bytes are the last record of a zip whose comment ends exactly where the file does
/// (APPNOTE 4.3.16). A zip somewhere inside of a file does not count.
fn ends_as_zip(tail: &[u8]) -> bool {
    let window = tail.len().saturating_sub(END_RECORD + usize::from(u16::MAX));
    memmem::rfind_iter(&tail[window..], b"PK\x05\x06").any(|at| {
        let record = &tail[window + at..];
        let Some(comment) = record.get(20..22) else { return false };
        END_RECORD + usize::from(u16::from_le_bytes([comment[0], comment[1]])) == record.len()
    })
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn looks_like_utf16(head: &[u8]) -> bool {
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") || head.starts_with(b"\0\0\xFE\xFF") {
        return true;
    }
    // Without a mark: text in Latin letters has a zero in every second byte, and never two in a row.
    let pairs = head.as_chunks::<2>().0;
    let zeros = |side: usize| pairs.iter().filter(|pair| pair[side] == 0).count();
    pairs.len() >= 4
        && [(0, 1), (1, 0)].iter().any(|(zero, other)| zeros(*zero) * 10 > pairs.len() * 7 && zeros(*other) == 0)
}

/// No zero bytes, and hardly any control characters that text has no use for.
fn is_text(block: &[u8]) -> bool {
    if memchr::memchr(0, block).is_some() {
        return false;
    }
    let odd = block.iter().filter(|byte| matches!(byte, 0x01..=0x08 | 0x0B | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F)).count();
    odd * 1000 <= block.len().max(1000)
}

fn text_kind(start: &[u8], name: &str) -> MediaKind {
    let lower = start.to_ascii_lowercase();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    if begins_as_html(&lower) {
        return MediaKind::Html;
    }
    match extension.as_str() {
        "html" | "htm" | "xhtml" if has_tag(&lower) => MediaKind::Html,
        "md" | "markdown" => MediaKind::Markdown,
        // A name that says "text" is believed: logs and notes use the same signs as Markdown.
        "txt" | "text" | "log" => MediaKind::Text,
        _ if reads_as_markdown(start) => MediaKind::Markdown,
        _ => MediaKind::Text,
    }
}

/// Whether an HTML document begins here, after XML declarations and comments. Expects lower case.
fn begins_as_html(mut text: &[u8]) -> bool {
    loop {
        text = text.trim_ascii_start();
        let end: &[u8] = match text {
            _ if text.starts_with(b"<!--") => b"-->",
            _ if text.starts_with(b"<?xml") => b"?>",
            _ => break,
        };
        let Some(at) = memmem::find(text, end) else { return false };
        text = &text[at + end.len()..];
    }
    text.starts_with(b"<!doctype html")
        || [&b"<html"[..], b"<head", b"<body"].iter().any(|tag| {
            text.strip_prefix(*tag).is_some_and(|rest| {
                rest.first().is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))
            })
        })
}

fn has_tag(lower: &[u8]) -> bool {
    [&b"<p"[..], b"<div", b"<a ", b"<h1", b"<h2", b"<br", b"<table", b"<ul", b"<span", b"<title"]
        .iter()
        .any(|tag| memmem::find(lower, tag).is_some())
}

/// Two different marks that prose does not use by chance.
fn reads_as_markdown(start: &[u8]) -> bool {
    let text = String::from_utf8_lossy(start);
    let mut seen = [false; 4];
    for line in text.lines() {
        let marks = line.trim_start_matches('#');
        seen[0] |= (1..=6).contains(&(line.len() - marks.len())) && marks.starts_with(' ');
        seen[1] |= line.starts_with("```");
        seen[2] |= line.find("](").is_some_and(|at| line[..at].contains('[') && line[at..].contains(')'));
        seen[3] |=
            line.len() >= 5 && line.contains("---") && line.chars().all(|char| matches!(char, '|' | '-' | ':' | ' '));
    }
    seen.iter().filter(|seen| **seen).count() >= 2
}
