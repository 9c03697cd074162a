//! The chat models of this installation.

use std::sync::Arc;

use super::anthropic::protocol::Anthropic;
use super::backoff::Backoff;
use super::error::{ChatError, ChatErrorKind};
use super::extractive::model::{Extractive, extractive_name};
use super::google::protocol::Google;
use super::http::{Http, WireLimits};
use super::model::ChatModel;
use super::openai::protocol::OpenAi;
use super::remote::Remote;
use super::resilient::{Patience, Resilient};
use super::upstream::Upstream;
use crate::clock::Clock;
use crate::config::env::ConfigError;
use crate::config::models::{ModelName, ModelsConfig, ProviderConfig};

/// Builds models by name, each with time-outs, retries and the configured fallback. Cheap to clone; one connection pool.
#[derive(Clone)]
pub struct Models {
    config: Arc<ModelsConfig>,
    http: Http,
    patience: Patience,
    default: Arc<dyn ChatModel>,
    moderation: Option<Arc<dyn ChatModel>>,
}

impl Models {
    /// # Errors
    /// When a configured model lacks its key, or TLS cannot be set up.
    pub fn new(config: &ModelsConfig) -> Result<Self, ConfigError> {
        Self::with_limits(config, Backoff::default(), WireLimits::default())
    }

    /// As [`Models::new`], with waits and limits of one's own.
    ///
    /// # Errors
    /// As [`Models::new`].
    pub fn with_limits(config: &ModelsConfig, backoff: Backoff, limits: WireLimits) -> Result<Self, ConfigError> {
        let patience = Patience {
            first_token: config.first_token_timeout,
            idle: config.idle_timeout,
            retries: config.max_retries,
            backoff,
        };
        let http = Http::new(config.connect_timeout, limits, Clock::System)?;
        let build = |setting: &str, name: &ModelName| {
            upstream(config, &http, name).map_err(|error| ConfigError::new(setting, format!("{name}: {error}")))
        };
        let model = build("CHAT_MODEL", &config.chat)?;
        let fallback = match &config.fallback_chat {
            Some(name) => Some(build("FALLBACK_CHAT_MODEL", name)?),
            None => None,
        };
        let default = Arc::new(Resilient::new(model, fallback, patience));
        // Without the fallback: its judgements were not asked for.
        let moderation: Option<Arc<dyn ChatModel>> = match &config.moderation {
            Some(name) => Some(Arc::new(Resilient::new(build("MODERATION_MODEL", name)?, None, patience))),
            None => None,
        };
        Ok(Self { config: Arc::new(config.clone()), http, patience, default, moderation })
    }

    /// The model of `CHAT_MODEL`.
    #[must_use]
    pub fn default_chat(&self) -> Arc<dyn ChatModel> {
        Arc::clone(&self.default)
    }

    /// The model of `MODERATION_MODEL`, which judges texts; `None` where the rules do so alone.
    #[must_use]
    pub fn moderation(&self) -> Option<Arc<dyn ChatModel>> {
        self.moderation.clone()
    }

    /// The model of that name; the default for `None`. Any model of a provider that has a key can be named: where the
    /// name comes from a person, check it against [`Models::available`] first, since models differ in price.
    ///
    /// # Errors
    /// `NotConfigured` when the provider is not known here or has no key.
    pub fn chat(&self, name: Option<&ModelName>) -> Result<Arc<dyn ChatModel>, ChatError> {
        let Some(name) = name.filter(|name| **name != self.config.chat) else { return Ok(self.default_chat()) };
        let model = upstream(&self.config, &self.http, name)?;
        let fallback = match self.config.fallback_chat.as_ref().filter(|fallback| *fallback != name) {
            Some(fallback) => Some(upstream(&self.config, &self.http, fallback)?),
            None => None,
        };
        Ok(Arc::new(Resilient::new(model, fallback, self.patience)))
    }

    /// The models that the operator set up: the default, the fallback, and `extractive`.
    #[must_use]
    pub fn available(&self) -> Vec<ModelName> {
        let mut names = vec![self.config.chat.clone()];
        for name in self.config.fallback_chat.iter().chain([&extractive_name()]) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }
}

fn upstream(config: &ModelsConfig, http: &Http, name: &ModelName) -> Result<Arc<dyn Upstream>, ChatError> {
    let (name, http) = (name.clone(), http.clone());
    Ok(match name.provider.as_str() {
        "openai" => {
            let provider = with_key(&config.openai, "api.openai.com", "OPENAI_API_KEY")?;
            Arc::new(Remote::new(name, OpenAi::new(provider)?, http))
        }
        "anthropic" => {
            let provider = with_key(&config.anthropic, "api.anthropic.com", "ANTHROPIC_API_KEY")?;
            Arc::new(Remote::new(name, Anthropic::new(provider)?, http))
        }
        "google" => {
            let provider = with_key(&config.google, "generativelanguage.googleapis.com", "GOOGLE_API_KEY")?;
            Arc::new(Remote::new(name, Google::new(provider)?, http))
        }
        "extractive" => Arc::new(Extractive::default()),
        _ => return Err(ChatError::with_message(ChatErrorKind::NotConfigured, "There is no such model provider.")),
    })
}

/// Refuses the provider's own address without a key; a server of one's own, or a gateway, may need none.
fn with_key<'a>(config: &'a ProviderConfig, host: &str, setting: &str) -> Result<&'a ProviderConfig, ChatError> {
    let own = url::Url::parse(&config.base_url).is_ok_and(|url| url.host_str() == Some(host));
    if own && config.api_key.is_none() {
        let message = format!("This model needs {setting} to be set.");
        return Err(ChatError::with_message(ChatErrorKind::NotConfigured, message));
    }
    Ok(config)
}
