//! The gate.

use super::bounds;
use super::checked::Checked;
use super::gate::Gate;
use super::parameters::Parameter;
use super::refusal::{Code, Refusal};
use super::relations::Relations;

/// In bytes, of the thread that a check runs on; memory that is not touched is not taken. The parser guards its stack,
/// but in a debug build its frames are larger than its guard expects: fifteen subqueries in FROM ended a thread of
/// 2 MiB. At the depth that [`bounds`] allows it needs less than 4 MiB.
const STACK: usize = 32 * 1024 * 1024;

/// What of `sql` may be run. Only [`Checked::sql`] has been checked, so only that may be sent. Takes milliseconds, on a
/// thread of its own.
///
/// # Errors
/// A [`Refusal`] for everything that is not on the lists.
pub fn check(sql: &str, relations: &Relations, parameters: &[Parameter]) -> Result<Checked, Refusal> {
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name("sql-gate".to_owned())
            .stack_size(STACK)
            .spawn_scoped(scope, || check_here(sql, relations, parameters))
            .ok()
            .and_then(|thread| thread.join().ok())
            // No thread could be started, or the parser panicked.
            .unwrap_or_else(|| Err(Refusal::new(Code::Unreadable, "The statement could not be checked.")))
    })
}

fn check_here(sql: &str, relations: &Relations, parameters: &[Parameter]) -> Result<Checked, Refusal> {
    let query = bounds::parse(sql)?;
    let mut gate = Gate::new(relations, parameters);
    gate.query(&query)?;
    gate.finish(&query)
}
