//! What a class believes wrongly, without a model: what the tutor held against it; who sees that, how it follows what is said,
//! and what becomes of it when that is deleted.

use elenchus::command::demo;
use elenchus::domain::courses::tutoring::jobs::TendSessions;
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::support::classroom::refusal;
use super::support::insight::{FOUND, assert_exact, items, quotes};
use super::support::library::FIRST;
use super::support::live::Person;
use super::support::served::Served;
use super::support::tutorial::{Tutorial, id_of};

const AD: &str = "An advertisement is always an offer.";
const POST: &str = "Acceptance by post is complete when the letter arrives.";

/// Two students who have talked: Sam twice, Olga once; a professor who tried it out, and Olga again, who has not ended yet.
async fn class() -> (Tutorial, Person) {
    let tutorial = Tutorial::new().await;
    let olga = tutorial.room.student("olga").await;
    tutorial.hold(&tutorial.student, &[AD, "A promise to pay whoever performs is no offer."]).await;
    tutorial.hold(&tutorial.student, &[POST]).await;
    tutorial.hold(&olga, &["I think that an advertisement is an offer."]).await;
    tutorial.hold(&tutorial.room.professor, &[AD]).await;
    let running = id_of(&tutorial.start(&olga).await);
    olga.tell_tutor(&running, AD).await;
    (tutorial, olga)
}

#[tokio::test]
async fn without_a_model_passages_are_ranked_by_how_many_students_they_were_held_against() {
    let (tutorial, _) = class().await;
    assert_eq!(
        tutorial.insight(&tutorial.room.professor).await,
        json!({"misconceptionSearch": null, "misconceptions": null})
    );
    let pending = json!({"status": "PENDING", "requestedAt": "2026-03-01T12:04:01+00:00", "endedAt": null});
    assert_eq!(tutorial.find().await, pending);
    let found = tutorial.found().await;
    assert_exact(&found);
    let misconceptions = &found["misconceptions"];
    let head: Vec<&Value> = ["method", "sessionCount", "statementCount", "computedAt", "isStale"]
        .map(|name| &misconceptions[name])
        .to_vec();
    let expected = [json!("EXTRACTED"), json!(3), json!(4), json!("2026-03-01T12:04:01+00:00"), json!(false)];
    assert_eq!(head, expected.iter().collect::<Vec<_>>());
    let shown: Vec<_> = items(&found)
        .iter()
        .map(|item| (item["reading"]["quote"].as_str().unwrap(), item["studentCount"].as_i64().unwrap(), quotes(item)))
        .collect();
    let (sam, olga) = ("sam the person", "olga the person");
    assert_eq!(
        shown,
        [
            (
                "An advertisement is as a rule an invitation to treat.",
                2,
                vec![(sam, AD), (olga, "I think that an advertisement is an offer.")]
            ),
            (
                "A promise to pay whoever performs is an offer to the whole world.",
                1,
                vec![(sam, "A promise to pay whoever performs is no offer.")]
            ),
            ("Acceptance by post is complete when the letter is posted.", 1, vec![(sam, POST)]),
        ]
    );
    let first = &items(&found)[0];
    let said = "The tutor often held a passage of “offers.txt” against what students said; whether they were wrong is not known.";
    assert_eq!((&first["statement"], &first["correction"]), (&json!(said), &Value::Null));
    assert_eq!(
        (&first["reading"]["document"]["filename"], &first["reading"]["page"]),
        (&json!("offers.txt"), &Value::Null)
    );
    // The same is not looked for twice.
    tutorial.advance(60);
    assert_eq!(tutorial.find().await["requestedAt"], pending["requestedAt"]);
    assert_eq!(tutorial.insight(&tutorial.room.professor).await, found);
}

