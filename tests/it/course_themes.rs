//! What is talked about in a week: found in its readings with a model and without, written by those who teach, kept up to date.

use elenchus::domain::courses::themes::refresh::RefreshThemes;
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::support::classroom::{Classroom, refusal};
use super::support::dialogue::{answer, model};
use super::support::library::FIRST;
use super::support::live::{Person, until_some};
use super::support::provider::{ProviderServer, Received, Reply};

const EXTRACT: &str = "mutation ($input: ExtractThemesInput!) { extractThemes(input: $input) { week {
    themeExtraction { status method count requestedAt endedAt } } } }";
const THEMES: &str = "query ($id: ID!) { node(id: $id) { ... on Week { themeExtraction { status method count }
    themes { id title question origin spans { quote page startChar endChar document { filename text } chunk { content } } } } } }";

const DUTY: &str = "A director owes the company a fiduciary duty. The fiduciary duty forbids secret profits. \
                    No fiduciary duty is waived in silence.";
const RULE: &str = "Under the business judgment rule a court does not weigh the merits. A fiduciary duty is not a duty to succeed. \
                    The business judgment rule protects honest errors.";

impl Classroom {
    async fn themes(&self, who: &Person, week: &str) -> Value {
        who.run(THEMES, json!({"id": week})).await["node"].clone()
    }

    async fn extract(&self, input: Value) -> Value {
        self.professor.run(EXTRACT, json!({ "input": input })).await["extractThemes"]["week"]["themeExtraction"].clone()
    }

    async fn refresh(&self) {
        RefreshThemes {}.run(self.served.library.app.clone(), FIRST).await.unwrap();
        self.served.library.work_off().await;
    }

    /// A week with both readings; its id.
    async fn week_of_duties(&self) -> String {
        let (duty, rule) = (self.document("duty.txt", DUTY).await, self.document("rule.txt", RULE).await);
        self.week(1, json!({"documentIds": [duty, rule]})).await
    }
}

fn titles(week: &Value) -> Vec<&str> {
    let themes = week["themes"].as_array().unwrap_or_else(|| panic!("{week}"));
    themes.iter().map(|theme| theme["title"].as_str().unwrap()).collect()
}

/// Every quote is the document's text at its place, to the letter.
fn assert_exact(week: &Value) {
    for span in week["themes"].as_array().unwrap().iter().flat_map(|theme| theme["spans"].as_array().unwrap()) {
        let (start, end) = (span["startChar"].as_u64().unwrap(), span["endChar"].as_u64().unwrap());
        let text = span["document"]["text"].as_str().unwrap().chars();
        let there: String = text.skip(start.try_into().unwrap()).take((end - start).try_into().unwrap()).collect();
        assert_eq!(span["quote"], there, "{span}");
    }
}

