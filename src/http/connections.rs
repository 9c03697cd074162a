//! Connections: accepted one by one, each with a limit on how long it may take to say what it wants.
//!
//! axum's own `serve` sets no timer, so that a connection whose headers never end stays for ever; and it speaks HTTP/2 to
//! whoever begins with it, for which there are no limits either. Here HTTP/1.1 is spoken; proxies speak HTTP/2 and 3 to
//! browsers.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

/// Most that the headers of a request may have, in bytes; beyond it is 431.
const MAX_HEADER_BYTES: usize = 64 * 1024;
/// How long to wait before the next try when the system gives no connection: it is out of file handles.
const PAUSE: Duration = Duration::from_millis(250);

/// Serves until `closing`; then lets every connection end the request that it is at.
pub async fn serve(listener: TcpListener, router: Router, keep_alive: Duration, closing: CancellationToken) {
    let open = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = closing.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                // What is written is whole messages: waiting for more only delays them.
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "a connection closed before it was served");
                }
                open.spawn(keep(stream, peer, router.clone(), keep_alive, closing.clone()));
            }
            // The client is gone already; the next one is not.
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "cannot accept connections");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    open.close();
    open.wait().await;
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn keep(stream: TcpStream, peer: SocketAddr, router: Router, keep_alive: Duration, closing: CancellationToken) {
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(Body::new)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // Counts from the end of the request before.
        .header_read_timeout(keep_alive)
        .max_buf_size(MAX_HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
}
