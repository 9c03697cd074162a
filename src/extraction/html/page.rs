//! A page of HTML: the text that its reader would see. Nothing is fetched and nothing is run.

use std::fs::File;
use std::io::Read;

use encoding_rs::Encoding;
use html2text::{Comment, Element, Handle, RcDom, config};
use memchr::memmem;

use super::layout;
use crate::extraction::report::{ExtractError, Extracted};
use crate::extraction::{plain, tidy};

/// Larger pages are refused: the tree of a page takes many times the page's memory.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// Elements whose content no reader sees as text of the page. Those whose content is not escaped when it is written
/// out must all be among them.
const DROPPED: [&str; 20] = [
    "script",
    "style",
    "template",
    "noscript",
    "head",
    "iframe",
    "object",
    "embed",
    "svg",
    "math",
    "canvas",
    "select",
    "textarea",
    "noembed",
    "noframes",
    "plaintext",
    "xmp",
    "audio",
    "video",
    "datalist",
];

pub(in crate::extraction) fn read(file: &File, max_chars: usize) -> Result<Extracted, ExtractError> {
    let mut bytes = Vec::new();
    let read = file.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| ExtractError::corrupt("HTML file", error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ExtractError::too_large("This HTML file is larger than 32 MiB."));
    }
    let source = plain::decode(&bytes, declared(&bytes));
    drop(bytes);
    let title = title_of(&source);
    let (text, truncated) = tidy::normalise(&render(&source)?, max_chars);
    let text = tidy::compact(&text);
    if text.is_empty() {
        return Err(ExtractError::empty());
    }
    Ok(Extracted { text, pages: Vec::new(), title, truncated })
}

/// The text of a page or a part of one.
fn render(source: &str) -> Result<String, ExtractError> {
    let broken = |error: &dyn std::fmt::Display| ExtractError::corrupt("HTML file", error);
    let dom: RcDom = config::plain().parse_html(source.as_bytes()).map_err(|error| broken(&error))?;
    prune(&dom.document);
    let mut clean = Vec::new();
    dom.serialize(&mut clean).map_err(|error| broken(&error))?;
    drop(dom);
    Ok(layout::lines(&String::from_utf8_lossy(&clean)))
}

/// Takes out what is not shown. Without recursion: a page may nest as deep as it likes.
fn prune(document: &Handle) {
    let mut open = vec![document.clone()];
    while let Some(node) = open.pop() {
        node.children.borrow_mut().retain(is_shown);
        open.extend(node.children.borrow().iter().cloned());
        if let Element { attrs, .. } = &node.data {
            attrs.borrow_mut().retain(|attribute| &*attribute.name.local == "alt");
        }
    }
}

fn is_shown(node: &Handle) -> bool {
    let Element { name, attrs, .. } = &node.data else { return !matches!(node.data, Comment { .. }) };
    if DROPPED.contains(&&*name.local) {
        return false;
    }
    !attrs.borrow().iter().any(|attribute| match &*attribute.name.local {
        "hidden" => !attribute.value.eq_ignore_ascii_case("until-found"),
        "style" => {
            let style: String = attribute.value.chars().filter(|char| !char.is_whitespace()).collect();
            let style = style.to_ascii_lowercase();
            style.contains("display:none") || style.contains("visibility:hidden")
        }
        _ => false,
    })
}

/// The encoding that the page names within its first 1,024 bytes, where browsers look for it too.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = bytes.get(..1024).unwrap_or(bytes).to_ascii_lowercase();
    let after = start.get(memmem::find(&start, b"charset")? + 7..)?;
    let value = after.trim_ascii_start().strip_prefix(b"=")?;
    let value = value.trim_ascii_start();
    let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
    let end = value.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b"-_:.".contains(byte))?;
    Encoding::for_label(&value[..end])
}

fn title_of(source: &str) -> Option<String> {
    let head = source.get(..source.floor_char_boundary(64 * 1024)).unwrap_or(source);
    let lower = head.to_ascii_lowercase();
    let open = lower.find("<title")?;
    let start = open + lower[open..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    // What stands between the marks is text with entities and no tags.
    let text = head[start..end].replace('<', "&lt;");
    tidy::title(&render(&text).ok()?)
}
