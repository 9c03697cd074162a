//! Courses and their weeks: who makes, sees and changes them.

use chrono::TimeDelta;
use elenchus::domain::courses::jobs::PurgeCourses;
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::support::classroom::{Classroom, refusal, text};
use super::support::library::FIRST;
use super::support::live::Person;
use super::support::served::Served;

const COURSE: &str =
    "query ($id: ID!) { course(id: $id) { code name professorName description term viewerRole showsMembers
    enrolment { mode codeExpiresAt } archivedAt createdAt updatedAt weeks { number title } } }";
const WEEKS: &str =
    "query ($id: ID!) { course(id: $id) { weeks { number title themes { title } opensAt closesAt isOpen documents { filename } }
    one: week(number: 1) { title } two: week(number: 2) { title } nine: week(number: 9) { title } } }";
const LIST: &str = "query ($first: Int, $after: String, $filter: CourseFilter) { courses(first: $first, after: $after, filter: $filter) {
    totalCount nodes { code viewerRole } pageInfo { hasNextPage endCursor } } }";

async fn codes(person: &Person, filter: Value) -> Value {
    let courses = person.run(LIST, json!({ "filter": filter })).await["courses"].clone();
    let nodes = courses["nodes"].as_array().unwrap();
    assert_eq!(courses["totalCount"], nodes.len());
    nodes.iter().map(|course| course["code"].clone()).collect()
}

#[tokio::test]
async fn a_course_is_what_its_professor_says() {
    let served = Served::new().await;
    let (paula, _) = served.of_role("paula", "PROFESSOR").await;
    let input = json!({"code": " Law-101 ", "name": "Law of\ncontracts", "description": "One.\nTwo.", "term": "autumn 2026",
                       "enrolment": "CODE", "showsMembers": true});
    let made = paula.act("createCourse", "CreateCourseInput", input.clone(), "course { id }").await;
    let id = text(&made["course"]["id"]);
    assert!(id.starts_with("course_"), "{id}");
    let now = "2026-03-01T12:00:00+00:00";
    let mut expected = json!({
        "code": "Law-101", "name": "Law of contracts", "professorName": "paula the person", "description": "One.\nTwo.",
        "term": "autumn 2026", "viewerRole": "PROFESSOR", "showsMembers": true,
        "enrolment": {"mode": "CODE", "codeExpiresAt": null}, "archivedAt": null, "createdAt": now, "updatedAt": now, "weeks": [],
    });
    assert_eq!(paula.run(COURSE, json!({ "id": id })).await["course"], expected);
    let by_code = "query ($code: String) { course(code: $code) { id } }";
    assert_eq!(paula.run(by_code, json!({"code": "lAW-101"})).await["course"]["id"], id);
    let node = "query ($id: ID!) { node(id: $id) { ... on Course { code } } }";
    assert_eq!(paula.run(node, json!({ "id": id })).await["node"]["code"], "Law-101");
    assert_eq!(paula.refused("{ course { id } }", json!({})).await, refusal("BAD_USER_INPUT", &["id"]));

    let taken = json!({"code": "LAW-101", "name": "Another"});
    assert_eq!(
        paula.act_refused("createCourse", "CreateCourseInput", taken.clone()).await,
        refusal("CONFLICT", &["input.code"])
    );
    let bad = json!({"code": " ", "name": "x".repeat(256), "term": "x".repeat(101), "description": "x".repeat(10_001)});
    assert_eq!(
        paula.act_refused("createCourse", "CreateCourseInput", bad).await,
        refusal("BAD_USER_INPUT", &["input.code", "input.name", "input.description", "input.term"])
    );

    served.library.app.clock.advance(TimeDelta::minutes(1));
    let input =
        json!({"courseId": id, "code": "LAW-102", "term": null, "description": "", "professorName": "Prof. P."});
    paula.act("updateCourse", "UpdateCourseInput", input, "course { id }").await;
    for (field, value) in [
        ("code", json!("LAW-102")),
        ("term", Value::Null),
        ("description", json!("")),
        ("professorName", json!("Prof. P.")),
        ("updatedAt", json!("2026-03-01T12:01:00+00:00")),
    ] {
        expected[field] = value;
    }
    assert_eq!(paula.run(COURSE, json!({ "id": id })).await["course"], expected);
    paula.act("createCourse", "CreateCourseInput", taken, "course { id }").await;
    let input = json!({"courseId": id, "code": "law-101"});
    assert_eq!(
        paula.act_refused("updateCourse", "UpdateCourseInput", input).await,
        refusal("CONFLICT", &["input.code"])
    );

    let trail = "{ viewer { auditTrail(filter: {actions: [\"course.created\", \"course.updated\"]}) { nodes { action object before after } } } }";
    let trail = paula.run(trail, json!({})).await["viewer"]["auditTrail"]["nodes"].clone();
    assert_eq!((trail.as_array().unwrap().len(), &trail[1]["object"]), (3, &json!(id)));
    assert_eq!(
        (&trail[1]["before"], &trail[1]["after"]),
        (
            &json!({"code": "Law-101", "description": "One.\nTwo.", "professorName": "paula the person", "term": "autumn 2026"}),
            &json!({"code": "LAW-102", "description": "", "professorName": "Prof. P.", "term": null})
        )
    );
}

