//! Out-of-date results of dashboards that somebody follows, computed again: once, however many follow them on however many servers.
//!
//! Every follower sees that the data changed, and claims what it shows. The row of a claim says for which versions of query and data it was
//! made, so that one follower wins and all others find nothing to do. With the claim a job is queued in the same transaction: what was
//! claimed is run even if the server goes the next moment.

use super::claim_store::{self as store, NewClaim};
use super::claimed::Claim;
use super::jobs::RunClaimed;
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::domain::data::queries::latest::Asked;
use crate::error::Result;
use crate::jobs::queue;

/// What shows older data than there are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Outdated {
    pub asked: Asked,
    /// By the names of the query's parameters; what is missing has its default.
    pub values: Vec<(String, Option<String>)>,
    pub query_version: i32,
    pub data_version: i64,
}

/// Has these run, as far as nobody does already.
///
/// # Errors
/// When Postgres does not answer.
pub async fn claim(app: &App, outdated: &[Outdated]) -> Result<()> {
    let mut distinct: Vec<&Outdated> = Vec::new();
    for one in outdated {
        if !distinct.iter().any(|other| other.asked == one.asked) {
            distinct.push(one);
        }
    }
    if distinct.is_empty() {
        return Ok(());
    }
    let new = |one: &&Outdated| NewClaim {
        query: one.asked.query,
        key: one.asked.key(),
        query_version: one.query_version,
        data_version: one.data_version,
    };
    let new: Vec<NewClaim> = distinct.iter().map(new).collect();
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let won = store::claim(conn, &new, app.clock.now()).await?;
        let is_won = |one: &&&Outdated| won.contains(&(one.asked.query, one.asked.key().to_vec()));
        let claims: Vec<Claim> = distinct
            .iter()
            .filter(is_won)
            .map(|one| Claim {
                query_id: one.asked.query,
                values: one.values.clone(),
                query_version: one.query_version,
                data_version: one.data_version,
            })
            .collect();
        if !claims.is_empty() {
            queue::enqueue::<App, _>(conn, &app.clock, &RunClaimed { claims }).await?;
        }
        Ok(())
    })
    .await
}
