//! The piece of work that is being done: a request, an operation on a socket, an answer, a job.
//!
//! It is kept beside the task and not in a span, so that the ids are in every line of the log whatever its level, and
//! cost nothing else: spans are made only where somebody collects them ([`super::span`]).

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use futures::Stream;
use futures::stream::BoxStream;
use tracing::Span;

use super::context::TraceContext;

tokio::task_local! {
    static CURRENT: Arc<Work>;
}

/// One piece of work and its names.
#[derive(Debug)]
pub struct Work {
    /// What clients are told of it: `x-request-id`, `extensions.requestId`.
    pub request_id: Option<String>,
    pub trace: TraceContext,
    operation: OnceLock<String>,
    user: OnceLock<String>,
    client: OnceLock<IpAddr>,
}

impl Work {
    #[must_use]
    pub fn new(request_id: Option<String>, trace: TraceContext) -> Arc<Self> {
        Arc::new(Self { request_id, trace, operation: OnceLock::new(), user: OnceLock::new(), client: OnceLock::new() })
    }

    /// What is done: the name of the operation, once that is known.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.operation.get().map(String::as_str)
    }

    /// Who asked for it, by id.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.user.get().map(String::as_str)
    }

    /// Names what is done; the first name stays.
    pub fn name(&self, operation: &str) {
        let _named_before = self.operation.set(operation.to_owned());
    }

    /// From where it was asked for.
    #[must_use]
    pub fn client(&self) -> Option<IpAddr> {
        self.client.get().copied()
    }

    /// Says from where it was asked for; the first one stays.
    pub fn came_from(&self, client: IpAddr) {
        let _known_before = self.client.set(client);
    }

    /// Says who asked; the first one stays.
    pub fn asked_by(&self, user: String) {
        let _known_before = self.user.set(user);
    }
}

/// What is being done now, if anybody has said so.
#[must_use]
pub fn current() -> Option<Arc<Work>> {
    CURRENT.try_with(Arc::clone).ok()
}

/// The id that clients know the current work by.
#[must_use]
pub fn request_id() -> Option<String> {
    CURRENT.try_with(|work| work.request_id.clone()).ok().flatten()
}

/// Runs `future` as a part of `work`; as it is without one. A new task starts without.
pub async fn within<T>(work: Option<Arc<Work>>, future: impl Future<Output = T>) -> T {
    match work {
        Some(work) => CURRENT.scope(work, future).await,
        None => future.await,
    }
}

/// A stream of which every step is a part of `work`, and of a span.
pub struct Within<T> {
    pub work: Option<Arc<Work>>,
    pub span: Span,
    pub inner: BoxStream<'static, T>,
}

impl<T> Stream for Within<T> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let Self { work, span, inner } = self.get_mut();
        let _entered = span.enter();
        match work {
            Some(work) => CURRENT.sync_scope(Arc::clone(work), || inner.as_mut().poll_next(context)),
            None => inner.as_mut().poll_next(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt as _;
    use futures::stream;

    use super::*;

    #[tokio::test]
    async fn work_is_known_inside_and_not_outside() {
        assert!(current().is_none());
        let work = Work::new(Some("r1".to_owned()), TraceContext::fresh());
        let seen = within(Some(Arc::clone(&work)), async {
            work.name("First");
            work.name("Second");
            (request_id(), current().and_then(|work| work.operation().map(ToOwned::to_owned)))
        });
        assert_eq!(seen.await, (Some("r1".to_owned()), Some("First".to_owned())));
        let inner = stream::iter([(), ()]).map(|()| request_id()).boxed();
        let stream = Within { work: Some(work), span: Span::none(), inner };
        assert_eq!(stream.collect::<Vec<_>>().await, [Some("r1".to_owned()), Some("r1".to_owned())]);
        assert!(request_id().is_none());
    }
}