#[tokio::test]
async fn only_professors_and_administrators_make_courses() {
    let served = Served::new().await;
    for (role, may) in [("STUDENT", false), ("MEMBER", false), ("ANALYST", false), ("PROFESSOR", true), ("ADMIN", true)]
    {
        let (person, _) = served.of_role(&role.to_lowercase(), role).await;
        let input = json!({"code": role, "name": "A course"});
        if may {
            person.act("createCourse", "CreateCourseInput", input, "course { id }").await;
        } else {
            assert_eq!(person.act_refused("createCourse", "CreateCourseInput", input).await, refusal("FORBIDDEN", &[]));
        }
    }
}

#[tokio::test]
async fn nobody_but_its_members_knows_of_a_course() {
    let room = Classroom::new().await;
    let week = room.week(1, json!({"title": "Offer"})).await;
    let (other, _) = room.served.of_role("otto", "PROFESSOR").await;
    other.act("createCourse", "CreateCourseInput", json!({"code": "OTHER", "name": "Other"}), "course { id }").await;
    let (root, _) = room.served.of_role("root", "ADMIN").await;
    let stranger = room.somebody("eve").await;
    let assistant = room.assistant("anna").await;
    let student = room.student("sam").await;
    for outsider in [&other, &root, &stranger] {
        for (query, variables) in [
            (COURSE, json!({"id": room.course})),
            ("query ($code: String) { course(code: $code) { id } }", json!({"code": "LAW-1"})),
            ("query ($id: ID!) { node(id: $id) { id } }", json!({"id": room.course})),
            ("query ($id: ID!) { node(id: $id) { id } }", json!({"id": week})),
        ] {
            assert_eq!(outsider.refused(query, variables).await.0, "NOT_FOUND", "{query}");
        }
        for (field, kind, input) in [
            ("updateCourse", "UpdateCourseInput", json!({"courseId": room.course, "name": "Mine"})),
            ("deleteCourse", "DeleteCourseInput", json!({"courseId": room.course})),
            ("addWeek", "AddWeekInput", json!({"courseId": room.course, "number": 2})),
            ("updateWeek", "UpdateWeekInput", json!({"weekId": week, "title": "Mine"})),
            ("deleteWeek", "DeleteWeekInput", json!({"weekId": week})),
            ("unenrol", "UnenrolInput", json!({"courseId": room.course})),
            ("setEnrolmentCode", "SetEnrolmentCodeInput", json!({"courseId": room.course})),
            ("inviteToCourse", "InviteToCourseInput", json!({"courseId": room.course, "email": "eve@example.org"})),
        ] {
            assert_eq!(outsider.act_refused(field, kind, input).await.0, "NOT_FOUND", "{field}");
        }
    }
    assert_eq!(codes(&other, Value::Null).await, json!(["OTHER"]));
    assert_eq!(codes(&root, Value::Null).await, json!([]));
    for (person, role, weeks) in [
        (&room.professor, "PROFESSOR", json!([{"number": 1, "title": "Offer"}])),
        (&assistant, "ASSISTANT", json!([{"number": 1, "title": "Offer"}])),
        (&student, "STUDENT", json!([{"number": 1, "title": "Offer"}])),
    ] {
        let course = person.run(COURSE, json!({"id": room.course})).await["course"].clone();
        assert_eq!((&course["viewerRole"], &course["weeks"]), (&json!(role), &weeks));
        // How people join is for those who teach.
        assert_eq!(course["enrolment"].is_null(), role == "STUDENT");
    }
    for (field, kind, input) in [
        ("updateCourse", "UpdateCourseInput", json!({"courseId": room.course, "name": "Mine"})),
        ("deleteCourse", "DeleteCourseInput", json!({"courseId": room.course})),
        ("addWeek", "AddWeekInput", json!({"courseId": room.course, "number": 2})),
        ("updateWeek", "UpdateWeekInput", json!({"weekId": week, "title": "Mine"})),
        ("deleteWeek", "DeleteWeekInput", json!({"weekId": week})),
        ("addWeekDocuments", "WeekDocumentsInput", json!({"weekId": week, "documentIds": []})),
        ("setEnrolmentCode", "SetEnrolmentCodeInput", json!({"courseId": room.course})),
    ] {
        assert_eq!(student.act_refused(field, kind, input).await.0, "FORBIDDEN", "{field}");
    }
    let renamed = json!({"courseId": room.course, "name": "Ours"});
    let renamed = assistant.act("updateCourse", "UpdateCourseInput", renamed, "course { name viewerRole }").await;
    assert_eq!(renamed["course"], json!({"name": "Ours", "viewerRole": "ASSISTANT"}));
    for (field, kind, input) in [
        ("deleteCourse", "DeleteCourseInput", json!({"courseId": room.course})),
        ("updateCourse", "UpdateCourseInput", json!({"courseId": room.course, "isArchived": true})),
    ] {
        assert_eq!(assistant.act_refused(field, kind, input).await.0, "FORBIDDEN", "{field}");
    }
}

