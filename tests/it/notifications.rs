//! The inbox: what people are told, once, in order, on every server; what they do with it, and what they want.

use chrono::TimeDelta;
use elenchus::app::App;
use elenchus::db::pool::Transactional as _;
use elenchus::domain::accounts::jobs::PurgeAccounts;
use elenchus::domain::notifications::jobs::PruneNotifications;
use elenchus::domain::notifications::model::{NotificationKind, Reader, Subject, SubjectKind};
use elenchus::domain::notifications::posting::{News, post};
use elenchus::domain::notifications::reading::mail_readers;
use elenchus::error::{Error, Result};
use elenchus::events::bus::Bus;
use elenchus::ids::{AlertId, NotificationId, UserId};
use elenchus::jobs::job::Job as _;
use elenchus::server::{Options, serve};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::account_export::{list, unpacked};
use super::support::classroom::{refusal, text};
use super::support::library::FIRST;
use super::support::live::{Person, Stream, until_some};
use super::support::office::Office;
use super::support::served::Served;

const INBOX: &str = "query ($first: Int, $after: String, $last: Int, $before: String, $filter: NotificationFilter) { viewer {
    unreadNotificationCount
    notifications(first: $first, after: $after, last: $last, before: $before, filter: $filter) { totalCount nodes { title }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";
const WHOLE: &str = "{ viewer { unreadNotificationCount notifications { nodes { id kind title body subjectId
    subject { __typename id ... on Dashboard { title } } createdAt readAt } } } }";
const FOLLOW: &str = "subscription ($after: ID) { notifications(after: $after) { id title readAt } }";
const PREFERENCES: &str = "{ viewer { notificationPreferences { kind inApp mail } } }";
const MARKED: &str = "notifications { title readAt } markedCount unreadNotificationCount";

/// Something of that kind and title, told once.
fn news(user: UserId, kind: NotificationKind, title: &str) -> News {
    News { user, kind, title: title.to_owned(), body: None, subject: None, key: format!("test:{title}") }
}

async fn tell(app: &App, news: &[News]) {
    let conn = app.db.write().await.unwrap();
    post(&conn, app.clock.now(), news).await.unwrap();
}

/// Tells somebody these titles one after the other, all about reports.
async fn tell_all(app: &App, user: UserId, titles: &[&str]) {
    for title in titles {
        tell(app, &[news(user, NotificationKind::ReportSent, title)]).await;
    }
}

impl Served {
    /// Somebody with an account: their id, and themselves at this server.
    async fn subscriber(&self, name: &str) -> (UserId, Person) {
        let person = self.person(name).await;
        (person.id.parse().unwrap(), Person { url: self.url(""), token: person.token })
    }
}

/// The titles of a page of somebody's inbox, as the query gives them.
async fn titles(person: &Person, variables: Value) -> Vec<String> {
    let inbox = person.run(INBOX, variables).await;
    inbox["viewer"]["notifications"]["nodes"].as_array().unwrap().iter().map(|node| text(&node["title"])).collect()
}

/// The id of one of somebody's notifications.
async fn id_of(person: &Person, title: &str) -> String {
    let inbox = person.run(WHOLE, json!({})).await;
    let nodes = inbox["viewer"]["notifications"]["nodes"].as_array().unwrap();
    text(&nodes.iter().find(|node| node["title"] == title).unwrap_or_else(|| panic!("no {title}: {inbox}"))["id"])
}

async fn unread(person: &Person) -> i64 {
    let inbox = person.run("{ viewer { unreadNotificationCount } }", json!({})).await;
    inbox["viewer"]["unreadNotificationCount"].as_i64().unwrap()
}

async fn follow(person: &Person, after: &str) -> Stream {
    let mut stream = person.socket().await;
    stream.subscribe(FOLLOW, json!({ "after": after })).await;
    stream
}

