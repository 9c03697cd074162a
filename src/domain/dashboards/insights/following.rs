//! What of a text its followers see.

use super::model::{Insight, InsightStatus};
use super::reading::missing;
use super::store;
use crate::app::App;
use crate::domain::data::following::Followed;
use crate::error::Result;
use crate::events::fact::Topic;
use crate::ids::{InsightId, UserId};

impl Followed for Insight {
    type Id = InsightId;
    type State = (InsightStatus, i32);

    fn topic(id: Self::Id) -> Topic {
        Topic::Insight(id)
    }

    async fn look(app: &App, reader: UserId, id: Self::Id) -> Result<Self> {
        store::load(&*app.db.read().await?, reader, &[id]).await?.pop().ok_or_else(missing)
    }

    fn state(&self) -> Self::State {
        (self.status, self.attempts)
    }

    fn is_settled(&self) -> bool {
        self.status.is_settled()
    }
}
