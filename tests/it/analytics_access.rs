//! Who sees whose figures, what a class comes to, and how many statements it takes.

use serde_json::{Value, json};

use super::support::classroom::{refusal, text};
use super::support::live::Person as Speaker;
use super::support::served::Served;
use super::support::tutorial::{Tutorial, id_of};

const COURSE: &str = "query ($id: ID!) { course(id: $id) { analytics(range: {}) { activeStudents
    totals { usage { queries runs costUsd responseTime { count } } documents { uploaded } sessions { count seconds } }
    daily { date totals { usage { queries } sessions { seconds } } } byPurpose { purpose usage { queries } } } } }";

/// Sam talks twice, in two sessions, Olga once; the professor tries it out.
async fn class() -> (Tutorial, Speaker) {
    let tutorial = Tutorial::new().await;
    let olga = tutorial.room.student("olga").await;
    for (who, said) in [
        (&tutorial.student, "An advertisement is an offer."),
        (&tutorial.student, "Is a promise to the whole world one?"),
        (&olga, "Acceptance by post is complete when the letter is posted."),
        (&tutorial.room.professor, "An advertisement is an offer."),
    ] {
        let id = id_of(&tutorial.start(who).await);
        who.tell_tutor(&id, said).await;
        tutorial.advance(90);
        tutorial.end(who, &id).await;
    }
    (tutorial, olga)
}

#[tokio::test]
async fn those_who_teach_see_what_a_class_used_and_students_do_not() {
    let (tutorial, olga) = class().await;
    let room = &tutorial.room;
    let id = json!({"id": room.course});
    let library = &room.served.library;
    for summed_up in [false, true] {
        let seen = room.professor.run(COURSE, id.clone()).await["course"]["analytics"].clone();
        let usage = &seen["totals"]["usage"];
        assert_eq!(
            (&seen["activeStudents"], &usage["queries"], &usage["runs"]),
            (&json!(2), &json!(3), &json!(3)),
            "{summed_up}"
        );
        assert_eq!(usage["responseTime"]["count"], 3);
        assert_eq!(seen["totals"]["sessions"], json!({"count": 3, "seconds": 270}));
        assert_eq!(seen["totals"]["documents"]["uploaded"], 0, "readings are their owners'");
        assert_eq!(seen["byPurpose"], json!([{"purpose": "TUTOR", "usage": {"queries": 3}}]));
        let last = &seen["daily"].as_array().unwrap()[6];
        assert_eq!(
            *last,
            json!({"date": "2026-03-01", "totals": {"usage": {"queries": 3}, "sessions": {"seconds": 270}}})
        );
        library.roll_up().await;
    }
    let assistant = room.assistant("anna").await;
    assert_eq!(assistant.run(COURSE, id.clone()).await["course"]["analytics"]["activeStudents"], 2);
    for student in [&tutorial.student, &olga] {
        assert_eq!(student.refused(COURSE, id.clone()).await, refusal("FORBIDDEN", &[]));
        let answer = student.respond(COURSE, id.clone()).await;
        assert_eq!(answer["data"], json!({"course": {"analytics": null}}), "the rest of the course is shown");
    }
    assert_eq!(room.somebody("eve").await.refused(COURSE, id.clone()).await, refusal("NOT_FOUND", &[]));
    // Nor does an administrator who is no member.
    let (root, _) = room.served.of_role("root", "ADMIN").await;
    assert_eq!(root.refused(COURSE, id.clone()).await, refusal("NOT_FOUND", &[]));

    // The student's own figures name the course; the professor's trial counts as the professor's and for no course.
    let own = "{ analytics(range: {}) { totals { usage { queries } sessions { count seconds } } byCourse { course { name } usage { queries } } } }";
    let sam = tutorial.student.run(own, json!({})).await;
    assert_eq!(
        sam["analytics"],
        json!({"totals": {"usage": {"queries": 2}, "sessions": {"count": 2, "seconds": 180}},
               "byCourse": [{"course": {"name": "Law of contracts"}, "usage": {"queries": 2}}]})
    );
    let paula = room.professor.run(own, json!({})).await;
    let expected = json!({"totals": {"usage": {"queries": 1}, "sessions": {"count": 0, "seconds": 0}}, "byCourse": []});
    assert_eq!(paula["analytics"], expected);

    // Whoever leaves the installation is no part of the class.
    library.sql("UPDATE users SET deleted_at = now() WHERE username = 'olga'").await;
    let seen = room.professor.run(COURSE, id.clone()).await["course"]["analytics"].clone();
    assert_eq!((&seen["activeStudents"], &seen["totals"]["sessions"]["count"]), (&json!(1), &json!(2)));
    // A session that turns out to be a trial counts for no course any more, whatever was summed up.
    library.sql("UPDATE tutoring_sessions SET is_trial = true").await;
    for _ in 0..2 {
        let seen = room.professor.run(COURSE, id.clone()).await["course"]["analytics"].clone();
        assert_eq!((&seen["activeStudents"], &seen["totals"]["usage"]["runs"]), (&json!(0), &json!(0)));
        library.roll_up().await;
    }
}