#[tokio::test]
async fn those_who_teach_see_it_and_nobody_else() {
    let tutorial = Tutorial::new().await;
    let (assistant, stranger) = (tutorial.room.assistant("ada").await, tutorial.room.somebody("eve").await);
    let (other, _) = tutorial.room.served.of_role("otto", "PROFESSOR").await;
    let professor = &tutorial.room.professor;
    // Nothing was said: not yet, only to try it out, or not to the end.
    assert_eq!(tutorial.find_refused(professor).await, refusal("CONFLICT", &[]));
    tutorial.hold(professor, &[AD]).await;
    let running = id_of(&tutorial.start(&tutorial.student).await);
    tutorial.student.tell_tutor(&running, AD).await;
    assert_eq!(tutorial.find_refused(professor).await, refusal("CONFLICT", &[]));
    tutorial.end(&tutorial.student, &running).await;
    assert_eq!(tutorial.find_refused(&tutorial.student).await, refusal("FORBIDDEN", &[]));
    for nobody in [&stranger, &other] {
        assert_eq!(tutorial.find_refused(nobody).await, refusal("NOT_FOUND", &[]));
    }
    tutorial.find().await;
    let found = tutorial.found().await;
    assert_eq!(items(&found).len(), 1);
    assert_eq!(tutorial.insight(&assistant).await, found);
    let nothing = json!({"misconceptionSearch": null, "misconceptions": null});
    assert_eq!(tutorial.insight(&tutorial.student).await, nothing);
    for nobody in [&stranger, &other] {
        assert!(nobody.misses(&tutorial.week).await);
    }
    let noted = "action FROM audit_events WHERE action = 'misconceptions.sought'";
    assert_eq!(tutorial.room.served.library.text(noted).await.as_deref(), Some("misconceptions.sought"));
    // The right ends with the role.
    let member = tutorial.room.member(professor, "ada the person").await;
    let input = json!({"courseId": tutorial.room.course, "memberId": member, "role": "STUDENT"});
    professor.act("setMemberRole", "SetMemberRoleInput", input, "member { id }").await;
    assert_eq!(tutorial.insight(&assistant).await, nothing);
}

/// What is shown: students and quotes of each.
async fn shown(tutorial: &Tutorial) -> (bool, Vec<(i64, usize)>) {
    let week = tutorial.insight(&tutorial.room.professor).await;
    assert_exact(&week);
    let count = |item: &Value| (item["studentCount"].as_i64().unwrap(), quotes(item).len());
    (week["misconceptions"]["isStale"].as_bool().unwrap(), items(&week).iter().map(count).collect())
}