/// The title and the id of what is told next.
async fn next(stream: &mut Stream) -> (String, String) {
    let told = stream.step().await.expect("the stream goes on")["notifications"].clone();
    assert_eq!(told["readAt"], Value::Null);
    (text(&told["title"]), text(&told["id"]))
}

async fn next_titles(stream: &mut Stream, count: usize) -> Vec<String> {
    let mut told = Vec::new();
    for _ in 0..count {
        told.push(next(stream).await.0);
    }
    told
}

#[tokio::test]
async fn whom_a_dashboard_is_shared_with_is_told_once_and_nobody_else() {
    let office = Office::new().await;
    let dashboard = office.dashboard(json!({ "title": "Sales" })).await;
    let person = json!({ "id": dashboard, "person": { "email": "eve@example.org" } });
    office.eddy.act("shareDashboard", "ShareDashboardInput", person, "share { id }").await;
    let link = json!({ "id": dashboard, "link": {} });
    office.eddy.act("shareDashboard", "ShareDashboardInput", link, "share { id }").await;
    let inbox = office.eve.run(WHOLE, json!({})).await["viewer"].clone();
    let expected = json!({
        "id": inbox["notifications"]["nodes"][0]["id"],
        "kind": "DASHBOARD_SHARED",
        "title": "eddy the person shares the dashboard “Sales” with you",
        "body": "You can look at it.",
        "subjectId": dashboard,
        "subject": null,
        "createdAt": "2026-03-01T12:00:00+00:00",
        "readAt": null,
    });
    assert_eq!(inbox, json!({ "unreadNotificationCount": 1, "notifications": { "nodes": [expected] } }));
    for other in [&office.ada, &office.eddy, &office.vera] {
        assert_eq!(titles(other, json!({})).await, Vec::<String>::new());
    }

    // Shared in another way, it is something new; what came to nothing tells nobody.
    let again = json!({ "id": dashboard, "person": { "email": "eve@example.org" }, "access": "EDIT" });
    office.eddy.act("shareDashboard", "ShareDashboardInput", again, "share { id }").await;
    let refused = json!({ "id": dashboard, "person": { "email": "vera@example.org" } });
    let refused = office.eddy.act_refused("shareDashboard", "ShareDashboardInput", refused).await;
    assert_eq!(refused, refusal("CONFLICT", &["input.person.email"]));
    assert_eq!(unread(&office.vera).await, 0);
    let inbox = office.eve.run(WHOLE, json!({})).await["viewer"].clone();
    assert_eq!(inbox["unreadNotificationCount"], 2);
    let newest = &inbox["notifications"]["nodes"][0];
    assert_eq!(newest["body"], "You can look at it, and arrange and name what stands on it.");

    // What one may see shows behind it, and what is gone does not.
    let input = json!({ "workspaceId": office.workspace, "email": "eve@example.org", "role": "VIEWER" });
    office.ada.act("addWorkspaceMember", "AddWorkspaceMemberInput", input, "member { id }").await;
    let subject = json!({ "__typename": "Dashboard", "id": dashboard, "title": "Sales" });
    let inbox = office.eve.run(WHOLE, json!({})).await;
    assert_eq!(inbox["viewer"]["notifications"]["nodes"][0]["subject"], subject);
    office.eddy.act("deleteDashboard", "DeleteDashboardInput", json!({ "id": dashboard }), "deletedId").await;
    let inbox = office.eve.run(WHOLE, json!({})).await;
    let newest = &inbox["viewer"]["notifications"]["nodes"][0];
    assert_eq!((&newest["subject"], &newest["subjectId"]), (&Value::Null, &json!(dashboard)));
}

