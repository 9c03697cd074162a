//! From a copy to its file, and from the viewer to their copy.

use async_graphql::{ComplexObject, Context, Result};

use super::types::DataExport;
use crate::domain::accounts::export;
use crate::graphql::context::{actor, app};
use crate::graphql::error::to_graphql;

#[ComplexObject]
impl DataExport {
    /// An address under which you can fetch the archive for an hour without further sign-in. Begins with a slash where this
    /// installation does not know its public address. Null unless status is READY.
    #[expect(clippy::unused_async, reason = "a field of the graph is a future, whatever it needs")]
    async fn download_url(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let base = app(ctx).config.server.public_url.as_deref().unwrap_or("");
        let token = export::download_claim(app(ctx), actor(ctx), &self.row).map_err(to_graphql)?;
        Ok(token.map(|token| format!("{base}/files/{token}")))
    }
}

/// The newest copy of the viewer's.
///
/// # Errors
/// UNAUTHENTICATED for nobody, FORBIDDEN for an API key.
pub async fn viewer_export(ctx: &Context<'_>) -> Result<Option<DataExport>> {
    let newest = export::newest(app(ctx), actor(ctx)).await.map_err(to_graphql)?;
    Ok(newest.map(DataExport::from))
}