#[tokio::test]
async fn without_a_model_themes_are_the_key_phrases_of_all_readings() {
    let room = Classroom::new().await;
    let week = room.week_of_duties().await;
    assert_eq!(room.themes(&room.professor, &week).await, json!({"themeExtraction": null, "themes": []}));
    let begun = room.extract(json!({"weekId": week, "count": 2})).await;
    let expected = json!({"status": "PENDING", "method": null, "count": 2, "requestedAt": "2026-03-01T12:00:00+00:00", "endedAt": null});
    assert_eq!(begun, expected);
    room.served.library.work_off().await;
    let found = room.themes(&room.professor, &week).await;
    assert_eq!(found["themeExtraction"], json!({"status": "READY", "method": "KEY_PHRASES", "count": 2}));
    assert_eq!(titles(&found), ["Fiduciary duty", "Business judgment rule"]);
    assert_exact(&found);
    let first = &found["themes"][0];
    assert_eq!((&first["question"], &first["origin"]), (&Value::Null, &json!("EXTRACTED")));
    let quotes: Vec<_> =
        first["spans"].as_array().unwrap().iter().map(|span| (&span["document"]["filename"], &span["quote"])).collect();
    assert_eq!(quotes[0], (&json!("duty.txt"), &json!("A director owes the company a fiduciary duty.")));
    assert_eq!(quotes[1].0, "rule.txt", "another reading comes before another sentence of the same");

    // What was found in the same readings is not looked for again, unless somebody wants it to be.
    room.advance(1);
    let same = room.extract(json!({"weekId": week, "count": 2})).await;
    assert_eq!((&same["status"], &same["requestedAt"]), (&json!("READY"), &expected["requestedAt"]));
    let again = room.extract(json!({"weekId": week, "count": 2, "again": true})).await;
    assert_eq!((&again["status"], &again["requestedAt"]), (&json!("PENDING"), &json!("2026-03-01T12:01:00+00:00")));
    assert_eq!(room.extract(json!({"weekId": week, "count": 2, "again": true})).await, again, "it is under way");
    // What has not ended by then never will: its work was lost.
    let lost = "DELETE FROM jobs; UPDATE theme_extractions SET requested_at = requested_at - interval '6 hours'";
    room.served.library.sql(lost).await;
    assert_eq!(room.extract(json!({"weekId": week, "count": 2})).await, again);
    room.served.library.sql(lost).await;
    room.refresh().await;
    assert_eq!(room.themes(&room.professor, &week).await["themeExtraction"]["status"], "READY", "upkeep sees to it");
    room.served.library.work_off().await;
    assert_eq!(titles(&room.themes(&room.professor, &week).await), titles(&found));
}

#[tokio::test]
async fn students_see_themes_of_open_weeks_and_extract_none() {
    let room = Classroom::new().await;
    let week = room.week_of_duties().await;
    let (student, stranger) = (room.student("sam").await, room.somebody("eve").await);
    room.extract(json!({"weekId": week})).await;
    room.served.library.work_off().await;
    let seen = room.themes(&student, &week).await;
    assert_eq!(seen["themeExtraction"], Value::Null, "that is for those who teach");
    assert_eq!(seen["themes"], room.themes(&room.professor, &week).await["themes"]);
    let input = |more: Value| {
        let mut input = json!({"weekId": week});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "input": input })
    };
    assert_eq!(student.refused(EXTRACT, input(json!({}))).await, refusal("FORBIDDEN", &[]));
    assert_eq!(stranger.refused(EXTRACT, input(json!({}))).await, refusal("NOT_FOUND", &[]));
    for count in [0, 11] {
        let refused = room.professor.refused(EXTRACT, input(json!({"count": count}))).await;
        assert_eq!(refused, refusal("BAD_USER_INPUT", &["input.count"]));
    }
    let empty = room.week(2, json!({})).await;
    let nothing = room.professor.refused(EXTRACT, json!({"input": {"weekId": empty}})).await;
    assert_eq!(nothing, refusal("CONFLICT", &[]));

    // A week that closes shows what it is about, and not its readings; one to come shows neither.
    let change = json!({"weekId": week, "opensAt": "2026-03-01T11:00:00Z", "closesAt": "2026-03-01T12:00:00Z"});
    room.professor.act("updateWeek", "UpdateWeekInput", change, "week { id }").await;
    let closed = room.themes(&student, &week).await;
    assert_eq!(titles(&closed), titles(&seen));
    assert!(closed["themes"].as_array().unwrap().iter().all(|theme| theme["spans"] == json!([])), "{closed}");
    let change = json!({"weekId": week, "opensAt": "2026-03-02T12:00:00Z", "closesAt": null});
    room.professor.act("updateWeek", "UpdateWeekInput", change, "week { id }").await;
    assert_eq!(room.themes(&student, &week).await["themes"], json!([]));
}

