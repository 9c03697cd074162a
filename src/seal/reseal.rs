//! Brings all sealed values under the newest key, so that an older one can be taken out of the configuration.

use secrecy::ExposeSecret as _;
use uuid::Uuid;

use super::columns::{COLUMNS, Column};
use super::sealer::{HEAD_BYTES, OpenError, Sealer, sealed_with};
use super::store::{self, Sealed};
use crate::db::pool::{Connection, Db};
use crate::error::{Error, Result};

/// Values that are read at once.
const AT_ONCE: i64 = 200;

/// What has been done.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Values that were under another key and are under the newest.
    pub values: usize,
    /// Values that did not open, and why; they are left as they are.
    pub left: Vec<(&'static str, Uuid, OpenError)>,
}

/// How many values are sealed how.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// With the newest key.
    pub newest: i64,
    /// With one of the older keys of the configuration.
    pub older: i64,
    /// With a key that is not in the configuration, or not sealed at all: nobody can read them.
    pub unknown: i64,
}

/// Seals anew whatever is not sealed with the newest key. Each value is done by itself: broken off, it goes on where it was
/// when it is called again, and a value that somebody changes meanwhile stays as they leave it.
///
/// # Errors
/// When Postgres does not answer.
pub async fn reseal(db: &Db, sealer: &Sealer) -> Result<Resealed> {
    let head = sealer.head().ok_or_else(|| Error::internal("there is no key to seal with"))?;
    let mut done = Resealed::default();
    for column in COLUMNS {
        let mut after = Uuid::nil();
        loop {
            let conn = db.write().await?;
            let batch = store::others(&conn, column, &head, after, AT_ONCE).await?;
            let Some(last) = batch.last() else { break };
            after = last.id;
            for sealed in &batch {
                match reseal_one(&conn, sealer, column, sealed).await? {
                    Ok(true) => done.values += 1,
                    // Whoever changed it has sealed it with the key that they have: the next call sees.
                    Ok(false) => {}
                    Err(error) => done.left.push((column.table, sealed.id, error)),
                }
            }
        }
    }
    Ok(done)
}

/// Whether the value was still the one that was read.
async fn reseal_one(
    conn: &Connection,
    sealer: &Sealer,
    column: &Column,
    sealed: &Sealed,
) -> Result<Result<bool, OpenError>> {
    let value = match sealer.open(column, sealed.id, &sealed.value) {
        Ok(value) => value,
        Err(error) => return Ok(Err(error)),
    };
    let new = sealer.seal(column, sealed.id, value.expose_secret())?;
    store::replace(conn, column, sealed, &new).await.map(Ok)
}

/// Counts all sealed values by what they are sealed with.
///
/// # Errors
/// When Postgres does not answer.
pub async fn survey(conn: &Connection, sealer: &Sealer) -> Result<Survey> {
    let mut survey = Survey::default();
    let head_bytes = i64::try_from(HEAD_BYTES).map_err(Error::internal)?;
    for column in COLUMNS {
        for count in store::count(conn, column, head_bytes).await? {
            let key = sealed_with(&count.head);
            let kept = match key {
                Some(key) if sealer.newest() == Some(key) => &mut survey.newest,
                Some(key) if sealer.knows(key) => &mut survey.older,
                _ => &mut survey.unknown,
            };
            *kept += count.values;
        }
    }
    Ok(survey)
}
