//! What is read in a course: who may read it, in all the ways there are, and from when until when.

use serde_json::{Value, json};

use super::support::classroom::{Classroom, refusal, text};
use super::support::live::Person;

const TEXT: &str = "A zanzibar offer is a promise that waits. Whoever accepts the zanzibar makes a contract.";
const NODE: &str =
    "query ($id: ID!) { node(id: $id) { ... on Document { filename text downloadUrl owner { email } weeks { number }
    chunks(first: 5) { nodes { id content } } } } }";
const CHUNK: &str = "query ($id: ID!) { node(id: $id) { ... on Chunk { content document { filename } } } }";
const SEARCH: &str =
    "query ($scope: SearchScopeInput) { search(query: \"zanzibar promise\", mode: KEYWORD, scope: $scope) {
    hits { chunk { content } document { id filename } } } }";

/// What somebody can do with a reading, in every way there is.
#[expect(clippy::struct_excessive_bools, reason = "each way to a reading by itself")]
#[derive(Debug, PartialEq, Eq)]
struct Reach {
    node: bool,
    chunk: bool,
    week: bool,
    search: bool,
    progress: bool,
    /// At an address that was handed out before.
    url: bool,
}

const ALL: Reach = Reach { node: true, chunk: true, week: true, search: true, progress: true, url: true };
const NONE: Reach = Reach { node: false, chunk: false, week: false, search: false, progress: false, url: false };

/// A course with one reading, and what was handed out for it to a student.
struct Scene {
    room: Classroom,
    student: Person,
    document: String,
    chunk: String,
    week: String,
    url: String,
}

impl Scene {
    async fn new() -> Self {
        let room = Classroom::new().await;
        let document = room.document("offer.txt", TEXT).await;
        let week = room.week(1, json!({"title": "Offer", "documentIds": [document]})).await;
        let student = room.student("sam").await;
        let read = student.run(NODE, json!({ "id": document })).await["node"].clone();
        assert_eq!((&read["filename"], &read["text"]), (&json!("offer.txt"), &json!(TEXT)));
        assert_eq!((&read["owner"], &read["weeks"]), (&Value::Null, &json!([{"number": 1}])));
        let (chunk, url) = (text(&read["chunks"]["nodes"][0]["id"]), text(&read["downloadUrl"]));
        assert_eq!(read["chunks"]["nodes"][0]["content"], TEXT);
        Self { room, student, document, chunk, week, url }
    }

    async fn reach(&self, person: &Person) -> Reach {
        let found = async |query: &str, variables: Value| {
            let answer = person.respond(query, variables).await;
            if let Some(errors) = answer["errors"].as_array() {
                assert_eq!(errors[0]["extensions"]["code"], "NOT_FOUND", "{answer}");
                return false;
            }
            answer.to_string().contains("offer.txt")
        };
        let week = "query ($id: ID!) { node(id: $id) { ... on Week { documents { filename } } } }";
        let body = json!({"query": "subscription ($ids: [ID!]!) { documentProgress(ids: $ids) { filename } }", "variables": {"ids": [self.document]}});
        let progress = reqwest::Client::new()
            .post(format!("{}/graphql", person.url))
            .header("accept", "text/event-stream")
            .bearer_auth(&person.token)
            .json(&body);
        let progress = progress.send().await.unwrap().text().await.unwrap();
        assert!(progress.contains("offer.txt") || progress.contains("NOT_FOUND"), "{progress}");
        Reach {
            node: found(NODE, json!({"id": self.document})).await,
            chunk: found(CHUNK, json!({"id": self.chunk})).await,
            week: found(week, json!({"id": self.week})).await,
            search: found(SEARCH, json!({"scope": {"courseId": self.room.course}})).await,
            progress: progress.contains("offer.txt"),
            url: self.room.served.get(&self.url).await.0 == 200,
        }
    }

    async fn professor(&self, field: &str, kind: &str, input: Value) {
        self.room.professor.act(field, kind, input, "__typename").await;
    }
}

