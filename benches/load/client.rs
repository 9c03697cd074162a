//! A client that costs next to nothing: HTTP/1.1 on a kept connection, requests written beforehand.

use std::net::SocketAddr;
use std::ops::Range;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Outcome;
use crate::data::{PASSWORD, email};

/// Somebody who is signed in.
pub struct Reader {
    /// As the tables have it.
    pub id: uuid::Uuid,
    pub token: String,
}

/// A connection that is kept.
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// An answer as it came.
pub struct Answer<'a> {
    pub head: &'a str,
    pub body: &'a [u8],
}

impl Connection {
    /// # Errors
    /// When nobody listens.
    pub async fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(256 * 1024) })
    }

    /// Sends a request and waits for the whole answer.
    ///
    /// # Errors
    /// When the connection breaks, or the answer is not one of 200 with its length.
    pub async fn call(&mut self, request: &[u8]) -> Outcome<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.received.clear();
        let end = loop {
            if let Some(end) = self.received.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            self.read().await?;
        };
        let head = std::str::from_utf8(&self.received[..end])?;
        if !head.starts_with("HTTP/1.1 200") {
            return Err(format!("refused: {}", String::from_utf8_lossy(&self.received)).into());
        }
        let length: usize = header(head, "content-length").ok_or("an answer without length")?.parse()?;
        while self.received.len() < end + length {
            self.read().await?;
        }
        Ok(Answer { head: std::str::from_utf8(&self.received[..end])?, body: &self.received[end..end + length] })
    }

    async fn read(&mut self) -> Outcome<()> {
        if self.stream.read_buf(&mut self.received).await? == 0 {
            return Err("the server closed the connection".into());
        }
        Ok(())
    }

    /// Sends a GraphQL operation.
    ///
    /// # Errors
    /// When it is answered with errors.
    pub async fn graphql(&mut self, token: Option<&str>, query: &str, variables: &Value) -> Outcome<Value> {
        let answer = self.call(&post(token, query, variables)).await?;
        data(answer.body)
    }
}

/// What a GraphQL operation was answered.
///
/// # Errors
/// When it was answered with errors.
pub fn data(body: &[u8]) -> Outcome<Value> {
    let mut answer: Value = serde_json::from_slice(body)?;
    if let Some(errors) = answer.get("errors") {
        return Err(errors.to_string().into());
    }
    Ok(answer["data"].take())
}

/// The value of a header; names in lower case, as our servers write them.
pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(':')?.trim()))
}

/// A GraphQL request as it goes over the wire.
pub fn post(token: Option<&str>, query: &str, variables: &Value) -> Vec<u8> {
    let body = json!({ "query": query, "variables": variables }).to_string();
    let sign_in = token.map_or_else(String::new, |token| format!("authorization: Bearer {token}\r\n"));
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         accept: application/graphql-response+json\r\n{sign_in}content-length: {}\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body.into_bytes()].concat()
}

/// Signs these people in as anybody would: with their passwords.
///
/// # Errors
/// When one is refused.
pub async fn sign_in(server: SocketAddr, people: Range<usize>) -> Outcome<Vec<Reader>> {
    let login = "mutation($identifier: String!, $password: String!) { \
                 login(input: { identifier: $identifier, password: $password }) { accessToken user { id } } }";
    let mut connection = Connection::open(server).await?;
    let mut readers = Vec::new();
    for reader in people {
        let variables = json!({ "identifier": email(reader), "password": PASSWORD });
        let data = connection.graphql(None, login, &variables).await?;
        let login = &data["login"];
        let id: elenchus::ids::UserId = login["user"]["id"].as_str().ok_or("no id")?.parse()?;
        let token = login["accessToken"].as_str().ok_or("no token")?.to_owned();
        readers.push(Reader { id: id.uuid(), token });
    }
    Ok(readers)
}
