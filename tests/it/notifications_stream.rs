//! The inbox as it fills: those who follow it are told in order, on every server, and of nothing that did not happen.

use elenchus::app::App;
use elenchus::db::pool::Transactional as _;
use elenchus::domain::notifications::model::NotificationKind;
use elenchus::domain::notifications::posting::{News, post};
use elenchus::error::{Error, Result};
use elenchus::events::bus::Bus;
use elenchus::server::{Options, serve};
use serde_json::json;
use tokio::sync::oneshot;

use super::notifications_support::{FOLLOW, follow, id_of, news, next, next_titles, tell, tell_all, titles};
use super::support::live::{Person, until_some};
use super::support::served::Served;

#[tokio::test(flavor = "multi_thread")]
async fn followers_on_every_server_are_told_in_order_and_go_on_where_they_stopped() {
    let served = Served::new().await;
    let (ada, here) = served.subscriber("ada").await;
    let (bob, stranger) = served.subscriber("bob").await;
    let app = &served.library.app;
    // Another server on the same database, which shares nothing else with the first.
    let other = App { bus: Bus::default(), ..app.clone() };
    let other = serve(other, Options { without_worker: true, ..Options::default() }).await.unwrap();
    let there = Person { url: format!("http://{}", other.address), token: here.token.clone() };
    tell_all(app, ada, &["zero"]).await;
    tell_all(app, bob, &["his"]).await;
    let zero = id_of(&here, "zero").await;
    let his = id_of(&stranger, "his").await;
    tell_all(app, ada, &["one"]).await;
    let mut streams = [follow(&here, &zero).await, follow(&there, &zero).await];
    for stream in &mut streams {
        assert_eq!(next(stream).await.0, "one", "what came before");
    }
    tell_all(app, bob, &["his own"]).await;
    let several = ["two", "three", "four"].map(|title| news(ada, NotificationKind::AlertFiring, title));
    tell(app, &several).await;
    tell_all(app, ada, &["five"]).await;
    let mut seen = Vec::new();
    for stream in &mut streams {
        let mut told = Vec::new();
        for _ in 0..4 {
            told.push(next(stream).await);
        }
        assert_eq!(told.iter().map(|(title, _)| title.as_str()).collect::<Vec<_>>(), ["two", "three", "four", "five"]);
        seen.push(told);
    }
    assert_eq!(seen[0], seen[1]);

    // From any one of them on, at either server, with what comes meanwhile, more than is read at once.
    let many: Vec<News> =
        (0..250).map(|place| news(ada, NotificationKind::ReportSent, &format!("many {place}"))).collect();
    tell(app, &many).await;
    for (person, (place, (_, id))) in [&here, &there].into_iter().cycle().zip(seen[0].iter().enumerate()) {
        let mut stream = follow(person, id).await;
        let rest: Vec<&str> = seen[0][place + 1..].iter().map(|(title, _)| title.as_str()).collect();
        assert_eq!(next_titles(&mut stream, rest.len()).await, rest);
        let told = next_titles(&mut stream, many.len()).await;
        assert!(told.iter().eq(many.iter().map(|news| &news.title)), "{told:?}");
        let title = format!("behind {place}");
        tell_all(app, ada, &[&title]).await;
        let behind: Vec<String> = (0..=place).map(|place| format!("behind {place}")).collect();
        assert_eq!(next_titles(&mut stream, behind.len()).await, behind);
    }

    // Without a place it begins with what comes next.
    let mut stream = there.socket().await;
    stream.subscribe(FOLLOW, json!({})).await;
    let (stop, mut stopped) = oneshot::channel::<()>();
    let telling = tokio::spawn({
        let app = app.clone();
        async move {
            for place in 0.. {
                tell_all(&app, ada, &[&format!("new {place}")]).await;
                if stopped.try_recv().is_ok() {
                    return;
                }
            }
        }
    });
    let first = next(&mut stream).await.0;
    stop.send(()).unwrap();
    telling.await.unwrap();
    assert!(first.starts_with("new "), "{first}");

    let refused = served.follow(Some(&here.token), FOLLOW, json!({ "after": his })).await;
    assert_eq!(refused.len(), 1, "{refused:?}");
    let error = &refused[0]["errors"][0]["extensions"];
    assert_eq!((&error["code"], &error["fields"][0]["path"]), (&json!("NOT_FOUND"), &json!("after")));
    // Who signs out is told nothing more.
    let mut stream = follow(&here, &seen[0][3].1).await;
    assert_eq!(next(&mut stream).await.0, "many 0");
    here.run("mutation { logout { user { id } } }", json!({})).await;
    let end = loop {
        if let Err(code) = stream.hear().await {
            break code;
        }
    };
    assert_eq!(end, 4403);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_commits_later_stands_later_and_what_does_not_is_never_there() {
    let served = Served::new().await;
    let (ada, person) = served.subscriber("ada").await;
    let app = &served.library.app;
    tell_all(app, ada, &["zero"]).await;
    let mut stream = follow(&person, &id_of(&person, "zero").await).await;
    let (posted, is_posted) = oneshot::channel::<()>();
    let (go, may_go) = oneshot::channel::<()>();
    let slow = tokio::spawn({
        let app = app.clone();
        async move {
            let mut conn = app.db.write().await.unwrap();
            let slow: Result<()> = conn
                .transaction(async |conn| {
                    post(conn, app.clock.now(), &[news(ada, NotificationKind::AlertFiring, "slow")]).await?;
                    posted.send(()).unwrap();
                    may_go.await.unwrap();
                    Ok(())
                })
                .await;
            slow.unwrap();
        }
    });
    is_posted.await.unwrap();
    let quick = tokio::spawn({
        let app = app.clone();
        async move { tell_all(&app, ada, &["quick"]).await }
    });
    let waiting = "count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    until_some("the quick one waits", async || served.library.text(waiting).await.filter(|waiting| waiting == "1"))
        .await;
    assert_eq!(titles(&person, json!({})).await, ["zero"]);
    go.send(()).unwrap();
    slow.await.unwrap();
    quick.await.unwrap();
    assert_eq!(next_titles(&mut stream, 2).await, ["slow", "quick"]);

    let mut conn = app.db.write().await.unwrap();
    let broken: Result<()> = conn
        .transaction(async |conn| {
            post(conn, app.clock.now(), &[news(ada, NotificationKind::AlertFiring, "broken")]).await?;
            Err(Error::conflict("It came to nothing."))
        })
        .await;
    assert_eq!(broken.unwrap_err().message(), "It came to nothing.");
    drop(conn);
    tell_all(app, ada, &["last"]).await;
    assert_eq!(next_titles(&mut stream, 1).await, ["last"]);
    assert_eq!(titles(&person, json!({})).await, ["last", "quick", "slow", "zero"]);
}
