//! How long notifications are kept, and that they go with their account.

use chrono::TimeDelta;
use elenchus::domain::accounts::jobs::PurgeAccounts;
use elenchus::domain::notifications::jobs::PruneNotifications;
use elenchus::domain::notifications::model::{NotificationKind, Subject, SubjectKind};
use elenchus::jobs::job::Job as _;
use serde_json::json;
use uuid::Uuid;

use super::account_export::{list, unpacked};
use super::notifications_support::{id_of, news, tell, tell_all};
use super::support::library::FIRST;
use super::support::served::Served;

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
