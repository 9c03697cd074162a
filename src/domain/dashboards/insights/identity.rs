//! Which texts are the same text.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::model::Insight;
use super::subject;
use crate::db::pool::Connection;
use crate::domain::data::glossary::reading as glossary;
use crate::error::Result;

/// Tells a text from all that would be another: by the result, what it and the query are called, what was asked for, and, where a `model`
/// writes, that, the prompt and the words of the workspace. **Nothing is authorised here.**
///
/// # Errors
/// When Postgres does not answer.
pub async fn key(conn: &Connection, insight: &Insight, model: Option<&str>) -> Result<[u8; 32]> {
    let called = subject::called(conn, insight).await?;
    let words = match model {
        Some(_) => glossary::find_all(conn, insight.workspace_id).await?,
        None => Vec::new(),
    };
    let words: Vec<_> = words.iter().map(|word| (word.id.to_string(), word.version)).collect();
    let about = json!([
        insight.result_id.map(|id| id.to_string()),
        insight.chart_id.map(|id| id.to_string()),
        insight.saved_query_id.map(|id| id.to_string()),
        insight.parameters,
    ]);
    let told = json!([called.name(), called.description(), called.question(), words]);
    let asked = json!([insight.focus, insight.language, model, insight.prompt_version]);
    Ok(Sha256::digest(json!([about, told, asked]).to_string().as_bytes()).into())
}
