//! One issuer: where to send somebody who signs in with it, and who has come back.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::TimeDelta;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthType, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IdToken, IdTokenClaims, IdTokenFields, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, StandardErrorResponse,
    StandardTokenResponse, TokenResponse as _,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::http::{HttpError, IssuerHttp};
use super::metadata::{Metadata, unavailable};
use crate::clock::Clock;
use crate::config::env::ConfigError;
use crate::config::oidc::OidcConfig;
use crate::error::{Error, Result};

/// How far the issuer's clock may be from ours.
const CLOCK_SKEW: TimeDelta = TimeDelta::seconds(60);
/// Longest code that an issuer gives.
const MAX_CODE: usize = 4096;

/// The claims of an ID token that the specification does not name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct OtherClaims {
    #[serde(flatten)]
    all: HashMap<String, Value>,
}

impl AdditionalClaims for OtherClaims {}

type Algorithm = CoreJwsSigningAlgorithm;
type Token = IdToken<OtherClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, Algorithm>;
type Claims = IdTokenClaims<OtherClaims, CoreGenderClaim>;
type Fields =
    IdTokenFields<OtherClaims, EmptyExtraTokenFields, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, Algorithm>;
type Refusal = StandardErrorResponse<CoreErrorResponseType>;
type OurClient = Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    Refusal,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What must be kept of an attempt until its answer comes. Nobody but us sees nonce and verifier.
#[derive(Debug)]
pub struct Attempt {
    /// Stands in the address, and comes back with the answer.
    pub state: SecretString,
    /// Must stand in the ID token: it is of this attempt.
    pub nonce: SecretString,
    /// Proves to the issuer that whoever brings the code asked for it (RFC 7636).
    pub verifier: SecretString,
}

impl Attempt {
    /// 256 random bits each.
    #[must_use]
    pub fn generate() -> Self {
        let random = || SecretString::from(BASE64.encode(rand::random::<[u8; 32]>()));
        Self { state: random(), nonce: random(), verifier: random() }
    }
}

/// Who the issuer says somebody is; checked to be its word, for us, now.
#[derive(Debug, Clone)]
pub struct Identified {
    pub issuer: String,
    /// Never given to anybody else by this issuer.
    pub subject: String,
    pub email: Option<String>,
    /// Whether the issuer says that the person reads the mail of that address.
    pub email_verified: bool,
    pub name: Option<String>,
    /// Whatever else it says, by name.
    pub claims: HashMap<String, Value>,
}

/// An issuer that people may sign in with.
pub struct Provider {
    config: OidcConfig,
    metadata: Metadata,
    http: IssuerHttp,
    clock: Clock,
}

impl Provider {
    /// # Errors
    /// When TLS cannot be set up, or the issuer's address is none.
    pub fn new(config: OidcConfig, clock: Clock) -> Result<Self, ConfigError> {
        let http = IssuerHttp::new(&config.issuer)?;
        let issuer = IssuerUrl::new(config.issuer.clone())
            .map_err(|error| ConfigError::new("OIDC_ISSUER", error.to_string()))?;
        Ok(Self { metadata: Metadata::new(issuer, http.clone(), clock.clone()), config, http, clock })
    }

    #[must_use]
    pub fn config(&self) -> &OidcConfig {
        &self.config
    }

