//! Who may open a websocket, and with which protocol.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{FromRequestParts, State};
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, header};

use super::super::accept::Media;
use super::super::failure::Failure;
use super::super::gateway::Gateway;
use super::super::run::Shared;
use super::super::{answer, csrf};
use super::close::Close;
use super::session;
use crate::error::ErrorCode;

/// The one subprotocol spoken.
pub const SUBPROTOCOL: &str = "graphql-transport-ws";
/// Largest message taken, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// Read buffer of each socket, in bytes. It is zeroed for every read: the default of 128 KiB costs half of all time when
/// many tokens are streamed, and most of a stream's memory.
const READ_BUFFER_BYTES: usize = 4096;
/// What is gathered before a write, in bytes.
const WRITE_BUFFER_BYTES: usize = 16 * 1024;

/// Answers the upgrade request.
pub async fn serve<G: Gateway>(State(shared): State<Arc<Shared<G>>>, request: Request<Body>) -> Response<Body> {
    let (mut parts, _) = request.into_parts();
    let settings = shared.gateway.settings();
    if !csrf::may_open_socket(&parts.headers, &settings.origins, settings.development) {
        return refuse(StatusCode::FORBIDDEN, ErrorCode::Forbidden, "Pages from this origin may not open a websocket.");
    }
    if parts.method != Method::GET && parts.method != Method::CONNECT {
        return answer::failure(Failure::method("GET", "Open a websocket here."), Media::GraphqlResponse);
    }
    let Ok(upgrade) = WebSocketUpgrade::from_request_parts(&mut parts, &()).await else {
        let message = "Open a websocket here, with the subprotocol graphql-transport-ws.";
        let mut answer = refuse(StatusCode::UPGRADE_REQUIRED, ErrorCode::BadUserInput, message);
        answer.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        return answer;
    };
    let mut upgrade = upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_message_size(MAX_MESSAGE_BYTES)
        .max_frame_size(MAX_MESSAGE_BYTES)
        .protocols([SUBPROTOCOL]);
    let tasks = shared.gateway.tasks().clone();
    if upgrade.selected_protocol().is_none() {
        // A browser hides the close code unless one of its own protocols was chosen.
        let offered = upgrade.requested_protocols().next().cloned();
        if let Some(offered) = offered {
            upgrade.set_selected_protocol(offered);
        }
        return upgrade.on_upgrade(move |socket| async move { tasks.track_future(turn_away(socket)).await });
    }
    upgrade.on_upgrade(move |socket| async move { tasks.track_future(session::run(shared, parts, socket)).await })
}

async fn turn_away(mut socket: WebSocket) {
    // The peer may be gone already.
    let _ = socket.send(Message::from(Close::SUBPROTOCOL)).await;
    let _ = tokio::time::timeout(session::CLOSING, async { while let Some(Ok(_)) = socket.recv().await {} }).await;
}

fn refuse(status: StatusCode, code: ErrorCode, message: &str) -> Response<Body> {
    answer::failure(Failure::new(status, code, message), Media::GraphqlResponse)
}
