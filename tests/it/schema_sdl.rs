//! The contract: `schema.graphql` says what the server does, everything in it is described, and the samples fit it.

use elenchus::graphql::schema;
use elenchus::http::graphiql::operations::{OPERATIONS, SESSION_OPERATIONS};
use serde_json::{Value, json};

use super::support::folders::checkout;
use super::support::people::PASSWORD;
use super::support::served::Served;

/// Relay's own, described by the engine: null on an empty page.
const NULL_BY_SPECIFICATION: [&str; 2] = ["PageInfo.startCursor", "PageInfo.endCursor"];

#[test]
fn the_file_is_the_schema() {
    let path = checkout("schema.graphql");
    let sdl = schema::sdl();
    if std::env::var_os("UPDATE_SCHEMA").is_some_and(|wanted| wanted == "1") {
        std::fs::write(&path, &sdl).unwrap();
    }
    let file = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = file.lines().zip(sdl.lines()).find(|(file, sdl)| file != sdl);
    assert!(file == sdl, "schema.graphql is not the schema; run with UPDATE_SCHEMA=1. First difference: {differs:?}");
}

const EVERYTHING: &str = "{ __schema { types { name description
    fields(includeDeprecated: true) { name description type { kind } args { name description type { kind } } }
    inputFields { name description type { kind } }
    enumValues(includeDeprecated: true) { name description } } } }";

async fn types() -> Vec<Value> {
    let answer = serde_json::to_value(schema::build(true).execute(EVERYTHING).await).unwrap();
    let types = answer.pointer("/data/__schema/types").and_then(Value::as_array).unwrap_or_else(|| panic!("{answer}"));
    types.iter().filter(|kind| !kind["name"].as_str().unwrap().starts_with("__")).cloned().collect()
}

/// Names of all that can be described, with what describes them, and whether it may be null.
async fn described() -> Vec<(String, String, bool)> {
    let mut all = Vec::new();
    let mut add = |name: String, element: &Value| {
        let description = element["description"].as_str().unwrap_or_default().trim().to_owned();
        let nullable = element["type"]["kind"].as_str().is_some_and(|kind| kind != "NON_NULL");
        all.push((name, description, nullable));
    };
    for kind in types().await {
        let type_name = kind["name"].as_str().unwrap().to_owned();
        add(type_name.clone(), &kind);
        for list in ["fields", "inputFields", "enumValues"] {
            for member in kind[list].as_array().into_iter().flatten() {
                let name = format!("{type_name}.{}", member["name"].as_str().unwrap());
                add(name.clone(), member);
                for argument in member["args"].as_array().into_iter().flatten() {
                    add(format!("{name}({})", argument["name"].as_str().unwrap()), argument);
                }
            }
        }
    }
    all
}

#[tokio::test]
async fn everything_is_described() {
    let all = described().await;
    assert!(all.len() > 300, "only {} elements", all.len());
    let silent: Vec<_> = all.iter().filter(|(_, text, _)| text.is_empty()).map(|(name, ..)| name).collect();
    assert_eq!(silent, Vec::<&String>::new());
    let open: Vec<_> = all
        .iter()
        // Those of the engine are not ours to end.
        .filter(|(name, ..)| {
            !["PageInfo", "Upload"].iter().any(|engine| name.starts_with(engine)) && !name.contains("Edge.")
        })
        .filter(|(_, text, _)| !text.ends_with(['.', ')']))
        .map(|(name, ..)| name)
        .collect();
    assert_eq!(open, Vec::<&String>::new(), "not a sentence");
}

#[tokio::test]
async fn what_may_be_null_says_when() {
    let all = described().await;
    let of = |wanted: &str| all.iter().find(|(name, ..)| name == wanted).map_or("", |(_, text, _)| text.as_str());
    let says = |text: &str| text.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| word == "null");
    let silent: Vec<_> = all
        .iter()
        .filter(|(name, _, nullable)| *nullable && !NULL_BY_SPECIFICATION.contains(&name.as_str()))
        // An input may say it once for all of its fields.
        .filter(|(name, text, _)| !says(text) && !says(of(name.split('.').next().unwrap_or_default())))
        .map(|(name, ..)| name)
        .collect();
    assert_eq!(silent, Vec::<&String>::new());
}

/// One operation of the page by its name.
fn sample(text: &'static str, name: &str) -> &'static str {
    let marks = [format!(" {name} {{"), format!(" {name}(")];
    let found = text.split("# ----\n").find(|part| marks.iter().any(|mark| part.contains(mark)));
    found.unwrap_or_else(|| panic!("no sample {name}"))
}

fn variables(sample: &str) -> Value {
    let line = sample.lines().find_map(|line| line.strip_prefix("# variables: "));
    line.map_or_else(|| json!({}), |line| serde_json::from_str(line).unwrap())
}

#[tokio::test]
async fn the_samples_of_the_page_run_as_they_stand() {
    let served = Served::new().await;
    let person = served.person("ada").await;
    let text = b"The limitation period for rent is three years. It begins at the end of the year.";
    served.library.add(&person.actor, "periods.txt", text).await;
    let fine = |answer: &Value| assert_eq!(answer.get("errors"), None, "{answer}");

    let login = json!({"input": {"identifier": "ada", "password": PASSWORD}});
    let signed_in = served.ask(None, sample(SESSION_OPERATIONS, "Login"), login).await;
    fine(&signed_in);
    let refresh = json!({"input": {"refreshToken": signed_in["data"]["login"]["refreshToken"]}});
    let refreshed = served.ask(None, sample(SESSION_OPERATIONS, "RefreshSession"), refresh).await;
    fine(&refreshed);
    let token = refreshed["data"]["refreshSession"]["accessToken"].as_str().unwrap();

    let ask = sample(OPERATIONS, "Ask");
    let asked = served.ask(Some(token), ask, variables(ask)).await;
    fine(&asked);
    let follow = sample(OPERATIONS, "Follow");
    let mut given = variables(follow);
    given["id"] = asked["data"]["sendMessage"]["reply"]["generation"]["id"].clone();
    let steps = served.follow(Some(token), follow, given).await;
    steps.iter().for_each(fine);
    let names: Vec<_> = steps.iter().map(|step| step["data"]["generation"]["__typename"].as_str().unwrap()).collect();
    assert!(names.contains(&"TextAppended") && names.contains(&"CitationsFound"), "{names:?}");
    assert_eq!(names.last(), Some(&"GenerationEnded"));

    let search = sample(OPERATIONS, "Search");
    let found = served.ask(Some(token), search, variables(search)).await;
    fine(&found);
    assert_eq!(found["data"]["search"]["hits"][0]["document"]["filename"], "periods.txt");
    for name in ["Viewer", "Nested"] {
        let answer = served.ask(Some(token), sample(OPERATIONS, name), json!({})).await;
        fine(&answer);
        let conversations = answer["data"]["viewer"]["conversations"]["edges"].as_array().unwrap();
        assert_eq!(conversations.len(), 1, "{name}");
    }
    fine(&served.ask(Some(token), sample(SESSION_OPERATIONS, "Logout"), json!({})).await);
}
