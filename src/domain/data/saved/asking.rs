//! Running what is kept, for somebody.

use std::time::Duration;

use super::{actions, reading};
use crate::app::App;
use crate::domain::data::following;
use crate::domain::data::queries::asking::WAIT_MAX;
use crate::domain::data::queries::model::QueryRun;
use crate::domain::data::reading::source;
use crate::domain::users::actions::verification::require_verified;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::Result;
use crate::ids::SavedQueryId;

/// A kept statement to be run.
#[derive(Debug, Clone)]
pub struct AskSaved {
    pub id: SavedQueryId,
    /// By the names of its parameters; those that are missing have their defaults.
    pub values: Vec<(String, Option<String>)>,
    /// Run anew what is there already.
    pub is_fresh: bool,
    /// Answer when it has ended, or after this time.
    pub wait: Duration,
}

/// Runs a query that the actor sees. What the gate refuses by now, because a table went, is a run that failed.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown query, BAD_USER_INPUT for values that it does not ask for.
pub async fn ask(app: &App, actor: &Actor, ask: AskSaved) -> Result<QueryRun> {
    let asker = actor.require_may(Permission::ReadOwnData)?.user.id;
    require_verified(app, actor)?;
    let query = reading::query(app, actor, ask.id).await?;
    let source = source(app, actor, query.source_id).await?;
    let id = actions::run(app, &source, &query, &ask.values, Some(asker), ask.is_fresh).await?;
    following::wait(app, actor, id, ask.wait.min(WAIT_MAX)).await
}
