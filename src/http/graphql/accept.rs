//! What a client wants back: the `Accept` header.

use std::cmp::Reverse;

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
        let mut ranges = Vec::new();
        for value in headers.get_all(header::ACCEPT) {
            let listed = value.to_str().unwrap_or_default().split(',').filter(|range| !range.trim().is_empty());
            ranges.extend(listed.map(Range::read));
        }
        if ranges.is_empty() {
            return Self(ALL.to_vec());
        }
        // The most exact range that holds for a media type says how much it is liked (RFC 9110, 12.5.1), so that
        // `application/json;q=0, */*` is anything but that.
        let mut liked: Vec<(f32, usize, Media)> = ALL
            .into_iter()
            .filter_map(|media| {
                let holding = ranges.iter().enumerate().filter(|(_, range)| range.media.contains(&media));
                // Of equally exact ranges the first one named.
                let (place, range) = holding.min_by_key(|(place, range)| (Reverse(range.exactness), *place))?;
                (range.quality > 0.0).then_some((range.quality, place, media))
            })
            .collect();
        // Stable: within one range the order is ours.
        liked.sort_by(|(a, at, _), (b, bt, _)| b.total_cmp(a).then(at.cmp(bt)));
        Self(liked.into_iter().map(|(_, _, media)| media).collect())
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

/// What we have, in the order in which it is given to a client that takes anything.
const ALL: [Media; 4] = [Media::Json, Media::GraphqlResponse, Media::EventStream, Media::Multipart];

/// One range of the header.
struct Range {
    /// From 0, not wanted, to 1.
    quality: f32,
    /// How much of a media type it names: nothing, its first half, or all.
    exactness: u8,
    /// What we have of it.
    media: &'static [Media],
}

impl Range {
    fn read(range: &str) -> Self {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let mut quality = 1.0_f32;
        let mut subscriptions = false;
        let mut utf8 = true;
        for parameter in parts {
            let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let value = value.trim().trim_matches('"');
            match key.trim().to_ascii_lowercase().as_str() {
                "q" => quality = value.parse().ok().filter(|quality| (0.0..=1.0).contains(quality)).unwrap_or(0.0),
                "subscriptionspec" => subscriptions = value == "1.0",
                "charset" => utf8 = value.eq_ignore_ascii_case("utf-8") || value.eq_ignore_ascii_case("utf8"),
                _ => {}
            }
        }
        let (exactness, media): (u8, &[Media]) = match name.as_str() {
            _ if !utf8 => (2, &[]),
            "application/graphql-response+json" => (2, &[Media::GraphqlResponse]),
            "application/json" => (2, &[Media::Json]),
            "text/event-stream" => (2, &[Media::EventStream]),
            "multipart/mixed" if subscriptions => (2, &[Media::Multipart]),
            "application/*" => (1, &[Media::Json, Media::GraphqlResponse]),
            "text/*" => (1, &[Media::EventStream]),
            "*/*" => (0, &ALL),
            _ => (2, &[]),
        };
        Self { quality, exactness, media }
    }
}
