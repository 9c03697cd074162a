//! The inbox: what its owner sees of it, in pages, and what becomes of what they mark and delete.

use chrono::TimeDelta;
use elenchus::domain::notifications::model::{NotificationKind, Subject, SubjectKind};
use elenchus::ids::{AlertId, NotificationId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::notifications_support::{INBOX, WHOLE, follow, id_of, news, next, tell, tell_all, titles, unread};
use super::support::classroom::{refusal, text};
use super::support::live::Person;
use super::support::served::Served;

const MARKED: &str = "notifications { title readAt } markedCount unreadNotificationCount";

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