#[tokio::test]
async fn pages_go_from_the_newest_on_and_are_counted() {
    let served = Served::new().await;
    let (ada, person) = served.subscriber("ada").await;
    let (_, stranger) = served.subscriber("bob").await;
    let app = &served.library.app;
    let several = [
        news(ada, NotificationKind::AlertFiring, "one"),
        news(ada, NotificationKind::ReportSent, "two"),
        news(ada, NotificationKind::AlertResolved, "three"),
    ];
    tell(app, &several).await;
    tell(app, &[news(ada, NotificationKind::AlertFiring, "four")]).await;

    let page = person.run(INBOX, json!({ "first": 2 })).await["viewer"].clone();
    assert_eq!((&page["unreadNotificationCount"], &page["notifications"]["totalCount"]), (&json!(4), &json!(4)));
    let info = &page["notifications"]["pageInfo"];
    assert_eq!((&info["hasNextPage"], &info["hasPreviousPage"]), (&json!(true), &json!(false)));
    assert_eq!(titles(&person, json!({ "first": 2 })).await, ["four", "three"]);
    let after = &info["endCursor"];
    assert_eq!(titles(&person, json!({ "first": 2, "after": after })).await, ["two", "one"]);
    tell(app, &[news(ada, NotificationKind::AlertFiring, "five")]).await;
    assert_eq!(
        titles(&person, json!({ "first": 2, "after": after })).await,
        ["two", "one"],
        "what is new shifts nothing"
    );
    assert_eq!(titles(&person, json!({ "last": 1, "before": after })).await, ["four"]);
    assert_eq!(titles(&person, json!({ "last": 2 })).await, ["two", "one"]);

    let firing = json!({ "filter": { "kinds": ["ALERT_FIRING", "ALERT_RESOLVED"] } });
    assert_eq!(titles(&person, firing.clone()).await, ["five", "four", "three", "one"]);
    assert_eq!(person.run(INBOX, firing).await["viewer"]["notifications"]["totalCount"], 4);
    let input = json!({ "ids": [id_of(&person, "four").await, id_of(&person, "two").await] });
    person.act("markNotificationsRead", "MarkNotificationsReadInput", input, MARKED).await;
    let left = json!({ "filter": { "unreadOnly": true, "kinds": [] } });
    assert_eq!(titles(&person, left.clone()).await, ["five", "three", "one"]);
    let counted = person.run(INBOX, left).await["viewer"].clone();
    assert_eq!((&counted["unreadNotificationCount"], &counted["notifications"]["totalCount"]), (&json!(3), &json!(3)));
    assert_eq!(person.refused(INBOX, json!({ "after": "nonsense" })).await, refusal("BAD_USER_INPUT", &["after"]));

    assert_eq!((titles(&stranger, json!({})).await.len(), unread(&stranger).await), (0, 0));
    assert!(stranger.misses(&id_of(&person, "one").await).await);
    let title = person.read(&id_of(&person, "one").await, "Notification", "title kind").await;
    assert_eq!(title, json!({ "title": "one", "kind": "ALERT_FIRING" }));
}

