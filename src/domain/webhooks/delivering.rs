//! One call to an endpoint: taking it, sending what is due, writing down what came of it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use secrecy::SecretSlice;
use serde_json::json;
use url::Url;
use uuid::Uuid;

use super::delivery_store::{self, Attempt};
use super::model::{Claimed, Delivery, DeliveryStatus, DisabledReason, Trouble, Webhook};
use super::verdict::{Tried, Verdict, verdict};
use super::{signing, store};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::notifications::model::{NotificationKind, Subject, SubjectKind};
use crate::domain::notifications::posting::{News, post};
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::audit::{self, Author};
use crate::error::{Error, Result};
use crate::ids::WebhookId;
use crate::outbound::posting::WHOLE;
use crate::seal::columns::{Column, PREVIOUS_WEBHOOK, WEBHOOK};

/// How long an endpoint is kept from others: longer than a call takes, and shorter than the lease of a job, so that whoever takes the job
/// over may call.
const CLAIM: Duration = WHOLE.saturating_add(Duration::from_secs(10));
/// How much the clocks of this machine and of the database may differ: work that comes too early by less waits for its time.
const SKEW: TimeDelta = TimeDelta::seconds(30);

/// When there is work at an endpoint again, beside that which is queued already: from now, each time once.
pub type Again = Vec<Duration>;

/// Sends what is due first to an endpoint, unless it is being called already: then whoever calls looks for more afterwards. `is_last` says
/// that this piece of work has died of it again and again, and tries nothing more.
///
/// # Errors
/// When Postgres does not answer.
pub async fn deliver(app: &App, id: WebhookId, claim: Uuid, is_last: bool) -> Result<Again> {
    let claimed = store::claim(&*app.db.write().await?, id, claim, CLAIM).await?;
    let Some(claimed) = claimed else { return Ok(Again::new()) };
    let due = delivery_store::due(&*app.db.write().await?, id, app.clock.now()).await?;
    let mut again = Again::new();
    if let Some(delivery) = &due {
        // No connection is held meanwhile.
        let began = std::time::Instant::now();
        let tried = if is_last { Tried::in_vain(Trouble::Interrupted) } else { call(app, &claimed, delivery).await };
        again.extend(settle(app, &claimed.webhook, claim, delivery, tried, began.elapsed()).await?);
    } else {
        store::release(&*app.db.write().await?, &claimed.webhook, claim, claimed.webhook.failing_since).await?;
    }
    // After it was given back: whoever came before found it taken, and relies on this look.
    let next = delivery_store::next_due(&*app.db.write().await?, id).await?;
    let patience = if due.is_some() { TimeDelta::zero() } else { SKEW };
    again.extend(next.map(|next| next - app.clock.now()).filter(|wait| *wait <= patience).map(waited));
    Ok(again)
}

fn waited(wait: TimeDelta) -> Duration {
    wait.to_std().unwrap_or_default()
}

/// Signs a message and sends it.
async fn call(app: &App, claimed: &Claimed, delivery: &Delivery) -> Tried {
    let now = app.clock.now();
    let Some(secrets) = secrets(app, claimed, now) else { return Tried::in_vain(Trouble::Secret) };
    let Ok(url) = claimed.webhook.url.parse::<Url>() else { return Tried::in_vain(Trouble::NoAddress) };
    match headers(&secrets, delivery, now) {
        Ok(headers) => app.poster.post(&url, headers, delivery.body.clone()).await.into(),
        Err(error) => {
            tracing::error!(delivery = %delivery.id, error = %error.chain(), "a message cannot be signed");
            Tried::in_vain(Trouble::Secret)
        }
    }
}

fn headers(secrets: &[SecretSlice<u8>], delivery: &Delivery, now: DateTime<Utc>) -> Result<HeaderMap> {
    let (id, timestamp) = (delivery.id.to_string(), now.timestamp());
    let signatures = signing::signatures(secrets, &id, timestamp, &delivery.body)?;
    let value = |text: &str| HeaderValue::from_str(text).map_err(Error::internal);
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("webhook-id", value(&id)?);
    headers.insert("webhook-timestamp", HeaderValue::from(timestamp));
    headers.insert("webhook-signature", value(&signatures)?);
    Ok(headers)
}

