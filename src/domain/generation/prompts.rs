//! System prompts: files with a version, one per kind of assistant, replaced without a build.
//!
//! A prompt is Markdown whose first line is `version: N`. The built-in ones are part of the binary; a file of the same
//! name in `PROMPTS_DIR` takes the place of one, and is read anew at every run. What stands in the folder is checked when
//! the server starts, so that a slip of the pen does not bring the built-in prompt back unseen.

use std::path::Path;

use crate::config::env::ConfigError;

/// The setting that names the operator's folder.
const SETTING: &str = "PROMPTS_DIR";
/// Longest file, in bytes: more would leave no room for anything else in a model's window.
const LONGEST_BYTES: usize = 64 * 1024;
/// Longest version, in characters.
const LONGEST_VERSION: usize = 40;

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
    match replaced(folder, built_in) {
        Ok(Some(prompt)) => return prompt,
        Ok(None) => {}
        // It was whole when the server started. People wait for an answer: the built-in prompt serves until it is mended.
        Err(problem) => tracing::error!(%problem, "a prompt was spoilt; the built-in one is used"),
    }
    parse(built_in.name, built_in.text)
        .unwrap_or_else(|_| SystemPrompt { version: built_in.name.to_owned(), text: built_in.text.to_owned() })
}

/// Checks the operator's folder, and gives each of `known` as the next run would use it.
///
/// # Errors
/// When the folder cannot be read, a file in it is no prompt, or a file of prompts has a name that no prompt has.
pub fn check(folder: Option<&Path>, known: &[BuiltIn]) -> Result<Vec<SystemPrompt>, ConfigError> {
    let wrong = |problem: String| ConfigError::new(SETTING, problem);
    if let Some(folder) = folder {
        let unreadable = |error: std::io::Error| wrong(format!("{}: {error}", folder.display()));
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            let is_prompt = path.extension().is_some_and(|extension| extension == "md");
            if is_prompt && !known.iter().any(|known| known.name == name) {
                let names = known.iter().map(|known| known.name).collect::<Vec<_>>().join(", ");
                return Err(wrong(format!("{}: there is no prompt of that name; there are {names}", path.display())));
            }
        }
    }
    for built_in in known {
        replaced(folder, *built_in).map_err(wrong)?;
    }
    Ok(known.iter().map(|built_in| read(folder, *built_in)).collect())
}

fn replaced(folder: Option<&Path>, built_in: BuiltIn) -> Result<Option<SystemPrompt>, String> {
    let Some(folder) = folder else { return Ok(None) };
    let path = folder.join(format!("{}.md", built_in.name));
    match std::fs::read_to_string(&path) {
        Ok(text) => parse(built_in.name, &text).map(Some).map_err(|problem| format!("{}: {problem}", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

fn parse(name: &str, text: &str) -> Result<SystemPrompt, String> {
    // Some editors put a byte order mark in front.
    let text = text.trim_start_matches('\u{FEFF}');
    if text.len() > LONGEST_BYTES {
        return Err(format!("the prompt is longer than {LONGEST_BYTES} bytes"));
    }
    let (head, body) = text.split_once('\n').unwrap_or((text, ""));
    let version = head.strip_prefix("version:").map(str::trim).unwrap_or_default();
    let is_version = !version.is_empty()
        && version.chars().count() <= LONGEST_VERSION
        && !version.chars().any(|c| c.is_whitespace() || c.is_control());
    if !is_version {
        return Err(format!(
            "the first line must be `version: …`, a word of at most {LONGEST_VERSION} characters, not {head:.60?}"
        ));
    }
    if body.trim().is_empty() || body.contains('\0') {
        return Err("below the version there must be a text".to_owned());
    }
    Ok(SystemPrompt { version: format!("{name}@{version}"), text: body.trim().to_owned() })
}
