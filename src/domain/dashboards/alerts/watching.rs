//! Data that change have their alerts evaluated at once.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::FutureExt as _;

use super::jobs::{TakeAlerts, is_any_due};
use crate::app::App;
use crate::error::Result;
use crate::events::bus::Listener;
use crate::events::fact::{Fact, Topic};
use crate::jobs::queue;

/// What is told within this time of the first is one piece of news: a file of many sheets is many facts.
const GATHERED: Duration = Duration::from_millis(50);

/// Has alerts looked at whenever data change, until it is dropped. Every server that works off jobs does, and one job comes of it; what all
/// of them miss is found by the look that is taken every minute.
pub async fn watch(app: App) {
    let mut listener = app.bus.listen(Topic::Sources);
    loop {
        let first = listener.next().await;
        tokio::time::sleep(GATHERED).await;
        let facts = std::iter::once(first).chain(rest(&mut listener));
        let because: BTreeSet<String> = facts.map(|fact| reason(&fact)).collect();
        if let Err(error) = take(&app, because).await {
            tracing::warn!(error = %error.chain(), "alerts on data that changed have to wait");
        }
    }
}

/// What else was told by now.
fn rest(listener: &mut Listener) -> Vec<std::sync::Arc<Fact>> {
    let mut facts = Vec::new();
    for _ in 0..Topic::Sources.backlog() {
        let Some(fact) = listener.next().now_or_never() else { break };
        facts.push(fact);
    }
    facts
}

fn reason(fact: &Fact) -> String {
    match fact {
        Fact::SourceChanged { source } => source.to_string(),
        _ => String::new(),
    }
}

async fn take(app: &App, because: BTreeSet<String>) -> Result<()> {
    // Most data have no alerts.
    if !is_any_due(app).await? {
        return Ok(());
    }
    for because in because {
        queue::enqueue::<App, _>(&*app.db.write().await?, &app.clock, &TakeAlerts { because }).await?;
    }
    Ok(())
}
