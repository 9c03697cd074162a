//! That nothing changes the audit trail, and how long it is kept.

use elenchus::domain::users::jobs::PurgeAuditTrail;
use elenchus::jobs::job::Job as _;
use elenchus::worker;
use tokio_postgres::{Client, NoTls};

use super::support::database::TestDatabase;
use super::support::library::{FIRST, Library};
use super::support::people::{World, failure};
use super::support::served::Served;

/// As a role that owns the table and is no superuser: the application's own, on any Postgres but the private one.
async fn as_owner(database: &TestDatabase) -> (Client, String) {
    let (client, connection) = tokio_postgres::connect(&database.url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let role = format!("test_owner_{}", uuid::Uuid::new_v4().simple());
    let sql = format!(
        "CREATE ROLE {role}; GRANT CREATE, USAGE ON SCHEMA public TO {role}; ALTER TABLE audit_events OWNER TO {role};
         ALTER FUNCTION purge_audit_events(timestamptz, integer) OWNER TO {role};
         ALTER FUNCTION audit_events_refuse() OWNER TO {role};
         ALTER FUNCTION audit_events_kept_at_least() OWNER TO {role}; SET ROLE {role}"
    );
    client.batch_execute(&sql).await.unwrap();
    (client, role)
}

/// What Postgres says to this.
async fn said(client: &Client, sql: &str) -> String {
    match client.batch_execute(sql).await {
        Ok(()) => "done".to_owned(),
        Err(error) => error.as_db_error().unwrap_or_else(|| panic!("{error}")).message().to_owned(),
    }
}

const FILL: &str = "INSERT INTO audit_events (id, occurred_at, action, actor)
    SELECT gen_random_uuid(), now() - n * interval '10 days', 'sign_in.failed', 'nobody' FROM generate_series(0, 9) n";

#[tokio::test]
async fn not_even_its_owner_changes_the_trail() {
    let database = TestDatabase::new().await;
    let (client, role) = as_owner(&database).await;
    assert_eq!(said(&client, FILL).await, "done");
    let denied = "permission denied for table audit_events";
    let changes = [
        "UPDATE audit_events SET actor = 'system'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "INSERT INTO audit_events SELECT * FROM audit_events ON CONFLICT (id) DO UPDATE SET actor = 'system'",
        "MERGE INTO audit_events a USING audit_events b ON a.id = b.id WHEN MATCHED THEN DELETE",
    ];
    for change in changes {
        assert_eq!(said(&client, change).await, denied, "{change}");
    }

    // Given the right back, which an owner can do, the triggers stand against it.
    assert_eq!(said(&client, &format!("GRANT ALL ON audit_events TO {role}")).await, "done");
    let young = "audit_events keeps its rows for 30 days at least";
    let append = "audit_events is append-only";
    for (change, problem) in changes.into_iter().zip([append, young, append, append, young]) {
        assert_eq!(said(&client, change).await, problem, "{change}");
    }
    let one = "DELETE FROM audit_events WHERE occurred_at > now() - interval '29 days 23 hours'";
    assert_eq!(said(&client, one).await, young);
    assert_eq!(said(&client, &format!("REVOKE UPDATE, DELETE, TRUNCATE ON audit_events FROM {role}")).await, "done");

    // The one way to remove rows: by age, and never the youngest.
    let purge = async |before: &str, most: i32| {
        let sql = format!("SELECT purge_audit_events({before}, $1)");
        client.query_one(&sql, &[&most]).await.unwrap().get::<_, i64>(0)
    };
    assert_eq!(purge("now() - interval '65 days'", 2).await, 2);
    assert_eq!(purge("now() - interval '65 days'", 100).await, 1);
    assert_eq!(purge("now() + interval '1 year'", 100).await, 4);
    let left = client.query_one("SELECT count(*) FROM audit_events", &[]).await.unwrap().get::<_, i64>(0);
    assert_eq!(left, 3, "from today, and 10 and 20 days ago");
    assert_eq!(said(&client, "DELETE FROM audit_events").await, denied, "nothing is left of the right");
    client
        .batch_execute(&format!(
            "RESET ROLE; REASSIGN OWNED BY {role} TO CURRENT_USER; DROP OWNED BY {role}; DROP ROLE {role}"
        ))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_superuser_is_stopped_too() {
    let library = Library::new().await;
    library.sql(FILL).await;
    let (client, connection) = tokio_postgres::connect(&library.database.url, NoTls).await.unwrap();
    tokio::spawn(connection);
    for change in ["UPDATE audit_events SET actor = 'system'", "TRUNCATE audit_events"] {
        assert_eq!(said(&client, change).await, "audit_events is append-only");
        let sneaked = format!("SET session_replication_role = replica; {change}");
        assert_eq!(said(&client, &sneaked).await, "audit_events is append-only", "{sneaked}");
    }
    assert_eq!(said(&client, "DELETE FROM audit_events").await, "audit_events keeps its rows for 30 days at least");
}

#[tokio::test]
async fn what_is_old_goes_by_a_job_that_says_so() {
    let served = Served::with(&[("AUDIT_RETENTION_DAYS", "45")]).await;
    let library = &served.library;
    // The database's own clock decides what is young.
    let now: chrono::DateTime<chrono::Utc> = library.text("to_json(now()) #>> '{}'").await.unwrap().parse().unwrap();
    library.app.clock.advance(now - library.app.clock.now());
    library.sql(FILL).await;
    PurgeAuditTrail {}.run(library.app.clone(), FIRST).await.unwrap();
    PurgeAuditTrail {}.run(library.app.clone(), FIRST).await.unwrap();
    let left = "string_agg(action || ' ' || actor, ', ' ORDER BY actor, id) FROM audit_events";
    let expected = ["sign_in.failed nobody"; 5].join(", ") + ", audit_trail.purged system";
    assert_eq!(library.text(left).await.unwrap(), expected);
    assert_eq!(library.text("after ->> 'events' FROM audit_events WHERE actor = 'system'").await.unwrap(), "5");

    worker::upkeep(&library.app).await.unwrap();
    let queued = "count(*) FROM jobs WHERE kind = 'users.purge_audit_trail'";
    assert_eq!(library.text(queued).await.unwrap(), "1");
    let for_ever = Served::with(&[("AUDIT_RETENTION_DAYS", "0")]).await;
    worker::upkeep(&for_ever.library.app).await.unwrap();
    assert_eq!(for_ever.library.text(queued).await.unwrap(), "0");
    for_ever.library.sql(FILL).await;
    PurgeAuditTrail {}.run(for_ever.library.app.clone(), FIRST).await.unwrap();
    assert_eq!(for_ever.library.text("count(*) FROM audit_events").await.unwrap(), "10");
}

#[tokio::test]
async fn the_trail_outlives_the_account() {
    let world = World::new().await;
    let ada = world.register("ada@example.org", Some("ada")).await.unwrap();
    world.sql("DELETE FROM users").await;
    let row = format!("SELECT count(*) FROM audit_events WHERE account = '{}'", ada.user.id);
    assert_eq!(world.text(&row).await.unwrap(), "1");
    assert!(failure(world.authenticate(&ada.access_token).await).1.contains("not valid"));
}
