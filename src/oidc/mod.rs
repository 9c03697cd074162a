//! Signing in elsewhere: OpenID Connect (Core 1.0, Discovery 1.0) with the authorization code flow and PKCE (RFC 7636).
//!
//! [`provider`] speaks to one issuer, [`metadata`] keeps what it says about itself, [`http`] bounds what it may answer. Who
//! is let in as whom, and how a browser is bound to its attempt, is for `domain/users`.

pub mod http;
pub mod metadata;
pub mod provider;
