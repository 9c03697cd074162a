//! Which names of CTEs can be seen where.

/// The names of the CTEs that can be seen, inner ones last.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    frames: Vec<Vec<String>>,
}

impl Scopes {
    pub(super) fn enter(&mut self) {
        self.frames.push(Vec::new());
    }

    pub(super) fn leave(&mut self) {
        self.frames.pop();
    }

    /// Makes `name` visible until the scope is left.
    pub(super) fn add(&mut self, name: String) {
        if let Some(frame) = self.frames.last_mut() {
            frame.push(name);
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.frames.iter().flatten().any(|seen| seen == name)
    }
}
