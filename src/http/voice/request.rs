//! What an agent sends: as much of OpenAI's request as is needed, and ElevenLabs' way of passing something along
//! (<https://elevenlabs.io/docs/eleven-agents/customization/llm/custom-llm>).

use secrecy::SecretString;
use serde::{Deserialize, Deserializer};

use crate::domain::courses::voice::turns::Heard;

/// The tool with which an agent hangs up.
const END_CALL: &str = "end_call";

/// A request; what else it holds is of no use here.
#[derive(Debug, Deserialize)]
pub struct CompletionRequest {
    messages: Vec<Message>,
    /// Whether to answer word by word.
    #[serde(default)]
    pub stream: bool,
    #[serde(default)]
    tools: Option<Vec<Tool>>,
    #[serde(default)]
    elevenlabs_extra_body: Option<Extra>,
    /// OpenAI's own field for such things, for agents of others.
    #[serde(default)]
    metadata: Option<Extra>,
}

#[derive(Debug, Deserialize)]
struct Message {
    role: String,
    #[serde(default)]
    content: Option<Content>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Debug, Deserialize)]
struct Part {
    #[serde(default)]
    text: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Tool {
    #[serde(default)]
    function: Option<Function>,
}

#[derive(Debug, Deserialize)]
struct Function {
    #[serde(default)]
    name: String,
}

#[derive(Debug, Deserialize)]
struct Extra {
    #[serde(default, deserialize_with = "secret")]
    elenchus_session: Option<SecretString>,
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.map(SecretString::from))
}

impl Content {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Parts(parts) => parts.iter().filter_map(|part| part.text.as_deref()).collect::<Vec<_>>().join(" "),
        }
    }
}

impl CompletionRequest {
    /// What was heard; `None` without the session's token.
    #[must_use]
    pub fn heard(&self) -> Option<Heard> {
        let extras = [&self.elevenlabs_extra_body, &self.metadata];
        let token = extras.into_iter().flatten().find_map(|extra| extra.elenchus_session.clone())?;
        let said: Vec<&Message> = self.messages.iter().filter(|message| message.role == "user").collect();
        let last = said.last().and_then(|message| message.content.as_ref()).map(Content::text);
        Some(Heard { token, said: last, turn: said.len() })
    }

    /// Whether the agent can be told to hang up.
    #[must_use]
    pub fn can_hang_up(&self) -> bool {
        let tools = self.tools.as_deref().unwrap_or_default();
        tools.iter().any(|tool| tool.function.as_ref().is_some_and(|function| function.name == END_CALL))
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn read(json: serde_json::Value) -> CompletionRequest {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn the_last_words_of_the_student_count() {
        let request = read(serde_json::json!({
            "model": "tutor", "stream": true, "temperature": 0.5, "max_tokens": 5000, "user_id": "x",
            "messages": [
                {"role": "system", "content": "Be nice."},
                {"role": "assistant", "content": "What is an offer?"},
                {"role": "user", "content": "A promise."},
                {"role": "assistant", "content": null, "tool_calls": []},
                {"role": "user", "content": [{"type": "text", "text": "Or"}, {"type": "image"}, {"type": "text", "text": "not?"}]},
            ],
            "tools": [{"type": "function", "function": {"name": "end_call", "parameters": {}}}],
            "elevenlabs_extra_body": {"elenchus_session": "t", "other": 1},
        }));
        let heard = request.heard().unwrap();
        assert_eq!((heard.token.expose_secret(), heard.said.as_deref(), heard.turn), ("t", Some("Or not?"), 2));
        assert!(request.stream && request.can_hang_up());
        assert!(!format!("{request:?}").contains("\"t\""));

        let first = read(serde_json::json!({"messages": [], "metadata": {"elenchus_session": "t"}, "tools": null}));
        let heard = first.heard().unwrap();
        assert_eq!((heard.said, heard.turn, first.stream, first.can_hang_up()), (None, 0, false, false));
        assert!(read(serde_json::json!({"messages": [], "elevenlabs_extra_body": {}})).heard().is_none());
    }
}
