//! Files from the multipart request to the cited answer, through a real server with its jobs, over HTTP and a websocket.

use std::time::Duration;

use serde_json::{Value, json};

use super::support::database::TestDatabase;
use super::support::files;
use super::support::live::{LiveServer, PATIENCE, Person};
use super::support::uploads::{Place, begin, hear, respond, until_arriving, upload};
use super::support::vectors::VectorServer;

const STATE: &str = "id status progress error { code message } filename mediaType pageCount chunkCount";
const SEARCH: &str = "query($q: String!, $mode: SearchMode!) { search(query: $q, mode: $mode, first: 5) { hits { \
     document { id filename } chunk { content page startChar endChar } score keywordRank semanticRank highlights } } }";
const DELETE: &str = "mutation($id: ID!) { deleteDocument(input: { id: $id }) { id } }";
const REPROCESS: &str =
    "mutation($id: ID!) { reprocessDocument(input: { id: $id }) { document { status error { code } } } }";

const MARKDOWN: &str = "# Wombats\n\nA wombat digs burrows with its strong claws. **Wombats** eat grass at night.\n";
const HTML: &str = "<!doctype html><html><head><title>Otters</title><script>let hidden = 1;</script></head><body>\
     <h1>Otters</h1><p>An otter cracks shells upon a stone that it keeps.</p></body></html>";
const TXT: &str = "Größe zählt: ein Dachs gräbt tiefe Baue. 貛は夜に歩く。 The badger guards its sett.\n";

// A page each, longer than one passage.
const MAGPIES: &str = "Magpies collect spoons.\nThey carry them over three hills and hide them in a hollow tree\nwhere nobody looks for them before the spring.";
const RAVENS: &str = "Ravens remember every face they met.\nThey tell their young of it, and the young ones scold\nwhoever has wronged the old, for many years to come.";

fn word_file() -> Vec<u8> {
    let body =
        files::paragraph("The heron stands still in shallow water.") + &files::paragraph("It strikes like a spear.");
    files::docx_with_notes(&body, &["Herons nest in tall trees."])
}

/// What one document went through until it had ended, as the socket tells it.
pub async fn follow(person: &Person, ids: &[String]) -> Vec<Value> {
    let mut stream = person.socket().await;
    let query = format!("subscription($ids: [ID!]!) {{ documentProgress(ids: $ids) {{ {STATE} }} }}");
    stream.subscribe(&query, json!({ "ids": ids })).await;
    let mut seen = Vec::new();
    while let Some(step) = stream.step().await {
        seen.push(step["documentProgress"].clone());
    }
    seen
}

/// What one document went through, in order: how far, and what it ended as.
pub fn of<'a>(seen: &'a [Value], id: &str) -> (Vec<f64>, &'a Value) {
    let own: Vec<&Value> = seen.iter().filter(|document| document["id"] == id).collect();
    let rank = |document: &Value| match document["status"].as_str().unwrap() {
        "PENDING" => 0,
        "PROCESSING" => 1,
        _ => 2,
    };
    assert!(own.is_sorted_by_key(|document| rank(document)), "{own:?}");
    assert_eq!(own.iter().filter(|document| rank(document) == 2).count(), 1, "it ends once: {own:?}");
    (own.iter().map(|document| document["progress"].as_f64().unwrap()).collect(), own.last().unwrap())
}

async fn state(person: &Person, id: &str) -> Value {
    let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Document {{ {STATE} }} }} }}");
    person.run(&query, json!({ "id": id })).await["node"].clone()
}

