//! Server-sent events out of bytes.
//!
//! The format: <https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream>. Lines are cut
//! from bytes and only then read as UTF-8, so a character that the network splits comes out whole. What one event may
//! take is bounded.

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SseEvent {
    /// The event's type; empty when the server named none.
    pub name: String,
    /// Its data lines, joined by line feeds.
    pub data: String,
}

/// An event, or a line, was longer than allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a server-sent event is longer than {limit} bytes")]
pub struct EventTooLong {
    pub limit: usize,
}

/// Cuts events from the bytes of one response.
#[derive(Debug)]
pub struct SseDecoder {
    limit: usize,
    line: Vec<u8>,
    name: String,
    data: String,
    has_data: bool,
    /// The last byte was a carriage return: a line feed right after it belongs to it.
    after_cr: bool,
    first_line: bool,
}

impl SseDecoder {
    /// A decoder that refuses events of more than `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            line: Vec::new(),
            name: String::new(),
            data: String::new(),
            has_data: false,
            after_cr: false,
            first_line: true,
        }
    }

    /// Takes the next bytes and appends the events that they complete to `out`.
    ///
    /// # Errors
    /// When an event is longer than the limit. The decoder is of no use afterwards.
    pub fn push(&mut self, mut bytes: &[u8], out: &mut Vec<SseEvent>) -> Result<(), EventTooLong> {
        while !bytes.is_empty() {
            if std::mem::take(&mut self.after_cr) && bytes.first() == Some(&b'\n') {
                bytes = bytes.get(1..).unwrap_or_default();
                continue;
            }
            let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let taken = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
            if self.line.len() + self.data.len() + taken.len() > self.limit {
                return Err(EventTooLong { limit: self.limit });
            }
            self.line.extend_from_slice(taken);
            let Some(end) = end else { break };
            self.after_cr = bytes.get(end) == Some(&b'\r');
            bytes = bytes.get(end + 1..).unwrap_or_default();
            self.end_line(out);
        }
        Ok(())
    }

    /// The event that the end of the response cut off from its blank line, if there was any data.
    pub fn finish(&mut self) -> Option<SseEvent> {
        let mut out = Vec::new();
        self.end_line(&mut out);
        // The cut-off line may have been empty, and so have ended the event.
        out.pop().or_else(|| self.dispatch())
    }

    fn end_line(&mut self, out: &mut Vec<SseEvent>) {
        let mut line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.first_line) && line.starts_with(b"\xEF\xBB\xBF") {
            line.drain(..3);
        }
        if line.is_empty() {
            out.extend(self.dispatch());
        } else {
            let text = String::from_utf8_lossy(&line);
            let (field, value) = text.split_once(':').unwrap_or((&text, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "event" => value.clone_into(&mut self.name),
                "data" => {
                    if std::mem::replace(&mut self.has_data, true) {
                        self.data.push('\n');
                    }
                    self.data.push_str(value);
                }
                // Comments have an empty field name; `id` and `retry` are for reconnecting, which a POST cannot.
                _ => {}
            }
        }
        line.clear();
        self.line = line;
    }

    fn dispatch(&mut self) -> Option<SseEvent> {
        let event = SseEvent { name: std::mem::take(&mut self.name), data: std::mem::take(&mut self.data) };
        std::mem::take(&mut self.has_data).then_some(event)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(pieces: &[&[u8]]) -> Vec<(String, String)> {
        let mut decoder = SseDecoder::new(10_000);
        let mut out = Vec::new();
        for piece in pieces {
            decoder.push(piece, &mut out).unwrap();
        }
        out.extend(decoder.finish());
        out.into_iter().map(|event| (event.name, event.data)).collect()
    }

    #[test]
    fn reads_every_form() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("data: a\n\n", &[("", "a")]),
            ("data:a\r\n\r\ndata: b\r\n\r\n", &[("", "a"), ("", "b")]),
            ("data: a\r\rdata: b\r\r", &[("", "a"), ("", "b")]),
            ("\u{feff}data: a\n\n", &[("", "a")]),
            (": ping\n\nevent: x\ndata: a\ndata:  b\nid: 1\nretry: 5\n\n", &[("x", "a\n b")]),
            ("event: lonely\n\ndata: a\n\n", &[("", "a")]),
            ("data\n\n", &[("", "")]),
            ("data: unfinished", &[("", "unfinished")]),
            ("data: unfinished\n", &[("", "unfinished")]),
            ("", &[]),
        ];
        for (text, events) in cases {
            let expected: Vec<_> = events.iter().map(|(n, d)| ((*n).to_owned(), (*d).to_owned())).collect();
            assert_eq!(decode(&[text.as_bytes()]), expected, "{text:?}");
            for at in 0..=text.len() {
                let (a, b) = text.as_bytes().split_at(at);
                assert_eq!(decode(&[a, b]), expected, "{text:?} split at {at}");
            }
        }
    }

    #[test]
    fn refuses_what_never_ends() {
        let mut decoder = SseDecoder::new(100);
        let mut out = Vec::new();
        let result = (0..1000).try_for_each(|_| decoder.push(b"data: 0123456789\n", &mut out));
        assert_eq!(result, Err(EventTooLong { limit: 100 }));
        assert_eq!(out, []);
    }

    proptest! {
        #[test]
        fn splitting_changes_nothing(text in "(data: ?[a-zäß€😀:]{0,8}|:x|event: e|\r|)(\n|\r\n|\n\n){0,3}", cut in 0usize..40) {
            let bytes = text.as_bytes();
            let (a, b) = bytes.split_at(cut.min(bytes.len()));
            prop_assert_eq!(decode(&[a, b]), decode(&[bytes]));
        }

        #[test]
        fn any_bytes_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            decode(&[&bytes]);
        }
    }
}