#[tokio::test]
async fn what_was_read_is_marked_as_far_as_it_was_seen() {
    let served = Served::new().await;
    let (ada, person) = served.subscriber("ada").await;
    let (bob, stranger) = served.subscriber("bob").await;
    let app = &served.library.app;
    tell_all(app, ada, &["one", "two", "three", "four", "five"]).await;
    tell_all(app, bob, &["his"]).await;
    let mark =
        async |input: Value| person.act("markNotificationsRead", "MarkNotificationsReadInput", input, MARKED).await;
    let at = "2026-03-01T12:00:00+00:00";
    let two = id_of(&person, "two").await;
    let read = |title: &str, at: &str| json!({ "title": title, "readAt": at });
    let payload = json!({ "notifications": [read("two", at)], "markedCount": 1, "unreadNotificationCount": 4 });
    assert_eq!(mark(json!({ "ids": [two, two] })).await, payload);
    app.clock.advance(TimeDelta::minutes(1));
    let payload = json!({ "notifications": [read("two", at)], "markedCount": 0, "unreadNotificationCount": 4 });
    assert_eq!(mark(json!({ "ids": [two] })).await, payload, "when it was first read");

    let later = "2026-03-01T12:01:00+00:00";
    let up_to = json!({ "upTo": id_of(&person, "three").await });
    let payload = json!({
        "notifications": [read("three", later), read("one", later)], "markedCount": 2, "unreadNotificationCount": 2
    });
    assert_eq!(mark(up_to).await, payload);
    let payload = json!({
        "notifications": [read("five", later), read("four", later)], "markedCount": 2, "unreadNotificationCount": 0
    });
    assert_eq!(mark(json!({ "all": true })).await, payload);
    let payload = json!({ "notifications": [], "markedCount": 0, "unreadNotificationCount": 0 });
    assert_eq!(mark(json!({ "all": true })).await, payload);

    // Nothing is half done, and nobody marks what is another's.
    tell_all(app, ada, &["six"]).await;
    let (six, his) = (id_of(&person, "six").await, id_of(&stranger, "his").await);
    let many: Vec<String> = (0..101).map(|_| six.clone()).collect();
    for (input, expected) in [
        (json!({ "ids": [six, his] }), refusal("NOT_FOUND", &["input.ids"])),
        (json!({ "upTo": his }), refusal("NOT_FOUND", &["input.upTo"])),
        (json!({ "ids": [] }), refusal("BAD_USER_INPUT", &["input.ids"])),
        (json!({ "ids": many }), refusal("BAD_USER_INPUT", &["input.ids"])),
        (json!({}), refusal("BAD_USER_INPUT", &["input"])),
        (json!({ "all": false }), refusal("BAD_USER_INPUT", &["input"])),
        (json!({ "all": true, "upTo": six }), refusal("BAD_USER_INPUT", &["input"])),
    ] {
        let refused = person.act_refused("markNotificationsRead", "MarkNotificationsReadInput", input.clone()).await;
        assert_eq!(refused, expected, "{input}");
    }
    assert_eq!((unread(&person).await, unread(&stranger).await), (1, 1));
}

#[tokio::test]
async fn what_is_deleted_is_gone_with_its_words_and_not_told_again() {
    let served = Served::new().await;
    let (ada, person) = served.subscriber("ada").await;
    let app = &served.library.app;
    let mut told = news(ada, NotificationKind::AlertFiring, "one");
    told.body = Some("zanzibar".to_owned());
    told.subject = Some(Subject { kind: SubjectKind::Alert, id: Uuid::from_u128(7) });
    tell(app, std::slice::from_ref(&told)).await;
    tell_all(app, ada, &["two"]).await;
    let inbox = person.run(WHOLE, json!({})).await["viewer"]["notifications"]["nodes"][1].clone();
    let alert = AlertId::from_uuid(Uuid::from_u128(7)).to_string();
    assert_eq!((&inbox["subjectId"], &inbox["subject"]), (&json!(alert), &Value::Null));

    let (one, two) = (id_of(&person, "one").await, id_of(&person, "two").await);
    let payload = "deletedIds unreadNotificationCount";
    let gone = person.act("deleteNotifications", "DeleteNotificationsInput", json!({ "ids": [one] }), payload).await;
    assert_eq!(gone, json!({ "deletedIds": [one], "unreadNotificationCount": 1 }));
    assert!(person.misses(&one).await);
    assert_eq!(titles(&person, json!({})).await, ["two"]);
    let words = "concat(title, body, subject_kind, subject) FROM notifications WHERE deleted_at IS NOT NULL";
    assert_eq!(served.library.text(words).await.as_deref(), Some(""));
    for ids in [json!([one]), json!([two, one]), json!([NotificationId::generate(app.clock.now()).to_string()])] {
        let input = json!({ "ids": ids });
        let refused = person.act_refused("deleteNotifications", "DeleteNotificationsInput", input.clone()).await;
        assert_eq!(refused, refusal("NOT_FOUND", &["input.ids"]), "{ids}");
        let refused = person.act_refused("markNotificationsRead", "MarkNotificationsReadInput", input).await;
        assert_eq!(refused, refusal("NOT_FOUND", &["input.ids"]), "{ids}");
    }
    tell(app, &[told]).await;
    assert_eq!(titles(&person, json!({})).await, ["two"]);
    // One can still go on from where it stood.
    let mut stream = follow(&person, &one).await;
    assert_eq!(next(&mut stream).await, ("two".to_owned(), two));
}

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

