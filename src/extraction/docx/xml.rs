//! A walk over an XML part. Without document types there are no entities but the five of XML and numbers, so nothing
//! can expand and nothing is ever fetched; without recursion nothing can overflow.

use std::borrow::Cow;

use quick_xml::NsReader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{QName, ResolveResult};

use crate::extraction::report::ExtractError;

/// How deep elements may lie in each other. A table in a table in a table takes about fifteen.
const MAX_DEPTH: usize = 512;

/// The vocabularies that matter, in their transitional and strict spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    Word,
    Math,
    Compatibility,
    Other,
}

impl Space {
    fn of(resolved: &ResolveResult) -> Self {
        let ResolveResult::Bound(namespace) = resolved else { return Self::Other };
        match namespace.0 {
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
            | b"http://purl.oclc.org/ooxml/wordprocessingml/main" => Self::Word,
            b"http://schemas.openxmlformats.org/officeDocument/2006/math"
            | b"http://purl.oclc.org/ooxml/officeDocument/math" => Self::Math,
            b"http://schemas.openxmlformats.org/markup-compatibility/2006" => Self::Compatibility,
            _ => Self::Other,
        }
    }
}

/// An element that opens.
pub(super) struct Opened<'a> {
    pub(super) space: Space,
    /// Its name without prefix.
    pub(super) name: &'a str,
    start: &'a BytesStart<'a>,
}

impl Opened<'_> {
    /// The value of the attribute of that name, whatever its prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.start.attributes();
        let is_it = |key: QName| key.local_name().as_ref() == name.as_bytes();
        let found = attributes.with_checks(false).flatten().find(|attribute| is_it(attribute.key))?;
        Some(found.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
    }

    /// Whether an on/off property of Word is on: by standing there, unless it says otherwise.
    pub(super) fn is_on(&self) -> bool {
        !self.attribute("val").is_some_and(|value| matches!(value.as_str(), "0" | "false" | "off"))
    }
}

/// Whether to look into an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Into,
    Over,
}

/// Who is told what the walk meets. An element that was stepped over is not closed either.
pub(super) trait Visit {
    fn open(&mut self, element: &Opened) -> Step;
    fn close(&mut self, _space: Space, _name: &str) {}
    fn text(&mut self, _text: &str) {}
}

pub(super) fn walk(part: &[u8], visitor: &mut impl Visit) -> Result<(), ExtractError> {
    let broken = |error: &dyn std::fmt::Display| ExtractError::corrupt("Word document", error);
    let mut reader = NsReader::from_reader(part.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(part));
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    let mut depth = 0_usize;
    // The depth at which an element was stepped over; everything deeper is not told.
    let mut over = None;
    loop {
        buffer.clear();
        let (resolved, event) = reader.read_resolved_event_into(&mut buffer).map_err(|error| broken(&error))?;
        let is_told = over.is_none();
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(ExtractError::too_large("This Word document is nested deeper than 512 levels."));
                }
                if is_told {
                    let space = Space::of(&resolved);
                    let local = start.local_name();
                    let name = str::from_utf8(local.as_ref()).map_err(|error| broken(&error))?;
                    if visitor.open(&Opened { space, name, start: &start }) == Step::Over {
                        over = Some(depth);
                    }
                }
            }
            Event::End(end) => {
                if is_told {
                    let local = end.local_name();
                    let name = str::from_utf8(local.as_ref()).map_err(|error| broken(&error))?;
                    visitor.close(Space::of(&resolved), name);
                } else if over == Some(depth) {
                    over = None;
                }
                depth = depth.saturating_sub(1);
            }
            Event::Text(text) if is_told => visitor.text(&text.decode().map_err(|error| broken(&error))?),
            Event::CData(text) if is_told => visitor.text(&text.decode().map_err(|error| broken(&error))?),
            Event::GeneralRef(reference) if is_told => {
                let number = reference.resolve_char_ref().map_err(|error| broken(&error))?;
                let name = reference.decode().map_err(|error| broken(&error))?;
                let text = match number {
                    Some(char) => Cow::Owned(char.to_string()),
                    None => match resolve_predefined_entity(&name) {
                        Some(text) => Cow::Borrowed(text),
                        None => return Err(broken(&"an entity that XML does not know")),
                    },
                };
                visitor.text(&text);
            }
            Event::DocType(_) => return Err(broken(&"a document type declaration, which Word does not write")),
            Event::Eof if depth == 0 => return Ok(()),
            Event::Eof => return Err(broken(&"it ends in the middle")),
            _ => {}
        }
    }
}
