//! The room of models: what writes, and what it costs. Every provider is behind a trait; nothing here knows a domain.

pub mod chat;
