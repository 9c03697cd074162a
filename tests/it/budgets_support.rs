//! A house with budgets, and what is said of them.
//!
//! The scripted provider says of each answer that 11 tokens were read, 3 of them cached, and 7 written. By the list prices of
//! gpt-4o (2.50, 1.25 and 10.00 dollars a million) that is 8 * 2.50 + 3 * 1.25 + 7 * 10.00 = 93.75 millionths of a dollar.

use serde_json::{Value, json};

use super::support::dialogue::beginning;
use super::support::live::{Person, until_some};
use super::support::provider::{ProviderServer, Reply, Step};
use super::support::served::{self, Served};

/// What one answer costs, and how many tokens it takes.
pub const COST: &str = "0.00009375";
pub const TOKENS: i64 = 18;
/// What is held for a first reply to [`HELLO`] at [`settings`]: 1,500 tokens around the prompt, 8 passages of 250 + 16 and
/// the 2 of the question are read, 100 are written.
pub const HELD: i64 = 1500 + 8 * 266 + 2 + 100;
pub const HELD_COST: &str = "0.010075";
pub const HELLO: &str = "Hello";

/// The scripted provider as a model with a known price.
pub fn settings(provider: &ProviderServer) -> Vec<(&str, &str)> {
    vec![
        ("CHAT_MODEL", "openai/gpt-4o"),
        ("OPENAI_BASE_URL", &provider.base_url),
        ("OPENAI_API_KEY", "sk-test"),
        ("MODEL_MAX_RETRIES", "0"),
        ("MODEL_MAX_OUTPUT_TOKENS", "100"),
    ]
}

pub fn stalled() -> Reply {
    beginning(&["One", " two"]).then(Step::Stall)
}

pub const SEND: &str = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { conversation { id title }
    message { id } reply { id status generation { id status costUsd } } } }";
pub const SET: &str =
    "mutation ($input: SetBudgetInput!) { setBudget(input: $input) { budget { id kind role subjectId period
    maxCostUsd maxTokens createdAt updatedAt } } }";
pub const REMOVE: &str = "mutation ($input: RemoveBudgetInput!) { removeBudget(input: $input) { budget { id kind } } }";
pub const STANDING: &str =
    "kind limitUsd spentUsd reservedUsd leftUsd limitTokens spentTokens reservedTokens leftTokens resetsAt";

/// A server over the scripted provider, and somebody in it.
pub struct House {
    pub served: Served,
    pub ada: served::Person,
    pub root: served::Person,
}

impl House {
    pub async fn new(provider: &ProviderServer, more: &[(&str, &str)]) -> Self {
        let served = Served::with(&[&settings(provider), more].concat()).await;
        let (ada, root) = (served.person("ada").await, served.person("root").await);
        served.library.sql("UPDATE users SET role = 'ADMIN' WHERE email = 'root@example.org'").await;
        Self { served, ada, root }
    }

    pub fn person(&self) -> Person {
        Person { url: self.served.url(""), token: self.ada.token.clone() }
    }

    pub async fn ask(&self, who: &served::Person, query: &str, input: Value) -> Value {
        self.served.ask(Some(&who.token), query, json!({ "input": input })).await
    }

    /// Sends a message into a new conversation with a title, so that no model is asked for one.
    pub async fn send(&self, wait: bool) -> Value {
        let conversation = self.person().begin("1").await;
        self.ask(&self.ada, SEND, json!({"text": HELLO, "conversationId": conversation, "waitForReply": wait})).await
    }

    pub async fn say(&self) -> Value {
        let sent = self.send(true).await;
        assert_eq!(sent["data"]["sendMessage"]["reply"]["status"], "COMPLETED", "{sent}");
        sent["data"]["sendMessage"].clone()
    }

    /// Sets a budget; `limits` are dollars and tokens.
    pub async fn set(&self, subject: Value, period: &str, limits: (Option<&str>, Option<i64>)) -> Value {
        let mut input = json!({"period": period, "maxCostUsd": limits.0, "maxTokens": limits.1});
        for (name, value) in subject.as_object().unwrap() {
            input[name] = value.clone();
        }
        let set = self.ask(&self.root, SET, input).await;
        assert_eq!(set.get("errors"), None, "{set}");
        set["data"]["setBudget"]["budget"].clone()
    }

    pub async fn budget(&self, who: &served::Person) -> Value {
        let query = format!(
            "{{ viewer {{ budget {{ day {{ {STANDING} }} month {{ {STANDING} }} apiKey {{ day {{ kind }} }} }} }} }}"
        );
        let answer = self.served.ask(Some(&who.token), &query, json!({})).await;
        assert_eq!(answer.get("errors"), None, "{answer}");
        answer["data"]["viewer"]["budget"].clone()
    }

    /// Dollars and tokens that Ada has spent today, and those that are held.
    pub async fn sums(&self) -> (String, i64, String, i64) {
        let day = self.budget(&self.ada).await["day"].clone();
        let text = |name: &str| day[name].as_str().unwrap().to_owned();
        let number = |name: &str| day[name].as_i64().unwrap();
        (text("spentUsd"), number("spentTokens"), text("reservedUsd"), number("reservedTokens"))
    }

    pub async fn until_sums(&self, expected: (&str, i64, &str, i64)) {
        let (spent, tokens, held, held_tokens) = expected;
        let expected = (spent.to_owned(), tokens, held.to_owned(), held_tokens);
        until_some("these sums", async || (self.sums().await == expected).then_some(())).await;
    }
}

/// The extensions of a refusal for a budget that is used up.
pub fn quota(answer: &Value) -> Value {
    let extensions = &answer["errors"][0]["extensions"];
    assert_eq!(extensions["code"], "QUOTA_EXCEEDED", "{answer}");
    json!([
        extensions["budget"]["kind"],
        extensions["budget"]["period"],
        extensions["budget"]["unit"],
        extensions["resetsAt"]
    ])
}
