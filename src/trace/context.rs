//! W3C Trace Context (<https://www.w3.org/TR/trace-context/>): the headers `traceparent` and `tracestate`.

/// Longest `tracestate` that is passed on, in bytes: what the specification asks for at least.
const MAX_STATE_BYTES: usize = 512;
/// The flag of a trace that somebody records.
const SAMPLED: u8 = 1;

/// One place in a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext {
    trace_id: [u8; 16],
    span_id: [u8; 8],
    flags: u8,
    /// What other systems on the way want to find again.
    state: Option<String>,
}

impl TraceContext {
    /// `None` when an id is all zero, which stands for none.
    #[must_use]
    pub fn new(trace_id: [u8; 16], span_id: [u8; 8], is_sampled: bool) -> Option<Self> {
        let flags = if is_sampled { SAMPLED } else { 0 };
        (trace_id != [0; 16] && span_id != [0; 8]).then_some(Self { trace_id, span_id, flags, state: None })
    }

    /// A trace that begins here, which nobody records.
    #[must_use]
    pub fn fresh() -> Self {
        // An id of zeros alone is not allowed, and not met in the lifetime of the universe either.
        Self { trace_id: rand::random(), span_id: rand::random(), flags: 0, state: None }
    }

    /// Reads the two headers; `None` when the first is malformed. A later version is read as far as this one goes.
    #[must_use]
    pub fn parse(parent: &str, state: Option<&str>) -> Option<Self> {
        let parent = parent.trim();
        let mut parts = parent.split('-');
        let (version, trace_id, span_id, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let [version] = hex_bytes::<1>(version)?;
        if version == 0xff || (version == 0 && parts.next().is_some()) {
            return None;
        }
        let [flags] = hex_bytes(flags)?;
        let mut context = Self::new(hex_bytes(trace_id)?, hex_bytes(span_id)?, flags & SAMPLED != 0)?;
        context.state = state.map(str::trim).filter(|state| is_state(state)).map(ToOwned::to_owned);
        Some(context)
    }

    /// Another place in the same trace.
    #[must_use]
    pub fn child(&self) -> Self {
        Self { span_id: rand::random(), ..self.clone() }
    }

    /// The header `traceparent`.
    #[must_use]
    pub fn traceparent(&self) -> String {
        format!("00-{}-{}-{:02x}", self.trace_id(), hex::encode(self.span_id), self.flags)
    }

    /// 32 hexadecimal digits.
    #[must_use]
    pub fn trace_id(&self) -> String {
        hex::encode(self.trace_id)
    }

    #[must_use]
    pub const fn ids(&self) -> ([u8; 16], [u8; 8]) {
        (self.trace_id, self.span_id)
    }

    #[must_use]
    pub const fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    #[must_use]
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }
}

/// The bytes of exactly this many small hexadecimal digits.
fn hex_bytes<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let is_small = digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    (is_small && hex::decode_to_slice(digits, &mut bytes).is_ok()).then_some(bytes)
}

fn is_state(state: &str) -> bool {
    !state.is_empty() && state.len() <= MAX_STATE_BYTES && state.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_header_is_read_and_written() {
        let context = TraceContext::parse(PARENT, Some("vendor=1")).unwrap();
        assert_eq!(context.traceparent(), PARENT);
        assert_eq!(context.trace_id(), "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(context.state(), Some("vendor=1"));
        let child = context.child();
        assert_eq!((child.trace_id(), child.is_sampled()), (context.trace_id(), true));
        assert_ne!(child.ids().1, context.ids().1);
    }

    #[test]
    fn what_is_malformed_is_as_good_as_none() {
        for header in [
            "",
            "00",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
        ] {
            assert_eq!(TraceContext::parse(header, None), None, "{header}");
        }
        // A version to come.
        let later = TraceContext::parse(&PARENT.replacen("00-", "cc-", 1).replace("-01", "-03-more"), None).unwrap();
        assert_eq!(later.traceparent(), PARENT);
        assert_eq!(TraceContext::parse(PARENT, Some(&"s".repeat(513))).unwrap().state(), None);
    }
}
