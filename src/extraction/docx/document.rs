//! A Word document from its file: which parts it has, and their text.
//!
//! There are no pages in a DOCX: where a page ends is decided by the program and the fonts that lay it out, and the
//! marks that Word leaves of its last layout are missing or wrong in what other programs write.

use std::fs::File;

use super::body::{Body, Notes};
use super::package::Package;
use super::xml::{self, Opened, Step, Visit};
use crate::extraction::report::{ExtractCode, ExtractError, Extracted};
use crate::extraction::tidy;

/// The type of the main part of a document, as against a template or one with macros.
const MAIN: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";

pub(in crate::extraction) fn read(file: &File, max_chars: usize) -> Result<Extracted, ExtractError> {
    let mut package = Package::open(file)?;
    let main = main_part(&mut package)?;
    let related = relationships(&mut package, &main)?;
    let mut notes = Notes::new();
    for kind in ["/footnotes", "/endnotes"] {
        let Some(name) = related.iter().find(|(its_kind, _)| its_kind.ends_with(kind)).map(|(_, name)| name) else {
            continue;
        };
        if let Some(part) = package.part(name)? {
            let mut body = Body::new(Notes::new(), max_chars);
            xml::walk(&part, &mut body)?;
            notes.extend(body.into_notes());
        }
    }
    let part = package.part(&main)?.ok_or_else(|| not_word("its main part is missing"))?;
    let mut body = Body::new(notes, max_chars);
    xml::walk(&part, &mut body)?;
    drop(part);
    let (text, heading) = body.into_text();
    let (text, truncated) = tidy::normalise(&text, max_chars);
    let text = tidy::compact(&text);
    if text.is_empty() {
        return Err(ExtractError::empty());
    }
    let title = own_title(&mut package)?.or_else(|| heading.as_deref().and_then(tidy::title));
    Ok(Extracted { text, pages: Vec::new(), title, truncated })
}

fn not_word(why: &str) -> ExtractError {
    ExtractError::new(ExtractCode::Unsupported, format!("This file is not a Word document (DOCX): {why}."))
}

/// The name of the main part, found as the standard says (ECMA-376 part 2, section 9), and checked to be one.
fn main_part(package: &mut Package<'_>) -> Result<String, ExtractError> {
    let related = relationships(package, "")?;
    let main = related.into_iter().find(|(kind, _)| kind.ends_with("/officeDocument")).map(|(_, name)| name);
    let main = main.ok_or_else(|| not_word("it names no main part"))?;
    let types = package.part("[Content_Types].xml")?.ok_or_else(|| not_word("it does not say what is in it"))?;
    let mut found = Attributes::of(&["Override"], ["PartName", "ContentType"]);
    xml::walk(&types, &mut found)?;
    let kind = found.pairs.into_iter().find(|(part, _)| part.trim_start_matches('/') == main).map(|(_, kind)| kind);
    match kind {
        Some(kind) if kind == MAIN => Ok(main),
        Some(kind) if kind.contains("macroEnabled") => Err(not_word("it carries macros; save it as DOCX")),
        _ => Err(not_word("its main part is something else")),
    }
}

/// Kind and name of the parts that `part` refers to; those outside of the file are left out, and never fetched.
fn relationships(package: &mut Package<'_>, part: &str) -> Result<Vec<(String, String)>, ExtractError> {
    let (folder, file) = part.rsplit_once('/').map_or(("", part), |(folder, file)| (folder, file));
    let slash = if folder.is_empty() { "" } else { "/" };
    let Some(bytes) = package.part(&format!("{folder}{slash}_rels/{file}.rels"))? else { return Ok(Vec::new()) };
    let mut found = Attributes::of(&["Relationship"], ["Type", "Target"]);
    xml::walk(&bytes, &mut found)?;
    let named = |(kind, target): (String, String)| {
        let name = target.strip_prefix('/').map_or_else(|| format!("{folder}{slash}{target}"), str::to_owned);
        (kind, name)
    };
    Ok(found.pairs.into_iter().map(named).collect())
}

/// The title in the document's properties.
fn own_title(package: &mut Package<'_>) -> Result<Option<String>, ExtractError> {
    let Some(part) = package.part("docProps/core.xml")? else { return Ok(None) };
    let mut found = Title::default();
    xml::walk(&part, &mut found)?;
    Ok(tidy::title(&found.text))
}

/// Two attributes of every element of a name.
struct Attributes {
    elements: &'static [&'static str],
    names: [&'static str; 2],
    pairs: Vec<(String, String)>,
}

impl Attributes {
    fn of(elements: &'static [&'static str], names: [&'static str; 2]) -> Self {
        Self { elements, names, pairs: Vec::new() }
    }
}

impl Visit for Attributes {
    fn open(&mut self, element: &Opened) -> Step {
        let is_outside = element.attribute("TargetMode").is_some_and(|mode| mode == "External");
        if self.elements.contains(&element.name) && !is_outside {
            let [first, second] = self.names.map(|name| element.attribute(name));
            self.pairs.extend(first.zip(second));
        }
        Step::Into
    }
}

#[derive(Default)]
struct Title {
    text: String,
    is_open: bool,
}

impl Visit for Title {
    fn open(&mut self, element: &Opened) -> Step {
        self.is_open = element.name == "title";
        Step::Into
    }

    fn close(&mut self, _space: xml::Space, _name: &str) {
        self.is_open = false;
    }

    fn text(&mut self, text: &str) {
        if self.is_open && self.text.len() < 4000 {
            self.text.push_str(text);
        }
    }
}
