//! One setting: its name, its default, what it means.

/// One variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    pub name: &'static str,
    /// What holds when the variable is not set; empty when nothing does.
    pub default: &'static str,
    /// A sentence for the operator, with units.
    pub about: &'static str,
    /// Never printed; may also come from the file that `NAME_FILE` points to.
    pub secret: bool,
}

pub(super) const fn plain(name: &'static str, default: &'static str, about: &'static str) -> Setting {
    Setting { name, default, about, secret: false }
}

pub(super) const fn secret(name: &'static str, about: &'static str) -> Setting {
    Setting { name, default: "", about, secret: true }
}
