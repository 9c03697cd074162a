//! Who is told of something: once, nobody who left, and as they want to be told.

use elenchus::domain::notifications::model::{NotificationKind, Reader};
use elenchus::domain::notifications::reading::mail_readers;
use elenchus::ids::UserId;
use serde_json::{Value, json};

use super::notifications_support::{WHOLE, news, tell, titles, unread};
use super::support::classroom::refusal;
use super::support::live::Person;
use super::support::office::Office;
use super::support::served::Served;

const PREFERENCES: &str = "{ viewer { notificationPreferences { kind inApp mail } } }";

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