#[tokio::test]
async fn members_read_and_nobody_else() {
    let scene = Scene::new().await;
    let room = &scene.room;
    let assistant = room.assistant("anna").await;
    for person in [&room.professor, &assistant, &scene.student] {
        assert_eq!(scene.reach(person).await, ALL);
    }
    let (other, _) = room.served.of_role("otto", "PROFESSOR").await;
    other.act("createCourse", "CreateCourseInput", json!({"code": "OTHER", "name": "Other"}), "course { id }").await;
    let (root, _) = room.served.of_role("root", "ADMIN").await;
    for outsider in [&other, &root, &room.somebody("eve").await] {
        // The address is the student's: whoever has it fetches what she may.
        assert_eq!(scene.reach(outsider).await, Reach { url: true, ..NONE });
    }
}

#[tokio::test]
async fn a_reading_stays_its_owners() {
    let scene = Scene::new().await;
    let assistant = scene.room.assistant("anna").await;
    for person in [&scene.student, &assistant] {
        for (field, kind, input) in [
            ("updateDocument", "UpdateDocumentInput", json!({"id": scene.document, "title": "mine"})),
            ("reprocessDocument", "DocumentInput", json!({"id": scene.document})),
            ("deleteDocument", "DocumentInput", json!({"id": scene.document})),
            ("createConversation", "CreateConversationInput", json!({"documentIds": [scene.document]})),
            ("ask", "AskInput", json!({"question": "zanzibar?", "documentIds": [scene.document]})),
        ] {
            assert_eq!(person.act_refused(field, kind, input).await.0, "NOT_FOUND", "{field}");
        }
        // Nor is it among their own, listed or searched.
        let own = person.run("{ viewer { documents { totalCount nodes { id } } } }", json!({})).await;
        assert_eq!(own["viewer"]["documents"], json!({"totalCount": 0, "nodes": []}));
        for scope in [Value::Null, json!({"documentIds": [scene.document]})] {
            assert_eq!(person.run(SEARCH, json!({ "scope": scope })).await["search"]["hits"], json!([]));
        }
    }
    // Whoever is in several courses lets nobody into one by the other.
    let (other, _) = scene.room.served.of_role("otto", "PROFESSOR").await;
    let input = json!({"code": "OTHER", "name": "Other", "enrolment": "OPEN"});
    let his = other.act("createCourse", "CreateCourseInput", input, "course { id }").await["course"]["id"].clone();
    other.act("enrol", "EnrolInput", json!({"code": "LAW-1"}), "course { id }").await;
    let input = json!({"courseId": his, "number": 1, "documentIds": [scene.document]});
    assert_eq!(
        other.act_refused("addWeek", "AddWeekInput", input).await,
        refusal("NOT_FOUND", &["input.documentIds"]),
        "he may read it, and not pass it on"
    );
    assert_eq!(
        other.run("query ($id: ID!) { course(id: $id) { weeks { id } } }", json!({ "id": his })).await["course"]["weeks"],
        json!([])
    );
    // An assistant may use in one week what is read in another, and add what is theirs.
    let second = scene.room.week(2, json!({})).await;
    let input = json!({"weekId": second, "documentIds": [scene.document, scene.document]});
    let added = assistant
        .act("addWeekDocuments", "WeekDocumentsInput", input, "week { documents { filename weeks { number } } }")
        .await;
    assert_eq!(added["week"]["documents"], json!([{"filename": "offer.txt", "weeks": [{"number": 1}, {"number": 2}]}]));
}

#[tokio::test]
async fn leaving_takes_the_right_away_at_once() {
    let scene = Scene::new().await;
    assert_eq!(scene.reach(&scene.student).await, ALL);
    let member = scene.room.member(&scene.room.professor, "sam the person").await;
    scene.professor("unenrol", "UnenrolInput", json!({"courseId": scene.room.course, "memberId": member})).await;
    assert_eq!(scene.reach(&scene.student).await, NONE);
    scene.student.act("enrol", "EnrolInput", json!({"code": "LAW-1"}), "course { id }").await;
    assert_eq!(scene.reach(&scene.student).await, ALL);
    scene.student.act("unenrol", "UnenrolInput", json!({"courseId": scene.room.course}), "removedId").await;
    assert_eq!(scene.reach(&scene.student).await, NONE);
}

