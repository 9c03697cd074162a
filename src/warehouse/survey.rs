//! Whether uploads could be kept, found out without making anything.

use super::place::Warehouse;
use super::refusal::{failed, unreachable};
use crate::error::Result;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Survey {
    /// The database is there, and roles can be made in it.
    Ready,
    /// The first upload makes the database.
    ToBeMade,
    /// The database's user may not make the database.
    MayNotMakeDatabase,
    /// The database's user may not make roles.
    MayNotMakeRoles,
}

impl Warehouse {
    /// Looks whether the database is there, and what its user may do.
    ///
    /// # Errors
    /// UPSTREAM_UNAVAILABLE when Postgres does not answer.
    pub async fn survey(&self) -> Result<Survey> {
        // Beside the database that may not be there yet, or in the one that was named.
        let asked = self.maker().unwrap_or_else(|| self.connector());
        let (client, _alive) = asked.client().await.map_err(unreachable)?;
        let found = client
            .query_one(
                "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1), rolsuper OR rolcreatedb, rolsuper OR rolcreaterole \
                 FROM pg_roles WHERE rolname = current_user",
                &[&self.database()],
            )
            .await
            .map_err(failed)?;
        let is = |column: usize| found.try_get::<_, bool>(column).map_err(failed);
        Ok(match (is(0)?, is(1)?, is(2)?) {
            (_, _, false) => Survey::MayNotMakeRoles,
            (true, ..) => Survey::Ready,
            (false, true, _) => Survey::ToBeMade,
            (false, false, _) => Survey::MayNotMakeDatabase,
        })
    }
}
