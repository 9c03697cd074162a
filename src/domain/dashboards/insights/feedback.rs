//! What whoever asked thinks of a text.

use super::model::Insight;
use super::store;
use crate::app::App;
use crate::domain::data::following;
use crate::domain::data::questions::model::AnswerRating;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, Result};
use crate::ids::InsightId;

/// Longest comment, in characters, as the table has it.
const COMMENT_MAX: usize = 1000;

/// Rates a text that the actor asked for, or takes that back with its comment.
///
/// # Errors
/// `NOT_FOUND` for a foreign or unknown text, FORBIDDEN for somebody else's, CONFLICT while it is written, BAD_USER_INPUT for a comment that
/// is too long.
pub async fn rate(
    app: &App,
    actor: &Actor,
    id: InsightId,
    rating: Option<AnswerRating>,
    comment: Option<&str>,
) -> Result<Insight> {
    let author = actor.require_may(Permission::ReadOwnData)?.user.id;
    let comment = comment.map(|text| text.replace('\0', "\u{FFFD}").trim().to_owned());
    let comment = comment.filter(|text| !text.is_empty() && rating.is_some());
    if comment.as_ref().is_some_and(|text| text.chars().count() > COMMENT_MAX) {
        return Err(Error::bad_input("input.comment", format!("At most {COMMENT_MAX} characters.")));
    }
    let insight: Insight = following::see(app, actor, id).await?;
    if insight.author_id != Some(author) {
        return Err(Error::forbidden("Somebody else asked for this."));
    }
    if !insight.status.is_settled() {
        return Err(Error::conflict("This insight is still written."));
    }
    store::rate(&*app.db.write().await?, id, rating, comment.as_deref()).await?;
    following::see(app, actor, id).await
}