/// What is in the tables, as one text.
pub async fn row(database: &TestDatabase, query: &str) -> String {
    let (client, connection) = tokio_postgres::connect(&database.url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.query_one(&format!("SELECT ({query})::text"), &[]).await.unwrap().get(0)
}

/// Waits until the tables say so.
pub async fn until(database: &TestDatabase, query: &str, wanted: &str) {
    let wait = async {
        while row(database, query).await != wanted {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let came = tokio::time::timeout(PATIENCE, wait).await;
    assert!(came.is_ok(), "{query} is {}, never {wanted}", row(database, query).await);
}

/// Waits until the server has its embedding model.
pub async fn until_meaning(person: &Person) {
    let asked = json!({ "q": "anything", "mode": "SEMANTIC" });
    let wait = async {
        while person.respond(SEARCH, asked.clone()).await.get("errors").is_some() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("the model loads");
}

/// Nothing at all is kept: no row, no job, no file, and none is arriving.
async fn nothing_is_left(server: &LiveServer, place: &Place, database: &TestDatabase) {
    until_arriving(server, 0).await;
    let rows = "(SELECT count(*) FROM documents) + (SELECT count(*) FROM jobs WHERE kind LIKE 'documents.process')";
    assert_eq!(row(database, rows).await, "0");
    assert_eq!(place.files(), Vec::<std::path::PathBuf>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_every_kind_become_passages_that_are_found_and_cited() {
    let (database, place, vectors) = (TestDatabase::new().await, Place::new().await, VectorServer::start().await);
    let server = place
        .serve(&database, &[&vectors.settings()[..], &[("CHUNK_CHARS", "100"), ("CHUNK_OVERLAP_CHARS", "20")]].concat())
        .await;
    let person = server.register("ada@example.org").await;
    until_meaning(&person).await;
    let (pdf, docx) = (files::pdf(&[MAGPIES, RAVENS]), word_file());
    let sent: [(&str, &[u8], &str, Value); 5] = [
        ("birds.pdf", &pdf, "application/pdf", json!(2)),
        ("heron.docx", &docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Value::Null),
        ("otter.html", HTML.as_bytes(), "text/html", Value::Null),
        ("wombat.md", MARKDOWN.as_bytes(), "text/markdown", Value::Null),
        ("dachs.txt", TXT.as_bytes(), "text/plain", Value::Null),
    ];
    let ids = upload(&person, &sent.each_ref().map(|(name, bytes, ..)| (*name, *bytes))).await;
    let seen = follow(&person, &ids).await;
    for (id, (name, _, media_type, pages)) in ids.iter().zip(&sent) {
        let (progress, end) = of(&seen, id);
        assert!(progress.is_sorted(), "{name}: {progress:?}");
        assert_eq!((&end["status"], &end["progress"], &end["error"]), (&json!("READY"), &json!(1.0), &Value::Null));
        assert_eq!((&end["filename"], &end["mediaType"], &end["pageCount"]), (&json!(name), &json!(media_type), pages));
    }
    let texts = passages_are_the_text(&person, &ids).await;
    assert!(!texts.concat().contains("hidden"), "a script is no text");
    until(&database, "SELECT count(*) FILTER (WHERE e.chunk_id IS NULL) FROM chunks c LEFT JOIN chunk_embeddings e ON e.chunk_id = c.id", "0").await;

    for (question, name, page) in [
        ("Which face do ravens remember?", "birds.pdf", json!(2)),
        ("Where does a heron stand still?", "heron.docx", Value::Null),
        ("With what does an otter crack shells?", "otter.html", Value::Null),
        ("What do wombats eat at night?", "wombat.md", Value::Null),
        ("badger sett", "dachs.txt", Value::Null),
        ("貛は夜に歩く", "dachs.txt", Value::Null),
    ] {
        for (mode, by_words, by_meaning) in
            [("KEYWORD", true, false), ("SEMANTIC", false, true), ("HYBRID", true, true)]
        {
            let found = person.run(SEARCH, json!({ "q": question, "mode": mode })).await;
            let best = &found["search"]["hits"][0];
            // Words of a script without blanks are no words to a model that counts words.
            if mode == "SEMANTIC" && question.starts_with('貛') {
                continue;
            }
            assert_eq!(
                (&best["document"]["filename"], &best["chunk"]["page"]),
                (&json!(name), &page),
                "{mode} {question}"
            );
            assert_eq!((best["keywordRank"] == 1, best["semanticRank"] == 1), (by_words, by_meaning), "{mode}: {best}");
            let highlight = best["highlights"][0].as_str().unwrap();
            let content = best["chunk"]["content"].as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(content.contains(highlight) && !highlight.is_empty(), "{highlight:?} in {content:?}");
        }
    }
    let stranger = server.register("eve@example.org").await;
    for mode in ["KEYWORD", "SEMANTIC", "HYBRID"] {
        let found = stranger.run(SEARCH, json!({ "q": "ravens heron otter", "mode": mode })).await;
        assert_eq!(found["search"]["hits"], json!([]));
    }
    citations_are_exact(&person).await;
}

/// Every passage is exactly the stored text between its offsets; gives the texts.
pub async fn passages_are_the_text(person: &Person, ids: &[String]) -> Vec<String> {
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Document { text charCount chunkCount \
                 chunks(first: 100) { totalCount nodes { index content startChar endChar page } } } } }";
    let mut texts = Vec::new();
    for document in person.run(query, json!({ "ids": ids })).await["nodes"].as_array().unwrap() {
        let text = document["text"].as_str().unwrap();
        let chars: Vec<char> = text.chars().collect();
        assert_eq!(document["charCount"], chars.len());
        let chunks = document["chunks"]["nodes"].as_array().unwrap();
        assert_eq!(
            (document["chunkCount"].clone(), &document["chunks"]["totalCount"]),
            (json!(chunks.len()), &json!(chunks.len()))
        );
        assert!(!chunks.is_empty());
        for (index, chunk) in chunks.iter().enumerate() {
            let at = |name: &str| usize::try_from(chunk[name].as_u64().unwrap()).unwrap();
            assert_eq!(at("index"), index);
            assert_eq!(chunk["content"], chars[at("startChar")..at("endChar")].iter().collect::<String>());
        }
        texts.push(text.to_owned());
    }
    texts
}

/// Asks over all documents; each citation is the stored text between its offsets, and the answer rests on it.
async fn citations_are_exact(person: &Person) {
    let ask = "mutation($q: String!) { ask(input: { question: $q, waitForAnswer: true }) { generation { status text \
               citations { marker quote startChar endChar page answerStartChar answerEndChar document { id filename } } } } }";
    let part = "query($id: ID!, $from: Int!, $to: Int!) { node(id: $id) { ... on Document { text(fromChar: $from, toChar: $to) } } }";
    for (question, name, page) in [
        ("What do ravens remember?", "birds.pdf", json!(2)),
        ("Where do herons nest?", "heron.docx", Value::Null),
        ("What does the badger guard?", "dachs.txt", Value::Null),
    ] {
        let answered = person.run(ask, json!({ "q": question })).await["ask"]["generation"].clone();
        assert_eq!(answered["status"], "COMPLETED", "{answered}");
        let citations = answered["citations"].as_array().unwrap();
        assert_eq!((&citations[0]["document"]["filename"], &citations[0]["page"]), (&json!(name), &page), "{answered}");
        for citation in citations {
            let span =
                json!({ "id": citation["document"]["id"], "from": citation["startChar"], "to": citation["endChar"] });
            assert_eq!(person.run(part, span).await["node"]["text"], citation["quote"]);
            assert!(!citation["quote"].as_str().unwrap().trim().is_empty());
            let text = answered["text"].as_str().unwrap();
            assert!(text.contains(&format!("[{}]", citation["marker"])), "{text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_what_its_bytes_say() {
    let (database, place) = (TestDatabase::new().await, Place::new().await);
    let server = place.serve(&database, &[]).await;
    let person = server.register("ada@example.org").await;
    // One that is none of ours takes the sound one down with it, whatever it is called.
    for (name, bytes) in [
        ("scan.pdf", b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR".as_slice()),
        ("letter.docx", &files::archive(&[("evil.exe", b"MZ")])),
        ("notes.txt", b"\x7FELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"),
    ] {
        let answer = respond(&person, &[("sound.txt", b"sound"), (name, bytes)]).await;
        let error = &answer["errors"][0]["extensions"];
        assert_eq!(error["code"], "UNSUPPORTED_MEDIA_TYPE", "{answer}");
        assert_eq!(error["fields"][0]["path"], "input.files.1", "{answer}");
        nothing_is_left(&server, &place, &database).await;
    }
    // One that is another kind than its name and its part say is taken for what it is.
    let pdf = files::pdf(&["A page."]);
    let ids = upload(&person, &[("page.docx", HTML.as_bytes()), ("page.html", &pdf)]).await;
    let seen = follow(&person, &ids).await;
    for (id, media_type) in ids.iter().zip(["text/html", "application/pdf"]) {
        let end = of(&seen, id).1;
        assert_eq!((&end["status"], &end["mediaType"]), (&json!("READY"), &json!(media_type)));
    }
    // A Word document by its directory alone is found out by the reader.
    let hollow = files::archive(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<p>")]);
    let ids = upload(&person, &[("hollow.docx", &hollow)]).await;
    let seen = follow(&person, &ids).await;
    assert_eq!(of(&seen, &ids[0]).1["error"]["code"], "UNSUPPORTED");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_cannot_be_read_fail_with_their_code_and_can_be_read_anew() {
    let (database, place) = (TestDatabase::new().await, Place::new().await);
    let server = place.serve(&database, &[]).await;
    let person = server.register("ada@example.org").await;
    let sound = files::pdf(&["The lynx sleeps by day."]);
    let damaged = [b"%PDF-1.7\n".as_slice(), &[b'x'; 3000], b"\n%%EOF\n"].concat();
    let ids = upload(&person, &[("locked.pdf", &files::encrypted_pdf()), ("damaged.pdf", &damaged)]).await;
    let seen = follow(&person, &ids).await;
    for (id, code) in ids.iter().zip(["ENCRYPTED", "CORRUPT"]) {
        let end = of(&seen, id).1;
        assert_eq!((&end["status"], &end["error"]["code"]), (&json!("FAILED"), &json!(code)));
        assert!(!end["error"]["message"].as_str().unwrap().is_empty());
        assert_eq!(state(&person, id).await, *end, "the row says what the event said");
        // Read anew it is no better.
        let anew = person.run(REPROCESS, json!({ "id": id })).await;
        assert_eq!(anew["reprocessDocument"]["document"], json!({ "status": "PENDING", "error": null }));
        let again = follow(&person, std::slice::from_ref(id)).await;
        assert_eq!(of(&again, id).1, end);
    }
    // As an operator does who puts back a file that the disk had damaged.
    let key = row(&database, "SELECT storage_key FROM documents WHERE filename = 'damaged.pdf'").await;
    let file = place.files().into_iter().find(|path| path.ends_with(&key)).unwrap();
    std::fs::write(file, sound).unwrap();
    person.run(REPROCESS, json!({ "id": ids[1] })).await;
    let again = follow(&person, &ids[1..]).await;
    let end = of(&again, &ids[1]).1;
    assert_eq!((&end["status"], &end["error"], &end["pageCount"]), (&json!("READY"), &Value::Null, &json!(1)));
    assert_eq!(passages_are_the_text(&person, &ids[1..]).await[0].trim(), "The lynx sleeps by day.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_too_large_is_cut_while_it_arrives() {
    let (database, place) = (TestDatabase::new().await, Place::new().await);
    let server = place.serve(&database, &[("UPLOAD_MAX_BYTES", "100000")]).await;
    let person = server.register("ada@example.org").await;
    // 50 MB are announced, of which the server gets 200 kB: it answers all the same.
    let answer = hear(begin(&person, 50_000_000, &vec![b'x'; 200_000]).await).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("\"code\":\"PAYLOAD_TOO_LARGE\""), "{answer}");
    nothing_is_left(&server, &place, &database).await;
    // One byte too many behind a sound file; as many as are allowed.
    let answer = respond(&person, &[("sound.txt", b"sound"), ("large.txt", &vec![b'x'; 100_001])]).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "PAYLOAD_TOO_LARGE", "{answer}");
    nothing_is_left(&server, &place, &database).await;
    assert_eq!(upload(&person, &[("full.txt", &vec![b'x'; 100_000])]).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_leaves_nothing() {
    let (database, place) = (TestDatabase::new().await, Place::new().await);
    let server = place.serve(&database, &[]).await;
    let person = server.register("ada@example.org").await;
    let stream = begin(&person, 5_000_000, &vec![b'x'; 300_000]).await;
    until_arriving(&server, 1).await;
    drop(stream);
    nothing_is_left(&server, &place, &database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_deleted_while_it_is_read_is_gone_whole() {
    let (database, place, vectors) = (TestDatabase::new().await, Place::new().await, VectorServer::start().await);
    let server = place.serve(&database, &vectors.settings()).await;
    let person = server.register("ada@example.org").await;
    until_meaning(&person).await;
    vectors.hold_after(0);
    let id = upload(&person, &[("a.txt", TXT.as_bytes())]).await.remove(0);
    let mut stream = person.socket().await;
    stream
        .subscribe("subscription($ids: [ID!]!) { documentProgress(ids: $ids) { status } }", json!({ "ids": [id] }))
        .await;
    assert!(stream.step().await.is_some());
    // Text and passages are there, vectors are on their way.
    vectors.held().await;
    assert_eq!(state(&person, &id).await["status"], "PROCESSING");
    person.run(DELETE, json!({ "id": id })).await;
    let gone = person.respond("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
    assert_eq!(gone["errors"][0]["extensions"]["code"], "NOT_FOUND", "{gone}");
    while let Some(step) = stream.step().await {
        assert_eq!(step["documentProgress"]["status"], "PROCESSING", "a deleted document is not heard of again");
    }
    vectors.release();
    until(&database, "SELECT string_agg(kind || ' ' || state, ', ' ORDER BY kind) FROM jobs WHERE kind IN ('documents.process', 'documents.purge')", "documents.process DONE, documents.purge DONE").await;
    let left = "(SELECT count(*) FROM documents) + (SELECT count(*) FROM document_texts) + (SELECT count(*) FROM chunks) \
                + (SELECT count(*) FROM chunk_embeddings) + (SELECT sum(chunk_count) FROM search_corpora) \
                + (SELECT count(*) FROM search_terms WHERE chunk_count > 0)";
    assert_eq!(row(&database, left).await, "0");
    assert_eq!(place.files(), Vec::<std::path::PathBuf>::new());
}
