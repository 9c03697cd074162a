//! What of a question its followers see.

use super::model::{DataQuestion, QuestionStatus};
use super::reading::missing;
use super::store;
use crate::app::App;
use crate::domain::data::following::Followed;
use crate::error::Result;
use crate::events::fact::Topic;
use crate::ids::{DataQuestionId, QueryRunId, UserId};

impl Followed for DataQuestion {
    type Id = DataQuestionId;
    type State = (QuestionStatus, i32, Option<QueryRunId>);

    fn topic(id: Self::Id) -> Topic {
        Topic::Question(id)
    }

    async fn look(app: &App, reader: UserId, id: Self::Id) -> Result<Self> {
        store::load(&*app.db.read().await?, reader, &[id]).await?.pop().ok_or_else(missing)
    }

    fn state(&self) -> Self::State {
        (self.status, self.attempts, self.run_id)
    }

    fn is_settled(&self) -> bool {
        self.status.is_settled()
    }
}