    /// The address to send a browser to, which comes back to `redirect_url`.
    ///
    /// # Errors
    /// UPSTREAM_UNAVAILABLE when the issuer does not answer.
    pub async fn authorization_url(&self, attempt: &Attempt, redirect_url: &str) -> Result<String> {
        let metadata = self.metadata.get().await?;
        let client = self.client(&metadata, redirect_url)?;
        let state = CsrfToken::new(attempt.state.expose_secret().to_owned());
        let nonce = Nonce::new(attempt.nonce.expose_secret().to_owned());
        let verifier = PkceCodeVerifier::new(attempt.verifier.expose_secret().to_owned());
        let (url, _, _) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || state, move || nonce)
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(url.into())
    }

    /// Finds out who has come back with `code` from the attempt with this nonce and verifier.
    ///
    /// # Errors
    /// UNAUTHENTICATED when the issuer does not know the code, or its word is not good; UPSTREAM_UNAVAILABLE when it does not
    /// answer.
    pub async fn identify(
        &self,
        code: &SecretString,
        nonce: &SecretString,
        verifier: &SecretString,
        redirect_url: &str,
    ) -> Result<Identified> {
        if code.expose_secret().len() > MAX_CODE {
            return Err(refused("the code is too long"));
        }
        let metadata = self.metadata.get().await?;
        let client = self.client(&metadata, redirect_url)?;
        let tokens = client
            .exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()))
            .map_err(|_| unavailable().with_source("the issuer names no token endpoint"))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose_secret().to_owned()))
            .request_async(&self.http)
            .await
            .map_err(|error| untraded(&error))?;
        let token = tokens.id_token().ok_or_else(|| refused("the issuer gave no ID token"))?;
        let claims = self.verified(token, nonce, metadata).await?;
        self.identified(&claims)
    }

    /// The claims of a token that the issuer signed for us, for this attempt, and that is of now.
    async fn verified(
        &self,
        token: &Token,
        nonce: &SecretString,
        metadata: Arc<CoreProviderMetadata>,
    ) -> Result<Claims> {
        use openidconnect::ClaimsVerificationError::SignatureVerification;
        let first = match self.claims(token, nonce, &metadata) {
            Ok(claims) => return Ok(claims),
            Err(error) => error,
        };
        // The issuer may have taken a new key into use since its keys were fetched.
        if matches!(first, SignatureVerification(_))
            && let Some(newer) = self.metadata.with_new_keys(&metadata).await?
        {
            return self.claims(token, nonce, &newer).map_err(|error| refused(error.to_string()));
        }
        Err(refused(first.to_string()))
    }

    fn claims(
        &self,
        token: &Token,
        nonce: &SecretString,
        metadata: &CoreProviderMetadata,
    ) -> Result<Claims, openidconnect::ClaimsVerificationError> {
        let now = self.clock.now();
        let id = ClientId::new(self.config.client_id.clone());
        // A public client's verifier takes no signature that is made with a shared secret.
        let verifier = openidconnect::IdTokenVerifier::<CoreJsonWebKey>::new_public_client(
            id,
            metadata.issuer().clone(),
            metadata.jwks().clone(),
        )
        .set_allowed_algs([
            Algorithm::RsaSsaPkcs1V15Sha256,
            Algorithm::RsaSsaPkcs1V15Sha384,
            Algorithm::RsaSsaPkcs1V15Sha512,
            Algorithm::RsaSsaPssSha256,
            Algorithm::EcdsaP256Sha256,
            Algorithm::EcdsaP384Sha384,
            Algorithm::EdDsa,
        ])
        .set_time_fn(move || now - CLOCK_SKEW)
        .set_issue_time_verifier_fn(move |issued_at| {
            if issued_at <= now + CLOCK_SKEW { Ok(()) } else { Err("issued in the future".to_owned()) }
        });
        token.claims(&verifier, &Nonce::new(nonce.expose_secret().to_owned())).cloned()
    }

    fn identified(&self, claims: &Claims) -> Result<Identified> {
        // OpenID Connect Core 1.0, section 3.1.3.7, number 5: made for another client, which passed it on.
        if claims.authorized_party().is_some_and(|party| **party != self.config.client_id) {
            return Err(refused("the ID token was made for another client"));
        }
        let name = claims.name().and_then(|name| name.get(None)).map(|name| name.to_string());
        Ok(Identified {
            issuer: self.config.issuer.clone(),
            subject: claims.subject().to_string(),
            email: claims.email().map(|email| email.to_string()),
            email_verified: claims.email_verified().unwrap_or(false),
            name,
            claims: claims.additional_claims().all.clone(),
        })
    }

    fn client(&self, metadata: &CoreProviderMetadata, redirect_url: &str) -> Result<OurClient> {
        let id = ClientId::new(self.config.client_id.clone());
        let secret = ClientSecret::new(self.config.client_secret.expose_secret().to_owned());
        let redirect_url = RedirectUrl::new(redirect_url.to_owned()).map_err(Error::internal)?;
        let takes = metadata.token_endpoint_auth_methods_supported();
        let in_body = takes.is_some_and(|takes| !takes.contains(&CoreClientAuthMethod::ClientSecretBasic));
        let client = OurClient::from_provider_metadata(metadata.clone(), id, Some(secret));
        let client = client.set_redirect_uri(redirect_url);
        Ok(if in_body { client.set_auth_type(AuthType::RequestBody) } else { client })
    }
}

/// What a client is told of an answer that is not good; why is for the log.
fn refused(why: impl Into<String>) -> Error {
    let why: String = why.into();
    tracing::info!(event = "oidc_refused", why, "what an issuer says was refused");
    Error::unauthenticated("This sign-in was refused. Please begin again.")
}

fn untraded(error: &RequestTokenError<HttpError, Refusal>) -> Error {
    match error {
        // The code is unknown, used or of another client, or the verifier is not that of the attempt.
        RequestTokenError::ServerResponse(answer) => {
            refused(format!("the issuer refused the code: {}", answer.error()))
        }
        RequestTokenError::Request(cause) => unavailable().with_source(format!("the issuer does not answer: {cause}")),
        RequestTokenError::Parse(cause, _) => {
            unavailable().with_source(format!("the issuer's answer cannot be read: {cause}"))
        }
        RequestTokenError::Other(cause) => unavailable().with_source(cause.clone()),
    }
}
