//! Where voices come in and go out: `POST /v1/chat/completions`, by which a voice agent asks what to say, in the protocol of OpenAI
//! (<https://platform.openai.com/docs/api-reference/chat/create>), and `GET /speech/{token}`, a reply read aloud.

pub mod answer;
pub mod completions;
pub mod refusal;
pub mod request;
pub mod speech;
