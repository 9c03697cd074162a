//! What an installation has to hear and to speak with.

use secrecy::SecretString;

use super::elevenlabs::ElevenLabs;
use super::error::SpeechError;
use super::exchange::Patience;
use super::synthesis::Synthesizer;
use super::transcription::Transcriber;
use crate::config::models::ModelsConfig;
use crate::config::speech::SpeechConfig;

/// Each is `None` where it is not configured.
#[derive(Debug, Clone, Default)]
pub struct Voices {
    pub conversations: Option<Conversations>,
    /// Writes down what people say.
    pub transcriber: Option<Transcriber>,
    /// Reads texts aloud.
    pub synthesizer: Option<Synthesizer>,
}

/// Spoken conversations with an agent that asks this server what to say.
#[derive(Debug, Clone)]
pub struct Conversations {
    pub broker: ElevenLabs,
    /// The provider's name for the agent.
    pub agent: String,
}

impl Voices {
    /// What the settings give. There are no spoken conversations without the secret by which the agent asks us: it would say
    /// whatever it likes.
    ///
    /// # Errors
    /// When a setting lacks something, or holds what cannot work.
    pub fn new(models: &ModelsConfig, speech: &SpeechConfig) -> Result<Self, SpeechError> {
        let broker = ElevenLabs::new(speech, &Patience::SHORT)?;
        let agent = speech.elevenlabs_agent_id.clone().filter(|_| speech.voice_llm_secret.is_some());
        Ok(Self {
            conversations: broker.zip(agent).map(|(broker, agent)| Conversations { broker, agent }),
            transcriber: Transcriber::new(models, speech, &Patience::LONG)?,
            synthesizer: Synthesizer::new(models, speech, &Patience::LONG)?,
        })
    }

    /// A token for one conversation with the agent; `None` where there are none.
    ///
    /// # Errors
    /// When the provider does not give it.
    pub async fn conversation_token(&self) -> Result<Option<SecretString>, SpeechError> {
        let Some(Conversations { broker, agent }) = &self.conversations else { return Ok(None) };
        broker.conversation_token(agent).await.map(Some)
    }

    /// An address for one conversation with the agent; `None` where there are none.
    ///
    /// # Errors
    /// When the provider does not give it.
    pub async fn signed_url(&self) -> Result<Option<SecretString>, SpeechError> {
        let Some(Conversations { broker, agent }) = &self.conversations else { return Ok(None) };
        broker.signed_url(agent).await.map(Some)
    }
}