#[tokio::test(flavor = "multi_thread")]
async fn the_same_is_told_once_and_nobody_who_left() {
    let served = Served::new().await;
    let (ada, person) = served.subscriber("ada").await;
    let (bob, other) = served.subscriber("bob").await;
    let app = &served.library.app;
    let (shut, left) = (served.subscriber("shut").await.0, served.subscriber("left").await.0);
    served.library.sql("UPDATE users SET is_active = false WHERE username = 'shut'").await;
    served.library.sql("UPDATE users SET deleted_at = now() WHERE username = 'left'").await;
    let nobody = UserId::generate(app.clock.now());
    let telling = (0..12).map(|place| {
        let app = app.clone();
        tokio::spawn(async move {
            // In every order: whoever posts locks in one.
            let mut users = [ada, bob, shut, left, nobody, ada];
            users.rotate_left(place % 6);
            tell(&app, &users.map(|user| news(user, NotificationKind::AlertFailing, "same"))).await;
        })
    });
    for told in telling.collect::<Vec<_>>() {
        told.await.unwrap();
    }
    for reader in [&person, &other] {
        assert_eq!(titles(reader, json!({})).await, ["same"]);
    }
    assert_eq!(served.library.text("count(*) FROM notifications").await.as_deref(), Some("2"));
    tell(app, &[]).await;

    let mut untidy = news(ada, NotificationKind::AlertFiring, &format!(" a\u{0}\n\u{202E}b {}", "é".repeat(300)));
    untidy.body = Some("one\u{7}\n\u{2066}two\n".to_owned());
    untidy.key = "untidy".to_owned();
    tell(app, &[untidy]).await;
    let newest = person.run(WHOLE, json!({})).await["viewer"]["notifications"]["nodes"][0].clone();
    assert_eq!(newest["title"], format!("a b {}…", "é".repeat(195)));
    assert_eq!(newest["body"], "one\ntwo");
}

