//! Counts SQL statements: for a request while it runs, and in all.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::InstrumentationEvent;
use diesel_async::{AsyncConnection as _, AsyncPgConnection};

tokio::task_local! {
    static COUNTER: Arc<AtomicU32>;
}

/// Runs `work` and says how many statements it sent, in the task that polls it.
pub async fn counted<T>(work: impl Future<Output = T>) -> (T, u32) {
    let counter = Arc::new(AtomicU32::new(0));
    let output = COUNTER.scope(Arc::clone(&counter), work).await;
    (output, counter.load(Ordering::Relaxed))
}

/// Makes every statement of `connection` count.
pub(super) fn count_on(connection: &mut AsyncPgConnection) {
    connection.set_instrumentation(|event: InstrumentationEvent<'_>| {
        if matches!(event, InstrumentationEvent::StartQuery { .. }) {
            metrics::counter!("elenchus_sql_statements_total").increment(1);
            // Outside of a request there is nobody to count for.
            let _nobody = COUNTER.try_with(|counter| counter.fetch_add(1, Ordering::Relaxed));
        }
    });
}
