//! Who hears of alerts: people once, programs once, whatever servers do; and what a letter says.

use std::time::Duration;

use elenchus::app::App;
use elenchus::domain::dashboards::alerts::jobs::{EvaluateAlert, TakeAlerts};
use elenchus::events::bus::Bus;
use elenchus::ids::AlertId;
use elenchus::jobs::job::Job as _;
use elenchus::server::{Options, Running, serve};
use elenchus::worker;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::alerts::above;
use super::support::library::FIRST;
use super::support::office::Office;

const FOLLOW: &str = "subscription ($id: ID!) { alerts(workspaceId: $id) { name state lastValue } }";
/// How often the state changes: more than by chance.
const ROUNDS: u64 = 20;

impl Office {
    /// The key of the only alert.
    async fn alert_key(&self) -> AlertId {
        AlertId::from_uuid(self.say("id FROM alerts").await.parse().unwrap())
    }

    /// An endpoint that hears of alerts; what is sent goes nowhere.
    async fn endpoint(&self) {
        let insert = "INSERT INTO webhooks (id, workspace_id, url, events, secret_prefix, sealed_secret, created_at, updated_at) \
            SELECT gen_random_uuid(), id, 'https://hooks.example.org/', '{ALERT_CHANGED}', 'whsec_', '\\x00', now(), now() \
            FROM workspaces WHERE personal_of IS NULL";
        self.desk.served.library.sql(insert).await;
    }

    /// Events, notifications of one person, and calls of the endpoint.
    async fn told_so_far(&self) -> [String; 3] {
        [
            self.say("count(*) FROM alert_events").await,
            self.say("count(*) FROM notifications").await,
            self.say("count(*) FROM webhook_deliveries").await,
        ]
    }

