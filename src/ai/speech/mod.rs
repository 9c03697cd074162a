//! Speech: a provider of spoken conversations, recordings written down, and texts read aloud.
//!
//! - [`elevenlabs`]: lets a browser talk to an agent at ElevenLabs without its key
//! - [`transcription`] and [`synthesis`]: any server that speaks OpenAI's protocol for audio
//! - [`voices`]: those of them that an installation has
//! - what they share: [`exchange`] is one call with its patience, [`openai`] whom they call, [`error`] how it fails,
//!   [`mod@format`] what sound comes in

pub mod elevenlabs;
pub mod error;
pub mod exchange;
pub mod format;
pub mod openai;
pub mod synthesis;
pub mod transcription;
pub mod voices;