#[tokio::test]
async fn what_was_written_stays_and_what_was_found_follows_the_readings() {
    let room = Classroom::new().await;
    let week = room.week_of_duties().await;
    room.extract(json!({"weekId": week, "count": 2})).await;
    room.served.library.work_off().await;
    let found = room.themes(&room.professor, &week).await;
    let write = json!({"weekId": week, "themes": ["Whom a company serves", "Fiduciary duty"]});
    room.professor.act("updateWeek", "UpdateWeekInput", write, "week { id }").await;
    let written = room.themes(&room.professor, &week).await;
    assert_eq!(titles(&written), ["Whom a company serves", "Fiduciary duty"]);
    let (kept, before) = (&written["themes"][1], &found["themes"][0]);
    assert_eq!((&kept["id"], &kept["spans"], &kept["origin"]), (&before["id"], &before["spans"], &json!("WRITTEN")));

    room.refresh().await;
    assert_eq!(room.themes(&room.professor, &week).await, written, "the readings are the same");
    let more =
        room.document("veil.txt", "Piercing the corporate veil is rare. The corporate veil shields owners.").await;
    let add = json!({"weekId": week, "documentIds": [more]});
    room.professor.act("addWeekDocuments", "WeekDocumentsInput", add, "week { id }").await;
    room.served.library.work_off().await;
    let refreshed = room.themes(&room.professor, &week).await;
    assert_eq!(titles(&refreshed)[..2], ["Whom a company serves", "Fiduciary duty"]);
    assert_eq!(titles(&refreshed).len(), 3, "of two that were found one is there already: {refreshed}");
    assert_eq!(refreshed["themes"][2]["origin"], "EXTRACTED");
    assert_exact(&refreshed);

    // A document that is taken out takes along what was found in it.
    let remove = json!({"weekId": week, "documentId": more});
    room.professor.act("removeWeekDocument", "WeekDocumentInput", remove, "week { id }").await;
    room.served.library.work_off().await;
    assert_eq!(
        titles(&room.themes(&room.professor, &week).await),
        ["Whom a company serves", "Fiduciary duty", "Business judgment rule"]
    );
    let copy = json!({"courseId": room.course, "code": "LAW-9"});
    let copied = room
        .professor
        .act("copyCourse", "CopyCourseInput", copy, "course { weeks { themes { title spans { quote } } } }")
        .await;
    let themes = copied["course"]["weeks"][0]["themes"].clone();
    assert_eq!(titles(&json!({ "themes": themes })).len(), 3);
    assert_eq!(themes[1]["spans"][0]["quote"], "A director owes the company a fiduciary duty.");
}

/// The passages that a request holds, by their numbers.
fn passages(request: &Received) -> Vec<u32> {
    let said = request.body["messages"].as_array().unwrap().last().unwrap()["content"].as_str().unwrap();
    let numbers = said.lines().filter_map(|line| line.strip_prefix('[')?.split_once(']')?.0.parse().ok());
    numbers.collect()
}

fn given(themes: &Value) -> Reply {
    answer(&[&json!({ "themes": themes }).to_string()])
}

async fn ended(room: &Classroom, week: &str) -> Value {
    until_some("the themes", async || {
        room.served.library.work_off().await;
        let found = room.themes(&room.professor, week).await;
        (found["themeExtraction"]["status"] != "PENDING").then_some(())
    })
    .await;
    // Both in one answer need not be of the same moment.
    room.themes(&room.professor, week).await
}

