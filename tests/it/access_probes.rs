//! What is tried on another person's things: every root field of the schema, with every id that it takes.

use serde_json::{Value, json};

use super::access_course_probes::course_probes;
use super::access_dashboard_probes::dashboard_probes;
use super::access_data_probes::data_probes;
use super::access_talk_probes::talk_probes;
use super::access_workspace_probes::workspace_probes;

/// One of everything.
pub struct Things {
    pub user: String,
    pub session: String,
    pub key: String,
    pub identity: String,
    pub conversation: String,
    pub message: String,
    pub reply: String,
    pub generation: String,
    pub answer: String,
    pub document: String,
    pub chunk: String,
    pub course: String,
    pub week: String,
    pub tutoring: String,
    pub flag: String,
    /// One that is shared.
    pub workspace: String,
    /// What is in it.
    pub source: String,
    pub table: String,
    pub dataset: String,
    pub run: String,
    pub export: String,
    pub query: String,
    pub chart: String,
    pub dashboard: String,
    /// With the chart.
    pub tile: String,
    /// With a text.
    pub note: String,
    pub question: String,
    pub term: String,
    /// Of the dashboard.
    pub share: String,
    /// About it.
    pub notification: String,
    /// Of the workspace.
    pub webhook: String,
    /// To that.
    pub delivery: String,
    /// About the run.
    pub insight: String,
    /// That wrote it.
    pub template: String,
    /// A picture of it.
    pub picture: String,
    /// Of the dashboard.
    pub report: String,
    /// Over the query.
    pub alert: String,
}

impl Things {
    pub fn ids(&self) -> Vec<&str> {
        let others = [&self.flag, &self.share, &self.session, &self.key, &self.identity];
        self.nodes().into_iter().chain(others.map(String::as_str)).collect()
    }

    /// Those that `node` answers for.
    pub fn nodes(&self) -> Vec<&str> {
        vec![
            &self.user,
            &self.conversation,
            &self.message,
            &self.reply,
            &self.generation,
            &self.answer,
            &self.document,
            &self.chunk,
            &self.course,
            &self.week,
            &self.tutoring,
            &self.workspace,
            &self.source,
            &self.table,
            &self.dataset,
            &self.run,
            &self.export,
            &self.query,
            &self.chart,
            &self.dashboard,
            &self.tile,
            &self.note,
            &self.question,
            &self.term,
            &self.notification,
            &self.webhook,
            &self.delivery,
            &self.insight,
            &self.template,
            &self.picture,
            &self.report,
            &self.alert,
        ]
    }
}

/// What a stranger gets for a call on Alice's things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stranger {
    /// NOT_FOUND, word for word as for an id that nothing has.
    NotFound,
    /// An answer with what is the stranger's own.
    Own,
    /// FORBIDDEN, whatever is asked for: only administrators may.
    Forbidden,
}

pub struct Probe {
    pub root: &'static str,
    pub query: &'static str,
    pub variables: Value,
    pub stranger: Stranger,
}

/// The text of a mutation with one input.
macro_rules! mutation {
    ($field:literal, $input:literal, $payload:literal) => {
        concat!("mutation ($input: ", $input, "!) { ", $field, "(input: $input) { ", $payload, " } }")
    };
}
pub(super) use mutation;

pub fn probe(root: &'static str, query: &'static str, variables: Value) -> Probe {
    Probe { root, query, variables, stranger: Stranger::NotFound }
}

pub const ASK: &str = "mutation ($input: AskInput!) { ask(input: $input) { generation { id text citations { quote document { filename } } } } }";
pub const SEND: &str = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { conversation { id title } message { id content }
    reply { id content generation { id } citations { quote document { id filename } chunk { id content } } } } }";
