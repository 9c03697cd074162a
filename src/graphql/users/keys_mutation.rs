//! Making and ending API keys.

use async_graphql::{Context, Object, Result};
use secrecy::ExposeSecret as _;

use super::keys::{CreateApiKeyInput, CreateApiKeyPayload, RevokeApiKeyInput, RevokeApiKeyPayload};
use crate::domain::users::actions::keys::{self, NewKey};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// The part of the root that makes and ends API keys.
#[derive(Default)]
pub struct KeysMutation;

/// What people do with API keys.
#[Object]
impl KeysMutation {
    /// Makes an API key for a program of yours. BAD_USER_INPUT with every field at fault, CONFLICT when you have as many
    /// as you may, FORBIDDEN when asked with a key.
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key to make.")] input: CreateApiKeyInput,
    ) -> Result<CreateApiKeyPayload> {
        let scopes = input.scopes.into_iter().map(Into::into).collect();
        let new = NewKey { name: input.name, scopes, expires_in_days: input.expires_in_days };
        let (key, text) = keys::create(app(ctx), actor(ctx), new).await.map_err(to_graphql)?;
        Ok(CreateApiKeyPayload { api_key: key.into(), secret: text.expose_secret().to_owned() })
    }

    /// Ends an API key at once, with the sockets and streams that were opened with it. One that has ended stays as it is.
    /// NOT_FOUND when it is not yours, FORBIDDEN when asked with a key.
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key to end.")] input: RevokeApiKeyInput,
    ) -> Result<RevokeApiKeyPayload> {
        let id = parse_id(&input.id, "input.id", "API key")?;
        let key = keys::revoke(app(ctx), actor(ctx), id).await.map_err(to_graphql)?;
        Ok(RevokeApiKeyPayload { api_key: key.into() })
    }
}
