//! Whether the models can be used.

use futures::StreamExt as _;

use super::report::Report;
use crate::ai::chat::models::Models;
use crate::ai::chat::part::Part;
use crate::ai::chat::request::{ChatRequest, Turn};
use crate::ai::embed::embedder::Purpose;
use crate::ai::embed::load;
use crate::ai::embed::model_files::MINILM;
use crate::config::load::Config;
use crate::domain::generation::prompts;
use crate::start::known_prompts;

const CHAT: &str = "chat";
const EMBEDDING: &str = "embedding";
const PROMPTS: &str = "prompts";

/// The chat model: configured with a key, and with `online` asked for a word.
pub async fn chat(report: &mut Report, config: &Config, online: bool) {
    let name = &config.models.chat;
    let models = match Models::new(&config.models) {
        Ok(models) => models,
        Err(error) => return report.fail(CHAT, &error.to_string()),
    };
    if name.provider == "extractive" {
        return report.warn(
            CHAT,
            "extractive: answers are quotes from the documents, no language model writes",
            "Set CHAT_MODEL and the key of its provider for written answers.",
        );
    }
    let fallback = config.models.fallback_chat.as_ref().map_or_else(String::new, |name| format!(", else {name}"));
    if !online {
        return report.ok(CHAT, &format!("{name}{fallback} is configured (--online asks it for a word)"));
    }
    let request = ChatRequest {
        turns: vec![Turn::User { text: "Answer with the word OK.".to_owned() }],
        max_output_tokens: 64,
        ..ChatRequest::default()
    };
    let mut parts = models.default_chat().stream(request);
    while let Some(part) = parts.next().await {
        match part {
            Ok(Part::Finished(_)) => return report.ok(CHAT, &format!("{name}{fallback} answers")),
            Ok(_) => {}
            Err(error) => return report.fail(CHAT, &format!("{name}: {error}")),
        }
    }
    report.fail(CHAT, &format!("{name} broke off"));
}

/// The system prompts: the operator's folder holds prompts and nothing that only looks like one.
pub fn prompts(report: &mut Report, config: &Config) {
    match prompts::check(config.models.prompts_dir.as_deref(), &known_prompts()) {
        Ok(found) => {
            let versions: Vec<_> = found.into_iter().map(|prompt| prompt.version).collect();
            report.ok(PROMPTS, &versions.join(", "));
        }
        Err(error) => report.fail(PROMPTS, &error.to_string()),
    }
}

/// The embedding model: there, and with a local one, or `online`, able to embed.
pub async fn embedding(report: &mut Report, config: &Config, online: bool) {
    let models = &config.models;
    let name = &models.embedding;
    let cache = config.server.data_dir.join("wheels");
    let is_here = models.embed_model_dir.is_some() || MINILM.fetched(&cache).is_some();
    match name.provider.as_str() {
        "none" => {
            return report.warn(
                EMBEDDING,
                "none: search is by words alone",
                "Set EMBEDDING_MODEL=local/all-MiniLM-L6-v2 to find meanings too.",
            );
        }
        "local" if !is_here && !online => {
            return report.warn(
                EMBEDDING,
                &format!("{name} is not here yet; search is by words until it is"),
                "The first start of a server fetches it (84 MB, needs python3-pip), or `elenchus doctor --online` now.",
            );
        }
        "openai" if !online => {
            return report.ok(EMBEDDING, &format!("{name} is configured (--online tries it)"));
        }
        _ => {}
    }
    let tried = async {
        let Some(model) = load::load(models, &config.server.data_dir).await? else { return Ok(0) };
        let vectors = model.embed(&["One sentence.".to_owned()], Purpose::Query).await?;
        Ok::<_, crate::ai::embed::error::EmbedError>(vectors.first().map_or(0, Vec::len))
    };
    match tried.await {
        Ok(dimensions) => report.ok(EMBEDDING, &format!("{name} embeds, {dimensions} dimensions")),
        Err(error) => report.fail(EMBEDDING, &error.to_string()),
    }
}
