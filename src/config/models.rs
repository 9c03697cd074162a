//! Which models write and which embed, and how patient we are with them.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use super::env::{ConfigError, Env};

/// A model as `provider/model`. `extractive` and `none` have no model part.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ModelName {
    /// `openai`, `anthropic`, `google`, `local`, `extractive` or `none`.
    pub provider: String,
    /// The provider's own name for the model; equal to `provider` where there is but one.
    pub model: String,
}

impl ModelName {
    /// Reads `provider/model`, or one of `alone` as it is.
    #[must_use]
    pub fn parse(text: &str, providers: &[&str], alone: &[&str]) -> Option<Self> {
        if alone.contains(&text) {
            return Some(Self { provider: text.to_owned(), model: text.to_owned() });
        }
        let (provider, model) = text.split_once('/')?;
        (providers.contains(&provider) && !model.is_empty())
            .then(|| Self { provider: provider.to_owned(), model: model.to_owned() })
    }

    /// Reads the name of a chat model.
    #[must_use]
    pub fn parse_chat(text: &str) -> Option<Self> {
        Self::parse(text, &["openai", "anthropic", "google"], &["extractive"])
    }
}

impl std::fmt::Display for ModelName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.provider == self.model {
            f.write_str(&self.provider)
        } else {
            write!(f, "{}/{}", self.provider, self.model)
        }
    }
}

/// How to reach one provider.
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    pub api_key: Option<SecretString>,
    /// Without a slash at its end.
    pub base_url: String,
}

#[derive(Debug, Clone)]
pub struct ModelsConfig {
    /// `CHAT_MODEL`
    pub chat: ModelName,
    /// `FALLBACK_CHAT_MODEL`
    pub fallback_chat: Option<ModelName>,
    /// `MODERATION_MODEL`; `None` leaves moderation to the rules.
    pub moderation: Option<ModelName>,
    /// `EMBEDDING_MODEL`
    pub embedding: ModelName,
    /// `EMBEDDING_DIMENSIONS`; `None` leaves it to the model.
    pub embedding_dimensions: Option<u16>,
    /// `EMBED_MODEL_DIR`
    pub embed_model_dir: Option<PathBuf>,
    /// `EMBED_THREADS`; 0 for one a core.
    pub embed_threads: usize,
    pub openai: ProviderConfig,
    pub anthropic: ProviderConfig,
    pub google: ProviderConfig,
    /// `MODEL_CONNECT_TIMEOUT_MS`
    pub connect_timeout: Duration,
    /// `MODEL_FIRST_TOKEN_TIMEOUT_MS`
    pub first_token_timeout: Duration,
    /// `MODEL_IDLE_TIMEOUT_MS`
    pub idle_timeout: Duration,
    /// `MODEL_MAX_RETRIES`: tries again before the first word.
    pub max_retries: u32,
    /// `MODEL_MAX_OUTPUT_TOKENS`
    pub max_output_tokens: u32,
    /// `MODEL_PRICES_FILE`
    pub prices_file: Option<PathBuf>,
    /// `PROMPTS_DIR`
    pub prompts_dir: Option<PathBuf>,
}

impl ModelsConfig {
    /// # Errors
    /// When a value is malformed.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let chat = chat_model(env, "CHAT_MODEL")?.ok_or_else(|| ConfigError::new("CHAT_MODEL", "must be set"))?;
        let embedding: String = env.parse("EMBEDDING_MODEL")?;
        let embedding = ModelName::parse(&embedding, &["local", "openai"], &["none"]).ok_or_else(|| {
            ConfigError::new("EMBEDDING_MODEL", format!("{embedding:?} is not local/…, openai/… or none"))
        })?;
        let embedding_dimensions = match env.text("EMBEDDING_DIMENSIONS")? {
            Some(_) => Some(env.number("EMBEDDING_DIMENSIONS", 8..=4000)?),
            None => None,
        };
        Ok(Self {
            chat,
            fallback_chat: chat_model(env, "FALLBACK_CHAT_MODEL")?,
            moderation: moderation_model(env)?,
            embedding,
            embedding_dimensions,
            embed_model_dir: env.text("EMBED_MODEL_DIR")?.map(PathBuf::from),
            embed_threads: env.number("EMBED_THREADS", 0..=256)?,
            openai: provider(env, "OPENAI_API_KEY", "OPENAI_BASE_URL")?,
            anthropic: provider(env, "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL")?,
            google: provider(env, "GOOGLE_API_KEY", "GOOGLE_BASE_URL")?,
            connect_timeout: Duration::from_millis(env.number("MODEL_CONNECT_TIMEOUT_MS", 10..=600_000)?),
            first_token_timeout: Duration::from_millis(env.number("MODEL_FIRST_TOKEN_TIMEOUT_MS", 10..=3_600_000)?),
            idle_timeout: Duration::from_millis(env.number("MODEL_IDLE_TIMEOUT_MS", 10..=3_600_000)?),
            max_retries: env.number("MODEL_MAX_RETRIES", 0..=10)?,
            max_output_tokens: env.number("MODEL_MAX_OUTPUT_TOKENS", 16..=1_000_000)?,
            prices_file: env.text("MODEL_PRICES_FILE")?.map(PathBuf::from),
            prompts_dir: env.text("PROMPTS_DIR")?.map(PathBuf::from),
        })
    }
}

fn chat_model(env: &Env, name: &'static str) -> Result<Option<ModelName>, ConfigError> {
    let Some(text) = env.text(name)? else { return Ok(None) };
    let problem = format!("{text:?} is not openai/…, anthropic/…, google/… or extractive");
    ModelName::parse_chat(&text).map(Some).ok_or_else(|| ConfigError::new(name, problem))
}

/// One that judges: `extractive` can only quote.
fn moderation_model(env: &Env) -> Result<Option<ModelName>, ConfigError> {
    let Some(text) = env.text("MODERATION_MODEL")? else { return Ok(None) };
    let problem = format!("{text:?} is not openai/…, anthropic/… or google/…");
    let name = ModelName::parse(&text, &["openai", "anthropic", "google"], &[]);
    name.map(Some).ok_or_else(|| ConfigError::new("MODERATION_MODEL", problem))
}

fn provider(env: &Env, key: &'static str, base_url: &'static str) -> Result<ProviderConfig, ConfigError> {
    let url: String = env.parse(base_url)?;
    let parsed = url::Url::parse(&url).map_err(|error| ConfigError::new(base_url, error.to_string()))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(ConfigError::new(base_url, "must start with http:// or https://"));
    }
    Ok(ProviderConfig { api_key: env.secret(key)?, base_url: url.trim_end_matches('/').to_owned() })
}
