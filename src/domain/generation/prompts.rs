//! System prompts: files with a version, one per kind of assistant, replaced without a build.
//!
//! A prompt is Markdown whose first line is `version: N`. The built-in ones are part of the binary; a file of the same
//! name in `PROMPTS_DIR` takes the place of one, and is read anew at every run.

use std::path::Path;

/// A prompt that is part of the binary.
#[derive(Debug, Clone, Copy)]
pub struct BuiltIn {
    /// File name without `.md`.
    pub name: &'static str,
    pub text: &'static str,
}

/// A system prompt as a run uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemPrompt {
    /// Name and version, as in `legal_research@1`; stored with every run.
    pub version: String,
    pub text: String,
}

/// The prompt of that name: the operator's if there is one in `folder`, else the built-in one.
#[must_use]
pub fn read(folder: Option<&Path>, built_in: BuiltIn) -> SystemPrompt {
    let replaced = folder.map(|folder| folder.join(format!("{}.md", built_in.name)));
    if let Some(path) = replaced.filter(|path| path.exists()) {
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                if let Some(prompt) = parse(built_in.name, &text) {
                    return prompt;
                }
                tracing::error!(path = %path.display(), "a prompt must begin with a line `version: …`");
            }
            Err(error) => tracing::error!(path = %path.display(), %error, "a prompt cannot be read"),
        }
    }
    parse(built_in.name, built_in.text)
        .unwrap_or_else(|| SystemPrompt { version: built_in.name.to_owned(), text: built_in.text.to_owned() })
}

fn parse(name: &str, text: &str) -> Option<SystemPrompt> {
    let (head, body) = text.split_once('\n')?;
    let version = head.strip_prefix("version:")?.trim();
    (!version.is_empty() && version.len() <= 40)
        .then(|| SystemPrompt { version: format!("{name}@{version}"), text: body.trim().to_owned() })
}