#[tokio::test]
async fn lists_hold_what_one_teaches_and_attends() {
    let room = Classroom::new().await;
    let paula = &room.professor;
    for (code, term) in [("LAW-2", json!("spring")), ("LAW-3", json!("autumn")), ("LAW-4", json!("spring"))] {
        room.advance(1);
        let input = json!({"code": code, "name": code, "term": term, "enrolment": "OPEN"});
        let made = paula.act("createCourse", "CreateCourseInput", input, "course { id }").await;
        if code == "LAW-4" {
            let away = json!({"courseId": made["course"]["id"], "isArchived": true});
            let away = paula.act("updateCourse", "UpdateCourseInput", away, "course { archivedAt }").await;
            assert_eq!(away["course"]["archivedAt"], "2026-03-01T12:03:00+00:00");
        }
    }
    assert_eq!(codes(paula, Value::Null).await, json!(["LAW-4", "LAW-3", "LAW-2", "LAW-1"]));
    assert_eq!(codes(paula, json!({"term": "spring"})).await, json!(["LAW-4", "LAW-2"]));
    assert_eq!(codes(paula, json!({"term": "spring\u{0}"})).await, json!([]));
    assert_eq!(codes(paula, json!({"isArchived": true})).await, json!(["LAW-4"]));
    assert_eq!(codes(paula, json!({"isArchived": false, "term": "spring"})).await, json!(["LAW-2"]));
    let student = room.student("sam").await;
    student.act("enrol", "EnrolInput", json!({"code": "law-3"}), "course { id }").await;
    assert_eq!(codes(&student, Value::Null).await, json!(["LAW-3", "LAW-1"]));
    assert_eq!(codes(&student, json!({"role": "PROFESSOR"})).await, json!([]));
    assert_eq!(codes(paula, json!({"role": "PROFESSOR"})).await, json!(["LAW-4", "LAW-3", "LAW-2", "LAW-1"]));
    let first = paula.run(LIST, json!({"first": 3})).await["courses"].clone();
    assert_eq!((&first["totalCount"], &first["pageInfo"]["hasNextPage"]), (&json!(4), &json!(true)));
    let rest = paula.run(LIST, json!({"first": 3, "after": first["pageInfo"]["endCursor"]})).await["courses"].clone();
    assert_eq!(rest["nodes"], json!([{"code": "LAW-1", "viewerRole": "PROFESSOR"}]));
}