pub const NODE: &str = "query ($id: ID!) { node(id: $id) { __typename id ... on User { email } ... on Conversation { title }
    ... on Message { content } ... on Generation { text } ... on Document { filename text downloadUrl } ... on Chunk { content } ... on Course { name members { nodes { name email } } } ... on Workspace { name members { nodes { name email } } } ... on DataSource { name error { message } connection { host } tables { name } runs { nodes { sql rows } } } ... on DataTable { name description } ... on DatasetUpload { filename } ... on QueryRun { sql rows exports { id } savedQuery { name } } ... on SavedQuery { name sql author { email } latestRun { rows } charts { title spec } } ... on Chart { title spec imageUrl author { email } query { name sql } } ... on Dashboard { title author { email } tiles { id text run { rows } } } ... on DashboardTile { text imageUrl chart { title } run { rows } dashboard { title } } ... on Alert { name description lastMessage author { email } query { name sql } recipients { email } events { nodes { message } } } ... on ResultExport { url run { sql } } ... on PictureExport { url chart { title } dashboard { title } leftOut { title } } ... on DataQuestion { question sql explanation refusal { message } ratingComment run { rows } asker { email } } ... on GlossaryTerm { term definition author { email } } ... on Notification { title body subjectId subject { id } } ... on Webhook { url description deliveries { nodes { id } } } ... on WebhookDelivery { webhook { url } } ... on Insight { title body author { email } run { rows } } ... on PromptTemplate { name body versions { nodes { body } } } ... on TutoringSession { studentName courseName transcript { content } moderationFlags { excerpt } } ... on Week { title sessions { nodes { id studentName } } themes { title question spans { quote } } misconceptions { items { statement evidence { quote } reading { quote } } } documents { filename } } } }";
pub const NODES: &str = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
pub const SEARCH: &str =
    "query ($query: String!, $scope: SearchScopeInput) { search(query: $query, mode: KEYWORD, scope: $scope) {
    hits { highlights chunk { id content } document { id filename } } } }";
/// All that hangs on a person, by every edge there is.
pub const EVERYTHING: &str = "{ viewer { user { id email fullName username budget { day { spentTokens } } } sessions { id address userAgent } apiKeys { id name prefix } identities { id issuer email }
    budget { day { limitTokens spentTokens } month { spentUsd } }
    auditTrail(first: 100) { totalCount nodes { id action actor account object before after actorUser { email } accountUser { email } } }
    conversations(first: 100) { totalCount nodes { id title contextSummary metadata updatedAt owner { id email }
      usage { totalTokens } costUsd documents { id filename }
      messages(first: 100) { totalCount nodes { id content status conversation { id } parent { id } siblings { id content }
        feedback { comment } generation { id text status citations { quote } }
        citations { quote document { id filename owner { id } } chunk { id content document { id } } } } } } }
    workspaces { id name members { totalCount nodes { id name email } }
      dataSources { id name error { message } connection { host caCertificate } tables { id name description } uploads { nodes { id filename } } runs { nodes { id sql rows insight { id title body } exports { id url error { message } } } } savedQueries { nodes { id name sql latestRun { rows chartProposals { reason } } charts { id title spec } } } questions { nodes { id question sql explanation } } suggestedQuestions } glossary { nodes { id term definition } } webhooks { id url description deliveries { nodes { id status } } } promptTemplates { id name body } scheduledReports(first: 100) { nodes { id title runs { nodes { problems { message } } } } } dashboards { nodes { id title shares { id email } tabs { title } tiles { id text run { rows } } } } alerts { nodes { id name lastMessage events { nodes { message } } } } }
    notifications(first: 100) { totalCount nodes { id title body subjectId subject { id ... on Dashboard { title } } } } unreadNotificationCount
    courseInvitations { id name }
    pictureExports(first: 100) { nodes { id url error { message } leftOut { title } } }
    tutoringSessions(first: 100) { totalCount nodes { id theme studentName transcript { id content } moderationFlags { id excerpt } } }
    documents(first: 100) { totalCount nodes { id filename title text updatedAt owner { id email } weeks { id title course { id name members { nodes { name email } } } }
      chunks(first: 100) { totalCount nodes { id content document { id } } } } } } }";
pub const UPLOAD: &str =
    "mutation ($files: [Upload!]!) { uploadDocuments(input: {files: $files}) { documents { id filename } } }";

const COURSES: &str = "{ courses(first: 100) { totalCount nodes { id code name weeks { id title documents { id filename } } members { nodes { name email } } } } }";
const BUDGETS: &str = "query ($kind: BudgetKind) { budgets(kind: $kind) { totalCount nodes { id subjectId } } }";
const ANALYTICS: &str =
    "query ($range: DateRangeInput!) { analytics(range: $range) { totals { usage { runs } documents { uploaded } }
    byCourse { course { id name } } byConversation { conversation { id title } } activity { nodes { objectId } } } }";
const INSTALLATION: &str = "query ($range: DateRangeInput!) { installationAnalytics(range: $range) { activePeople totals { usage { runs } } } }";
const AUDIT_TRAIL: &str =
    "query ($filter: AuditFilter) { auditTrail(filter: $filter) { totalCount nodes { action object address } } }";

