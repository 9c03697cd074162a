//! What is being written while a document is walked over: paragraphs, and the flows of blocks they go into.

/// Blocks one below the other: a document, a cell of a table, a note, a text box.
#[derive(Debug, Default)]
pub(super) struct Flow {
    text: String,
    ends_in_list: bool,
}

impl Flow {
    /// Adds a block, an empty line above it; the items of a list follow each other without.
    pub(super) fn push(&mut self, block: &str, is_list: bool) {
        let block = block.trim_matches(['\n', ' ']);
        if block.trim().is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push_str(if is_list && self.ends_in_list { "\n" } else { "\n\n" });
        }
        self.text.push_str(block);
        self.ends_in_list = is_list;
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// The flow in one line, as a cell of a table.
    pub(super) fn into_line(self) -> String {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// A paragraph that is still open.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    pub(super) text: String,
    pub(super) is_list: bool,
    /// The id of its style, such as `Title` or `Heading1`.
    pub(super) style: Option<String>,
    /// Whether the run at hand is hidden text, which no reader sees.
    pub(super) hides_run: bool,
    /// Text boxes anchored in it.
    pub(super) boxes: Vec<String>,
}

/// A table that is still open.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) rows: Vec<String>,
    pub(super) cells: Vec<String>,
    pub(super) row_is_deleted: bool,
}
