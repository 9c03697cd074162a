//! Writing SQL: one space between tokens, every identifier in quotes, every string in plain quotes.

/// The statement so far.
#[derive(Debug, Default)]
pub(super) struct Text {
    out: String,
    /// Whether the next token follows without a space.
    joined: bool,
}

impl Text {
    /// Something after a space.
    pub(super) fn word(&mut self, token: &str) {
        if !self.joined && !self.out.is_empty() {
            self.out.push(' ');
        }
        self.joined = false;
        self.out.push_str(token);
    }

    /// Something without a space in front of it.
    pub(super) fn tight(&mut self, token: &str) {
        self.joined = true;
        self.word(token);
    }

    /// The next token follows without a space.
    pub(super) fn join(&mut self) {
        self.joined = true;
    }

    /// `(` after a space.
    pub(super) fn open(&mut self) {
        self.word("(");
        self.join();
    }

    /// `(` after the name of a function or a type.
    pub(super) fn open_call(&mut self) {
        self.tight("(");
        self.join();
    }

    pub(super) fn close(&mut self) {
        self.tight(")");
    }

    pub(super) fn comma(&mut self) {
        self.tight(",");
    }

    pub(super) fn dot(&mut self) {
        self.tight(".");
        self.join();
    }

    /// A name. In quotes it is never a keyword, whatever the version of Postgres.
    pub(super) fn name(&mut self, name: &str) {
        self.word(&format!("\"{}\"", name.replace('"', "\"\"")));
    }

    /// The name of a function of Postgres itself. With the schema, so that no other function of that name is meant.
    pub(super) fn function(&mut self, name: &str) {
        self.word("pg_catalog.");
        self.join();
        // Our parser does not take these after a schema unless they are in quotes.
        if matches!(name, "ceil" | "floor" | "substr" | "substring") { self.name(name) } else { self.word(name) }
    }

    /// A string. With a backslash in it, it means the same only as an escape string whatever
    /// `standard_conforming_strings` is.
    pub(super) fn string(&mut self, value: &str) {
        let doubled = value.replace('\'', "''");
        if doubled.contains('\\') {
            self.word(&format!("E'{}'", doubled.replace('\\', "\\\\")));
        } else {
            self.word(&format!("'{doubled}'"));
        }
    }

    pub(super) fn into_string(self) -> String {
        self.out
    }
}
