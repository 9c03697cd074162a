//! What the demo's account asked besides: a second conversation, which analytics have something to say about.

use futures::StreamExt as _;

use super::stage::PATIENCE;
use crate::app::App;
use crate::config::models::ModelName;
use crate::domain::conversations::exchanges::{self, Exchange, Send};
use crate::domain::conversations::model::MessageStatus;
use crate::domain::conversations::{follow, messages};
use crate::domain::users::actor::Actor;
use crate::error::{Error, Result};

/// Answered by the model that quotes the documents, whatever the installation has: a demo costs nothing.
const MODEL: &str = "extractive";
const QUESTIONS: [&str; 3] =
    ["How large may a deposit be?", "When must the landlord return the deposit?", "How often may the rent be raised?"];

/// Waits for the answer to the first question, and asks the others.
///
/// # Errors
/// When Postgres does not answer, and when an answer takes too long.
pub async fn go_on(app: &App, actor: &Actor, first: &Exchange) -> Result<()> {
    until_answered(app, actor, first).await?;
    let mut conversation = None;
    for text in QUESTIONS {
        let model = ModelName::parse_chat(MODEL);
        let send = Send { conversation, text: text.to_owned(), model, ..Send::default() };
        let exchange = exchanges::send(app, actor, send).await?;
        until_answered(app, actor, &exchange).await?;
        conversation = Some(exchange.conversation.id);
    }
    Ok(())
}

/// Waits for the end of the reply.
async fn until_answered(app: &App, actor: &Actor, exchange: &Exchange) -> Result<()> {
    let mut news = std::pin::pin!(follow::follow(app, actor, exchange.conversation.id).await?);
    let ended = async {
        while messages::get(app, actor, exchange.reply.id).await?.status == MessageStatus::Generating {
            if news.next().await.is_none() {
                break;
            }
        }
        Ok::<_, Error>(())
    };
    match tokio::time::timeout(PATIENCE, ended).await {
        Ok(ended) => ended,
        Err(_) => Err(Error::unavailable("The reply to a question of the demo takes too long.")),
    }
}
