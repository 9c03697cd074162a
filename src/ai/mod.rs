//! Models: what writes, what embeds, what judges, what hears and speaks, and what it costs. Every provider is behind a
//! trait or a struct of its own; nothing here knows a domain.

pub mod chat;
pub mod embed;
pub mod moderation;
pub mod speech;