#[tokio::test]
async fn weeks_open_to_students_when_it_is_time() {
    let room = Classroom::new().await;
    let document = room.document("offer.txt", "An offer is a promise.").await;
    let at = |minute: u32| format!("2026-03-01T12:{minute:02}:00+00:00");
    room.week(1, json!({"title": "Offer", "themes": ["promise", "promise"], "documentIds": [document]})).await;
    let second = room
        .week(2, json!({"title": "Breach", "themes": ["damages"], "documentIds": [document], "opensAt": at(2), "closesAt": at(4)}))
        .await;
    let (student, assistant) = (room.student("sam").await, room.assistant("anna").await);
    let offer = json!({"number": 1, "title": "Offer", "themes": [{"title": "promise"}], "opensAt": null, "closesAt": null, "isOpen": true,
                       "documents": [{"filename": "offer.txt"}]});
    let breach = |is_open: bool, documents: Value| {
        json!({"number": 2, "title": "Breach", "themes": [{"title": "damages"}], "opensAt": at(2), "closesAt": at(4), "isOpen": is_open,
               "documents": documents})
    };
    let read = json!([{"filename": "offer.txt"}]);
    let to_come = json!({"number": 2, "title": null, "themes": [], "opensAt": at(2), "closesAt": null, "isOpen": false, "documents": []});
    let weeks = async |person: &Person| person.run(WEEKS, json!({"id": room.course})).await["course"].clone();
    for teacher in [&room.professor, &assistant] {
        assert_eq!(weeks(teacher).await["weeks"], json!([offer, breach(false, read.clone())]));
    }
    let seen = weeks(&student).await;
    assert_eq!(seen["weeks"], json!([offer, to_come]));
    assert_eq!(
        (&seen["one"], &seen["two"], &seen["nine"]),
        (&json!({"title": "Offer"}), &json!({"title": null}), &Value::Null)
    );
    let node = "query ($id: ID!) { node(id: $id) { ... on Week { title course { code } documents { id } } } }";
    let hidden = json!({"title": null, "course": {"code": "LAW-1"}, "documents": []});
    assert_eq!(student.run(node, json!({ "id": second })).await["node"], hidden);
    room.advance(2);
    assert_eq!(weeks(&student).await["weeks"], json!([offer, breach(true, read.clone())]));
    room.advance(2);
    assert_eq!(weeks(&student).await["weeks"], json!([offer, breach(false, json!([]))]), "over");
    assert_eq!(weeks(&assistant).await["weeks"], json!([offer, breach(false, read.clone())]));
    let open = json!({"weekId": second, "opensAt": null, "closesAt": null});
    let opened = room.professor.act("updateWeek", "UpdateWeekInput", open, "week { opensAt closesAt isOpen }").await;
    assert_eq!(opened["week"], json!({"opensAt": null, "closesAt": null, "isOpen": true}));
    assert_eq!(weeks(&student).await["weeks"][1]["documents"], read);
}

#[tokio::test]
async fn weeks_are_added_moved_and_deleted() {
    let room = Classroom::new().await;
    let paula = &room.professor;
    let mut ids = Vec::new();
    for (number, title) in [(1, "a"), (2, "b"), (3, "c"), (5, "e")] {
        ids.push(room.week(number, json!({"title": title})).await);
    }
    let titles = async || -> Vec<(i64, String)> {
        let weeks = paula.run(COURSE, json!({"id": room.course})).await["course"]["weeks"].clone();
        let weeks = weeks.as_array().unwrap().iter();
        weeks.map(|week| (week["number"].as_i64().unwrap(), text(&week["title"]))).collect()
    };
    let listed = |pairs: &[(i64, &str)]| pairs.iter().map(|(n, title)| (*n, (*title).to_owned())).collect::<Vec<_>>();
    let add = json!({"courseId": room.course, "number": 2});
    assert_eq!(paula.act_refused("addWeek", "AddWeekInput", add).await, refusal("CONFLICT", &["input.number"]));
    for number in [0, 201] {
        let add = json!({"courseId": room.course, "number": number});
        assert_eq!(
            paula.act_refused("addWeek", "AddWeekInput", add).await,
            refusal("BAD_USER_INPUT", &["input.number"])
        );
    }
    let add = json!({"courseId": room.course, "number": 9, "title": "x".repeat(256), "themes": ["x".repeat(101)],
                     "opensAt": "2026-03-02T00:00:00Z", "closesAt": "2026-03-01T00:00:00Z"});
    assert_eq!(
        paula.act_refused("addWeek", "AddWeekInput", add).await,
        refusal("BAD_USER_INPUT", &["input.title", "input.themes", "input.closesAt"])
    );
    let place = async |week: &str, number: i32| {
        let input = json!({"weekId": week, "number": number});
        paula.act("updateWeek", "UpdateWeekInput", input, "week { number }").await["week"]["number"].clone()
    };
    assert_eq!(place(&ids[2], 1).await, 1);
    assert_eq!(titles().await, listed(&[(1, "c"), (2, "a"), (3, "b"), (5, "e")]));
    assert_eq!(place(&ids[2], 3).await, 3);
    assert_eq!(titles().await, listed(&[(1, "a"), (2, "b"), (3, "c"), (5, "e")]));
    assert_eq!(place(&ids[0], 4).await, 4, "nobody else has it");
    assert_eq!(titles().await, listed(&[(2, "b"), (3, "c"), (4, "a"), (5, "e")]));
    let change = json!({"weekId": ids[0], "title": null, "themes": ["t"]});
    let changed = paula.act("updateWeek", "UpdateWeekInput", change, "week { number title themes { title } }").await;
    assert_eq!(changed["week"], json!({"number": 4, "title": null, "themes": [{"title": "t"}]}));
    let early = json!({"weekId": ids[0], "opensAt": "1969-12-31T00:00:00Z"});
    assert_eq!(
        paula.act_refused("updateWeek", "UpdateWeekInput", early).await,
        refusal("BAD_USER_INPUT", &["input.opensAt"])
    );
    let deleted = paula
        .act("deleteWeek", "DeleteWeekInput", json!({"weekId": ids[0]}), "deletedId course { weeks { number } }")
        .await;
    assert_eq!(
        deleted,
        json!({"deletedId": ids[0], "course": {"weeks": [{"number": 2}, {"number": 3}, {"number": 5}]}})
    );
    assert_eq!(paula.act_refused("deleteWeek", "DeleteWeekInput", json!({"weekId": ids[0]})).await.0, "NOT_FOUND");
}

