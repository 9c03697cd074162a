//! Misconceptions by week, for those who teach: what loaders batch.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use super::model::{Against, Evidence, Misconception, Search};
use super::reading_store as store;
use crate::app::App;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::Result;
use crate::ids::{MisconceptionId, UserId, WeekId};

/// A misconception with the evidence that there is for it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub misconception: Misconception,
    /// At least one.
    pub evidence: Vec<Evidence>,
    /// Students whom the evidence is of.
    pub students: usize,
}

/// The newest search of each of these weeks, of those that the actor teaches.
pub async fn searches(app: &App, actor: &Actor, ids: &[WeekId]) -> Result<HashMap<WeekId, Search>> {
    let reader = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let found = store::searches(&*app.db.read().await?, reader, ids).await?;
    Ok(found.into_iter().map(|search| (search.week_id, search)).collect())
}

/// What was found in each of these weeks, of those that the actor teaches: what most students show first. What has no evidence
/// any more is not shown.
pub async fn of_weeks(app: &App, actor: &Actor, ids: &[WeekId]) -> Result<HashMap<WeekId, Vec<Shown>>> {
    let reader = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    let conn = app.db.read().await?;
    let (found, evidence) =
        futures::try_join!(store::of_weeks(&conn, reader, ids), store::evidence(&conn, reader, ids))?;
    let mut by_misconception: HashMap<MisconceptionId, Vec<Evidence>> = HashMap::new();
    for one in evidence {
        by_misconception.entry(one.misconception_id).or_default().push(one);
    }
    let mut by_week: HashMap<WeekId, Vec<Shown>> = HashMap::new();
    for misconception in found {
        let Some(evidence) = by_misconception.remove(&misconception.id) else { continue };
        let students: BTreeSet<UserId> = evidence.iter().map(|one| one.student_id).collect();
        let shown = Shown { students: students.len(), misconception, evidence };
        by_week.entry(shown.misconception.week_id).or_default().push(shown);
    }
    for shown in by_week.values_mut() {
        shown.sort_by_key(|one| (Reverse(one.students), one.misconception.position));
    }
    Ok(by_week)
}

/// The passage that speaks against each of these, as far as the actor teaches there and may read it.
pub async fn against(app: &App, actor: &Actor, ids: &[MisconceptionId]) -> Result<HashMap<MisconceptionId, Against>> {
    let viewer = actor.require_may(Permission::ReadOwnCourses)?.user.id;
    actor.require_may(Permission::ReadOwnDocuments)?;
    let found = store::against(&*app.db.read().await?, viewer, app.clock.now(), ids).await?;
    Ok(found.into_iter().map(|against| (against.misconception_id, against)).collect())
}