#[tokio::test]
async fn closing_takes_the_right_of_students_away_at_once() {
    let scene = Scene::new().await;
    let assistant = scene.room.assistant("anna").await;
    let at = |minute: u32| format!("2026-03-01T12:{minute:02}:00+00:00");
    for (change, open) in [
        (json!({"opensAt": at(1)}), false),
        (json!({"opensAt": at(0)}), true),
        (json!({"closesAt": at(0)}), false),
        (json!({"opensAt": null, "closesAt": at(1)}), true),
        (json!({"closesAt": null}), true),
    ] {
        let mut input = json!({"weekId": scene.week});
        input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        scene.professor("updateWeek", "UpdateWeekInput", input).await;
        assert_eq!(scene.reach(&scene.student).await, if open { ALL } else { NONE }, "{change}");
        assert_eq!(scene.reach(&assistant).await, Reach { url: open, ..ALL }, "{change}");
    }
    // It opens and closes by itself as well.
    let input = json!({"weekId": scene.week, "opensAt": at(1), "closesAt": at(2)});
    scene.professor("updateWeek", "UpdateWeekInput", input).await;
    for expected in [NONE, ALL, NONE] {
        assert_eq!(scene.reach(&scene.student).await, expected);
        scene.room.advance(1);
    }
}

#[tokio::test]
async fn a_document_in_two_weeks_is_read_while_one_is_open() {
    let scene = Scene::new().await;
    let second = scene.room.week(2, json!({"documentIds": [scene.document], "opensAt": "2026-03-01T12:05:00Z"})).await;
    let weeks = "query ($id: ID!) { node(id: $id) { ... on Document { weeks { number } } } }";
    let seen = async || scene.student.run(weeks, json!({"id": scene.document})).await["node"]["weeks"].clone();
    assert_eq!(seen().await, json!([{"number": 1}]));
    let input = json!({"weekId": scene.week, "documentId": scene.document});
    for _ in 0..2 {
        scene.professor("removeWeekDocument", "WeekDocumentInput", input.clone()).await;
        assert_eq!(scene.reach(&scene.student).await, NONE);
    }
    scene.room.advance(5);
    assert_eq!(scene.reach(&scene.student).await, Reach { week: false, ..ALL }, "by the other week");
    assert_eq!(seen().await, json!([{"number": 2}]));
    scene.professor("deleteWeek", "DeleteWeekInput", json!({"weekId": second})).await;
    assert_eq!(scene.reach(&scene.student).await, NONE);
}

#[tokio::test]
async fn deleting_takes_the_right_away_at_once() {
    let scene = Scene::new().await;
    scene.professor("deleteCourse", "DeleteCourseInput", json!({"courseId": scene.room.course})).await;
    assert_eq!(scene.reach(&scene.student).await, NONE, "the course");

    let scene = Scene::new().await;
    scene.professor("deleteDocument", "DocumentInput", json!({"id": scene.document})).await;
    assert_eq!(scene.reach(&scene.student).await, NONE, "the document");

    let scene = Scene::new().await;
    let sql = async |statement: &str| scene.room.served.library.sql(statement).await;
    sql("UPDATE users SET is_active = false WHERE username = 'paula'").await;
    assert_eq!(scene.reach(&scene.student).await, ALL, "a course goes on while its professor is shut out");
    sql("UPDATE users SET deleted_at = now() WHERE username = 'paula'").await;
    assert_eq!(scene.reach(&scene.student).await, NONE, "what belongs to somebody who has left");
    sql("UPDATE users SET is_active = true, deleted_at = NULL WHERE username = 'paula'").await;
    sql("UPDATE users SET is_active = false WHERE username = 'sam'").await;
    assert_eq!(scene.room.served.get(&scene.url).await.0, 404, "a student who is shut out");
}

