//! How many statements a nested query over courses takes.

use serde_json::{Value, json};

use super::support::served::Served;

/// Courses, their weeks, the courses of those, readings, the weeks of those, members, and how many there are. Nobody asks for
/// accounts: one's own is known, and others' are not shown.
const STATEMENTS: &str = "7";
const NESTED: &str =
    "query ($first: Int!) { courses(first: $first) { nodes { name weeks { title course { code } documents { filename
    weeks { number } owner { username } } } members(first: 5) { totalCount nodes { name role } } } } }";

/// Twenty courses of five weeks with three readings each, of one professor, that one student attends.
const SEED: &str = "
    INSERT INTO documents (id, owner_id, filename, media_type, byte_size, sha256, storage_key, status, created_at, updated_at)
    SELECT md5('document ' || n)::uuid, u.id, 'file ' || n || '.txt', 'text/plain', 1, decode(repeat('00', 32), 'hex'),
           'none/' || n, 'READY', now(), now()
    FROM users u, generate_series(1, 40) n WHERE u.username = 'paula';
    INSERT INTO courses (id, code, name, professor_name, created_at, updated_at)
    SELECT md5('course ' || n)::uuid, 'C-' || n, 'Course ' || n, 'Paula', now(), now() FROM generate_series(1, 20) n;
    INSERT INTO course_members (id, course_id, user_id, role, created_at)
    SELECT md5('member ' || n || u.username)::uuid, md5('course ' || n)::uuid, u.id,
           CASE u.username WHEN 'paula' THEN 'PROFESSOR' ELSE 'STUDENT' END, now()
    FROM users u, generate_series(1, 20) n;
    INSERT INTO weeks (id, course_id, number, title, created_at, updated_at)
    SELECT md5('week ' || n || ' ' || k)::uuid, md5('course ' || n)::uuid, k, 'Week ' || k, now(), now()
    FROM generate_series(1, 20) n, generate_series(1, 5) k;
    INSERT INTO week_documents (week_id, document_id, attached_at)
    SELECT md5('week ' || n || ' ' || k)::uuid, md5('document ' || (n + k + d) % 40 + 1)::uuid, now()
    FROM generate_series(1, 20) n, generate_series(1, 5) k, generate_series(0, 2) d";

#[tokio::test]
async fn the_number_of_statements_does_not_grow_with_courses_weeks_or_readings() {
    let served = Served::with(&[("MAX_COST", "1000000")]).await;
    let (paula, sam) = (served.person("paula").await, served.person("sam").await);
    served.library.sql(SEED).await;
    for (name, token) in [("paula", &paula.token), ("sam", &sam.token)] {
        for first in [1, 5, 20] {
            let answer = served.answer(Some(token), NESTED, json!({ "first": first })).await;
            assert_eq!(answer.body.get("errors"), None);
            let courses = answer.body["data"]["courses"]["nodes"].as_array().unwrap();
            assert_eq!(courses.len(), first);
            for course in courses {
                let weeks = course["weeks"].as_array().unwrap();
                assert_eq!((weeks.len(), &course["members"]["totalCount"]), (5, &json!(2)));
                for week in weeks {
                    let documents = week["documents"].as_array().unwrap();
                    assert_eq!(documents.len(), 3);
                    let owner = if name == "paula" { json!({"username": "paula"}) } else { Value::Null };
                    assert!(documents.iter().all(|document| document["owner"] == owner), "{documents:?}");
                }
            }
            assert_eq!(answer.headers["x-sql-statements"], STATEMENTS, "for {first} courses and {name}");
        }
    }
}