const OF_ALL: &str = "query ($first: Int!) { installationAnalytics(range: {}) { activePeople totals { usage { runs costUsd } documents { uploaded } } }
    users(first: $first) { nodes { username analytics(range: {}) { totals { usage { runs } } daily { date } byModel { model }
      byConversation { conversation { title } } byCourse { course { name } } activity { nodes { kind objectId } } } } } }";
const RUN: &str = "'REPLY', 'COMPLETED', 'openai', 'small', 1, 1, 0, false, 0.5, 1, 1, timestamptz '2026-03-01 10:00Z'";

/// Accounts, then reports of the installation and of people, conversations, activity, and the names of
/// conversations, which an administrator does not see.
const STATEMENTS_OF_ALL: &str = "6";

#[tokio::test]
async fn administrators_see_the_figures_of_all_and_nothing_that_was_said() {
    let served = Served::with(&[("MAX_COST_ADMIN", "1000000")]).await;
    let root = served.person("root").await;
    served.library.sql("UPDATE users SET role = 'ADMIN'").await;
    let mut people = Vec::new();
    for name in ["ada", "bob", "eve", "kim"] {
        let person = served.person(name).await;
        let made = "mutation { createConversation(input: {title: \"zanzibar\"}) { conversation { id } } }";
        let made = served.ask(Some(&person.token), made, json!({})).await;
        let id: elenchus::ids::ConversationId =
            text(&made["data"]["createConversation"]["conversation"]["id"]).parse().unwrap();
        served.library.ran(name, &[&format!("{RUN}, '{}'::uuid", id.uuid()), &format!("{RUN}, NULL::uuid")]).await;
        people.push(person);
    }
    for first in [2, 3, 4] {
        let answer = served.answer(Some(&root.token), OF_ALL, json!({ "first": first })).await;
        assert_eq!(answer.body.get("errors"), None, "{}", answer.body);
        let data = &answer.body["data"];
        let all =
            json!({"activePeople": 4, "totals": {"usage": {"runs": 8, "costUsd": "4"}, "documents": {"uploaded": 0}}});
        assert_eq!(data["installationAnalytics"], all);
        let users = data["users"]["nodes"].as_array().unwrap();
        assert_eq!(users.len(), first);
        for user in users {
            assert_eq!(user["analytics"]["totals"]["usage"]["runs"], 2, "{user}");
            assert_eq!(user["analytics"]["byConversation"], json!([{"conversation": null}]));
            assert_eq!(user["analytics"]["activity"]["nodes"].as_array().unwrap().len(), 2, "{user}");
        }
        assert!(!data.to_string().contains("zanzibar"), "{data}");
        assert_eq!(answer.headers["x-sql-statements"], STATEMENTS_OF_ALL, "for {first} people");
        served.library.roll_up().await;
    }
    // Everybody else has their own, and a key needs both scopes.
    let own = "{ analytics(range: {}) { totals { usage { runs } } } }";
    let all = "{ installationAnalytics(range: {}) { totals { usage { runs } } } }";
    let ada = &people[0].token;
    assert_eq!(served.ask(Some(ada), own, json!({})).await["data"]["analytics"]["totals"]["usage"]["runs"], 2);
    let code = |answer: Value| answer["errors"][0]["extensions"]["code"].clone();
    assert_eq!(code(served.ask(Some(ada), all, json!({})).await), "FORBIDDEN");
    for (scopes, expected) in [
        ("CONVERSATIONS_READ", json!("FORBIDDEN")),
        ("DOCUMENTS_READ", json!("FORBIDDEN")),
        ("CONVERSATIONS_READ, DOCUMENTS_READ", Value::Null),
    ] {
        let key = format!("mutation {{ createApiKey(input: {{name: \"x\", scopes: [{scopes}]}}) {{ secret }} }}");
        let key = text(&served.ask(Some(ada), &key, json!({})).await["data"]["createApiKey"]["secret"]);
        assert_eq!(code(served.ask(Some(&key), own, json!({})).await), expected, "{scopes}");
        assert_eq!(code(served.ask(Some(&key), all, json!({})).await), "FORBIDDEN", "{scopes}");
    }
    let refresh = "mutation { refreshAnalytics(input: {range: {}}) { analytics { totals { usage { runs } } } } }";
    assert_eq!(code(served.ask(None, refresh, json!({})).await), "UNAUTHENTICATED");
    assert_eq!(code(served.ask(None, own, json!({})).await), "UNAUTHENTICATED");
    assert_eq!(code(served.ask(None, all, json!({})).await), "UNAUTHENTICATED");
}

