//! How a class is doing: rows a week and student, a table for spreadsheets, and everything below a course in few statements.

use serde_json::{Value, json};

use super::support::classroom::text;
use super::support::live::Person;
use super::support::tutorial::{Tutorial, id_of};

const PROGRESS: &str = "query ($id: ID!) { course(id: $id) { tutoringProgressCsvUrl tutoringProgress { weekNumber weekTitle studentName
    sessions seconds themes statements questions flags costUsd lastSessionAt week { number } readingsCited { citations document { filename } } } } }";

async fn progress(tutorial: &Tutorial, who: &Person) -> Value {
    who.run(PROGRESS, json!({"id": tutorial.room.course})).await["course"].clone()
}

/// Two students who have talked: Sam twice, Olga once, and a professor who tried it out.
async fn class() -> (Tutorial, Person) {
    let tutorial = Tutorial::new().await;
    let olga = tutorial.room.student("olga").await;
    for (who, said) in [
        (&tutorial.student, &["An advertisement is an offer.", "Is a promise to the whole world one?"][..]),
        (&tutorial.student, &["Who is Taylor Swift dating?"]),
        (&olga, &["Acceptance by post is complete when the letter is posted."]),
        (&tutorial.room.professor, &["An advertisement is an offer."]),
    ] {
        let id = id_of(&tutorial.start(who).await);
        for line in said {
            who.tell_tutor(&id, line).await;
        }
        tutorial.advance(90);
        tutorial.end(who, &id).await;
    }
    (tutorial, olga)
}

#[tokio::test]
async fn those_who_teach_see_each_student_and_students_themselves() {
    let (tutorial, olga) = class().await;
    let seen = progress(&tutorial, &tutorial.room.professor).await;
    let rows = seen["tutoringProgress"].as_array().unwrap();
    let row = |name: &str, sessions: i32, said: (i32, i32, i32), cited: i32, last: &str| {
        json!({
            "weekNumber": 1, "weekTitle": "Offers", "studentName": name, "sessions": sessions, "seconds": 90 * sessions,
            "themes": ["Advertisements"], "statements": said.0, "questions": said.1, "flags": said.2, "costUsd": "0",
            "lastSessionAt": last, "week": {"number": 1}, "readingsCited": [{"citations": cited, "document": {"filename": "offers.txt"}}],
        })
    };
    let expected = [
        row("olga the person", 1, (1, 0, 0), 1, "2026-03-01T12:03:00+00:00"),
        row("sam the person", 2, (3, 2, 1), 2, "2026-03-01T12:01:30+00:00"),
    ];
    assert_eq!(rows[..], expected);
    for (who, own) in [(&olga, &expected[0]), (&tutorial.student, &expected[1])] {
        let seen = progress(&tutorial, who).await;
        assert_eq!(seen, json!({"tutoringProgressCsvUrl": null, "tutoringProgress": [own]}));
    }
    // A flag that was dismissed is none.
    let flag = "UPDATE moderation_flags SET resolution = 'DISMISSED', resolved_at = now()";
    tutorial.room.served.library.sql(flag).await;
    let seen = progress(&tutorial, &tutorial.room.professor).await;
    assert_eq!(seen["tutoringProgress"][1]["flags"], 0);
}

#[tokio::test]
async fn the_same_comes_as_a_table_for_those_who_teach() {
    let (tutorial, _) = class().await;
    let library = &tutorial.room.served.library;
    library.sql("UPDATE users SET full_name = '=HYPERLINK(\"x\")' WHERE username = 'olga'").await;
    let url = text(&progress(&tutorial, &tutorial.room.professor).await["tutoringProgressCsvUrl"]);
    let (status, table) = tutorial.room.served.get(&url).await;
    let ids: Vec<String> = table.lines().skip(1).map(|line| line.split(',').nth(2).unwrap().to_owned()).collect();
    assert!(ids.iter().all(|id| id.starts_with("user_")), "{table}");
    let expected = format!(
        "week,week_title,student_id,student,sessions,seconds,themes,statements,questions,flags,readings_cited,last_session_at,cost_usd\n\
         1,Offers,{},\"'=HYPERLINK(\"\"x\"\")\",1,90,Advertisements,1,0,0,1,2026-03-01T12:03:00+00:00,0\n\
         1,Offers,{},sam the person,2,180,Advertisements,3,2,1,2,2026-03-01T12:01:30+00:00,0\n",
        ids[0], ids[1]
    );
    assert_eq!((status, table), (200, expected));
    // The right goes with the role, and the address with its time.
    library.sql("UPDATE course_members SET role = 'STUDENT' WHERE role = 'PROFESSOR'").await;
    assert_eq!(tutorial.room.served.get(&url).await.0, 404);
    library.sql("UPDATE course_members m SET role = 'PROFESSOR' FROM users u WHERE u.id = m.user_id AND u.username = 'paula'").await;
    assert_eq!(tutorial.room.served.get(&url).await.0, 200);
    tutorial.advance(16 * 60);
    assert_eq!(tutorial.room.served.get(&url).await.0, 404);
}

/// All that hangs on a course, down to what the tutor's sentences rest on and what they cost.
const NESTED: &str = "query ($id: ID!, $first: Int!) { course(id: $id) { name tutoringProgress { sessions } weeks { number
    sessions(first: $first) { totalCount nodes { theme studentName moderationFlags { categories }
      conversation { costUsd messages(first: 20) { nodes { role kind content generation { costUsd usage { totalTokens } }
        citations { quote document { filename } } } } } } } } } }";

/// What it takes, however many there are: course, weeks, sessions, their number, flags, conversations, messages, costs, texts,
/// citations of either kind, documents, and the progress with its citations.
const STATEMENTS: &str = "14";

#[tokio::test]
async fn all_below_a_course_takes_as_many_statements_for_one_session_as_for_many() {
    let (tutorial, _) = class().await;
    let served = &tutorial.room.served;
    let professor = &tutorial.room.professor;
    for first in [1, 2, 4] {
        let variables = json!({"id": tutorial.room.course, "first": first});
        let answer = served.answer(Some(&professor.token), NESTED, variables).await;
        assert_eq!(answer.body.get("errors"), None, "{}", answer.body);
        let sessions = answer.body["data"]["course"]["weeks"][0]["sessions"]["nodes"].as_array().unwrap();
        assert_eq!(sessions.len(), first);
        assert_eq!(answer.headers["x-sql-statements"], STATEMENTS, "for {first} sessions");
    }
}