#[tokio::test]
async fn what_is_deleted_is_evidence_no_more() {
    let tutorial = Tutorial::new().await;
    let olga = tutorial.room.student("olga").await;
    let library = &tutorial.room.served.library;
    let first = tutorial.hold(&tutorial.student, &[AD]).await;
    tutorial.hold(&tutorial.student, &[AD]).await;
    tutorial.hold(&olga, &[AD, POST]).await;
    tutorial.find().await;
    tutorial.found().await;
    assert_eq!(shown(&tutorial).await, (false, vec![(2, 3), (1, 1)]));
    // By its student.
    let delete = async |who: &Person, session: &str| {
        let input = json!({"sessionId": session});
        who.act("deleteTutoringTranscript", "TutoringSessionInput", input, "session { id }").await;
    };
    delete(&tutorial.student, &first).await;
    assert_eq!(shown(&tutorial).await, (true, vec![(2, 2), (1, 1)]));
    // By the course, after its time: what Sam has left.
    library
        .sql(
            "UPDATE tutoring_sessions SET ended_at = ended_at - interval '2 days' WHERE id IN \
                 (SELECT t.id FROM tutoring_sessions t JOIN users u ON u.id = t.student_id WHERE u.username = 'sam')",
        )
        .await;
    tutorial.settle(json!({"retentionDays": 1})).await;
    TendSessions {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(shown(&tutorial).await, (true, vec![(1, 1), (1, 1)]));
    // With the account, before it is purged and after.
    library.sql("UPDATE users SET deleted_at = now() WHERE username = 'olga'").await;
    assert_eq!(shown(&tutorial).await, (true, vec![]));
    library.sql("UPDATE users SET deleted_at = NULL WHERE username = 'olga'").await;
    assert_eq!(shown(&tutorial).await, (true, vec![(1, 1), (1, 1)]));
    let rows = "concat_ws(' ', (SELECT count(*) FROM misconceptions), (SELECT count(*) FROM misconception_evidence))";
    assert_eq!(library.text(rows).await.unwrap(), "2 4");
    tutorial.refresh().await;
    assert_eq!(library.text(rows).await.unwrap(), "2 4", "there is evidence for both");
    library.sql("DELETE FROM users WHERE username = 'olga'").await;
    assert_eq!(library.text(rows).await.unwrap(), "2 2", "what is deleted otherwise is purged later");
    // What has no evidence any more goes by itself, and there is nothing left to search.
    tutorial.age_search("7 hours").await;
    tutorial.refresh().await;
    assert_eq!(library.text(rows).await.unwrap(), "0 0");
    assert_eq!(shown(&tutorial).await, (true, vec![]));
    assert_eq!(tutorial.find_refused(&tutorial.room.professor).await, refusal("CONFLICT", &[]));
}

#[tokio::test]
async fn a_reading_that_is_deleted_takes_along_what_was_extracted_from_it() {
    let tutorial = Tutorial::new().await;
    tutorial.hold(&tutorial.student, &[AD]).await;
    tutorial.find().await;
    let found = tutorial.found().await;
    assert_eq!(items(&found).len(), 1);
    tutorial.room.served.library.sql("UPDATE documents SET deleted_at = now() WHERE filename = 'offers.txt'").await;
    assert_eq!(shown(&tutorial).await, (false, vec![]));
}

#[tokio::test]
async fn it_follows_what_is_said_and_rests_between() {
    let tutorial = Tutorial::new().await;
    let olga = tutorial.room.student("olga").await;
    tutorial.hold(&tutorial.student, &[AD]).await;
    tutorial.refresh().await;
    let week = tutorial.insight(&tutorial.room.professor).await;
    assert_eq!(week["misconceptionSearch"], Value::Null, "nobody has asked");
    tutorial.find().await;
    let before = tutorial.found().await;
    tutorial.age_search("7 hours").await;
    tutorial.refresh().await;
    let same = tutorial.insight(&tutorial.room.professor).await;
    assert_eq!(same["misconceptions"], before["misconceptions"], "nothing was said since");

    // A search was made just now, and somebody says more.
    tutorial.room.served.library.sql("UPDATE misconception_searches SET requested_at = computed_at").await;
    tutorial.hold(&olga, &[AD]).await;
    assert_eq!(shown(&tutorial).await, (true, vec![(1, 1)]));
    tutorial.age_search("5 hours").await;
    tutorial.refresh().await;
    assert_eq!(shown(&tutorial).await, (true, vec![(1, 1)]), "it has its rest");
    tutorial.age_search("1 hour").await;
    tutorial.refresh().await;
    assert_eq!(shown(&tutorial).await, (false, vec![(2, 2)]));

    // Whoever teaches need not wait; a search that was lost is begun anew.
    tutorial.hold(&olga, &[POST]).await;
    let pending = tutorial.find().await;
    assert_eq!(pending["status"], "PENDING");
    let lost = async |by: &str| {
        tutorial.room.served.library.sql("DELETE FROM jobs").await;
        tutorial.age_search(by).await;
    };
    lost("5 hours").await;
    tutorial.refresh().await;
    let waiting = tutorial.find().await;
    assert_eq!(waiting["status"], "PENDING", "it may yet come");
    lost("1 hour").await;
    tutorial.refresh().await;
    assert_eq!(shown(&tutorial).await, (false, vec![(2, 2), (1, 1)]));
}

/// All that hangs on the misconceptions of a course.
const NESTED: &str =
    "query ($id: ID!) { course(id: $id) { weeks { number misconceptionSearch { status } misconceptions { isStale
    items { statement studentCount evidence { quote message { content } session { studentName } }
      reading { quote document { filename } chunk { content } } } } } } }";

