//! Misconceptions, by key.

use std::collections::HashMap;

use crate::app::App;
use crate::domain::courses::misconceptions::model::{Against, Search};
use crate::domain::courses::misconceptions::reading::{self, Shown};
use crate::domain::users::actor::Actor;
use crate::error::Result;
use crate::graphql::loader::Load;
use crate::ids::{MisconceptionId, WeekId};

/// The newest search of a week that the reader teaches.
pub struct MisconceptionSearchOf;

impl Load for MisconceptionSearchOf {
    type Key = WeekId;
    type Value = Search;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::searches(app, actor, keys).await
    }
}

/// What was found in a week that the reader teaches.
pub struct MisconceptionsOf;

impl Load for MisconceptionsOf {
    type Key = WeekId;
    type Value = Vec<Shown>;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::of_weeks(app, actor, keys).await
    }
}

/// The passage that speaks against a misconception.
pub struct ReadingAgainst;

impl Load for ReadingAgainst {
    type Key = MisconceptionId;
    type Value = Against;

    async fn load(app: &App, actor: &Actor, keys: &[Self::Key]) -> Result<HashMap<Self::Key, Self::Value>> {
        reading::against(app, actor, keys).await
    }
}