/// Twenty courses of one professor, with a student who said something in each.
const SEED: &str = "
    INSERT INTO courses (id, code, name, professor_name, created_at, updated_at)
    SELECT md5('course ' || n)::uuid, 'C-' || n, 'Course ' || n, 'Paula', now(), now() FROM generate_series(1, 20) n;
    INSERT INTO course_members (id, course_id, user_id, role, created_at)
    SELECT md5('member ' || n || u.username)::uuid, md5('course ' || n)::uuid, u.id,
           CASE u.username WHEN 'paula' THEN 'PROFESSOR' ELSE 'STUDENT' END, now() FROM users u, generate_series(1, 20) n;
    INSERT INTO conversations (id, owner_id, kind, title, title_source, metadata, created_at, updated_at)
    SELECT md5('talk ' || n)::uuid, u.id, 'TUTORING', 'talk', 'MODEL', '{}', now(), now() FROM users u, generate_series(1, 20) n
    WHERE u.username = 'sam';
    INSERT INTO tutoring_sessions (id, student_id, course_id, conversation_id, is_trial, course_name, week_number, question,
        started_at, expires_at, ended_at, end_reason)
    SELECT md5('session ' || n)::uuid, u.id, md5('course ' || n)::uuid, md5('talk ' || n)::uuid, false, 'x', 1, 'Why?',
        timestamptz '2026-03-01 09:00Z', timestamptz '2026-03-01 09:05Z', timestamptz '2026-03-01 09:05Z', 'TIME'
    FROM users u, generate_series(1, 20) n WHERE u.username = 'sam';
    INSERT INTO generations (id, owner_id, purpose, status, provider, model, input_tokens, output_tokens, cost_usd, duration_ms,
        conversation_id, created_at, ended_at)
    SELECT gen_random_uuid(), u.id, 'TUTOR', 'COMPLETED', 'openai', 'small', n, 1, 0.25, 100 * n, md5('talk ' || n)::uuid,
        timestamptz '2026-03-01 09:01Z', now() FROM users u, generate_series(1, 20) n WHERE u.username = 'sam'";

const NESTED: &str = "query ($first: Int!) { courses(first: $first) { nodes { code analytics(range: {days: 30}) { activeStudents
    totals { usage { runs costUsd responseTime { p99Ms } } sessions { seconds } } daily { date totals { usage { runs } } }
    byModel { model usage { firstTokenTime { p50Ms } } } byPurpose { purpose } } } } }";

/// Courses, which of them one teaches, and one report of all.
const STATEMENTS: &str = "3";

#[tokio::test]
async fn figures_of_many_courses_take_as_many_statements_as_those_of_one() {
    let served = Served::with(&[("MAX_COST", "1000000")]).await;
    let (paula, _) = (served.person("paula").await, served.person("sam").await);
    served.library.sql(SEED).await;
    for first in [1, 5, 20] {
        let answer = served.answer(Some(&paula.token), NESTED, json!({ "first": first })).await;
        assert_eq!(answer.body.get("errors"), None, "{}", answer.body);
        let courses = answer.body["data"]["courses"]["nodes"].as_array().unwrap();
        assert_eq!(courses.len(), first);
        for course in courses {
            let analytics = &course["analytics"];
            assert_eq!((&analytics["activeStudents"], &analytics["totals"]["usage"]["runs"]), (&json!(1), &json!(1)));
            assert_eq!(analytics["totals"]["usage"]["costUsd"], "0.25");
            assert_eq!(analytics["totals"]["sessions"]["seconds"], 300);
            assert_eq!(analytics["daily"].as_array().unwrap().len(), 30);
        }
        assert_eq!(answer.headers["x-sql-statements"], STATEMENTS, "for {first} courses");
        served.library.roll_up().await;
    }
}
