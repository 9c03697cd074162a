//! What a server may say: so many bytes, and then the connection ends.
//!
//! The client keeps a message in memory until it is whole, and a message of Postgres may have two gigabytes. It looks up each type that it does not
//! know, and those that this one is made of, as deep as the server says: each time it asks, which is why what is said to the server is
//! counted too. Our own server does not do such things; one that somebody entered may do anything.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How many bytes may still come, and go.
#[derive(Debug)]
pub struct Allowance {
    left: AtomicUsize,
    to_say: AtomicUsize,
}

impl Allowance {
    #[must_use]
    pub fn new(bytes: usize, to_say: usize) -> Arc<Self> {
        Arc::new(Self { left: AtomicUsize::new(bytes), to_say: AtomicUsize::new(to_say) })
    }

    /// So many from now on, whatever was left.
    pub fn grant(&self, bytes: usize, to_say: usize) {
        self.left.store(bytes, Ordering::SeqCst);
        self.to_say.store(to_say, Ordering::SeqCst);
    }

    /// So many more may go.
    pub fn say(&self, bytes: usize) {
        self.to_say.fetch_add(bytes, Ordering::SeqCst);
    }
}

/// Whether so many more may be taken.
fn take(left: &AtomicUsize, bytes: usize) -> bool {
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(bytes)).is_ok()
}

/// A stream that ends when its allowance is used up.
#[derive(Debug)]
pub struct Metered<S> {
    inner: S,
    allowance: Arc<Allowance>,
}

impl<S> Metered<S> {
    #[must_use]
    pub fn new(inner: S, allowance: Arc<Allowance>) -> Self {
        Self { inner, allowance }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        let came = buf.filled().len().saturating_sub(before);
        if take(&self.allowance.left, came) {
            return Poll::Ready(Ok(()));
        }
        Poll::Ready(Err(io::Error::other("the server says more than it may")))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let went = ready!(Pin::new(&mut self.inner).poll_write(cx, buf))?;
        if take(&self.allowance.to_say, went) {
            return Poll::Ready(Ok(went));
        }
        Poll::Ready(Err(io::Error::other("the server has itself asked more than it may")))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[tokio::test]
    async fn what_was_not_granted_does_not_come() {
        let allowance = Allowance::new(5, 7);
        let (mut server, client) = tokio::io::duplex(64);
        let mut client = Metered::new(client, Arc::clone(&allowance));
        server.write_all(b"12345").await.unwrap();
        let mut five = [0; 5];
        client.read_exact(&mut five).await.unwrap();
        assert_eq!(&five, b"12345");
        client.write_all(b"1234567").await.unwrap();
        assert_eq!(client.write_all(b"8").await.unwrap_err().kind(), io::ErrorKind::Other);
        allowance.grant(3, 1);
        client.write_all(b"9").await.unwrap();
        server.write_all(b"678").await.unwrap();
        let mut three = [0; 3];
        client.read_exact(&mut three).await.unwrap();
        server.write_all(b"9").await.unwrap();
        assert_eq!(client.read_u8().await.unwrap_err().kind(), io::ErrorKind::Other);
        drop(server);
    }
}
