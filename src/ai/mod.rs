//! Models: what writes, what embeds, and what it costs. Every provider is behind a trait; nothing here knows a domain.

pub mod chat;
pub mod embed;
pub mod moderation;
