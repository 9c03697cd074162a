//! All of the configuration together.

use super::accounts::AccountsConfig;
use super::audit::AuditConfig;
use super::auth::AuthConfig;
use super::budgets::BudgetsConfig;
use super::data::DataConfig;
use super::database::DatabaseConfig;
use super::documents::DocumentsConfig;
use super::env::{ConfigError, Env};
use super::generation::GenerationConfig;
use super::graphql::GraphqlConfig;
use super::limits::LimitsConfig;
use super::mail::MailConfig;
use super::models::ModelsConfig;
use super::oidc::OidcConfig;
use super::server::ServerConfig;
use super::speech::SpeechConfig;
use super::storage::StorageConfig;
use super::telemetry::TelemetryConfig;
use super::tutoring::TutoringConfig;

#[derive(Debug, Clone)]
pub struct Config {
    pub server: ServerConfig,
    pub database: DatabaseConfig,
    pub storage: StorageConfig,
    pub auth: AuthConfig,
    pub audit: AuditConfig,
    pub budgets: BudgetsConfig,
    pub models: ModelsConfig,
    pub generation: GenerationConfig,
    pub documents: DocumentsConfig,
    pub data: Box<DataConfig>,
    pub graphql: GraphqlConfig,
    pub telemetry: TelemetryConfig,
    pub limits: LimitsConfig,
    pub mail: MailConfig,
    pub accounts: AccountsConfig,
    /// In a box, as the whole is moved through the futures of commands.
    pub speech: Box<SpeechConfig>,
    pub tutoring: TutoringConfig,
    /// `None`: nobody signs in with another service.
    pub oidc: Option<OidcConfig>,
}

impl Config {
    /// Reads every setting, so that a wrong one stops the start and not the first request.
    ///
    /// # Errors
    /// The first setting that is missing or malformed.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let server = ServerConfig::from_env(env)?;
        let mail = MailConfig::from_env(env, &server)?;
        Ok(Self {
            database: DatabaseConfig::from_env(env)?,
            storage: StorageConfig::from_env(env, &server.data_dir)?,
            auth: AuthConfig::from_env(env, server.environment)?,
            audit: AuditConfig::from_env(env)?,
            budgets: BudgetsConfig::from_env(env)?,
            models: ModelsConfig::from_env(env)?,
            generation: GenerationConfig::from_env(env)?,
            documents: DocumentsConfig::from_env(env)?,
            data: Box::new(DataConfig::from_env(env)?),
            graphql: GraphqlConfig::from_env(env, server.environment)?,
            telemetry: TelemetryConfig::from_env(env)?,
            limits: LimitsConfig::from_env(env)?,
            accounts: AccountsConfig::from_env(env, &mail)?,
            mail,
            speech: Box::new(SpeechConfig::from_env(env)?),
            tutoring: TutoringConfig::from_env(env)?,
            oidc: OidcConfig::from_env(env)?,
            server,
        })
    }
}
