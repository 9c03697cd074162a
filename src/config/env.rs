//! Where values come from: the environment, `NAME_FILE` for secrets, then `.env`, then the default.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use secrecy::SecretString;

use super::settings;

/// A setting that stops the start: one line that names it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {problem}")]
pub struct ConfigError {
    pub name: String,
    pub problem: String,
}

impl ConfigError {
    pub fn new(name: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { name: name.into(), problem: problem.into() }
    }
}

/// Raw values by name, as they were given.
#[derive(Debug, Clone, Default)]
pub struct Env {
    given: BTreeMap<String, String>,
}

impl Env {
    /// Exactly these values; for tests and tools.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        Self { given: pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }

    /// The process's environment over the file `.env` in `folder`, which is read only in development.
    ///
    /// # Errors
    /// When `.env` cannot be parsed or names a setting that does not exist.
    pub fn load(folder: &Path) -> Result<Self, ConfigError> {
        for (name, _) in std::env::vars() {
            // Its author wants traces to go somewhere else, or otherwise, than they would.
            if name.starts_with("OTEL_EXPORTER_OTLP_") && !is_known(&name) {
                return Err(ConfigError::new(name, "is not a setting here; see .env.example for all of them"));
            }
        }
        let mut given: BTreeMap<String, String> =
            std::env::vars().filter(|(name, _)| is_known(name)).filter(|(_, value)| !value.is_empty()).collect();
        let production = given.get("ENVIRONMENT").is_some_and(|value| value == "production");
        let file = folder.join(".env");
        if !production && file.exists() {
            let problem = |error: dotenvy::Error| ConfigError::new(".env", error.to_string());
            for pair in dotenvy::from_path_iter(&file).map_err(problem)? {
                let (name, value) = pair.map_err(problem)?;
                if !is_known(&name) {
                    return Err(ConfigError::new(name, "is not a setting (in .env); see .env.example for all of them"));
                }
                if !value.is_empty() {
                    given.entry(name).or_insert(value);
                }
            }
        }
        Ok(Self { given })
    }

    /// Whether a value was given for `name`, by itself or in a file, so that the default does not hold.
    #[must_use]
    pub fn is_given(&self, name: &str) -> bool {
        self.given.contains_key(name) || self.given.contains_key(&format!("{name}_FILE"))
    }

    /// The value given for `name`, or the contents of the file that `NAME_FILE` names.
    fn given(&self, name: &str) -> Result<Option<String>, ConfigError> {
        if let Some(value) = self.given.get(name) {
            return Ok(Some(value.clone()));
        }
        let by_file = format!("{name}_FILE");
        let Some(path) = self.given.get(&by_file) else { return Ok(None) };
        let value = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::new(by_file, format!("cannot read {path}: {error}")))?;
        Ok(Some(value.trim_end_matches(['\r', '\n']).to_owned()))
    }

    /// The value, or the default from the list of settings; `None` when neither is there.
    ///
    /// # Errors
    /// When the file of `NAME_FILE` cannot be read.
    pub fn text(&self, name: &'static str) -> Result<Option<String>, ConfigError> {
        let default = settings::find(name).map_or("", |setting| setting.default);
        Ok(self.given(name)?.or_else(|| Some(default.to_owned())).filter(|value| !value.is_empty()))
    }

    /// As [`Env::text`], kept out of logs.
    ///
    /// # Errors
    /// As [`Env::text`].
    pub fn secret(&self, name: &'static str) -> Result<Option<SecretString>, ConfigError> {
        Ok(self.text(name)?.map(SecretString::from))
    }

    /// The value parsed as `T`.
    ///
    /// # Errors
    /// When there is no value, or it is not a `T`.
    pub fn parse<T: FromStr>(&self, name: &'static str) -> Result<T, ConfigError>
    where
        T::Err: std::fmt::Display,
    {
        let value = self.text(name)?.ok_or_else(|| ConfigError::new(name, "must be set"))?;
        value.trim().parse().map_err(|error| ConfigError::new(name, format!("{value:?} is not valid: {error}")))
    }

    /// The value parsed as a number within `range`.
    ///
    /// # Errors
    /// When it is not a number, or outside of the range.
    pub fn number<T>(&self, name: &'static str, range: std::ops::RangeInclusive<T>) -> Result<T, ConfigError>
    where
        T: FromStr + PartialOrd + std::fmt::Display,
        T::Err: std::fmt::Display,
    {
        let value: T = self.parse(name)?;
        if range.contains(&value) {
            return Ok(value);
        }
        Err(ConfigError::new(name, format!("{value} is not within {} to {}", range.start(), range.end())))
    }

    /// The value, which must be one of `choices`.
    ///
    /// # Errors
    /// When it is none of them.
    pub fn choice<T: Copy>(&self, name: &'static str, choices: &[(&str, T)]) -> Result<T, ConfigError> {
        let value = self.text(name)?.unwrap_or_default();
        let found = choices.iter().find(|(word, _)| *word == value);
        found.map(|(_, choice)| *choice).ok_or_else(|| {
            let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
            ConfigError::new(name, format!("{value:?} is not one of {}", words.join(", ")))
        })
    }
}

/// Whether there is a setting of that name, or a secret one whose `NAME_FILE` it is.
fn is_known(name: &str) -> bool {
    settings::find(name).is_some()
        || name.strip_suffix("_FILE").and_then(settings::find).is_some_and(|setting| setting.secret)
}
