//! What a client sends: the `Content-Type` and `Content-Encoding` headers.

use axum::http::{HeaderMap, header};

/// The body's type, as far as we read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContentType {
    /// `application/json` or `application/graphql-response+json` in UTF-8.
    Json,
    /// `multipart/form-data` with its boundary.
    Multipart { boundary: String },
    /// None, several, or another.
    Other,
}

/// Reads the header.
#[must_use]
pub fn content_type(headers: &HeaderMap) -> ContentType {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next().and_then(|value| value.to_str().ok()), values.next()) else {
        return ContentType::Other;
    };
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    match essence.as_str() {
        "application/json" | "application/graphql-response+json" => {
            let utf8 = parts.all(|parameter| match parameter.split_once('=') {
                Some((key, value)) if key.trim().eq_ignore_ascii_case("charset") => {
                    let value = value.trim().trim_matches('"');
                    value.eq_ignore_ascii_case("utf-8") || value.eq_ignore_ascii_case("utf8")
                }
                _ => true,
            });
            if utf8 { ContentType::Json } else { ContentType::Other }
        }
        "multipart/form-data" => {
            multer::parse_boundary(value).map_or(ContentType::Other, |boundary| ContentType::Multipart { boundary })
        }
        _ => ContentType::Other,
    }
}

/// Whether the body is sent compressed, which is not taken: a small body could grow without bound.
#[must_use]
pub fn is_encoded(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .any(|value| !value.as_bytes().trim_ascii().eq_ignore_ascii_case(b"identity"))
}
