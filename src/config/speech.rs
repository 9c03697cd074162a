//! Talking instead of typing: a provider of spoken conversations, and models that hear and speak.

use secrecy::{ExposeSecret as _, SecretString};

use super::env::{ConfigError, Env};
use super::models::ModelName;

/// Shortest `VOICE_LLM_SECRET`, in characters: whoever knows it speaks for the provider.
const SHORTEST_SECRET: usize = 32;

#[derive(Debug, Clone)]
pub struct SpeechConfig {
    /// `ELEVENLABS_API_KEY`; `None` for no spoken conversations.
    pub elevenlabs_api_key: Option<SecretString>,
    /// `ELEVENLABS_BASE_URL`, without a slash at its end.
    pub elevenlabs_base_url: String,
    /// `ELEVENLABS_AGENT_ID`: whom people talk to unless something else is said.
    pub elevenlabs_agent_id: Option<String>,
    /// `VOICE_LLM_SECRET`: the bearer token with which the provider asks our own models what to say.
    pub voice_llm_secret: Option<SecretString>,
    /// `TRANSCRIPTION_MODEL`, of the provider `openai`; `None` for none.
    pub transcription_model: Option<ModelName>,
    /// `SPEECH_MODEL`, of the provider `openai`; `None` for none.
    pub speech_model: Option<ModelName>,
    /// `SPEECH_VOICE`: the provider's name for a voice.
    pub speech_voice: String,
}

impl SpeechConfig {
    /// # Errors
    /// When a value is malformed, or one is missing that goes with another.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let elevenlabs_api_key = key(env, "ELEVENLABS_API_KEY")?;
        let elevenlabs_agent_id = name(env, "ELEVENLABS_AGENT_ID")?;
        if elevenlabs_agent_id.is_some() && elevenlabs_api_key.is_none() {
            return Err(ConfigError::new("ELEVENLABS_API_KEY", "must be set with ELEVENLABS_AGENT_ID"));
        }
        let voice_llm_secret = key(env, "VOICE_LLM_SECRET")?;
        if voice_llm_secret.as_ref().is_some_and(|secret| secret.expose_secret().len() < SHORTEST_SECRET) {
            let problem = format!("must have at least {SHORTEST_SECRET} characters");
            return Err(ConfigError::new("VOICE_LLM_SECRET", problem));
        }
        Ok(Self {
            elevenlabs_api_key,
            elevenlabs_base_url: address(env, "ELEVENLABS_BASE_URL")?,
            elevenlabs_agent_id,
            voice_llm_secret,
            transcription_model: model(env, "TRANSCRIPTION_MODEL")?,
            speech_model: model(env, "SPEECH_MODEL")?,
            speech_voice: name(env, "SPEECH_VOICE")?.unwrap_or_default(),
        })
    }
}

/// A secret that can be a header's value. What is wrong with it is told without it.
fn key(env: &Env, setting: &'static str) -> Result<Option<SecretString>, ConfigError> {
    let Some(key) = env.secret(setting)? else { return Ok(None) };
    if key.expose_secret().chars().all(|c| c.is_ascii_graphic()) {
        return Ok(Some(key));
    }
    Err(ConfigError::new(setting, "holds characters that no key has"))
}

/// A name as providers give them: letters, digits and what joins them.
fn name(env: &Env, setting: &'static str) -> Result<Option<String>, ConfigError> {
    let Some(name) = env.text(setting)? else { return Ok(None) };
    if name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/')) {
        return Ok(Some(name));
    }
    Err(ConfigError::new(setting, format!("{name:?} is not made of letters, digits and -_.:/ alone")))
}

fn address(env: &Env, setting: &'static str) -> Result<String, ConfigError> {
    let url: String = env.parse(setting)?;
    let parsed = url::Url::parse(&url).map_err(|error| ConfigError::new(setting, error.to_string()))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(ConfigError::new(setting, "must start with http:// or https://"));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

fn model(env: &Env, setting: &'static str) -> Result<Option<ModelName>, ConfigError> {
    let Some(text) = env.text(setting)? else { return Ok(None) };
    let problem = format!("{text:?} is not openai/…");
    ModelName::parse(&text, &["openai"], &[]).map(Some).ok_or_else(|| ConfigError::new(setting, problem))
}