#[tokio::test]
async fn a_search_of_a_course_finds_what_is_open_in_it() {
    let scene = Scene::new().await;
    let room = &scene.room;
    let hidden = room.document("breach.txt", "A zanzibar promise that is broken is a breach.").await;
    let later = room.week(2, json!({"documentIds": [hidden], "opensAt": "2026-03-01T12:05:00Z"})).await;
    // In no course, and with words that would tell.
    room.document("private.txt", "The zanzibar promise of the professor is nobody's business.").await;
    let files = async |person: &Person, scope: Value| {
        let found = person.run(SEARCH, json!({ "scope": scope })).await["search"]["hits"].clone();
        let mut files: Vec<String> =
            found.as_array().unwrap().iter().map(|hit| text(&hit["document"]["filename"])).collect();
        files.sort();
        files
    };
    let course = json!({"courseId": room.course});
    assert_eq!(files(&scene.student, course.clone()).await, ["offer.txt"]);
    assert_eq!(files(&scene.student, json!({"weekId": scene.week})).await, ["offer.txt"]);
    assert_eq!(files(&scene.student, json!({"weekId": later})).await, [""; 0]);
    assert_eq!(files(&room.professor, course.clone()).await, ["breach.txt", "offer.txt"]);
    assert_eq!(files(&room.professor, json!({"weekId": later})).await, ["breach.txt"]);
    assert_eq!(files(&room.professor, Value::Null).await, ["breach.txt", "offer.txt", "private.txt"]);
    let narrowed = json!({"courseId": room.course, "documentIds": [hidden]});
    assert_eq!(files(&scene.student, narrowed.clone()).await, [""; 0]);
    assert_eq!(files(&room.professor, narrowed).await, ["breach.txt"]);
    room.advance(5);
    assert_eq!(files(&scene.student, course.clone()).await, ["breach.txt", "offer.txt"]);
    // What else the professor has moves no score: the same search, with and without it.
    let scores = "query ($scope: SearchScopeInput) { search(query: \"zanzibar promise\", mode: KEYWORD, scope: $scope) { hits { score } } }";
    let before = scene.student.run(scores, json!({ "scope": course })).await;
    room.document("more.txt", "A promise, a promise, a promise, and no zanzibar at all.").await;
    assert_eq!(scene.student.run(scores, json!({ "scope": course })).await, before);
    let both = json!({"courseId": room.course, "weekId": scene.week});
    assert_eq!(files(&scene.student, both).await, ["offer.txt"]);
    let eve = room.somebody("eve").await;
    for (scope, field) in
        [(json!({"courseId": room.course}), "scope.courseId"), (json!({"weekId": scene.week}), "scope.weekId")]
    {
        assert_eq!(eve.refused(SEARCH, json!({ "scope": scope })).await, refusal("NOT_FOUND", &[field]));
    }
}

#[tokio::test]
async fn a_week_has_so_many_readings_and_takes_all_or_none() {
    let scene = Scene::new().await;
    let own = scene.room.document("more.txt", "More.").await;
    let add = |documents: Vec<&str>| json!({"weekId": scene.week, "documentIds": documents});
    let foreign = "doc_01h455vb4pex5vsknk084sn02q";
    assert_eq!(
        scene
            .room
            .professor
            .act_refused("addWeekDocuments", "WeekDocumentsInput", add(vec![own.as_str(), foreign]))
            .await,
        refusal("NOT_FOUND", &["input.documentIds"])
    );
    assert_eq!(
        scene.room.professor.act_refused("addWeekDocuments", "WeekDocumentsInput", add(vec![own.as_str(); 101])).await,
        refusal("BAD_USER_INPUT", &["input.documentIds"])
    );
    let read = "query ($id: ID!) { node(id: $id) { ... on Week { documents { filename } } } }";
    let files = async || scene.student.run(read, json!({"id": scene.week})).await["node"]["documents"].clone();
    assert_eq!(files().await, json!([{"filename": "offer.txt"}]), "none was added");
    scene.room.advance(1);
    scene.professor("addWeekDocuments", "WeekDocumentsInput", add(vec![own.as_str(), scene.document.as_str()])).await;
    assert_eq!(files().await, json!([{"filename": "offer.txt"}, {"filename": "more.txt"}]));
}