#[tokio::test]
async fn a_model_names_themes_that_rest_on_sentences() {
    let provider = ProviderServer::start(vec![given(&json!([
        {"title": "Honest errors.", "question": "Why should a court not weigh the merits?", "passages": [2, 9]},
        {"title": "Profits", "question": "When is a profit a secret one?", "passages": [1]},
        {"title": "Made up", "question": "?", "passages": [7]},
        {"title": "A third", "question": "?", "passages": [1]},
    ]))])
    .await;
    let room = Classroom::with(&model(&provider)).await;
    let week = room.week_of_duties().await;
    room.extract(json!({"weekId": week, "count": 2})).await;
    let found = ended(&room, &week).await;
    assert_eq!(found["themeExtraction"], json!({"status": "READY", "method": "MODEL", "count": 2}));
    assert_eq!(titles(&found), ["Honest errors", "Profits"]);
    assert_exact(&found);
    let first = &found["themes"][0];
    assert_eq!(first["question"], "Why should a court not weigh the merits?");
    assert_eq!(first["spans"].as_array().unwrap().len(), 1);
    assert_eq!(first["spans"][0]["quote"], "Under the business judgment rule a court does not weigh the merits.");
    assert_eq!(found["themes"][1]["spans"][0]["quote"], "The fiduciary duty forbids secret profits.");
    let asked = provider.requests();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].body["response_format"]["json_schema"]["strict"], true);
    assert_eq!(passages(&asked[0]), [1, 2]);
    let charged =
        "string_agg(status || ' ' || (input_tokens > 0)::text, ', ') FROM generations WHERE purpose = 'THEMES'";
    assert_eq!(room.served.library.text(charged).await.unwrap(), "COMPLETED true");
}

#[tokio::test]
async fn a_model_that_names_nothing_that_holds_leaves_it_to_key_phrases() {
    for reply in [answer(&["The themes are duty and rule."]), given(&json!([])), Reply::refusal(400, &json!({}))] {
        let provider = ProviderServer::start(vec![reply]).await;
        let room = Classroom::with(&model(&provider)).await;
        let week = room.week_of_duties().await;
        room.extract(json!({"weekId": week, "count": 1})).await;
        let found = ended(&room, &week).await;
        assert_eq!(found["themeExtraction"], json!({"status": "READY", "method": "KEY_PHRASES", "count": 1}));
        assert_eq!(titles(&found), ["Fiduciary duty"]);
    }
}

#[tokio::test]
async fn what_does_not_fit_into_one_call_is_read_in_parts_to_the_last_page() {
    let provider = ProviderServer::answering(|_, request| {
        let here = passages(request);
        if let Some(last) = here.last() {
            // A part: its theme is named after the last passage of it.
            return given(&json!([{"title": format!("Until passage {last}"), "question": "Why?", "passages": [last]}]));
        }
        let said = request.body["messages"].as_array().unwrap().last().unwrap()["content"].as_str().unwrap().to_owned();
        let last = said.lines().rfind(|line| line.starts_with("- ")).unwrap();
        let number: u32 = last.rsplit(' ').next().unwrap().parse().unwrap();
        given(&json!([{"title": "The end", "question": "How does it end?", "passages": [number]}]))
    })
    .await;
    let room = Classroom::with(&model(&provider)).await;
    let sections = (0..1400).map(|n| format!("Section {n} says that rule {n} applies to case {n} of the book."));
    let book = sections.collect::<Vec<_>>().join(" ");
    let document = room.document("book.txt", &book).await;
    let week = room.week(1, json!({"documentIds": [document]})).await;
    room.extract(json!({"weekId": week})).await;
    let found = ended(&room, &week).await;
    assert_eq!((titles(&found), &found["themeExtraction"]["method"]), (vec!["The end"], &json!("MODEL")));
    let asked = provider.requests();
    let read: Vec<u32> = asked.iter().flat_map(passages).collect();
    let mut once = read.clone();
    once.sort_unstable();
    once.dedup();
    let count = room.served.library.text("count(*) FROM chunks").await.unwrap();
    assert_eq!((once.len(), once.len().to_string()), (read.len(), count), "each passage once, and all of them");
    assert!(asked.len() > 2, "parts and a last call");
    let text = found["themes"][0]["spans"][0]["chunk"]["content"].as_str().unwrap();
    assert!(text.contains("1399"), "the last page: {text}");
    let usage = "input_tokens::text FROM generations WHERE purpose = 'THEMES'";
    let each = 11 * i32::try_from(asked.len()).unwrap();
    assert_eq!(room.served.library.text(usage).await.unwrap(), each.to_string(), "all calls are charged");
}
