//! Names and texts in the statements that we write ourselves.

/// A name in SQL, whatever it holds.
#[must_use]
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text in SQL; backslashes mean themselves, as Postgres has it by default.
#[must_use]
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