/// What it takes, however many there are: course, weeks, searches, misconceptions, evidence, messages, sessions, passages,
/// documents, chunks.
const STATEMENTS: &str = "10";

#[tokio::test]
async fn all_of_a_course_takes_as_many_statements_for_one_week_as_for_many() {
    let mut tutorial = Tutorial::new().await;
    let olga = tutorial.room.student("olga").await;
    tutorial.hold(&tutorial.student, &[AD]).await;
    tutorial.find().await;
    tutorial.found().await;
    let ask = async |tutorial: &Tutorial, expected: &[usize]| {
        let variables = json!({"id": tutorial.room.course});
        let answer = tutorial.room.served.answer(Some(&tutorial.room.professor.token), NESTED, variables).await;
        assert_eq!(answer.body.get("errors"), None, "{}", answer.body);
        let weeks = answer.body["data"]["course"]["weeks"].as_array().unwrap();
        let counts = weeks.iter().filter(|week| !week["misconceptions"].is_null()).map(|week| items(week).len());
        assert_eq!(counts.collect::<Vec<_>>(), expected);
        assert_eq!(answer.headers["x-sql-statements"], STATEMENTS, "for {expected:?}");
    };
    ask(&tutorial, &[1]).await;
    tutorial.hold(&olga, &[AD, POST]).await;
    tutorial.find().await;
    tutorial.found().await;
    ask(&tutorial, &[2]).await;
    let other = "SELECT w.id FROM weeks w WHERE w.number = 2";
    let other = tutorial.room.served.library.text(&format!("id FROM ({other}) o")).await.unwrap();
    tutorial.week = elenchus::ids::WeekId::from_uuid(other.parse().unwrap()).to_string();
    tutorial.hold(&tutorial.student, &["Damages put the injured party into a better place."]).await;
    tutorial.find().await;
    tutorial.found().await;
    ask(&tutorial, &[2, 1]).await;
}

#[tokio::test]
async fn the_demo_shows_what_its_students_were_held_against() {
    let served = Served::new().await;
    let app = served.library.app.clone();
    assert!(demo::account(&app).await.unwrap().is_some());
    let filled = async {
        demo::fill(&app).await.unwrap();
    };
    let working = async {
        loop {
            served.library.work_off().await;
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::select! {
        () = filled => {}
        () = working => {}
    }
    let login = "mutation { login(input: {identifier: \"demo@elenchus.local\", password: \"demo-elenchus-2026\"}) { accessToken } }";
    let signed_in = served.ask(None, login, json!({})).await;
    let token = signed_in["data"]["login"]["accessToken"].as_str().unwrap();
    let weeks = served.ask(Some(token), "{ courses { nodes { weeks { id number } } } }", json!({})).await;
    let weeks = weeks["data"]["courses"]["nodes"][0]["weeks"].as_array().unwrap().clone();
    let mut seen = Vec::new();
    for week in &weeks {
        let found = served.ask(Some(token), FOUND, json!({"id": week["id"]})).await;
        assert_eq!(found.get("errors"), None, "{found}");
        let found = &found["data"]["node"];
        if found["misconceptions"].is_null() {
            continue;
        }
        assert_exact(found);
        assert_eq!(found["misconceptions"]["method"], "EXTRACTED");
        seen.push((
            week["number"].as_i64().unwrap(),
            items(found).len(),
            found["misconceptions"]["sessionCount"].clone(),
        ));
    }
    assert_eq!(seen, [(1, 5, json!(2)), (2, 5, json!(2)), (3, 4, json!(1)), (4, 4, json!(1))]);
}