#[tokio::test]
async fn people_are_told_what_they_want_to_be_told() {
    let served = Served::new().await;
    let (ada, person) = served.subscriber("ada").await;
    let (bob, other) = served.subscriber("bob").await;
    let app = &served.library.app;
    let all = |in_app: bool, mail: bool| -> Vec<Value> {
        let kinds = NotificationKind::ALL.iter().map(|kind| kind.as_str());
        kinds.map(|kind| json!({ "kind": kind, "inApp": in_app, "mail": mail })).collect()
    };
    let wants =
        async |person: &Person| person.run(PREFERENCES, json!({})).await["viewer"]["notificationPreferences"].clone();
    assert_eq!(wants(&person).await, json!(all(true, true)));

    let set = async |person: &Person, preferences: Value| {
        let input = json!({ "preferences": preferences });
        let payload = "preferences { kind inApp mail }";
        person.act("setNotificationPreferences", "SetNotificationPreferencesInput", input, payload).await["preferences"]
            .clone()
    };
    let mut expected = all(true, true);
    expected[0] = json!({ "kind": "ALERT_FIRING", "inApp": false, "mail": true });
    expected[1] = json!({ "kind": "ALERT_RESOLVED", "inApp": true, "mail": false });
    let said = json!([{ "kind": "ALERT_FIRING", "inApp": false }, { "kind": "ALERT_RESOLVED", "mail": false }]);
    assert_eq!(set(&person, said).await, json!(expected));
    expected[0] = json!({ "kind": "ALERT_FIRING", "inApp": false, "mail": false });
    assert_eq!(set(&person, json!([{ "kind": "ALERT_FIRING", "mail": false }])).await, json!(expected));
    assert_eq!((wants(&person).await, wants(&other).await), (json!(expected), json!(all(true, true))));
    let twice =
        json!({ "preferences": [{ "kind": "REPORT_SENT", "mail": false }, { "kind": "REPORT_SENT", "mail": true }] });
    let refused = person.act_refused("setNotificationPreferences", "SetNotificationPreferencesInput", twice).await;
    assert_eq!(refused, refusal("BAD_USER_INPUT", &["input.preferences.1.kind"]));

    // The profile says what holds where nothing was said of a kind.
    let profile = json!({ "preferences": { "notifications": { "inApp": false, "email": false } } });
    other.act("updateProfile", "UpdateProfileInput", profile, "user { id }").await;
    let mut expected = all(false, false);
    expected[4] = json!({ "kind": "REPORT_SENT", "inApp": true, "mail": false });
    assert_eq!(set(&other, json!([{ "kind": "REPORT_SENT", "inApp": true }])).await, json!(expected));
    for kind in [NotificationKind::AlertFiring, NotificationKind::AlertResolved, NotificationKind::ReportSent] {
        tell(app, &[ada, bob].map(|user| news(user, kind, kind.as_str()))).await;
    }
    assert_eq!(titles(&person, json!({})).await, ["REPORT_SENT", "ALERT_RESOLVED"]);
    assert_eq!(titles(&other, json!({})).await, ["REPORT_SENT"]);

    let conn = app.db.write().await.unwrap();
    let carol = served.subscriber("carol").await.0;
    let everybody = [carol, bob, ada, ada, UserId::generate(app.clock.now())];
    let readers = async |kind| mail_readers(&conn, &everybody, kind).await.unwrap();
    assert_eq!(readers(NotificationKind::ReportSent).await, Vec::<Reader>::new(), "no address is verified");
    served.library.sql("UPDATE users SET email_verified_at = now(), timezone = 'Europe/Vienna'").await;
    let reader = |user: UserId, name: &str| Reader {
        user,
        email: format!("{name}@example.org"),
        name: Some(format!("{name} the person")),
        timezone: "Europe/Vienna".to_owned(),
        language: "en".to_owned(),
    };
    assert_eq!(readers(NotificationKind::ReportSent).await, [reader(ada, "ada"), reader(carol, "carol")]);
    assert_eq!(readers(NotificationKind::AlertFiring).await, [reader(carol, "carol")]);
    served.library.sql("UPDATE users SET is_active = false WHERE username = 'carol'").await;
    assert_eq!(readers(NotificationKind::ReportSent).await, [reader(ada, "ada")]);
    served.library.sql("UPDATE users SET deleted_at = now() WHERE username = 'ada'").await;
    assert_eq!(readers(NotificationKind::ReportSent).await, Vec::<Reader>::new());
}

#[tokio::test]
async fn programs_need_the_scopes_of_data() {
    let served = Served::new().await;
    let (ada, person) = served.subscriber("ada").await;
    tell_all(&served.library.app, ada, &["one"]).await;
    let key = async |scope: &str| {
        let input = json!({ "name": "a program", "scopes": [scope] });
        let made = person.act("createApiKey", "CreateApiKeyInput", input, "secret").await;
        Person { url: person.url.clone(), token: text(&made["secret"]) }
    };
    let mark = json!({ "all": true });
    let reading = key("DATA_READ").await;
    assert_eq!(titles(&reading, json!({})).await, ["one"]);
    let refused = reading.act_refused("markNotificationsRead", "MarkNotificationsReadInput", mark.clone()).await;
    assert_eq!(refused, refusal("FORBIDDEN", &[]));
    let others = key("DOCUMENTS_WRITE").await;
    let unread = "{ viewer { unreadNotificationCount } }";
    assert_eq!(others.refused(unread, json!({})).await.0, "FORBIDDEN");
    let writing = key("DATA_WRITE").await;
    let marked = writing.act("markNotificationsRead", "MarkNotificationsReadInput", mark, "markedCount").await;
    assert_eq!(marked["markedCount"], 1);
}

