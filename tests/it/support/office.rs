//! A workspace where three people work with one table, and somebody who has nothing to do with it.

use serde_json::{Value, json};

use super::classroom::text;
use super::desk::Desk;
use super::dialogue::mutation;
use super::live::Person;

/// What is in `orders`.
const ORDERS: &[u8] = b"region,net,ordered\nnorth,10,2026-01-01\nsouth,20,2026-01-02\nnorth,4,2026-01-03\n";
/// What comes of it by region.
pub const BY_REGION: &str = "SELECT region, sum(net) AS net FROM orders GROUP BY region ORDER BY region";

/// A server with a workspace that is shared, and a table in it.
pub struct Office {
    pub desk: Desk,
    /// Owns the workspace.
    pub ada: Person,
    pub eddy: Person,
    /// Only looks.
    pub vera: Person,
    /// Is no member.
    pub eve: Person,
    /// Its id.
    pub workspace: String,
    /// The id of its source, with the table `orders`.
    pub source: String,
    /// The id of that.
    pub table: String,
}

impl Office {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// The same with these settings.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let desk = Desk::with(settings).await;
        let owner = desk.served.person("ada").await;
        let ada = Person { url: desk.served.url(""), token: owner.token.clone() };
        let (eddy, vera) = (desk.served.speaker("eddy").await, desk.served.speaker("vera").await);
        let eve = desk.served.speaker("eve").await;
        let made =
            ada.act("createWorkspace", "CreateWorkspaceInput", json!({"name": "Sales"}), "workspace { id }").await;
        let workspace = text(&made["workspace"]["id"]);
        for (name, role) in [("eddy", "EDITOR"), ("vera", "VIEWER")] {
            let input = json!({"workspaceId": workspace, "email": format!("{name}@example.org"), "role": role});
            ada.act("addWorkspaceMember", "AddWorkspaceMemberInput", input, "member { id }").await;
        }
        let upload = desk.bring(&owner, "orders.csv", ORDERS, json!({"workspaceId": workspace})).await;
        let (source, table) = (text(&upload["dataSource"]["id"]), text(&upload["table"]["id"]));
        Self { desk, ada, eddy, vera, eve, workspace, source, table }
    }

    /// The id of a new query of Eddy's with this statement, which asks for nothing.
    pub async fn query(&self, name: &str, sql: &str) -> String {
        let input = json!({"dataSourceId": self.source, "name": name, "sql": sql});
        text(&self.eddy.act("createQuery", "CreateQueryInput", input, "query { id }").await["query"]["id"])
    }

    /// What comes of a query.
    pub async fn run(&self, person: &Person, query: &str, parameters: Value) -> Value {
        let input = json!({"id": query, "parameters": parameters, "waitMs": 10000});
        let payload = "run { id status isCached rows error { code } savedQuery { id } }";
        person.act("runSavedQuery", "RunSavedQueryInput", input, payload).await["run"].clone()
    }

    /// What the trail says of objects of this kind: action and what holds since.
    pub async fn trail(&self, kind: &str) -> Vec<String> {
        let events = "string_agg(action || ' ' || coalesce(after, before)::text, E'\\n' ORDER BY id) FROM audit_events \
                      WHERE action LIKE 'KIND.%'";
        let told = self.desk.served.library.text(&events.replace("KIND", kind)).await;
        told.unwrap_or_default().lines().map(str::to_owned).collect()
    }
}

/// The code of a refused mutation, and path and message of each refused field.
pub async fn told(person: &Person, field: &str, kind: &str, input: Value) -> (String, Vec<(String, String)>) {
    let answer = person.respond(&mutation(field, kind, "__typename"), json!({ "input": input })).await;
    let extensions = &answer["errors"][0]["extensions"];
    let code = extensions["code"].as_str().unwrap_or_else(|| panic!("no failure: {answer}")).to_owned();
    let fields = extensions["fields"].as_array().into_iter().flatten();
    (code, fields.map(|field| (text(&field["path"]), text(&field["message"]))).collect())
}
