//! Carries facts between instances over Postgres LISTEN/NOTIFY.
//!
//! A fact is published on the connection of the transaction that makes it true, and Postgres delivers it when that
//! commits. One connection an instance listens; when it breaks, it is opened again and everybody hears
//! [`Fact::Missed`], since NOTIFY keeps nothing for a listener that is away.

use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use diesel::sql_types::{Array, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use futures::StreamExt as _;
use tokio::sync::{broadcast, watch};
use tokio_postgres::AsyncMessage;

use super::fact::{Fact, Topic};
use crate::db::connect::Connector;
use crate::error::{Error, Result};

/// The one channel of all facts.
const CHANNEL: &str = "elenchus";
/// Postgres refuses payloads of 8,000 bytes.
pub const MAX_PAYLOAD: usize = 7900;

diesel::define_sql_function! {
    fn pg_notify(channel: Text, payload: Text);
}

/// A handle on the bus. Cheap to clone.
#[derive(Clone, Default)]
pub struct Bus {
    topics: Arc<DashMap<Topic, broadcast::Sender<Arc<Fact>>>>,
}

/// The facts of one topic, from the moment of subscribing.
pub struct Listener {
    topic: Topic,
    /// Taken out at the end, for only then can be seen whether it was the last.
    receiver: Option<broadcast::Receiver<Arc<Fact>>>,
    topics: Arc<DashMap<Topic, broadcast::Sender<Arc<Fact>>>>,
}

impl Listener {
    /// The next fact. Having lagged behind counts as [`Fact::Missed`].
    pub async fn next(&mut self) -> Arc<Fact> {
        match &mut self.receiver {
            // The sender lives as long as a listener does, so closing cannot come before the listener's end.
            Some(receiver) => receiver.recv().await.unwrap_or_else(|_| Arc::new(Fact::Missed)),
            None => Arc::new(Fact::Missed),
        }
    }
}

/// The last listener takes its topic along: there are as many topics as things and people.
impl Drop for Listener {
    fn drop(&mut self) {
        drop(self.receiver.take());
        self.topics.remove_if(&self.topic, |_, sender| sender.receiver_count() == 0);
    }
}

impl Bus {
    /// Tells everybody once the transaction of `conn` commits, or at once without one.
    ///
    /// # Errors
    /// When Postgres does not answer, or the fact is too long for one notification.
    pub async fn publish(&self, mut conn: &AsyncPgConnection, fact: &Fact) -> Result<()> {
        diesel::select(pg_notify(CHANNEL, payload(fact)?)).execute(&mut conn).await?;
        Ok(())
    }

    /// As [`Bus::publish`], for many facts in one round trip.
    ///
    /// # Errors
    /// As [`Bus::publish`].
    pub async fn publish_all(&self, mut conn: &AsyncPgConnection, facts: &[Fact]) -> Result<()> {
        let payloads = facts.iter().map(payload).collect::<Result<Vec<String>>>()?;
        diesel::sql_query("SELECT pg_notify($1, p.payload) FROM unnest($2) AS p (payload)")
            .bind::<Text, _>(CHANNEL)
            .bind::<Array<Text>, _>(payloads)
            .execute(&mut conn)
            .await?;
        Ok(())
    }

    /// Hears what belongs to `topic` from now on.
    #[must_use]
    pub fn listen(&self, topic: Topic) -> Listener {
        let sender = self.topics.entry(topic).or_insert_with(|| broadcast::channel(topic.backlog()).0);
        let receiver = Some(sender.subscribe());
        drop(sender);
        Listener { topic, receiver, topics: Arc::clone(&self.topics) }
    }

    /// Hands a fact to the listeners in this process.
    fn dispatch(&self, fact: Fact) {
        let (topic, besides) = (fact.topic(), fact.besides());
        let fact = Arc::new(fact);
        if let Some(topic) = besides {
            self.topics.remove_if(&topic, |_, sender| sender.send(Arc::clone(&fact)).is_err());
        }
        // Sending fails only where nobody listens any more.
        match topic {
            Some(topic) => {
                self.topics.remove_if(&topic, |_, sender| sender.send(Arc::clone(&fact)).is_err());
            }
            None => self.topics.retain(|_, sender| sender.send(Arc::clone(&fact)).is_ok()),
        }
    }

    /// Listens until the process ends. `ready` turns true whenever LISTEN stands.
    pub async fn run(self, connector: Connector, ready: watch::Sender<bool>) {
        let mut pause = Duration::from_millis(100);
        loop {
            match self.listen_once(&connector, &ready).await {
                Ok(()) => pause = Duration::from_millis(100),
                Err(error) => {
                    tracing::warn!(error = %error.chain(), "the event listener lost Postgres and will come back");
                    pause = (pause * 2).min(Duration::from_secs(2));
                }
            }
            ready.send_replace(false);
            tokio::time::sleep(pause).await;
        }
    }

    async fn listen_once(&self, connector: &Connector, ready: &watch::Sender<bool>) -> Result<()> {
        let unreachable = |error| Error::unavailable("Postgres does not answer.").with_source(error);
        // The driver differs in type with TLS; both are polled for messages in the same way.
        if connector.config().get_ssl_mode() == tokio_postgres::config::SslMode::Disable {
            let (client, connection) = connector.config().connect(tokio_postgres::NoTls).await.map_err(unreachable)?;
            self.follow(client, connection, ready).await
        } else {
            let (client, connection) = connector.config().connect(connector.tls()).await.map_err(unreachable)?;
            self.follow(client, connection, ready).await
        }
    }

    async fn follow<S, T>(
        &self,
        client: tokio_postgres::Client,
        mut connection: tokio_postgres::Connection<S, T>,
        ready: &watch::Sender<bool>,
    ) -> Result<()>
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
        T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    {
        let unreachable = |error| Error::unavailable("Postgres does not answer.").with_source(error);
        let mut messages = futures::stream::poll_fn(move |cx| connection.poll_message(cx));
        let command = format!("LISTEN {CHANNEL}");
        let listening = client.batch_execute(&command);
        tokio::pin!(listening);
        let mut stands = false;
        loop {
            tokio::select! {
                done = &mut listening, if !stands => {
                    done.map_err(unreachable)?;
                    stands = true;
                    ready.send_replace(true);
                    // Whatever was told before LISTEN stood is lost.
                    self.dispatch(Fact::Missed);
                }
                message = messages.next() => match message {
                    Some(Ok(AsyncMessage::Notification(notification))) => {
                        match serde_json::from_str(notification.payload()) {
                            Ok(fact) => self.dispatch(fact),
                            // A newer version may tell facts that this one does not know.
                            Err(error) => tracing::debug!(%error, "a notification that this version cannot read"),
                        }
                    }
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(unreachable(error)),
                    None => return Ok(()),
                }
            }
        }
    }
}

/// A fact as the text of a notification.
///
/// # Errors
/// INTERNAL when it is too long for one.
pub fn payload(fact: &Fact) -> Result<String> {
    let text = serde_json::to_string(fact).map_err(Error::internal)?;
    if text.len() > MAX_PAYLOAD {
        return Err(Error::internal(format!("a fact of {} bytes does not fit a notification", text.len())));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_topic_goes_with_its_last_listener() {
        let bus = Bus::default();
        let (mut one, other) = (bus.listen(Topic::Jobs), bus.listen(Topic::Jobs));
        drop(other);
        bus.dispatch(Fact::JobQueued);
        assert_eq!(*one.next().await, Fact::JobQueued, "it is heard by who is left");
        assert_eq!(bus.topics.len(), 1);
        drop(one);
        assert_eq!(bus.topics.len(), 0);
    }
}