#[tokio::test]
async fn what_was_read_goes_after_ninety_days_and_all_after_a_year() {
    let served = Served::new().await;
    let (ada, person) = served.subscriber("ada").await;
    let app = &served.library.app;
    tell_all(app, ada, &["read", "deleted", "unread"]).await;
    let input = json!({ "ids": [id_of(&person, "read").await] });
    person.act("markNotificationsRead", "MarkNotificationsReadInput", input, "markedCount").await;
    let input = json!({ "ids": [id_of(&person, "deleted").await] });
    person.act("deleteNotifications", "DeleteNotificationsInput", input, "deletedIds").await;
    let left = async || {
        PruneNotifications {}.run(app.clone(), FIRST).await.unwrap();
        let keys = "string_agg(key, ' ' ORDER BY number) FROM notifications";
        served.library.text(keys).await.unwrap_or_default()
    };
    app.clock.advance(TimeDelta::days(90));
    assert_eq!(left().await, "test:read test:deleted test:unread");
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(left().await, "test:unread");
    tell_all(app, ada, &["later"]).await;
    app.clock.advance(TimeDelta::days(275) - TimeDelta::seconds(1));
    assert_eq!(left().await, "test:unread test:later");
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(left().await, "test:later");
}

#[tokio::test]
async fn a_copy_of_an_account_has_them_and_they_go_with_it() {
    let served = Served::new().await;
    let (ada, person) = served.subscriber("ada").await;
    let bob = served.subscriber("bob").await.0;
    let app = &served.library.app;
    let mut told = news(ada, NotificationKind::DashboardShared, "one");
    told.subject = Some(Subject { kind: SubjectKind::Dashboard, id: Uuid::from_u128(7) });
    tell(app, &[told, news(ada, NotificationKind::ReportSent, "two")]).await;
    tell_all(app, bob, &["his"]).await;
    let input = json!({ "ids": [id_of(&person, "two").await] });
    person.act("deleteNotifications", "DeleteNotificationsInput", input, "deletedIds").await;
    let input = json!({ "preferences": [{ "kind": "REPORT_SENT", "mail": false }] });
    person.act("setNotificationPreferences", "SetNotificationPreferencesInput", input, "__typename").await;

    person.run("mutation { exportMyData { dataExport { id } } }", json!({})).await;
    served.library.work_off().await;
    let newest = person.run("{ viewer { dataExport { downloadUrl } } }", json!({})).await;
    let files = unpacked(&served, newest["viewer"]["dataExport"]["downloadUrl"].as_str().unwrap()).await;
    let copied = list(&files, "notifications.json");
    assert_eq!(copied.len(), 1, "{copied:?}");
    assert_eq!(copied[0]["id"], id_of(&person, "one").await);
    assert_eq!(
        (&copied[0]["title"], &copied[0]["kind"], &copied[0]["subject"]),
        (&json!("one"), &json!("DASHBOARD_SHARED"), &json!("dashboard_00000000000000000000000007"))
    );
    let wanted = json!({ "REPORT_SENT": { "in_app": null, "mail": false } });
    assert_eq!(list(&files, "profile.json")[0]["notification_preferences"], wanted);

    let rows = "concat_ws(' ', (SELECT count(*) FROM notifications), (SELECT count(*) FROM notification_inboxes), \
                (SELECT count(*) FROM notification_preferences))";
    assert_eq!(served.library.text(rows).await.as_deref(), Some("3 2 1"));
    let deleted = app.clock.now() - TimeDelta::days(31);
    served.library.sql(&format!("UPDATE users SET deleted_at = '{deleted}' WHERE username = 'ada'")).await;
    PurgeAccounts {}.run(app.clone(), FIRST).await.unwrap();
    assert_eq!(served.library.text(rows).await.as_deref(), Some("1 1 0"));
}
