//! What a client wants back: the `Accept` header.

use axum::http::{HeaderMap, header};

use crate::graphql::guard::OperationKind;

/// A media type that answers can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// `application/graphql-response+json`: the status says how it went.
    GraphqlResponse,
    /// `application/json`: 200 for all that was well-formed, as older clients expect.
    Json,
    /// `text/event-stream`: GraphQL over SSE, distinct connections.
    EventStream,
    /// `multipart/mixed` with `subscriptionSpec=1.0`: Apollo's multipart subscriptions.
    Multipart,
}

impl Media {
    /// The `Content-Type` of the answer.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
            Self::EventStream => "text/event-stream; charset=utf-8",
            Self::Multipart => "multipart/mixed; boundary=\"graphql\"; subscriptionSpec=1.0",
        }
    }
}

/// The media types that a client takes and we have, the ones it likes best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted(Vec<Media>);

impl Accepted {
    /// Reads the header. Without one, `application/json` is assumed, and a stream for subscriptions.
    #[must_use]
    pub fn read(headers: &HeaderMap) -> Self {
        let mut ranges: Vec<(f32, Vec<Media>)> = Vec::new();
        let mut given = false;
        for value in headers.get_all(header::ACCEPT) {
            for range in value.to_str().unwrap_or_default().split(',').filter(|range| !range.trim().is_empty()) {
                given = true;
                let (quality, media) = read_range(range);
                if quality > 0.0 {
                    ranges.push((quality, media));
                }
            }
        }
        if !given {
            ranges.push((1.0, anything()));
        }
        // Stable: of equal ranges the first one named comes first.
        ranges.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let mut accepted = Vec::new();
        for media in ranges.into_iter().flat_map(|(_, media)| media) {
            if !accepted.contains(&media) {
                accepted.push(media);
            }
        }
        Self(accepted)
    }

    /// Whether the client takes anything that we have.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        !self.0.is_empty()
    }

    /// The media type for an operation: one answer as JSON where the client takes it, a subscription as a stream.
    #[must_use]
    pub fn choose(&self, kind: OperationKind) -> Option<Media> {
        let streams = |media: &&Media| matches!(media, Media::EventStream | Media::Multipart);
        if kind == OperationKind::Subscription {
            return self.0.iter().find(streams).copied();
        }
        self.0.iter().find(|media| !streams(media)).or(self.0.first()).copied()
    }

    /// The media type for a failure before any operation is known.
    #[must_use]
    pub fn for_failure(&self) -> Media {
        let json = |media: &&Media| matches!(media, Media::GraphqlResponse | Media::Json);
        self.0.iter().find(json).copied().unwrap_or(Media::GraphqlResponse)
    }

    /// Whether the client takes nothing but streams.
    #[must_use]
    pub fn only_stream(&self) -> Option<Media> {
        match self.0.first() {
            Some(first) if !self.0.contains(&Media::Json) && !self.0.contains(&Media::GraphqlResponse) => Some(*first),
            _ => None,
        }
    }
}

fn anything() -> Vec<Media> {
    vec![Media::Json, Media::GraphqlResponse, Media::EventStream, Media::Multipart]
}

fn read_range(range: &str) -> (f32, Vec<Media>) {
    let mut parts = range.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let mut quality = 1.0_f32;
    let mut subscriptions = false;
    let mut utf8 = true;
    for parameter in parts {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = value.trim().trim_matches('"');
        match key.trim().to_ascii_lowercase().as_str() {
            "q" => quality = value.parse().unwrap_or(0.0),
            "subscriptionspec" => subscriptions = value == "1.0",
            "charset" => utf8 = value.eq_ignore_ascii_case("utf-8") || value.eq_ignore_ascii_case("utf8"),
            _ => {}
        }
    }
    let media = match name.as_str() {
        _ if !utf8 => Vec::new(),
        "application/graphql-response+json" => vec![Media::GraphqlResponse],
        "application/json" => vec![Media::Json],
        "text/event-stream" | "text/*" => vec![Media::EventStream],
        "multipart/mixed" if subscriptions => vec![Media::Multipart],
        "application/*" => vec![Media::Json, Media::GraphqlResponse],
        "*/*" => anything(),
        _ => Vec::new(),
    };
    (quality, media)
}
