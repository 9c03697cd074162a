//! Addresses and headers of calls to providers.

use reqwest::header::HeaderValue;
use url::Url;

use super::error::{ChatError, ChatErrorKind};

/// `base` with `segments` behind it, each escaped.
///
/// # Errors
/// When `base` is no address that has a path.
pub fn join(base: &str, segments: &[&str]) -> Result<Url, ChatError> {
    let mut url = Url::parse(base).map_err(unsendable)?;
    url.path_segments_mut().map_err(|()| unsendable("the address has no path"))?.pop_if_empty().extend(segments);
    Ok(url)
}

/// Whether the address already ends with one of `versions`, as gateways' addresses do.
#[must_use]
pub fn has_version(base: &str, versions: &[&str]) -> bool {
    base.rsplit('/').next().is_some_and(|last| versions.contains(&last))
}

/// A header that is kept out of logs.
///
/// # Errors
/// When it holds characters that a header cannot.
pub fn secret(value: &str) -> Result<HeaderValue, ChatError> {
    let mut value = HeaderValue::from_str(value.trim()).map_err(unsendable)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The error for a setting that cannot be put into a request.
pub fn unsendable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ChatError {
    ChatError::with_message(ChatErrorKind::NotConfigured, "The model's address or key is malformed.")
        .with_source(source)
}