/// What signs now, the newest first; `None` when the newest does not open.
fn secrets(app: &App, claimed: &Claimed, now: DateTime<Utc>) -> Option<Vec<SecretSlice<u8>>> {
    let webhook = &claimed.webhook;
    let mut secrets = vec![opened(app, &WEBHOOK, webhook.id, &claimed.sealed_secret)?];
    let previous = claimed.sealed_previous_secret.as_ref();
    let holds = webhook.previous_secret_expires_at.is_some_and(|until| until > now);
    secrets.extend(previous.filter(|_| holds).and_then(|sealed| opened(app, &PREVIOUS_WEBHOOK, webhook.id, sealed)));
    Some(secrets)
}

/// A secret that is kept; `None` when it does not open any more.
pub(super) fn opened(app: &App, column: &Column, id: WebhookId, sealed: &[u8]) -> Option<SecretSlice<u8>> {
    let opened = app.sealer.open(column, id.uuid(), sealed);
    opened.inspect_err(|error| tracing::warn!(webhook = %id, %error, "the secret of a webhook does not open")).ok()
}

/// Writes down what came of a try, and gives the endpoint back; says when it is tried again.
async fn settle(
    app: &App,
    webhook: &Webhook,
    claim: Uuid,
    delivery: &Delivery,
    tried: Tried,
    took: Duration,
) -> Result<Option<Duration>> {
    let now = app.clock.now();
    let Verdict { status, retry_in, failing_since, disabled } =
        verdict(&tried, delivery.attempts, webhook.failing_since, now, rand::random());
    let wait = retry_in.and_then(|wait| TimeDelta::from_std(wait).ok());
    let attempt = Attempt {
        status,
        next_attempt_at: wait.and_then(|wait| now.checked_add_signed(wait)),
        response_status: tried.status.map(i32::from),
        error_code: tried.trouble,
        duration_ms: i32::try_from(took.as_millis()).unwrap_or(i32::MAX),
        delivered_at: (status == DeliveryStatus::Delivered).then_some(now),
    };
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let is_mine = store::release(conn, webhook, claim, failing_since).await?;
        delivery_store::record(conn, delivery, &attempt).await?;
        match disabled {
            Some(reason) if is_mine => turn_off(app, conn, webhook, reason).await,
            _ => Ok(()),
        }
    })
    .await?;
    let outcome = match status {
        DeliveryStatus::Delivered => "delivered",
        DeliveryStatus::Pending => "retried",
        DeliveryStatus::Failed => "failed",
    };
    metrics::counter!("elenchus_webhook_deliveries_total", "outcome" => outcome).increment(1);
    Ok(retry_in)
}

/// Sends nothing to an endpoint any more, and tells those who may change it.
async fn turn_off(app: &App, conn: &Connection, webhook: &Webhook, reason: DisabledReason) -> Result<()> {
    let now = app.clock.now();
    if !store::disable(conn, webhook.id, reason, now).await? {
        return Ok(());
    }
    delivery_store::give_up(conn, webhook.id).await?;
    let entry = Entry::new(Action::WebhookDisabled).on(webhook.id).after(json!({ "reason": reason.as_str() }));
    audit::record_by(conn, now, &Author::system(), entry).await?;
    let news = |user| News {
        user,
        kind: NotificationKind::WebhookDisabled,
        title: "A webhook was turned off".to_owned(),
        body: Some(format!("{}: {}", host(&webhook.url), why(reason))),
        subject: Some(Subject { kind: SubjectKind::Webhook, id: webhook.id.uuid() }),
        key: format!("webhook_disabled:{}:{}", webhook.id, now.timestamp_micros()),
    };
    let news: Vec<News> = store::editors(conn, webhook.workspace_id).await?.into_iter().map(news).collect();
    post(conn, now, &news).await
}

/// Where an address leads, without what in it may be secret.
pub(super) fn host(url: &str) -> String {
    let url = url.parse::<Url>().ok();
    url.as_ref().and_then(Url::host_str).unwrap_or_default().to_owned()
}

const fn why(reason: DisabledReason) -> &'static str {
    match reason {
        DisabledReason::Editor => "An editor turned it off.",
        DisabledReason::Gone => "It answered 410 Gone. What was still to be delivered was given up.",
        DisabledReason::Failing => "Every try failed for five days. What was still to be delivered was given up.",
    }
}
