//! What tells that a dashboard may show something else by now.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::select_all;

use super::model::Tile;
use crate::events::bus::{Bus, Listener};
use crate::events::fact::Topic;
use crate::ids::DashboardId;

/// How long to wait for news before looking by oneself, in case nobody is left to tell.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// What is told within this time of the first is one piece of news: a refresh of many tiles is many facts.
const GATHERED: Duration = Duration::from_millis(50);

/// Listens to a dashboard, to its queries and to their sources.
pub struct News {
    bus: Bus,
    dashboard: DashboardId,
    listeners: HashMap<Topic, Listener>,
}

impl News {
    /// Of the dashboard itself, from now on.
    #[must_use]
    pub fn new(bus: &Bus, dashboard: DashboardId) -> Self {
        let topic = Topic::Dashboard(dashboard);
        Self { bus: bus.clone(), dashboard, listeners: HashMap::from([(topic, bus.listen(topic))]) }
    }

    /// Of what these tiles show too, and of nothing that is not there any more. Says whether any of it is new: then what was read before may
    /// be out of date, and nobody was told.
    pub fn follow(&mut self, tiles: &[Tile]) -> bool {
        let queries = tiles.iter().filter_map(|tile| tile.query_id).map(Topic::SavedQuery);
        let sources = tiles.iter().filter_map(|tile| tile.source_id).map(Topic::Source);
        let mut wanted: Vec<Topic> = queries.chain(sources).collect();
        wanted.push(Topic::Dashboard(self.dashboard));
        self.listeners.retain(|topic, _| wanted.contains(topic));
        let mut is_new = false;
        for topic in wanted {
            if let Entry::Vacant(free) = self.listeners.entry(topic) {
                free.insert(self.bus.listen(topic));
                is_new = true;
            }
        }
        is_new
    }

    /// Waits for the next piece of news.
    pub async fn next(&mut self) {
        let any = select_all(self.listeners.values_mut().map(|listener| Box::pin(listener.next())));
        if tokio::time::timeout(LOOK_AGAIN, any).await.is_err() {
            return;
        }
        tokio::time::sleep(GATHERED).await;
        for (topic, listener) in &mut self.listeners {
            for _ in 0..topic.backlog() {
                if listener.next().now_or_never().is_none() {
                    break;
                }
            }
        }
    }
}