#[tokio::test]
async fn of_two_weeks_with_one_number_one_is_added() {
    let room = Classroom::new().await;
    let add = || async {
        let query = "mutation ($input: AddWeekInput!) { addWeek(input: $input) { week { id } } }";
        room.professor.respond(query, json!({"input": {"courseId": room.course, "number": 1}})).await
    };
    let answers = futures::future::join_all((0..4).map(|_| add())).await;
    let codes: Vec<_> = answers.iter().map(|answer| answer["errors"][0]["extensions"]["code"].as_str()).collect();
    assert_eq!(codes.iter().filter(|code| code.is_none()).count(), 1, "{answers:?}");
    assert_eq!(codes.iter().filter(|code| **code == Some("CONFLICT")).count(), 3, "{answers:?}");
}

#[tokio::test]
async fn a_deleted_course_is_gone_at_once_and_purged_a_month_later() {
    let room = Classroom::new().await;
    let document = room.document("offer.txt", "An offer is a promise.").await;
    room.week(1, json!({"documentIds": [document]})).await;
    let student = room.student("sam").await;
    let gone =
        room.professor.act("deleteCourse", "DeleteCourseInput", json!({"courseId": room.course}), "deletedId").await;
    assert_eq!(gone["deletedId"], room.course);
    for person in [&room.professor, &student] {
        assert_eq!(person.refused(COURSE, json!({"id": room.course})).await.0, "NOT_FOUND");
        assert_eq!(codes(person, Value::Null).await, json!([]));
    }
    assert_eq!(
        student.act_refused("enrol", "EnrolInput", json!({"code": "LAW-1"})).await,
        refusal("NOT_FOUND", &["input.code"])
    );
    // Its code is free, its documents are still there.
    let again = json!({"code": "law-1", "name": "Again"});
    room.professor.act("createCourse", "CreateCourseInput", again, "course { id }").await;
    let node = "query ($id: ID!) { node(id: $id) { ... on Document { filename weeks { id } } } }";
    let kept = room.professor.run(node, json!({ "id": document })).await["node"].clone();
    assert_eq!(kept, json!({"filename": "offer.txt", "weeks": []}));
    let library = &room.served.library;
    let left = "(SELECT count(*) FROM courses) || ' ' || (SELECT count(*) FROM weeks) || ' ' || (SELECT count(*) FROM course_members)";
    library.app.clock.advance(TimeDelta::days(30));
    PurgeCourses {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(library.text(left).await.as_deref(), Some("2 1 3"), "not yet");
    library.app.clock.advance(TimeDelta::seconds(1));
    PurgeCourses {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(library.text(left).await.as_deref(), Some("1 0 1"));
    assert_eq!(library.text("count(*) FROM documents").await.as_deref(), Some("1"));
}
