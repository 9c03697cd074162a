//! What whoever asked thinks of an answer.

use super::model::{AnswerRating, DataQuestion};
use super::store;
use crate::app::App;
use crate::domain::data::following;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::DataQuestionId;

/// Longest comment, in characters, as the table has it.
const COMMENT_MAX: usize = 1000;

/// Rates what became of the actor's own question, or takes that back with its comment.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown question, FORBIDDEN for somebody else's, CONFLICT while it is worked on, BAD_USER_INPUT for a comment
/// that is too long.
pub async fn rate(
    app: &App,
    actor: &Actor,
    id: DataQuestionId,
    rating: Option<AnswerRating>,
    comment: Option<&str>,
) -> Result<DataQuestion> {
    let asker = actor.require_may(Permission::ReadOwnData)?.user.id;
    let comment = comment.map(|text| text.replace('\0', "\u{FFFD}").trim().to_owned());
    let comment = comment.filter(|text| !text.is_empty() && rating.is_some());
    if comment.as_ref().is_some_and(|text| text.chars().count() > COMMENT_MAX) {
        return Err(Error::bad_input("input.comment", format!("At most {COMMENT_MAX} characters.")));
    }
    let question: DataQuestion = following::see(app, actor, id).await?;
    if question.asker_id != Some(asker) {
        return Err(Error::forbidden("Somebody else asked this."));
    }
    if !question.status.is_settled() {
        return Err(Error::conflict("This question is still worked on."));
    }
    store::rate(&*app.db.write().await?, id, rating, comment.as_deref()).await?;
    following::see(app, actor, id).await
}
