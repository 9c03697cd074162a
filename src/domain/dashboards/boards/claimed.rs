//! Running what was claimed.

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::domain::data::queries::latest::{self, Asked};
use crate::domain::data::reading as sources;
use crate::domain::data::saved::{actions, reading as queries, values as parameters};
use crate::error::Result;
use crate::ids::SavedQueryId;

/// A query that is to be run, with its values, as a job keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub query_id: SavedQueryId,
    /// By the names of its parameters; what is missing has its default.
    pub values: Vec<(String, Option<String>)>,
    pub query_version: i32,
    pub data_version: i64,
}

/// Runs what was claimed, on the server's own authority, unless a result of these data is there. What was changed since is passed over:
/// whoever follows it claims it anew, and so nothing is run twice.
///
/// # Errors
/// When Postgres does not answer.
pub(super) async fn run(app: &App, claims: &[Claim]) -> Result<()> {
    for claim in claims {
        let conn = app.db.read().await?;
        let Some(query) = queries::find_many(&conn, &[claim.query_id]).await?.pop() else { continue };
        let Some(source) = sources::find_many(&conn, &[query.source_id]).await?.pop() else { continue };
        if (query.version, source.data_version) != (claim.query_version, claim.data_version) {
            continue;
        }
        let asked = [Asked::new(query.id, &parameters::given(&query.declared()?, &claim.values)?)?];
        let standing = latest::find(&conn, &asked).await?;
        drop(conn);
        if !standing.values().any(|standing| standing.is_of(source.data_version)) {
            actions::run(app, &source, &query, &claim.values, None, false).await?;
        }
    }
    Ok(())
}
