//! A client of the `graphql-transport-ws` protocol, for the servers of `transport_support`.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::transport_support::Server;

/// A websocket of a client that speaks the protocol.
pub struct Socket(pub WebSocketStream<MaybeTlsStream<TcpStream>>);

pub fn request(server: &Server, headers: &[(&'static str, &str)]) -> Request {
    let mut request = format!("ws://{}/graphql/ws", server.address).into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    request
}

pub const PROTOCOL: (&str, &str) = ("sec-websocket-protocol", "graphql-transport-ws");

impl Socket {
    pub async fn open(server: &Server) -> Self {
        Self::open_with(server, &[PROTOCOL]).await
    }
    pub async fn open_with(server: &Server, headers: &[(&'static str, &str)]) -> Self {
        Self(connect_async(request(server, headers)).await.unwrap().0)
    }
    /// A socket that has said who it is.
    pub async fn join(server: &Server, token: &str) -> Self {
        let mut socket = Self::open(server).await;
        socket
            .say(&json!({ "type": "connection_init", "payload": { "Authorization": format!("Bearer {token}") } }))
            .await;
        assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
        socket
    }
    pub async fn say(&mut self, message: &Value) {
        self.say_text(&message.to_string()).await;
    }
    pub async fn say_text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }
    pub async fn subscribe(&mut self, id: &str, query: &str) {
        self.say(&json!({ "id": id, "type": "subscribe", "payload": { "query": query } })).await;
    }
    /// The next message of the protocol.
    pub async fn hear(&mut self) -> Value {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("no message but {other:?}"),
            }
        }
    }
    /// The code and reason that the server closes with; messages before are passed over.
    pub async fn closed(mut self) -> (u16, String) {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Close(Some(frame)))) => return (frame.code.into(), frame.reason.to_string()),
                Some(Ok(_)) => {}
                other => panic!("not closed but {other:?}"),
            }
        }
    }
}

/// Waits until so many subscriptions run.
pub async fn live(server: &Server, count: usize) {
    while server.world().live.load(Ordering::SeqCst) != count {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

pub fn close(code: u16, reason: &str) -> (u16, String) {
    (code, reason.to_owned())
}
