//! The text of a main part or of notes: paragraphs, tables, text boxes and what is anchored in them.
//!
//! Tracked insertions are text and deletions are not: the document as it reads when all changes are accepted. Hidden
//! text is left out, since no reader of the document sees it. A note follows the block that refers to it.

use std::collections::HashMap;

use super::paragraph::{Flow, Paragraph, Table};
use super::xml::{Opened, Space, Step, Visit};

/// Footnotes and endnotes by kind and id.
pub(super) type Notes = HashMap<(&'static str, String), String>;

pub(super) struct Body {
    flows: Vec<Flow>,
    paragraphs: Vec<Paragraph>,
    tables: Vec<Table>,
    /// For each alternative that is open, whether one of its choices was taken.
    alternatives: Vec<bool>,
    /// Elements open whose characters are text.
    in_text: usize,
    in_row_properties: bool,
    in_paragraph_properties: bool,
    /// Notes to be placed, and those referred to since the last block.
    notes: Notes,
    pending: Vec<String>,
    /// Notes that were read here, when this is a part of notes, and the id of the one that is open.
    found: Notes,
    open_note: Option<(&'static str, String)>,
    title: Option<String>,
    chars_left: usize,
}

impl Body {
    pub(super) fn new(notes: Notes, max_chars: usize) -> Self {
        Self {
            flows: vec![Flow::default()],
            paragraphs: Vec::new(),
            tables: Vec::new(),
            alternatives: Vec::new(),
            in_text: 0,
            in_row_properties: false,
            in_paragraph_properties: false,
            notes,
            pending: Vec::new(),
            found: Notes::new(),
            open_note: None,
            title: None,
            // One more than is kept, so that whoever cuts sees that there was more.
            chars_left: max_chars.saturating_add(1),
        }
    }

    /// The notes in this part.
    pub(super) fn into_notes(self) -> Notes {
        self.found
    }

    /// The text and the first title or top heading in it.
    pub(super) fn into_text(mut self) -> (String, Option<String>) {
        let mut flow = self.flows.drain(..).next().unwrap_or_default();
        for note in self.pending {
            flow.push(&note, false);
        }
        (flow.into_text(), self.title)
    }

    fn write(&mut self, text: &str) {
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        if paragraph.hides_run || self.chars_left == 0 {
            return;
        }
        let end = text.char_indices().nth(self.chars_left).map_or(text.len(), |(at, _)| at);
        self.chars_left -= text[..end].chars().count();
        paragraph.text.push_str(&text[..end]);
    }

    fn push_block(&mut self, block: &str, is_list: bool) {
        if let Some(flow) = self.flows.last_mut() {
            flow.push(block, is_list);
        }
    }

    /// Notes that were referred to in a table wait for its end.
    fn place_notes(&mut self) {
        if self.tables.is_empty() {
            for note in std::mem::take(&mut self.pending) {
                self.push_block(&note, false);
            }
        }
    }

    fn refer(&mut self, kind: &'static str, element: &Opened) {
        let note = element.attribute("id").and_then(|id| self.notes.remove(&(kind, id)));
        self.pending.extend(note);
    }

    fn open_word(&mut self, element: &Opened) -> Step {
        match element.name {
            // `del` in a row's properties says that the row is deleted; `moveFrom` is where moved text came from, and
            // `…Change` how something looked before a tracked change.
            "del" if self.in_row_properties => self.delete_row(),
            "del" | "moveFrom" | "sectPr" | "sdtPr" | "rt" | "tblPr" | "pPrChange" | "rPrChange" | "trPrChange" => {
                return Step::Over;
            }
            "rPr" if self.in_paragraph_properties => return Step::Over,
            "p" => self.paragraphs.push(Paragraph::default()),
            "pPr" => self.in_paragraph_properties = true,
            "pStyle" => self.with_paragraph(|paragraph| paragraph.style = element.attribute("val")),
            "numPr" => self.with_paragraph(|paragraph| paragraph.is_list = true),
            "r" => self.with_paragraph(|paragraph| paragraph.hides_run = false),
            "vanish" => self.with_paragraph(|paragraph| paragraph.hides_run = element.is_on()),
            "t" => self.in_text += 1,
            // Not the tab stops of a paragraph's properties, which have the same name.
            "tab" | "ptab" if !self.in_paragraph_properties => self.write("\t"),
            "br" | "cr" => self.write("\n"),
            "noBreakHyphen" => self.write("-"),
            "footnoteReference" => self.refer("footnote", element),
            "endnoteReference" => self.refer("endnote", element),
            "tbl" => self.tables.push(Table::default()),
            "trPr" => self.in_row_properties = true,
            "tc" | "txbxContent" => self.flows.push(Flow::default()),
            "footnote" => return self.open_note("footnote", element),
            "endnote" => return self.open_note("endnote", element),
            _ => {}
        }
        Step::Into
    }

    fn close_word(&mut self, name: &str) {
        match name {
            "p" => self.close_paragraph(),
            "pPr" => self.in_paragraph_properties = false,
            "r" => self.with_paragraph(|paragraph| paragraph.hides_run = false),
            "t" => self.in_text = self.in_text.saturating_sub(1),
            "trPr" => self.in_row_properties = false,
            "tc" => {
                let cell = self.close_flow().into_line();
                self.with_table(|table| table.cells.push(cell));
            }
            "tr" => self.with_table(|table| {
                let row = std::mem::take(&mut table.cells).join("\t");
                if !std::mem::take(&mut table.row_is_deleted) {
                    table.rows.push(row);
                }
            }),
            "tbl" => {
                let table = self.tables.pop().unwrap_or_default();
                self.push_block(&table.rows.join("\n"), false);
                self.place_notes();
            }
            "txbxContent" => {
                let text = self.close_flow().into_text();
                self.with_paragraph(|paragraph| paragraph.boxes.push(text));
            }
            "footnote" | "endnote" => {
                let text = self.close_flow().into_text();
                if let Some(key) = self.open_note.take() {
                    self.found.insert(key, text);
                }
            }
            _ => {}
        }
    }

    fn open_note(&mut self, kind: &'static str, element: &Opened) -> Step {
        // Typed notes are the lines between text and notes.
        if element.attribute("type").is_some_and(|kind| kind != "normal") {
            return Step::Over;
        }
        self.open_note = element.attribute("id").map(|id| (kind, id));
        self.flows.push(Flow::default());
        Step::Into
    }

    fn close_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        let style = paragraph.style.as_deref().unwrap_or_default();
        if self.title.is_none() && matches!(style, "Title" | "Heading1") && !paragraph.text.trim().is_empty() {
            self.title = Some(paragraph.text.clone());
        }
        self.push_block(&paragraph.text, paragraph.is_list);
        for text in &paragraph.boxes {
            self.push_block(text, false);
        }
        // A paragraph within a text box within a paragraph: its notes follow the outer one.
        if self.paragraphs.is_empty() {
            self.place_notes();
        }
    }

    /// The flow at hand; the document's own is never closed.
    fn close_flow(&mut self) -> Flow {
        if self.flows.len() > 1 { self.flows.pop().unwrap_or_default() } else { Flow::default() }
    }

    fn delete_row(&mut self) {
        self.with_table(|table| table.row_is_deleted = true);
    }

    fn with_paragraph(&mut self, change: impl FnOnce(&mut Paragraph)) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            change(paragraph);
        }
    }

    fn with_table(&mut self, change: impl FnOnce(&mut Table)) {
        if let Some(table) = self.tables.last_mut() {
            change(table);
        }
    }
}

impl Visit for Body {
    fn open(&mut self, element: &Opened) -> Step {
        match (element.space, element.name) {
            (Space::Word, _) => return self.open_word(element),
            (Space::Math, "t") => self.in_text += 1,
            // The same content in several forms: the first that is offered, once.
            (Space::Compatibility, "AlternateContent") => self.alternatives.push(false),
            (Space::Compatibility, "Choice" | "Fallback")
                if self.alternatives.last_mut().is_some_and(|taken| std::mem::replace(taken, true)) =>
            {
                return Step::Over;
            }
            _ => {}
        }
        Step::Into
    }

    fn close(&mut self, space: Space, name: &str) {
        match (space, name) {
            (Space::Word, _) => self.close_word(name),
            (Space::Math, "t") => self.in_text = self.in_text.saturating_sub(1),
            (Space::Compatibility, "AlternateContent") => {
                self.alternatives.pop();
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_text > 0 {
            self.write(text);
        }
    }
}