    /// The same application on another server, which shares nothing else with the first.
    async fn elsewhere(&self) -> (App, Running) {
        let app = App { bus: Bus::default(), ..self.desk.served.library.app.clone() };
        let server = serve(app.clone(), Options { without_worker: true, ..Options::default() }).await.unwrap();
        (app, server)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_tell_once_of_every_change() {
    let office = Office::new().await;
    office.endpoint().await;
    office.alert(json!({ "condition": above("34") })).await;
    office.tick().await;
    assert_eq!(office.told_so_far().await, ["0", "0", "0"]);
    let here = office.desk.served.library.app.clone();
    let (there, _server) = office.elsewhere().await;
    let stop = CancellationToken::new();
    let other = tokio::spawn(worker::work(there.clone(), stop.clone(), Duration::from_secs(5)));
    for round in 1..=ROUNDS {
        office.bound(if round % 2 == 1 { "33" } else { "34" }).await;
        office.desk.served.library.sql("UPDATE alerts SET next_evaluation_at = '2026-03-01T12:00:00Z'").await;
        let take = |because: &str| TakeAlerts { because: format!("{because} {round}") };
        let took = tokio::join!(
            take("one").run(here.clone(), FIRST),
            take("two").run(there.clone(), FIRST),
            take("three").run(there.clone(), FIRST),
        );
        took.0.and(took.1).and(took.2).unwrap();
        // What was claimed is evaluated by the workers, and by those who only believe that they hold the job.
        let sequence = office.say("sequence FROM alerts").await.parse().unwrap();
        let evaluate = EvaluateAlert { alert_id: office.alert_key().await, sequence, is_late: false };
        let evaluated = tokio::join!(evaluate.clone().run(here.clone(), FIRST), evaluate.run(there.clone(), FIRST));
        evaluated.0.and(evaluated.1).unwrap();
        office.idle().await;
        let round = round.to_string();
        assert_eq!(office.told_so_far().await, [round.as_str(), &round, &round]);
    }
    stop.cancel();
    other.await.unwrap();
    let keys = "count(DISTINCT key) || ' ' || min(key) FROM webhook_deliveries WHERE key LIKE 'alert:alert_%'";
    assert!(office.say(keys).await.starts_with(&format!("{ROUNDS} alert:alert_")));
    let calls = "string_agg(kind, ', ') FROM (SELECT DISTINCT kind FROM notifications ORDER BY kind) k";
    assert_eq!(office.say(calls).await, "ALERT_FIRING, ALERT_RESOLVED");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_dies_at_it_is_followed_by_another_who_tells_once() {
    let office = Office::new().await;
    office.endpoint().await;
    office.alert(json!({ "condition": above("34") })).await;
    office.tick().await;
    let key = office.alert_key().await;
    let (app, _server) = office.elsewhere().await;
    for round in 1..=ROUNDS {
        office.bound(if round % 2 == 1 { "33" } else { "34" }).await;
        // It is claimed, and the server that holds it dies: while it runs the query, before, or when it has concluded.
        let claim = "UPDATE alerts SET sequence = sequence + 1, claimed_until = '2026-03-01T12:10:00Z', run_id = NULL";
        office.desk.served.library.sql(claim).await;
        let sequence = office.say("sequence FROM alerts").await.parse().unwrap();
        let evaluate = EvaluateAlert { alert_id: key, sequence, is_late: false };
        let dying = evaluate.clone();
        let context = app.clone();
        let dying = tokio::spawn(async move { drop(dying.run(context, FIRST).await) });
        tokio::time::sleep(Duration::from_millis(round * 2)).await;
        dying.abort();
        drop(dying.await);
        evaluate.clone().run(app.clone(), FIRST).await.unwrap();
        evaluate.run(app.clone(), FIRST).await.unwrap();
        let round = round.to_string();
        assert_eq!(office.told_so_far().await, [round.as_str(), &round, &round]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_nobody_keeps_is_taken_over_when_it_ends() {
    let office = Office::new().await;
    office.alert(json!({ "condition": above("33"), "intervalSeconds": 86400 })).await;
    office.tick().await;
    let lost = "UPDATE alerts SET sequence = sequence + 1, claimed_until = '2026-03-01T12:10:00Z', \
                next_evaluation_at = '2026-03-01T12:00:00Z'";
    office.desk.served.library.sql(lost).await;
    office.later(599).await;
    assert_eq!(office.say("sequence FROM alerts").await, "2");
    office.later(1).await;
    assert_eq!(office.say("sequence || ' ' || coalesce(claimed_until::text, 'free') FROM alerts").await, "3 free");
}

#[tokio::test(flavor = "multi_thread")]
async fn data_that_change_are_looked_at_at_once_and_everybody_sees_it() {
    let office = Office::new().await;
    office.alert(json!({ "condition": above("50"), "intervalSeconds": 86400 })).await;
    office.tick().await;
    let mut vera = office.vera.socket().await;
    vera.subscribe(FOLLOW, json!({ "id": office.workspace })).await;
    // That the server follows by then is not told.
    tokio::time::sleep(Duration::from_millis(500)).await;
    office.bring_orders(b"region,net,ordered\nnorth,52,2026-02-01\n").await;
    let expected = json!({ "alerts": { "name": "Net", "state": "FIRING", "lastValue": "52" } });
    assert_eq!(vera.step().await, Some(expected));
    office.bring_orders(b"region,net,ordered\nnorth,50,2026-02-01\n").await;
    let expected = json!({ "alerts": { "name": "Net", "state": "OK", "lastValue": "50" } });
    assert_eq!(vera.step().await, Some(expected));
    let member = json!({ "workspaceId": office.workspace });
    office.vera.act("removeWorkspaceMember", "RemoveWorkspaceMemberInput", member, "removedId").await;
    office.bring_orders(b"region,net,ordered\nnorth,51,2026-02-01\n").await;
    assert_eq!(vera.step().await, None, "she is no member any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_go_to_those_who_are_named_and_still_there() {
    let office = Office::new().await;
    office.desk.served.library.sql("UPDATE users SET email_verified_at = now()").await;
    let [eddy, vera] = [office.member("eddy@example.org").await, office.member("vera@example.org").await];
    let more = json!({ "name": "Net <b>of all</b>", "condition": above("33"), "recipientIds": [eddy, vera],
        "intervalSeconds": 86400 });
    office.alert(more).await;
    office.tick().await;
    let letters = office.desk.served.library.letters().await;
    let letters: Vec<_> = letters.into_iter().filter(|letter| letter.name == "alert").collect();
    let to: Vec<&str> = letters.iter().map(|letter| letter.to.as_str()).collect();
    assert_eq!(to, ["eddy@example.org", "vera@example.org"]);
    let letter = &letters[0];
    assert!(letter.text.contains("“Net <b>of all</b>” fires since 1 March 2026, 12:00 (UTC)."), "{}", letter.text);
    assert!(letter.text.contains("The value is 34. The condition “more than 33” does hold."), "{}", letter.text);
    assert!(letter.text.contains(&format!("/alerts/{}", office.alert_key().await)), "{}", letter.text);

    let member = json!({ "workspaceId": office.workspace });
    office.vera.act("removeWorkspaceMember", "RemoveWorkspaceMemberInput", member, "removedId").await;
    office.bound("34").await;
    office.desk.served.library.sql("UPDATE alerts SET next_evaluation_at = '2026-03-01T12:00:00Z'").await;
    office.tick().await;
    let letters = office.desk.served.library.letters().await;
    let to: Vec<&str> = letters.iter().filter(|it| it.name == "alert").map(|it| it.to.as_str()).collect();
    assert_eq!(to, ["eddy@example.org"]);
    let told = "string_agg(email || ' ' || kind, ', ' ORDER BY email, number) FROM notifications n JOIN users u ON u.id = n.user_id \
        WHERE kind LIKE 'ALERT_%'";
    let expected = "eddy@example.org ALERT_FIRING, eddy@example.org ALERT_RESOLVED, vera@example.org ALERT_FIRING";
    assert_eq!(office.say(told).await, expected);
    assert_eq!(office.say("count(*) FROM alert_recipients").await, "1");
}