/// Every root field, on Alice's things and on things of the stranger's own together with hers.
pub fn probes(hers: &Things, own: &Things) -> Vec<Probe> {
    let search = |scope: Value| json!({"query": "zanzibar quagmire", "scope": scope});
    let mut probes = vec![
        probe(
            "Mutation.revokeSession",
            mutation!("revokeSession", "RevokeSessionInput", "session { id userAgent }"),
            json!({"input": {"id": hers.session}}),
        ),
        probe(
            "Mutation.unlinkIdentity",
            mutation!("unlinkIdentity", "UnlinkIdentityInput", "identities { id email }"),
            json!({"input": {"id": hers.identity}}),
        ),
        probe(
            "Mutation.revokeApiKey",
            mutation!("revokeApiKey", "RevokeApiKeyInput", "apiKey { id name }"),
            json!({"input": {"id": hers.key}}),
        ),
    ];
    probes.extend(talk_probes(hers, own));
    probes.extend(workspace_probes(hers, own));
    probes.extend(data_probes(hers));
    probes.extend(dashboard_probes(hers, own));
    probes.extend(course_probes(hers, own));
    let administrators = [
        (
            "Mutation.setUserRole",
            mutation!("setUserRole", "SetUserRoleInput", "user { id email }"),
            json!({"input": {"userId": hers.user, "role": "ADMIN"}}),
        ),
        (
            "Mutation.deactivateUser",
            mutation!("deactivateUser", "UserInput", "user { id email }"),
            json!({"input": {"userId": hers.user}}),
        ),
        (
            "Mutation.reactivateUser",
            mutation!("reactivateUser", "UserInput", "user { id email }"),
            json!({"input": {"userId": hers.user}}),
        ),
        (
            "Query.users",
            "query ($search: String) { users(search: $search) { nodes { id email } } }",
            json!({"search": hers.user}),
        ),
    ];
    let administrators =
        administrators.map(|(root, query, variables)| Probe { root, query, variables, stranger: Stranger::Forbidden });
    probes.extend(administrators);
    probes.extend(hers.ids().into_iter().map(|id| probe("Query.node", NODE, json!({ "id": id }))));
    let answered = [
        ("Query.viewer", EVERYTHING, json!({})),
        ("Query.nodes", NODES, json!({"ids": hers.ids()})),
        ("Query.courses", COURSES, json!({})),
        ("Query.sharedDashboards", "{ sharedDashboards { nodes { id title description } } }", json!({})),
        ("Query.analytics", ANALYTICS, json!({"range": {"days": 366}})),
        ("Query.search", SEARCH, search(Value::Null)),
        ("Query.search", SEARCH, search(json!({"documentIds": [hers.document]}))),
        ("Query.search", SEARCH, search(json!({"documentIds": [own.document, hers.document]}))),
        ("Mutation.ask", ASK, json!({"input": {"question": "zanzibar quagmire?", "waitForAnswer": true}})),
        ("Mutation.sendMessage", SEND, json!({"input": {"text": "What of the swamp?", "waitForReply": true}})),
    ];
    let forbidden = [
        ("Query.auditTrail", AUDIT_TRAIL, json!({ "filter": null })),
        ("Query.auditTrail", AUDIT_TRAIL, json!({"filter": {"account": hers.user}})),
        ("Query.auditTrail", AUDIT_TRAIL, json!({"filter": {"object": hers.document}})),
        ("Query.budgets", BUDGETS, json!({"kind": "USER"})),
        ("Query.installationAnalytics", INSTALLATION, json!({"range": {}})),
        (
            "Mutation.setBudget",
            mutation!("setBudget", "SetBudgetInput", "budget { id }"),
            json!({"input": {"kind": "USER", "subjectId": hers.user, "period": "DAY"}}),
        ),
        (
            "Mutation.removeBudget",
            mutation!("removeBudget", "RemoveBudgetInput", "budget { id }"),
            json!({"input": {"id": "budget_01h455vb4pex5vsknk084sn02q"}}),
        ),
        // Whoever may make no courses may copy none. Those who may are tried in `courses_copy.rs`.
        (
            "Mutation.copyCourse",
            mutation!("copyCourse", "CopyCourseInput", "course { id name }"),
            json!({"input": {"courseId": hers.course, "code": "mine"}}),
        ),
    ];
    let forbid = |(root, query, variables)| Probe { root, query, variables, stranger: Stranger::Forbidden };
    probes.extend(forbidden.map(forbid));
    probes.extend(answered.map(|(root, query, variables)| Probe { root, query, variables, stranger: Stranger::Own }));
    probes
}
