//! Models: what writes, what embeds. Each capability is a trait, and each provider one file.

pub mod embed;
