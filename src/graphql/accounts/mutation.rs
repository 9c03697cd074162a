//! Leaving, and taking a copy along.

use async_graphql::{Context, Object, Result};
use secrecy::SecretString;

use super::types::{DeleteAccountInput, DeleteAccountPayload, ExportMyDataPayload};
use crate::domain::accounts::{deletion, export};
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::id;

/// The part of the root that spans all of one's things.
#[derive(Default)]
pub struct AccountsMutation;

/// What spans all of one's things.
#[Object]
impl AccountsMutation {
    /// Deletes your account: at once for everybody, and for good some time later. Ends all sign-ins and API keys, and stops what
    /// is being written for you. What others have keeps what it quotes from you. BAD_USER_INPUT when the password is wrong,
    /// CONFLICT for the last administrator, RATE_LIMITED after too many wrong passwords.
    async fn delete_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The password once more.")] input: DeleteAccountInput,
    ) -> Result<DeleteAccountPayload> {
        let password = input.password.map(SecretString::from);
        let departed = deletion::delete_account(app(ctx), actor(ctx), password.as_ref()).await;
        let departed = departed.map_err(to_graphql)?;
        Ok(DeleteAccountPayload { deleted_id: id(departed.id), purged_at: departed.purged_at })
    }

    /// Has a copy written of all that is yours; `viewer.dataExport` tells when it can be fetched, which is for seven days then.
    /// The one before is removed. CONFLICT while one is being written.
    async fn export_my_data(&self, ctx: &Context<'_>) -> Result<ExportMyDataPayload> {
        let export = export::export_my_data(app(ctx), actor(ctx)).await.map_err(to_graphql)?;
        Ok(ExportMyDataPayload { data_export: export.into() })
    }
}
