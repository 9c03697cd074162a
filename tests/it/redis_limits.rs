//! The count of requests in Redis: a real one.

use std::time::{Duration, Instant};

use elenchus::limits::class::{Class, Rate};
use elenchus::limits::redis::Redis;
use serde_json::{Value, json};

use super::support::database::TestDatabase;
use super::support::live::LiveServer;
use super::support::redis::{RedisServer, is_here};
use super::support::served::Served;

const NOTHING: &str = "{ __typename }";

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or("OK")
}

#[tokio::test]
async fn instances_share_one_count_in_redis() {
    if !is_here() {
        return;
    }
    let redis = RedisServer::start().await;
    let database = TestDatabase::new().await;
    let url = redis.url();
    let settings = [("RATE_LIMIT_DEFAULT", "30"), ("REDIS_URL", url.as_str())];
    let (a, b) = tokio::join!(LiveServer::start(&database, &settings), LiveServer::start(&database, &settings));
    let ada = a.register("ada@example.org").await;
    let on_b = ada.at(&b);
    let since = Instant::now();
    let (mut passed, mut refusals) = (0, 0);
    while refusals < 4 {
        for person in [&ada, &on_b] {
            match code(&person.respond(NOTHING, json!({})).await) {
                "OK" => (passed, refusals) = (passed + 1, 0),
                "RATE_LIMITED" => refusals += 1,
                other => panic!("{other}"),
            }
        }
    }
    let at_most = 30 + u32::try_from(since.elapsed().as_millis() / 2000).unwrap() + 1;
    assert!((30..=at_most).contains(&passed), "{passed}");
    let keys = redis.ask(&["KEYS", "*"]);
    assert!(keys.lines().all(|key| key.starts_with("elenchus:limit:")), "{keys}");
    let key = keys.lines().find(|key| key.contains(":REQUEST:user")).unwrap_or_else(|| panic!("{keys}"));
    let lives: i64 = redis.ask(&["PTTL", key]).parse().unwrap();
    assert!((1..=60_000).contains(&lives), "{key} goes by itself: {lives}");
}

#[tokio::test]
async fn an_allowance_is_counted_to_the_microsecond() {
    if !is_here() {
        return;
    }
    let server = RedisServer::start().await;
    let redis = Redis::new(&server.url().into()).unwrap();
    let rate = Rate { limit: 4, period: Duration::from_hours(4) };
    let take = async |key: &str, count| redis.take(Class::Chat, key, count, rate).await.unwrap();
    assert_eq!(take("a", 3).await, None);
    let wait = take("a", 2).await.unwrap();
    assert!(wait <= Duration::from_hours(1) && wait > Duration::from_mins(59), "{wait:?}");
    assert_eq!(take("a", 1).await, None, "what was refused was not taken");
    assert!(take("a", 1).await.is_some());
    assert_eq!(take("b", 4).await, None, "another's is another's");
    redis.forget(Class::Chat, "a").await.unwrap();
    assert_eq!(take("a", 4).await, None);
    // Its own times are exact, whatever the clocks around it say.
    let full: u64 = server.ask(&["GET", "elenchus:limit:CHAT:a"]).parse().unwrap();
    let now = server.ask(&["TIME"]);
    let (seconds, micros) = now.split_once('\n').unwrap();
    let now = seconds.parse::<u64>().unwrap() * 1_000_000 + micros.trim().parse::<u64>().unwrap();
    let left = full - now;
    assert!((14_000_000_000..=14_400_000_000).contains(&left), "{left}");
}

#[tokio::test]
async fn an_outage_neither_stops_anybody_nor_lets_anybody_do_what_they_like() {
    if !is_here() {
        return;
    }
    let mut redis = RedisServer::start().await;
    let url = redis.url();
    let served = Served::with(&[("RATE_LIMIT_CHAT", "4"), ("REDIS_URL", &url)]).await;
    let limits = &served.library.app.limits;
    limits.take(Class::Chat, "a", 4).await.unwrap();
    assert!(limits.take(Class::Chat, "a", 1).await.is_err());

    redis.kill();
    limits.take(Class::Chat, "b", 3).await.unwrap();
    limits.take(Class::Chat, "b", 1).await.unwrap();
    let refused = limits.take(Class::Chat, "b", 1).await.unwrap_err();
    assert_eq!(refused.code().as_str(), "RATE_LIMITED", "this instance counts by itself");
    limits.forget(Class::Chat, "b").await.unwrap();
    limits.take(Class::Chat, "b", 4).await.unwrap();

    redis.start_again().await;
    // It is asked again in its time, and knows nothing of the past.
    while redis.ask(&["EXISTS", "elenchus:limit:CHAT:c"]) == "0" {
        limits.take(Class::Chat, "c", 1).await.ok();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
